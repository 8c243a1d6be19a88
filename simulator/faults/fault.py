"""What a fault is: which requests it strikes, and what becomes of them."""

import random
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from fnmatch import fnmatchcase
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from simulator.journal import check_request, fits

#: What can become of the access token that a request bears.
TOKEN_FATES = ("expired", "revoked", "swapped")
#: A day of real time, and a hundred years of simulated time, in seconds: no clock overflows.
_DAY, _CENTURY = 86_400.0, 3_155_760_000.0
_BOUNDS: dict[str, tuple[float, float]] = {
    "probability": (0, 1),
    "delay": (0, _DAY),
    "passes": (0, _CENTURY),
    "skew": (-_CENTURY, _CENTURY),
}
_NONE = type(None)
_NUMBER = ((int, float), "a number")
_TEXT = ((str, _NONE), "a text")
_SWITCH = ((bool,), "true or false")
_WHOLE = ((int, _NONE), "a whole number")
#: Attribute → the types that it can have, and how they are called.
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "system": ((str,), "a text"),
    "token": _TEXT,
    "status": ((int, _NONE), "an HTTP status"),
    "times": _WHOLE,
    "seed": ((int,), "a whole number"),
    **dict.fromkeys(_BOUNDS, _NUMBER),
    **dict.fromkeys(("reset", "truncated", "rotates_keys"), _SWITCH),
    "body": ((bytes, _NONE), "bytes"),
}
#: A field line without its end (RFC 9110 §5.1, §5.5).
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*")


@dataclass(kw_only=True)
class Fault:
    """One kind of misbehaviour.

    Attributes:
        request: method and path it applies to, such as `POST /oauth2/token`; `*` is anything.
        system: name of the system it applies to, or a pattern: `identity`, `app:*`.
        fields: parameters that the request has in its query, form or JSON, such as
            `{"grant_type": "refresh_token"}`.
        person: name or e-mail address of the person for whom the request is made, told by its
            token, code or state, or by the tool call that it is part of; pages of a browser are
            nobody's.
        tool: name of the tool whose call this is, or is part of.
        status: answers with this HTTP status instead of asking the system.
        body: what is sent with `status`; without `status`, replaces the body of the real answer.
        headers: go with the answer, such as `Retry-After`, in place of its own of that name.
        redirect: parameters of the redirect that takes a person back to a client, in place of its
            own, such as `{"state": "another"}`; null leaves one out.
        delay: real seconds to wait before anything else.
        passes: simulated seconds that go by before the answer.
        skew: seconds that the system's clock is ahead meanwhile; below 0 it is behind.
        reset: ends the connection without an answer.
        truncated: sends half of the body that was announced.
        token: what becomes of the request's access or refresh token before the system sees it:
            `expired`, `revoked`, or `swapped` for another person's (tokens of apps alone).
        rotates_keys: the system signs with a new key from now on.
        times: how often it happens; None for until it is cleared.
        probability: how often it happens to a request that fits, 0 to 1.
        seed: makes chance repeat.
        hits: how often it happened.
        number: counts from 1 since all faults were cleared; 0 before it is added.
    """

    request: str = "*"
    system: str = "*"
    fields: dict[str, str] = field(default_factory=dict)
    person: str | None = None
    tool: str | None = None
    status: int | None = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)
    redirect: dict[str, str | None] = field(default_factory=dict)
    delay: float = 0.0
    passes: float = 0.0
    skew: float = 0.0
    reset: bool = False
    truncated: bool = False
    token: str | None = None
    rotates_keys: bool = False
    times: int | None = None
    probability: float = 1.0
    seed: int = 0
    hits: int = field(default=0, init=False)
    number: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        check_request(self.request)
        self._check_types()
        if self.status is not None and self.status not in {each.value for each in HTTPStatus}:
            raise ValueError(f"status must be an HTTP status, not {self.status!r}.")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be 1 or more, not {self.times}.")
        for name, (least, most) in _BOUNDS.items():
            number = getattr(self, name)
            if not least <= number <= most:  # NaN is in no bounds
                bounds = f"{least:.0f} to {most:.0f}"
                told = bounds if least or most == 1 or not number < 0 else "0 or more"
                raise ValueError(f"{name} must be {told}, not {number}.")
        if self.token not in (None, *TOKEN_FATES):
            raise ValueError(f"token must be {', '.join(TOKEN_FATES)}, not '{self.token}'.")
        if self.token == "swapped" and not self.system.startswith("app:"):
            raise ValueError("Only tokens of apps are swapped: say system='app:*' with it.")
        if self.rotates_keys and self.system != "identity":
            raise ValueError("Only Workato Identity has keys: say system='identity' with it.")
        self._chance = random.Random(self.seed)  # noqa: S311  # chance here is no secret

    def _check_types(self) -> None:
        for name, (kinds, told) in _KINDS.items():
            value = getattr(self, name)
            is_odd = isinstance(value, bool) and bool not in kinds  # Python counts it as a number
            if is_odd or not isinstance(value, kinds):
                raise ValueError(f"{name} must be {told}, not {value!r}.")
        for name in ("fields", "headers", "redirect"):
            given = getattr(self, name)
            if not isinstance(given, Mapping) or not all(isinstance(each, str) for each in given):
                raise ValueError(f"{name} must map names to values, not be {given!r}.")
        sent: Mapping[str, object] = self.headers
        for name, text in sent.items():
            if not isinstance(text, str) or not _HEADER.fullmatch(f"{name}:{text}"):
                raise ValueError(f"headers cannot have {name!r}: {text!r} (RFC 9110 §5).")

    def __str__(self) -> str:
        """As it was planted, for messages."""
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.init}
        usual = Fault.__dataclass_fields__
        said = ", ".join(
            f"{name}={value!r}"
            for name, value in given.items()
            if name != "request" and value != _default(usual[name])
        )
        return f"fault {self.request}{f' ({said})' if said else ''}"

    def fits(self, system: str, method: str, path: str) -> bool:
        """Whether it is meant for a request like this, as far as method and path tell."""
        return fnmatchcase(system, self.system) and fits(self.request, method, path)

    def has_fields(self, fields: Mapping[str, Any]) -> bool:
        """Whether a request with these parameters has those that it is meant for."""
        return all(str(fields.get(name)) == str(value) for name, value in self.fields.items())

    def strikes(self) -> bool:
        """Whether it happens to a request that it is meant for; if so, that is counted."""
        spent = self.times is not None and self.hits >= self.times
        if spent or self._chance.random() >= self.probability:
            return False
        self.hits += 1
        return True


def _default(attribute: Any) -> Any:
    return attribute.default if attribute.default is not MISSING else attribute.default_factory()


#: An attribute and what the docstring tells of it, with the lines that go on.
_ATTRIBUTE = re.compile(r"(?m)^ {4}(\w+): (.+(?:\n {8,}.+)*)")


def told(kind: type = Fault) -> dict[str, str]:
    """What each attribute of a class is by its docstring, for those who document it."""
    _, _, attributes = cleandoc(kind.__doc__ or "").partition("Attributes:")
    found = _ATTRIBUTE.findall(attributes)
    return {name: " ".join(text.split()) for name, text in found}
