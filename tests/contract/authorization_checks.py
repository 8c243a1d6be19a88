"""What holds after every step of the authorization machine: the simulator does as the model says.

After a step the pairs that it may have changed are tried, and a few at random; at the end all.
"""

import sys
from abc import abstractmethod
from collections.abc import Iterable
from datetime import timedelta
from random import Random
from typing import ClassVar, TypeVar

from hypothesis import event, target
from hypothesis.stateful import invariant
from werkzeug.test import TestResponse

from tests.contract.authorization_model import Link, Model, Outcome, Token
from tests.contract.branches_world import Branches
from tests.contract.identity_world import FINANCE, PROCUREMENT, RESEARCH
from tests.contract.verbs import VerbMachine

PEOPLE = ("ada", "bob", "eve")
SHARED, DRAFTS = "Coupa (end users)", "Coupa (drafts)"
PARENTS = (SHARED, DRAFTS)
#: Server → tool → parent connection, as in `branches.yaml`.
TOOLS: dict[str, dict[str, str | None]] = {
    PROCUREMENT: {"List_my_requisitions": SHARED, "Greet": None},
    FINANCE: {"Greet": None},
    RESEARCH: {"List_my_requisitions": SHARED, "List_my_drafts": DRAFTS},
}
#: Whose requisitions a tool returns: (tool, person) → ids.
ROWS = {
    ("List_my_requisitions", "ada"): [11, 21],
    ("List_my_requisitions", "bob"): [12, 22],
    ("List_my_requisitions", "eve"): [13, 23],
    ("List_my_drafts", "ada"): [21],
    ("List_my_drafts", "bob"): [22],
    ("List_my_drafts", "eve"): [23],
}
T = TypeVar("T")
#: How many pairs a step tries at most of those that it may have changed, and at random.
_CHANGED, _AT_RANDOM = 3, 1


class AuthorizationChecks(VerbMachine):
    """The branches and their model, and what is compared between them."""

    #: Set before the machine is run; begun anew by each example.
    branches: ClassVar[Branches]

    def __init__(self) -> None:
        super().__init__()
        self.branches.begin()
        self.model = Model(
            groups={"Buyers": {"ada", "bob"}, "Planners": {"bob", "eve"}},
            access={PROCUREMENT: {"Buyers"}, RESEARCH: {"Buyers", "Planners"}},
            tools=TOOLS,
            lasting=frozenset({SHARED}),
        )
        self.random = Random()
        self._tokens: list[Token] = []
        self._connections: list[tuple[str, str]] = []

    def pass_time(self, lapse: timedelta) -> None:
        """Let the simulated clock go on."""
        self.model.now += lapse
        self.branches.hold_time(self.model.now)

    def changed(
        self, tokens: Iterable[Token] = (), connections: Iterable[tuple[str, str]] = ()
    ) -> None:
        """Say which tokens and (person, parent) a step may have changed."""
        self._tokens = [*tokens]
        self._connections = [*connections]

    def changed_for(self, person: str) -> None:
        """Say that a step may have changed all that concerns a person."""
        tokens = [token for token in self.model.tokens if token.grant.person == person]
        self.changed(tokens, [(person, parent) for parent in PARENTS])

    @invariant()
    def nothing_is_otherwise_than_the_model_says(self) -> None:
        """Try what the last step may have changed, and something at random."""
        self.branches.hold_time(self.model.now)
        for token in self._some(self._tokens, _CHANGED):
            server = token.grant.server or PROCUREMENT
            self.check_call(token, server, self.random.choice([*TOOLS[server]]))
            self.check_introspection(token)
        for person, parent in self._some(self._connections, _CHANGED):
            self.check_connection(person, parent)
        for token in self._some(self.model.tokens, _AT_RANDOM):
            server = self.random.choice([*TOOLS])
            self.check_call(token, server, self.random.choice([*TOOLS[server]]))
        for person in self._some(PEOPLE, _AT_RANDOM):
            self.check_connection(person, self.random.choice(PARENTS))
        self.changed()
        assert not self.branches.failures()

    def _some(self, found: Iterable[T], most: int) -> list[T]:
        every = list(found)
        return every if len(every) <= most else self.random.sample(every, most)

    def check_call(self, token: Token, server: str, tool: str) -> Link | None:
        """Call a tool with a token; returns the setup link where that is the answer."""
        expected = self.model.outcome(token, server, tool)
        answer = self.branches.call_tool(token.access, server, tool)
        self._note(token, server, expected)
        return self._compare(answer, expected, token.grant.person, server, tool)

    def check_connection(self, person: str, parent: str) -> Link | None:
        """Call a tool that needs a parent connection with a fresh token; as `check_call`."""
        server, tool = self.random.choice(list(self.model.places_of(parent)))
        expected = self.model.outcome_for(person, server, tool)
        fresh = self.branches.new_token(person, server)
        answer = self.branches.call_tool(fresh, server, tool)
        return self._compare(answer, expected, person, server, tool)

    @abstractmethod
    def check_introspection(self, token: Token) -> None:
        """Ask Workato Identity about a token."""

    def _compare(
        self, answer: TestResponse, expected: Outcome, person: str, server: str, tool: str
    ) -> Link | None:
        summary = f"{person} calls {tool} at {server}: {answer.status_code} {answer.text}"
        assert outcome_of(answer) == expected, summary
        parent = TOOLS[server].get(tool)
        if expected == Outcome.DONE and parent:
            rows = answer.get_json()["result"]["structuredContent"]["requisitions"]
            assert {row["requested-by"]["login"] for row in rows} == {person}, summary
            assert sorted(row["id"] for row in rows) == ROWS[tool, person], summary
        if expected == Outcome.CONNECTION_NEEDED and parent:
            self.model.expect_prompt(person, parent)
            url = answer.get_json()["result"]["structuredContent"]["auth_url"]
            return Link(url=url, person=person, parent=parent, issued_at=self.model.now)
        return None

    def _note(self, token: Token, server: str, expected: Outcome) -> None:
        """Let the statistics tell which states were met."""
        event(f"call: {expected}")
        grant = token.grant
        if grant.revoked:
            event("call with a revoked token")
        elif token.refreshed and expected == Outcome.DONE:
            event("call with the token before the refresh")
        if grant.server and server in self.model.access and grant.server != server:
            event("call with another server's token")
        if expected == Outcome.NOT_IN_GROUP:
            out = grant.person in self.model.inactive
            event("call of a disabled person" if out else "call after removal from all groups")

    def teardown(self) -> None:
        """Try every pair."""
        if sys.exc_info()[0] is not None:
            return  # a step failed: that is what to report, not what comes of it
        self.branches.hold_time(self.model.now)
        for token in self.model.tokens:
            for server, tools in TOOLS.items():
                self.check_call(token, server, next(iter(tools)))
            self.check_introspection(token)
        for person in PEOPLE:
            for parent in PARENTS:
                self.check_connection(person, parent)
        assert not self.branches.failures()
        target(float(sum(map(self.model.is_live, self.model.tokens))), label="live tokens")
        held = [pair for pair in self.model.connections if self.model.is_connected(*pair)]
        target(float(len(held)), label="live connections")


def outcome_of(answer: TestResponse) -> Outcome:
    """What a tool call came to; fails on an answer of no documented shape."""
    assert answer.status_code < 500, answer.text
    body = answer.get_json()
    if "result" in body:
        assert answer.status_code == 200, answer.text
        result = body["result"]
        if not result.get("isError"):
            return Outcome.DONE
        return Outcome(result["structuredContent"]["error"])
    error = body["error"]
    if error["code"] == -32602:
        assert answer.status_code == 200, answer.text
        return Outcome.UNKNOWN_TOOL
    found = Outcome(error["data"]["error"])
    by_status = {Outcome.UNAUTHORIZED: 401, Outcome.NOT_IN_GROUP: 403}
    assert answer.status_code == by_status[found], answer.text
    return found


def minutes(number: float) -> timedelta:
    """So many minutes and a second: nothing ends at the very moment at which it is looked at."""
    return timedelta(minutes=number, seconds=1)
