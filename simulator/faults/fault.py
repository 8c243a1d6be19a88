"""What a fault is: which requests it strikes, and what becomes of them."""

import random
import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, field, fields
from fnmatch import fnmatchcase
from inspect import cleandoc
from typing import Any, NamedTuple

from simulator.faults.checks import TOKEN_EFFECTS, check, check_types
from simulator.faults.plan import OUTCOME, read_plan
from simulator.journal import check_request, fits
from simulator.journal.query import lookup

__all__ = ["TOKEN_EFFECTS", "Fault"]


@dataclass(kw_only=True)
class Fault:
    """One kind of misbehaviour.

    Attributes:
        request: method and path it applies to, such as `POST /oauth2/token`; `*` is anything,
            and ` | ` stands between several.
        system: name of the system it applies to, or a pattern: `identity`, `app:*`.
        fields: parameters that the request has in its query, form or JSON, such as
            `{"grant_type": "refresh_token"}`, with dots for members of members; null for one that
            it has not.
        person: name or e-mail address of the person for whom the request is made, told by its
            token, code or state, or by the tool call that it is part of; pages of a browser are
            nobody's.
        tool: name of the tool whose call this is, or is part of.
        status: answers with this HTTP status instead of asking the system.
        body: what is sent with `status`; without `status`, replaces the body of the real answer.
        headers: go with the answer, such as `Retry-After`, in place of its own of that name.
        own_error: whether the body of a `status` from 400 on is the system's own, as it words such
            an error.
        redirect: parameters of the redirect that takes a person back to a client, in place of its
            own, such as `{"state": "another"}`; null leaves one out.
        members: members to put into the JSON of a real answer that went well, in place of its own,
            with dots for members of members; `{}` in a text stands for the own value, and null
            leaves one out: `{"issuer": "{}/"}`.
        left_open: shows a page that leads nowhere to a person who is to be sent back to a client.
        claims: claims to put into the ID token of the answer, in place of its own; null leaves
            one out.
        foreign_key: signs the ID token of the answer with a key that nobody published.
        delay: real seconds to wait before anything else.
        advance_clock_by: simulated seconds that go by before the answer.
        skew: seconds that the system's clock is ahead meanwhile; below 0 it is behind.
        drop_connection: ends the connection without an answer.
        truncated: sends half of the body that was announced.
        token: what becomes of the request's access or refresh token before the system sees it:
            `expired`, `revoked`, or `swapped` for another person's (tokens of apps alone).
        rotates_keys: the system signs with a new key from now on.
        effect: what changes in the world before the system sees the request: `session-ended`, the
            MCP session that it names; `client-deleted`, the OAuth client that asks for a token;
            `tool-stopped`, the MCP tool that it calls; `keys-dropped`, every key that signed
            tokens before; `group-lost`, as if the person of its access token had no group that
            may use the MCP server; or what the identity provider says of a person:
            `saml-wrong-audience`, `saml-wrong-issuer`, `saml-wrong-signature`, `saml-expired`, or
            `saml-no-attributes`.
        scopes: scopes, separated by spaces, that an access token needs at an MCP server: one that
            lacks any of them is refused with `insufficient_scope`; Workato Identity grants them
            to whoever asks meanwhile.
        plan: what happens one after the other, instead of one outcome: each step has the
            attributes of an outcome, from `status` to `scopes`, and `times`, 1 by default;
            null, in the last step, is for ever, and an empty step lets a request pass:
            `[{"status": 503, "times": 2}, {"status": 429}]`.
        times: how often it happens; None for until it is cleared.
        probability: how often it happens to a request that fits, 0 to 1.
        seed: makes chance repeat.
        hits: how often it happened.
        step_hits: how often each step of the plan happened.
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
    own_error: bool = False
    redirect: dict[str, str | None] = field(default_factory=dict)
    members: dict[str, Any] = field(default_factory=dict)
    left_open: bool = False
    claims: dict[str, Any] = field(default_factory=dict)
    foreign_key: bool = False
    delay: float = 0.0
    advance_clock_by: float = 0.0
    skew: float = 0.0
    drop_connection: bool = False
    truncated: bool = False
    token: str | None = None
    rotates_keys: bool = False
    effect: str | None = None
    scopes: str = ""
    plan: list[dict[str, Any]] = field(default_factory=list)
    times: int | None = None
    probability: float = 1.0
    seed: int = 0
    hits: int = field(default=0, init=False)
    step_hits: list[int] = field(default_factory=list, init=False)
    number: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        check_request(self.request)
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.init}
        check_types(given)
        check(given)
        #: What happens one after the other; without a plan, the fault itself for as long as it is.
        self._steps = self._read_plan()
        self.step_hits = [0] * len(self._steps)
        #: How often chance was asked; with `seed`, that tells what it says next.
        self._draws = 0
        self._chance = random.Random(self.seed)  # noqa: S311  # chance here is no secret

    def _read_plan(self) -> "list[Fault]":
        steps = []
        for number, step in enumerate(read_plan(self.plan, self.changed()), 1):
            try:
                steps.append(Fault(system=self.system, **step))
            except ValueError as error:
                raise ValueError(f"Step {number} of the plan: {error}") from None
        return steps

    def __str__(self) -> str:
        """As it was planted, for messages."""
        attributes = ", ".join(
            f"{name}={value!r}" for name, value in self.changed().items() if name != "request"
        )
        return f"fault {self.request}{f' ({attributes})' if attributes else ''}"

    def changed(self) -> dict[str, Any]:
        """Its attributes that have not their defaults."""
        usual = Fault.__dataclass_fields__
        given = {each.name: getattr(self, each.name) for each in fields(self) if each.init}
        return {name: value for name, value in given.items() if value != _default(usual[name])}

    @property
    def steps(self) -> "list[Fault]":
        """What can happen, in order: the steps of its plan, or itself."""
        return self._steps or [self]

    @property
    def changes_anything(self) -> bool:
        """Whether anything goes wrong where it happens."""
        return any(step.changed().keys() & set(OUTCOME) for step in self.steps)

    def outcome(self) -> "Fault | None":
        """What happens to the next request that fits; None when nothing does any more."""
        if self.times is not None and self.hits >= self.times:
            return None
        for step, hits in zip(self._steps, self.step_hits, strict=True):
            if step.times is None or hits < step.times:
                return step
        return None if self._steps else self

    def fits(self, system: str, method: str, path: str) -> bool:
        """Whether it is meant for a request like this, as far as method and path tell."""
        return fnmatchcase(system, self.system) and fits(self.request, method, path)

    def has_fields(self, fields: Mapping[str, Any]) -> bool:
        """Whether a request with these parameters has those that it is meant for."""
        return all(
            str(value) in map(str, [*lookup(fields, name)] or [None])
            for name, value in self.fields.items()
        )

    def draw(self) -> bool:
        """Ask chance whether it happens now."""
        if self.probability == 1:
            return True
        self._draws += 1
        return self._chance.random() < self.probability

    def count(self, outcome: "Fault", by: int = 1) -> None:
        """Count that an outcome happened; or, with -1, that it did not: nothing was to change."""
        self.hits += by
        for index, step in enumerate(self._steps):
            if step is outcome:  # two steps may be equal
                self.step_hits[index] += by

    @property
    def counts(self) -> "FaultCounts":
        """What was counted so far."""
        return FaultCounts(self.hits, tuple(self.step_hits), self._draws)

    def adopt(self, counts: "FaultCounts") -> None:
        """Go on from what was counted elsewhere; chance goes on there, too."""
        self.hits, self.step_hits = counts.hits, [*counts.step_hits]
        if counts.draws < self._draws:
            self._draws, self._chance = 0, random.Random(self.seed)  # noqa: S311
        while self._draws < counts.draws:
            self._draws += 1
            self._chance.random()


class FaultCounts(NamedTuple):
    """What was counted of a fault.

    Attributes:
        hits: how often it happened.
        step_hits: how often each step of its plan did.
        draws: how often chance was asked.
    """

    hits: int
    step_hits: tuple[int, ...]
    draws: int


def _default(attribute: Any) -> Any:
    return attribute.default if attribute.default is not MISSING else attribute.default_factory()


#: An attribute and what the docstring tells of it, with the lines that go on.
_ATTRIBUTE = re.compile(r"(?m)^ {4}(\w+): (.+(?:\n {8,}.+)*)")


def attribute_descriptions(kind: type = Fault) -> dict[str, str]:
    """What each attribute of a class is by its docstring, for those who document it."""
    _, _, attributes = cleandoc(kind.__doc__ or "").partition("Attributes:")
    found = _ATTRIBUTE.findall(attributes)
    return {name: " ".join(text.split()) for name, text in found}
