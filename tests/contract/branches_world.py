"""The branches of `branches.yaml` on a file: they can be started anew; an admin's hand in them."""

from datetime import datetime, timedelta
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select, update
from werkzeug.test import TestResponse

from simulator.db.tables import (
    AppUser,
    Connection,
    EndUser,
    EndUserGroup,
    McpServer,
    OAuthToken,
)
from simulator.domain import connections, servers
from simulator.net.addresses import IDENTITY, app_system
from simulator.oauth import AccessTokens, Signer
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.identity_world import ID, email_of, keep_signing_key
from tests.contract.mcp_world import Mcp

if TYPE_CHECKING:
    from collections.abc import Iterable

    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class WatchedSimulator(Simulator):
    """A simulator that remembers each time it failed, also when it was asked by itself."""

    def __init__(self, settings: Settings) -> None:
        self.failures: list[str] = []
        super().__init__(settings)

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> "Iterable[bytes]":
        """Answer, and note a status of 500 or more."""

        def noting(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if status >= "500":
                self.failures.append(
                    f"{environ['REQUEST_METHOD']} {environ['HTTP_HOST']}{environ['PATH_INFO']}: "
                    f"{status}"
                )
            return start_response(status, headers, *rest)

        return super().__call__(environ, noting)


class Branches(Mcp):
    """The branches' people, clients and admin.

    Args:
        folder: where the database is kept; an empty one of its own.
    """

    def __init__(self, folder: Path) -> None:
        self._settings = Settings(
            database=f"sqlite:///{folder / 'branches.db'}",
            scenario=str(Path(__file__).with_name("branches.yaml")),
        )
        super().__init__(WatchedSimulator(self._settings))
        self.browsers: dict[str, Browser] = {}
        self.start: datetime = self.world.clock.now()

    def begin(self) -> None:
        """As in the file: nobody has ever come."""
        self.simulator.reset()
        self.failures().clear()
        keep_signing_key(self.world)
        self.start = self.world.clock.now()
        self.hold_time(timedelta())
        self.browsers = {who: Browser(self.simulator) for who in ("ada", "bob", "eve")}

    def restart(self) -> None:
        """End the simulator and start it anew on its database; browsers keep their cookies."""
        self.simulator.close()
        self.simulator = WatchedSimulator(self._settings)
        self.__dict__.pop("_access_tokens", None)
        for browser in self.browsers.values():
            browser.follow(self.simulator)

    def hold_time(self, elapsed: timedelta) -> None:
        """Have simulated time stand still so long after the beginning, however long a step takes.

        Where it ran on during a step, a busy machine issued tokens later than the model knew.
        """
        self.world.clock.freeze(self.start + elapsed)

    def failures(self) -> list[str]:
        """Requests since the beginning, or the last start, that the simulator failed at."""
        assert isinstance(self.simulator, WatchedSimulator)
        return self.simulator.failures

    @cached_property
    def _access_tokens(self) -> AccessTokens:
        return AccessTokens(self.world, IDENTITY)

    def new_token(self, who: str, url: str) -> str:
        """A fresh access token, issued without browser and client."""
        with self.world.db.unit() as session:
            answer = self._access_tokens.store.issue(
                client_id="a-client",
                subject=session.scalars(_end_user(who)).one().id,
                scope="openid",
                family=f"{who} {url}",
                auth_time=self.world.clock.now(),
                resource=url,
                with_refresh_token=False,
            )
        return str(answer["access_token"])

    def call_tool(self, token: str, url: str, tool: str) -> TestResponse:
        """The answer to a tool call without arguments."""
        call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": tool}}
        return self.send(call, token, url)

    def sign_out(self, who: str) -> None:
        """Press "Sign out" on the person's account page, if it is shown."""
        browser = self.browsers[who].get(ID)
        if browser.has_button("Not you? Sign out"):
            browser.press("Not you? Sign out")

    def put_in_group(self, who: str, name: str, *, member: bool) -> None:
        """Make a person a member of a group, or not."""
        with self.world.db.unit() as session:
            group = session.scalars(_group(name)).one()
            person = session.scalars(_end_user(who)).one()
            (group.members.append if member else group.members.remove)(person)

    def give_access(self, url: str, name: str, *, access: bool) -> None:
        """Give a group access to a server, or take it away."""
        with self.world.db.unit() as session:
            server, group = self._server(url), session.scalars(_group(name)).one()
            if access:
                servers.assign_groups(self.world, server, [group.id])
            else:
                servers.remove_group(self.world, server, group.id)

    def start_tool(self, url: str, name: str, *, started: bool) -> None:
        """Start or stop a tool."""
        with self.world.db.unit():
            server = self._server(url)
            ids = [tool.id for tool in server.tools if tool.name == name]
            servers.set_tools_enabled(self.world, server, ids, enabled=started)

    def disconnect(self, who: str, parent: str) -> None:
        """End a person's own connection."""
        with self.world.db.unit() as session:
            own = session.scalars(_own_connection(who, parent)).one()
            connections.mark_lost(self.world, own, "Disconnected.")

    def revoke_at_app(self, who: str, parent: str) -> None:
        """Take back at the app what this person allowed there; nobody tells Workato."""
        with self.world.db.unit() as session:
            own = session.scalars(_own_connection(who, parent)).one()
            user = session.scalars(select(AppUser).where(AppUser.login == who)).one()
            client_id = connections.get_oauth_settings(own).input["client_id"]
            tokens = update(OAuthToken).where(
                OAuthToken.provider == app_system(user.host),
                OAuthToken.client_id == client_id,
                OAuthToken.subject == str(user.id),
            )
            session.execute(tokens.values(revoked_at=self.world.clock.now()))

    def rotate_key(self) -> None:
        """Let Workato Identity sign with a new key."""
        with self.world.db.unit():
            Signer(self.world, IDENTITY).rotate()

    def _server(self, url: str) -> McpServer:
        number = self.world.addresses.server_number(url)
        server = servers.find_server_by_number(self.world, number or 0)
        assert server is not None, url
        return server


def _end_user(who: str) -> Select[EndUser]:
    return select(EndUser).where(EndUser.email == email_of(who))


def _group(name: str) -> Select[EndUserGroup]:
    return select(EndUserGroup).where(EndUserGroup.name == name)


def _own_connection(who: str, parent: str) -> Select[Connection]:
    owned = select(Connection).join(EndUser, Connection.end_user_id == EndUser.id)
    return owned.where(EndUser.email == email_of(who), Connection.name == parent)
