"""What there is in a world, for questions and faults that name it: a slip is refused with that."""

import re
from collections.abc import Callable, Iterable, Mapping
from difflib import get_close_matches
from fnmatch import fnmatchcase
from io import BytesIO
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from simulator.db.tables import McpServer, McpTool
from simulator.domain.lookup import find_email
from simulator.errors import list_choices
from simulator.faults.incoming import IncomingRequest
from simulator.journal import Journal, RawExchange
from simulator.journal.query import alternatives, lookup
from simulator.net.addresses import API, MCP
from simulator.sandbox.directory import carriers
from simulator.sandbox.directory.globs import DIGITS, overlap
from simulator.sandbox.directory.parameters import PARAMS, known_names
from simulator.sandbox.directory.routes import patterns
from simulator.sandbox.directory.values import VALUES, check_inner, check_value
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication

_ABSENT = " To look for requests to what is not there, say status=404 or status=405."
#: A number that an MCP server may have.
_NUMBER = re.compile(r"\d{1,9}")
#: So many are looked at to say what there is: more than a sentence names.
_MOST_NAMED = 50
_BRACKETS = re.compile(r"\[[^]]*\]")


class Directory:
    """Knows the systems, routes, parameters, people and tools of one world.

    Args:
        world: shared by all systems.
        journal: knows what there was.
        owner: tells whose token, code or state a request carries, and whose ones are these texts.
        system: builds the application of a system, or has it already.
    """

    def __init__(
        self,
        world: World,
        journal: Journal,
        owner: Callable[[IncomingRequest, Iterable[str]], str | None],
        system: "Callable[[str], WSGIApplication]",
    ) -> None:
        self._world, self._journal = world, journal
        self._owner, self._system = owner, system

    def check_system(self, pattern: str) -> None:
        """Be sure that a system has this name, or fits this pattern.

        Raises:
            ValueError: none does.
        """
        if not self._systems(pattern):
            known = list_choices(sorted(self._systems("*")))
            raise ValueError(f"No system is called {_quoted(pattern)}. {known}")

    def check_tool(self, name: object) -> None:
        """Be sure that a tool has this name, or had it when it was called.

        Raises:
            ValueError: none does.
        """
        if self._world.settings.conformance_server:
            return  # its tools are those of the suite
        with self._world.db.reading() as session:
            if session.scalar(select(McpTool.id).where(McpTool.name == name).limit(1)) is not None:
                return
            some = select(McpTool.name).distinct().order_by(McpTool.name).limit(_MOST_NAMED)
            tools = session.scalars(some).all()
        if not any(each.tool == name for each in self._journal):
            raise ValueError(f"No tool is called {_quoted(name)}. {list_choices(tools)}")

    def email(self, person: object) -> str:
        """The e-mail address of a person who is named, or who acts.

        Args:
            person: see `simulator.validation.persons.Who`.

        Raises:
            ValueError: there is nobody, or several are called this.
        """
        return find_email(self._world, person)

    def check_request(self, request: str, system: str, advice: str = _ABSENT) -> None:
        """Be sure that one of these systems serves such a request.

        Args:
            request: see `Journal.find`.
            system: a name, or a pattern.
            advice: ends the message.

        Raises:
            ValueError: none does; the message tells what is near.
        """
        served: dict[str, str] = {}
        for name in self._systems(system):
            for pattern, route in self._served(name, request):
                if any(overlap(each, pattern) for each in _patterns(request)):
                    return
                served[route] = name
        near = get_close_matches(request, served, n=5, cutoff=0.4)
        known = list_choices(near or [route for route in served if "static" not in route])
        which = "No system" if system == "*" else f"No system '{system}'"
        raise ValueError(f"{which} serves '{request}'. {known}{advice}")

    def _served(self, system: str, request: str) -> Iterable[tuple[str, str]]:
        """What a system serves, as `patterns`; of MCP servers, the first and those in a request."""
        numbers: list[str] = []
        if system == MCP and not self._world.settings.conformance_server:
            with self._world.db.reading() as session:
                found = select(McpServer.number).order_by(McpServer.number)
                meant = [int(digits) for digits in _NUMBER.findall(request)]
                first = session.scalars(found.limit(_MOST_NAMED))
                there = {*first, *session.scalars(found.where(McpServer.number.in_(meant)))}
                numbers = [str(number) for number in sorted(there)]
        for pattern, route in patterns(system, self._system(system)):
            if DIGITS not in pattern or not numbers:
                yield pattern, route
            for number in numbers if DIGITS in pattern else ():
                yield pattern.replace(DIGITS, number), route.replace("<int:number>", number)

    def check_person(self, request: str, system: str) -> None:
        """Be sure that a person can be told of such requests.

        Raises:
            ValueError: they are nobody's.
        """
        systems = self._systems(system)
        if not any(carriers.can_be_somebodys(each, systems) for each in _patterns(request)):
            raise ValueError(
                f"{_which(request, system)} are nobody's: a person is told by the token, code or "
                "state of a request. Pages of a browser, registration and metadata have none."
            )

    def check_part(self, request: str, system: str) -> None:
        """Be sure that such requests can be a tool call, or part of one.

        Raises:
            ValueError: they cannot.
        """
        systems = self._systems(system)
        if not any(carriers.can_be_of_a_tool(each, systems) for each in _patterns(request)):
            raise ValueError(
                f"{_which(request, system)} are no part of a tool call: those are its request to "
                "an MCP server, and what is asked of apps meanwhile."
            )

    def check_members(self, members: Mapping[Any, Any], request: str, system: str) -> None:
        """Be sure that such requests can have these parameters or members, or had them.

        Args:
            members: the members of the query, form or JSON, with dots for members of members →
                value.
            request: see `Journal.find`.
            system: a name, or a pattern.

        Raises:
            ValueError: they cannot; the message tells what they can have.
        """
        if odd := [name for name in members if not isinstance(name, str)]:
            raise ValueError(f"The name of a parameter is a text, not {odd[0]!r}.")
        if members:
            self._check_names(members, request, system)
        for name, value in members.items():
            check_value(name, value, self._values(name) if name in VALUES else ())
            if name == "params.name" and value is not None:
                self.check_tool(value)

    def _values(self, name: str) -> list[object]:
        """What a parameter has been so far."""
        return [value for each in self._journal for value in lookup(each.fields, name)]

    def _check_names(self, names: Iterable[str], request: str, system: str) -> None:
        systems, patterns_of_request = self._systems(system), _patterns(request)
        known = {name for each in patterns_of_request for name in known_names(each, systems)}
        seen = self._seen(patterns_of_request, systems)
        for name in names:
            root, _, rest = name.partition(".")
            if name in seen or name in known:
                continue
            if not {root, _BRACKETS.sub("", root)} & {*known, *seen}:
                possible = sorted(known | {each for each in seen if "." not in each})
                raise ValueError(
                    f"A request '{request}' has no parameter '{name}'. {_near(name, possible)}"
                )
            check_inner(name)
            if root == "params":
                self._check_param(name, rest, seen)

    def _check_param(self, name: str, rest: str, seen: set[str]) -> None:
        """Be sure that a member of a JSON-RPC message's `params` is one of MCP, or was there."""
        first, _, inner = rest.partition(".")
        if first not in PARAMS:
            raise ValueError(f"'params' has no member '{first}'. {_near(first, sorted(PARAMS))}")
        if first != "arguments" or not inner or self._world.settings.conformance_server:
            return
        from simulator.domain.recipes import build_input_schema

        with self._world.db.reading() as session:
            known = {
                argument
                for tool in session.scalars(select(McpTool))
                for argument in build_input_schema(tool.recipe).get("properties", {})
            }
        if inner.partition(".")[0] not in known:
            raise ValueError(f"No tool has an argument '{inner}'. {_near(inner, sorted(known))}")

    def _seen(self, patterns_of_request: Iterable[str], systems: Iterable[str]) -> set[str]:
        """Names that requests like this had, down to members of members of members."""
        found: set[str] = set()
        for each in self._journal:
            if each.system in systems and any(
                overlap(pattern, f"{each.method} {each.path}") for pattern in patterns_of_request
            ):
                found |= set(_names(each.fields, "", 4))
        return found

    def _systems(self, pattern: str) -> set[str]:
        present = {*self._world.addresses.systems, API}
        gone = {each.system for each in self._journal} - present
        if not isinstance(pattern, str):
            return set()
        return {name for name in present if fnmatchcase(name, pattern)} | {
            name for name in gone if name == pattern
        }

    def on_behalf(self) -> tuple[str | None, str] | None:
        """Person and tool of the tool call that is under way; None outside of one."""
        context = self._world.calls.context
        return (context.person, context.tool) if context else None

    def person_of(self, raw: RawExchange) -> str | None:
        """E-mail address of the person whose token, code or state an exchange carries or brings."""
        environ = {
            **raw.environ,
            "CONTENT_LENGTH": str(len(raw.body)),
            "wsgi.input": BytesIO(raw.body),
        }
        with self._world.db.reading():
            return self._owner(IncomingRequest(raw.system, environ), raw.issued_credentials())


def _patterns(request: str) -> list[str]:
    """A request of a question as patterns of `globs`: any method, unless it says one."""
    return [
        _BRACKETS.sub("?", each if " " in each else f"* {each}" if each else "*")
        for each in alternatives(request)
    ]


def _names(value: object, before: str, deep: int) -> Iterable[str]:
    if isinstance(value, dict) and deep:
        for name, inner in value.items():
            yield f"{before}{name}"
            yield from _names(inner, f"{before}{name}.", deep - 1)


def _which(request: str, system: str) -> str:
    return f"Requests '{request}'{'' if system == '*' else f' to {system!r}'}"


def _near(name: str, possible: list[str]) -> str:
    close = get_close_matches(name, possible, n=3)
    meant = f"Did you mean '{close[0]}'? " if close else ""
    return meant + list_choices([*close, *possible])


def _quoted(name: object) -> str:
    return f"'{name}'" if isinstance(name, str) else repr(name)
