"""What a fault is: which requests it strikes, and what becomes of them."""

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from http import HTTPStatus
from inspect import cleandoc
from typing import Any

from simulator.journal import check_request, fits

#: What can become of the access token that a request bears.
TOKEN_FATES = ("expired", "revoked", "swapped")


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
        if self.status is not None and self.status not in {each.value for each in HTTPStatus}:
            raise ValueError(f"status must be an HTTP status, not {self.status!r}.")
        if not 0 <= self.probability <= 1:
            raise ValueError(f"probability must be 0 to 1, not {self.probability}.")
        if self.times is not None and self.times < 1:
            raise ValueError(f"times must be 1 or more, not {self.times}.")
        if self.delay < 0:
            raise ValueError(f"delay must be 0 or more, not {self.delay}.")
        if self.token not in (None, *TOKEN_FATES):
            raise ValueError(f"token must be {', '.join(TOKEN_FATES)}, not '{self.token}'.")
        if self.token == "swapped" and not self.system.startswith("app:"):
            raise ValueError("Only tokens of apps are swapped: say system='app:*' with it.")
        if self.rotates_keys and self.system != "identity":
            raise ValueError("Only Workato Identity has keys: say system='identity' with it.")
        self._chance = random.Random(self.seed)  # noqa: S311  # chance here is no secret

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


#: An attribute and what the docstring tells of it, with the lines that go on.
_ATTRIBUTE = re.compile(r"(?m)^ {4}(\w+): (.+(?:\n {8,}.+)*)")


def told(kind: type = Fault) -> dict[str, str]:
    """What each attribute of a class is by its docstring, for those who document it."""
    _, _, attributes = cleandoc(kind.__doc__ or "").partition("Attributes:")
    found = _ATTRIBUTE.findall(attributes)
    return {name: " ".join(text.split()) for name, text in found}
