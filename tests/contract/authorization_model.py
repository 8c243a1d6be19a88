"""What verified user access allows after all that happened: the rules again, in plain Python.

It knows nothing of the simulator, so that the two can only agree by both being right. People,
clients, groups, servers, tools and parent connections are named by strings; time is a `timedelta`
since the beginning.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

CODE_LIFETIME = timedelta(minutes=1)
ACCESS_LIFETIME = timedelta(hours=1)
LINK_LIFETIME = timedelta(minutes=10)
SESSION_LENGTH = timedelta(hours=8)
#: How long an app's access token lives; a connection without offline access lives no longer.
APP_TOKEN_LIFETIME = timedelta(seconds=86_399)


class Outcome(StrEnum):
    """What a tool call comes to."""

    UNAUTHORIZED = "unauthorized"
    NOT_IN_GROUP = "not_in_group"
    UNKNOWN_TOOL = "unknown_tool"
    CONNECTION_NEEDED = "authentication_required"
    DONE = "done"


@dataclass(eq=False, kw_only=True)
class Grant:
    """What a person allowed a client at one moment; all that was issued for it ends together.

    Attributes:
        person: who allowed it.
        client: the id of the client.
        server: the URL of the server it is for, or None for sign-in alone.
        code: the authorization code that the client was given.
        issued_at: when.
        redeemed: whether the client has exchanged the code.
        revoked: whether all is over.
    """

    person: str
    client: str
    server: str | None
    code: str = field(repr=False)
    issued_at: timedelta
    redeemed: bool = False
    revoked: bool = False


@dataclass(eq=False, kw_only=True)
class Token:
    """An access token and the refresh token that came with it."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    grant: Grant
    issued_at: timedelta
    refreshed: bool = False


@dataclass(eq=False, kw_only=True)
class Link:
    """A connection setup link, as the person got it who called a tool."""

    url: str = field(repr=False)
    person: str
    parent: str
    issued_at: timedelta
    spent: bool = False


@dataclass(eq=False, kw_only=True)
class Connection:
    """A person's own connection under a parent.

    Attributes:
        made_at: when the person allowed it at the app.
        accepted: whether the app still takes its tokens.
        trusted: whether Workato still takes it for live: it learns of the end at the next call.
    """

    made_at: timedelta
    accepted: bool = True
    trusted: bool = True


@dataclass(kw_only=True)
class Model:
    """Who and what there is, and how it stands.

    Attributes:
        groups: group → members.
        access: server → groups that have access to it; only servers with Workato Identity.
        tools: server → tool → the parent connection that it needs, or None.
        lasting: parent connections with offline access.
        stopped: (server, tool) that is not started.
        inactive: people whose account is disabled.
        signed_in: person → when he signed in at Workato Identity with his browser.
        consents: (person, client, server) that is not asked for again.
        connections: (person, parent) → the latest connection.
        tokens: every token that was issued.
    """

    groups: dict[str, set[str]]
    access: dict[str, set[str]]
    tools: Mapping[str, Mapping[str, str | None]]
    lasting: frozenset[str]
    now: timedelta = timedelta()
    stopped: set[tuple[str, str]] = field(default_factory=set)
    inactive: set[str] = field(default_factory=set)
    signed_in: dict[str, timedelta] = field(default_factory=dict)
    consents: set[tuple[str, str, str | None]] = field(default_factory=set)
    connections: dict[tuple[str, str], Connection] = field(default_factory=dict)
    tokens: list[Token] = field(default_factory=list)

    def is_active(self, person: str) -> bool:
        """Whether the account is enabled."""
        return person not in self.inactive

    def is_signed_in(self, person: str) -> bool:
        """Whether the person's browser needs no password at Workato Identity."""
        since = self.signed_in.get(person)
        return self.is_active(person) and since is not None and self._within(since, SESSION_LENGTH)

    def remembers_consent(self, person: str, client: str, server: str | None) -> bool:
        """Whether this person is not asked for this client and server again."""
        return (person, client, server) in self.consents

    def is_member(self, person: str, server: str) -> bool:
        """Whether a group of the person has access to the server."""
        return any(person in self.groups[group] for group in self.access[server])

    def redeemable(self, grant: Grant) -> bool:
        """Whether the client gets tokens for the code."""
        in_time = self._within(grant.issued_at, CODE_LIFETIME)
        return not grant.redeemed and in_time and self.is_active(grant.person)

    def refreshable(self, token: Token) -> bool:
        """Whether its client gets new tokens for the refresh token."""
        unspent = not token.refreshed and not token.grant.revoked
        return unspent and self.is_active(token.grant.person)

    def is_live(self, token: Token) -> bool:
        """Whether the access token opens anything at all."""
        unended = not token.grant.revoked and self._within(token.issued_at, ACCESS_LIFETIME)
        return unended and self.is_active(token.grant.person)

    def is_usable(self, link: Link) -> bool:
        """Whether the person it was made for may follow the link."""
        return not link.spent and self._within(link.issued_at, LINK_LIFETIME)

    def is_connected(self, person: str, parent: str) -> bool:
        """Whether calls act in the app as this person."""
        own = self.connections.get((person, parent))
        if own is None or not (own.accepted and own.trusted):
            return False
        return parent in self.lasting or self._within(own.made_at, APP_TOKEN_LIFETIME)

    def seems_connected(self, person: str, parent: str) -> bool:
        """Whether Workato would not ask for this connection: no call has failed since."""
        own = self.connections.get((person, parent))
        return own is not None and own.trusted

    def outcome(self, token: Token, server: str, tool: str) -> Outcome:
        """What a call of a tool with this token comes to."""
        unended = not token.grant.revoked and self._within(token.issued_at, ACCESS_LIFETIME)
        if not unended or token.grant.server != server or server not in self.access:
            return Outcome.UNAUTHORIZED
        return self.outcome_for(token.grant.person, server, tool)

    def outcome_for(self, person: str, server: str, tool: str) -> Outcome:
        """What a call comes to once the token was found in order."""
        if not (self.is_active(person) and self.is_member(person, server)):
            return Outcome.NOT_IN_GROUP
        if tool not in self.tools[server] or (server, tool) in self.stopped:
            return Outcome.UNKNOWN_TOOL
        parent = self.tools[server][tool]
        if parent is not None and not self.is_connected(person, parent):
            return Outcome.CONNECTION_NEEDED
        return Outcome.DONE

    def expect_prompt(self, person: str, parent: str) -> None:
        """A call found no live connection; so Workato knows by now."""
        if own := self.connections.get((person, parent)):
            own.trusted = False

    def connect(self, person: str, parent: str) -> None:
        """The person allowed it at the app."""
        self.connections[person, parent] = Connection(made_at=self.now)

    def places_of(self, parent: str) -> Iterator[tuple[str, str]]:
        """Each (server, tool) that needs this parent connection."""
        for server, tools in self.tools.items():
            yield from ((server, tool) for tool, needed in tools.items() if needed == parent)

    def _within(self, since: timedelta, lifetime: timedelta) -> bool:
        return self.now - since < lifetime
