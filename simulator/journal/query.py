"""Which exchanges a question is about, and whether there could be any."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Protocol

from simulator.errors import list_choices
from simulator.journal.exchange import HEADER_NAMES, Exchange, RawExchange
from simulator.journal.masking import masked

if TYPE_CHECKING:  # pragma: no cover
    from collections.abc import Callable

#: What `fits` can fit: a method or a pattern for it, if any, and a path.
_REQUEST = re.compile(r"([A-Z*?]+ )?[/*].*")
#: Longer patterns would take long to compare with what is served.
_LONGEST_REQUEST = 1_000
#: 0 is an exchange without an answer: the system hung up.
_STATUSES = frozenset({0, *HTTPStatus})
#: Python counts a bool as a number.
_NUMBERS = (int, HTTPStatus)


class Directory(Protocol):
    """Knows what there is in a world; questions that name something else are refused by it."""

    def check_system(self, pattern: str) -> None:
        """Check that a system has this name, or fits this pattern (ValueError)."""

    def check_request(self, request: str, system: str, advice: str = ...) -> None:
        """Be sure that one of these systems serves such a request (ValueError, with advice)."""

    def check_members(self, members: Mapping[Any, Any], request: str, system: str) -> None:
        """Check that such requests can have these parameters, and these values (ValueError)."""

    def check_tool(self, name: object) -> None:
        """Check that a tool has this name (ValueError)."""

    def check_person(self, request: str, system: str) -> None:
        """Check that a person can be told of such requests (ValueError)."""

    def check_part(self, request: str, system: str) -> None:
        """Check that such requests can be a tool call, or part of one (ValueError)."""

    def email(self, person: object) -> str:
        """Return the e-mail address of a person by name, address or actor (ValueError: none)."""

    def on_behalf(self) -> tuple[str | None, str] | None:
        """Return person and tool of the tool call that is under way; None outside of one."""

    def person_of(self, raw: RawExchange) -> str | None:
        """Return the e-mail address of whose token, code or state an exchange carries."""


@dataclass(frozen=True, kw_only=True)
class Query:
    """Everything that an exchange has to fit.

    Attributes:
        request: method and path, such as `POST /oauth/token`; `*` stands for anything.
        system: a system's name, or a pattern.
        status: HTTP status of the answer; 0 where the system hung up.
        person: e-mail address of the person on whose behalf it was made.
        tool: name of the tool whose call it is, or is part of.
        headers: name → value or pattern.
        members: parameter of the query or form, or member of the JSON, → value; a dot leads to a
            member of a member, as in `params.name`. None fits one that is null or not there.
    """

    request: str = "*"
    system: str = "*"
    status: int | None = None
    person: str | None = None
    tool: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    members: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def checked(
        cls,
        directory: Directory | None,
        *,
        request: str = "*",
        system: str = "*",
        status: int | None = None,
        person: object = None,
        tool: str | None = None,
        headers: Mapping[Any, Any] | None = None,
        members: Mapping[Any, Any] | None = None,
    ) -> "Query":
        """Create a query, and check that something could fit it.

        Args:
            directory: knows what there is; None where nobody does.
            request, system, status, tool, headers, members: as the attributes.
            person: name, e-mail address or actor.

        Raises:
            ValueError: something of it can never be.
        """
        request, headers, members = request or "*", headers or {}, members or {}
        check_request(request)
        if status is not None and (type(status) not in _NUMBERS or status not in _STATUSES):
            raise ValueError(
                f"status must be an HTTP status as a number, such as 401, not {status!r}; 0 is an "
                "exchange without an answer."
            )
        for kind, given in (("headers", headers), ("members", members)):
            if not isinstance(given, Mapping):
                raise ValueError(f"{kind} must map names to values, not be {given!r}.")
        for name, expected in headers.items():
            if not isinstance(name, str) or name.title() not in HEADER_NAMES:
                raise ValueError(
                    f"The journal keeps no header '{name}'. {list_choices(HEADER_NAMES)}"
                )
            if not isinstance(expected, str):
                raise ValueError(f"A header is text: '{name}' is never {expected!r}.")
        if directory is not None:
            directory.check_system(system)
            if members:
                directory.check_members(members, request, system)
            if tool is not None:
                directory.check_tool(tool)
                directory.check_part(request, system)
            if person is not None:
                person = directory.email(person)
                directory.check_person(request, system)
        return cls(
            request=request,
            system=system,
            status=status,
            person=None if person is None else str(person),
            tool=tool,
            headers=dict(headers),
            members=dict(members),
        )

    def matches(self, exchange: Exchange, owner: "Callable[[], str | None]") -> bool:
        """Whether an exchange fits all of it.

        Args:
            exchange: the exchange as it is read.
            owner: looks up whose token, code or state it carries; called last, for it takes longer.
        """
        return (
            fnmatchcase(exchange.system, self.system)
            and fits(self.request, exchange.method, exchange.path)
            and self.status in (None, exchange.status)
            and self.tool in (None, exchange.tool)
            and all(_has_header(exchange, *each) for each in self.headers.items())
            and all(_has_member(exchange, *each) for each in self.members.items())
            and (self.person is None or _same(self.person, owner()))
        )

    def __str__(self) -> str:
        """Return the query as messages show it."""
        given: dict[str, Any] = {} if self.system == "*" else {"system": self.system}
        given |= {
            name: getattr(self, name)
            for name in ("status", "person", "tool", "headers")
            if getattr(self, name) not in (None, {})
        }
        given |= {name: masked(name, value) for name, value in self.members.items()}
        details = ", ".join(f"{name}={value!r}" for name, value in given.items())
        return f"{self.request}{f' with {details}' if details else ''}"


def _same(one: str, other: str | None) -> bool:
    return other is not None and one.casefold() == other.casefold()


def _has_header(exchange: Exchange, name: str, expected: str) -> bool:
    value = exchange.headers.get(name.title())
    return value is not None and (
        value in (expected, masked(name, expected)) or fnmatchcase(value, expected)
    )


def _has_member(exchange: Exchange, name: str, expected: Any) -> bool:
    """Whether it has this value; a secret as it was sent, or as the journal shows it."""
    values = list(lookup(exchange.fields, name))
    if not values:
        return expected is None
    shown = masked(name.rpartition(".")[2], expected)
    return any(_equal(value, each) for value in values for each in (expected, shown))


def _equal(value: Any, expected: Any) -> bool:
    if isinstance(value, bool) or isinstance(expected, bool):
        return value is expected or (isinstance(value, str) and value == json.dumps(expected))
    # What a query or form has is always text.
    is_number = isinstance(value, str) and isinstance(expected, int | float)
    return bool(value == (str(expected) if is_number else expected))


def lookup(value: Any, name: str) -> Iterator[Any]:
    """Yield the members that a dotted name leads to: several where names have dots."""
    if isinstance(value, list):
        number = name.partition(".")[0]
        if number.isdecimal() and int(number) < len(value):
            yield from _below(value[int(number)], name[len(number) + 1 :])
    elif isinstance(value, Mapping):
        if name in value:
            yield value[name]
        parts = name.split(".")
        for end in range(1, len(parts)):
            if (start := ".".join(parts[:end])) in value:
                yield from lookup(value[start], ".".join(parts[end:]))


def _below(value: Any, rest: str) -> Iterator[Any]:
    if rest:
        yield from lookup(value, rest)
    else:
        yield value


def check_request(pattern: object) -> None:
    """Check that `fits` could fit it.

    Raises:
        ValueError: it would fit no request, such as `post /x` or `x`, or it is too long.
    """
    if isinstance(pattern, str) and len(pattern) > _LONGEST_REQUEST:
        raise ValueError(
            f"A request of {len(pattern)} characters is too long to look for; "
            f"say at most {_LONGEST_REQUEST}, with '*' for the rest."
        )
    if not isinstance(pattern, str) or not all(map(_REQUEST.fullmatch, alternatives(pattern))):
        raise ValueError(
            f"'{pattern}' fits no request. Say a path, with a method in capitals before it if that "
            "matters, such as 'POST /oauth/token' or '/oauth/*'; '*' is anything."
        )


def fits(pattern: str, method: str, path: str) -> bool:
    """Whether a request is what was meant by `POST /oauth/token` or `/oauth/*`, any method."""
    return any(
        fnmatchcase(f"{method} {path}", each if " " in each else f"* {each}")
        for each in alternatives(pattern)
    )


def alternatives(pattern: str) -> list[str]:
    """What a request may be, one or the other: `/api/* | POST /oauth/token` is two patterns."""
    return pattern.split(" | ")
