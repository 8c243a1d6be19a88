"""All that can happen to an authorization, in any order; Workato Identity's part is inherited.

Here: tools, setup links, connections, an admin's changes, restarts and time.
"""

from datetime import timedelta

from hypothesis import event
from hypothesis import strategies as st

from tests.contract.authorization_checks import PARENTS, PEOPLE, TOOLS, minutes
from tests.contract.authorization_model import Link, Token
from tests.contract.authorization_oauth import OAuthVerbs, identity_servers, people, tokens_of
from tests.contract.browser import Browser
from tests.contract.verbs import verb

parents = st.sampled_from(PARENTS)
groups = st.sampled_from(["Buyers", "Planners"])
places = st.sampled_from([(server, tool) for server, tools in TOOLS.items() for tool in tools])
ways = st.sampled_from(
    ["Allow", "Allow", "Deny", "twice", "late", "somebody else first", "allowed by somebody else"]
)
#: Past the end of a code, a link, an access token, a sign-in, a connection; or not yet.
lapses = st.sampled_from([minutes(n) for n in (0.5, 1, 10, 30, 60, 8 * 60, 24 * 60, 72 * 60)])


def links_of(machine: "AuthorizationMachine") -> list[Link]:
    """Every setup link that somebody got, usable or not."""
    return machine.links


def connections_of(machine: "AuthorizationMachine") -> list[tuple[str, str]]:
    """The (person, parent) of every connection that was ever made."""
    return [*machine.model.connections]


class AuthorizationMachine(OAuthVerbs):
    """Several people, clients, servers and connections, and whatever may happen to them."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[Link] = []

    # -- tools and setup links -------------------------------------------------------------------

    @verb(token=tokens_of, place=places)
    def call(self, token: Token, place: tuple[str, str]) -> None:
        """Any token at any server; perhaps a prompt to connect comes back."""
        if link := self.check_call(token, *place):
            self.links.append(link)

    @verb(person=people, parent=parents, way=ways, other=people)
    def connect(self, person: str, parent: str, way: str, other: str) -> None:
        """What a person does: call, and follow the prompt soon."""
        if link := self.check_connection(person, parent):
            self.links.append(link)
            self.follow(link, way, other)

    @verb(link=links_of, way=ways, other=people)
    def follow(self, link: Link, way: str, other: str) -> None:
        """As the person who called; before that as somebody else does, or once too often."""
        event(f"link followed: {way}")
        if other == link.person:
            other = next(person for person in PEOPLE if person != other)
        self.changed(connections=[(person, link.parent) for person in (link.person, other)])
        if way == "late":
            self.pass_time(minutes(10))
        elif way == "somebody else first":
            self._follow_as(other, link)
        elif way == "allowed by somebody else":
            self._allow_as(other, link)
        self._follow_and(link, "Deny" if way == "Deny" else "Allow")
        if way == "twice":
            self._follow_and(link, "Allow")

    def _follow_and(self, link: Link, press: str) -> None:
        browser = self._follow(link)
        if browser is None:
            return
        self.branches.decide(browser, link.person, press)
        link.spent = True
        if press == "Allow":
            assert "Connected" in browser.text
            self.model.connect(link.person, link.parent)
        else:
            assert "You did not allow the connection" in browser.text

    def _follow_as(self, other: str, link: Link) -> None:
        """Told so; the link stays what it was."""
        if browser := self.open(other, link.url):
            event("link of another person")
            _not_usable(browser, "made for somebody else")

    def _allow_as(self, other: str, link: Link) -> None:
        """The person hands the app's page to another, who allows: nobody is connected.

        Else either would act as the other (RFC 9700 §4.7, cross-site request forgery).
        """
        started = self._follow(link)
        if started is None:
            return
        browser = self.branches.browsers[other].get(started.url)
        self.branches.decide(browser, other)
        if self.past_sign_in(other, browser):
            event("consent of another person")
            _not_usable(browser, "made for somebody else")

    def _follow(self, link: Link) -> Browser | None:
        """The person's browser at the app's page, if the link leads there."""
        browser = self.open(link.person, link.url)
        if browser is None:
            return None
        if not self.model.is_usable(link):
            event("link used or expired")
            _not_usable(browser, "used before" if link.spent else "has expired")
            return None
        if self.model.seems_connected(link.person, link.parent):
            event("link of somebody who connected meanwhile")
            assert "Connected" in browser.text
            link.spent = True
            return None
        return browser

    # -- connections -----------------------------------------------------------------------------

    @verb(pair=connections_of, announced=st.booleans(), again=st.booleans())
    def end_a_connection(self, pair: tuple[str, str], announced: bool, again: bool) -> None:
        """In Workato; or at the app, of which Workato learns when the app refuses the token.

        Perhaps the person connects again.
        """
        own = self.model.connections[pair]
        if announced:
            self.branches.disconnect(*pair)
            own.trusted = False
        else:
            self.branches.revoke_at_app(*pair)
            own.accepted = False
        self.changed(connections=[pair])
        if again and (link := self.check_connection(*pair)):
            self._follow_and(link, "Allow")

    # -- an admin's changes ----------------------------------------------------------------------

    @verb(place=places)
    def start_or_stop_a_tool(self, place: tuple[str, str]) -> None:
        stopped = self.model.stopped
        self.branches.start_tool(*place, started=place in stopped)
        stopped ^= {place}
        self.changed(token for token in self.model.tokens if token.grant.server == place[0])

    @verb(group=groups, person=people)
    def put_into_a_group_or_out_of_it(self, group: str, person: str) -> None:
        members = self.model.groups[group]
        self.branches.put_in_group(person, group, member=person not in members)
        members ^= {person}
        self.changed_for(person)

    @verb(server=identity_servers, group=groups)
    def give_a_group_access_or_take_it_away(self, server: str, group: str) -> None:
        having = self.model.access[server]
        self.branches.give_access(server, group, access=group not in having)
        having ^= {group}
        self.changed(token for token in self.model.tokens if token.grant.server == server)

    @verb(person=people)
    def disable_or_enable(self, person: str) -> None:
        inactive = self.model.inactive
        self.branches.set_status(person, "active" if person in inactive else "disabled")
        inactive ^= {person}
        self.changed_for(person)

    # -- time and restarts -----------------------------------------------------------------------

    @verb(lapse=lapses)
    def let_time_pass(self, lapse: timedelta) -> None:
        self.pass_time(lapse)
        self.changed(self.model.tokens, self.model.connections)

    @verb(restart=st.booleans())
    def rotate_the_signing_key_or_restart(self, restart: bool) -> None:
        """Older keys still verify; browsers and clients go on after a restart on the database."""
        if restart:
            self.branches.restart()
            self.branches.hold_time(self.model.now)
        else:
            self.branches.rotate_key()
        alive = any(map(self.model.is_live, self.model.tokens))
        event(f"{'restart' if restart else 'new key'} with live tokens: {alive}")
        self.changed(self.model.tokens, self.model.connections)


def _not_usable(browser: Browser, why: str) -> None:
    assert browser.page.status_code == 410, browser.text
    assert why in browser.text
