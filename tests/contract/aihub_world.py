"""The Workato web app in memory: a workspace, two servers, and an app that answers as told."""

import html
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.test import TestResponse
from werkzeug.wrappers import Request, Response

from simulator.db.tables import (
    Collaborator,
    Connection,
    EndUser,
    EndUserGroup,
    Environment,
    McpServer,
    McpTool,
    Project,
    Recipe,
    Workspace,
)
from simulator.db.tables.servers import HASHED_TOKEN, WORKATO_IDP
from simulator.domain import connection_forms, connections
from simulator.domain.connection_forms import ConnectionForm
from simulator.net.addresses import AIHUB, IDENTITY, app_system
from simulator.systems.aihub import create_app
from simulator.systems.apps.coupa.connector import CONNECTOR as COUPA
from simulator.world import World
from tests.contract.browser import ApplicationBrowser
from tests.memory_worlds import MemoryWorlds

APP_HOST = "acme.coupacloud.com"
ORIGIN, IDENTITY_ORIGIN = "http://127.0.0.1:8701", "http://127.0.0.1:8702"
COUPA_ORIGIN = "http://127.0.0.1:8710"
PASSWORD, SECRET = "correct horse", "s3cret-of-the-client"
READY, UNFINISHED = "mcps-ready", "mcps-unfinished"
#: Fields of the connection form, all of them right.
RIGHT = {
    "name": "Coupa (end users)",
    "location": "1",
    "auth_type": "Authorization code grant",
    "client_id": "known-client",
    "client_secret": SECRET,
    "host": f"https://{APP_HOST}",
    "scopes": ["core.common.read", "core.invoice.read"],
}


@dataclass
class FakeCoupa:
    """Coupa as Workato meets it: says what the test tells it to, and remembers token requests.

    Attributes:
        secret: the one that its client has.
        client: whether it has the client.
        token_requests: the forms that came to the token endpoint.
        revoked: the tokens that came to the revocation endpoint.
    """

    secret: str = SECRET
    client: bool = True
    revoked: list[str] = field(default_factory=list)
    token_requests: list[dict[str, str]] = field(default_factory=list)

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer at the two addresses that Workato calls."""
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        if request.path == COUPA.authorize_url:
            if self.client and request.args["client_id"] == "known-client":
                return Response(status=302, headers={"Location": "/sessions/new"})
            return _json(400, {"error": "invalid_client"})
        if request.path == "/api/users/me":
            return _json(200, {"login": "bob", "fullname": "Bob", "email": "bob@x.example"})
        if request.path == COUPA.revoke_url:
            self.revoked.append(request.form["token"])
            return _json(200, {})
        self.token_requests.append(request.form.to_dict())
        if not self.client or request.form["client_secret"] != self.secret:
            return _json(401, {"error": "invalid_client"})
        return _json(200, {"access_token": "at-1", "refresh_token": "rt-1", "expires_in": 60})


def _json(status: int, body: dict[str, Any]) -> Response:
    return Response(json.dumps(body), status, content_type="application/json")


class HubBrowser(ApplicationBrowser):
    """One person's browser at the web app."""

    def get(self, path: str) -> TestResponse:
        """Open a page, named by its path or its whole address."""
        return self.http.get(path.removeprefix(ORIGIN))

    def post(
        self, path: str, form_at: str = "/workspace_admin/groups", **fields: Any
    ) -> TestResponse:
        """Send a form with the CSRF token of the page it stands on."""
        return self.submit(form_at, path, **fields)

    def sign_in(self, email: str, password: str = PASSWORD, target: str = "") -> TestResponse:
        """Sign in by the form."""
        path = "/users/sign_in"
        return self.post(path, path, email=email, password=password, next=target)


@dataclass
class Hub:
    """The world and what a test does with it."""

    world: World
    app: Any
    coupa: FakeCoupa

    def browser(self, login: str = "") -> HubBrowser:
        """A browser; `login` (admin, builder …) is signed in."""
        browser = HubBrowser(self.app.test_client())
        if login:
            assert browser.sign_in(f"{login}@acme.example").status_code == 303
        return browser

    def read(self, table: type[Any], key: Any) -> Any:
        """A row as it is in the database now."""
        with self.world.db.unit() as session:
            return session.get_one(table, key)

    def connect(self, browser: HubBrowser, recipe: int = 1, **changes: Any) -> TestResponse:
        """Press Connect with the right values and these changes."""
        at = f"/recipes/{recipe}/edit?step=1&connection=end_user"
        return browser.post(at, at, **(RIGHT | changes))

    def come_back(self, browser: HubBrowser, sent_to: str, **query: str) -> str:
        """Return from the app with its answer; gives the address that finishes the flow."""
        state = parse_qs(urlsplit(sent_to).query)["state"][0]
        answer = browser.http.get("/oauth/callback", query_string={"state": state} | query)
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]


def text_of(answer: TestResponse) -> str:
    """The visible text of a page, white space folded."""
    without_tags = re.sub(r"<[^>]+>", " ", answer.text)
    return " ".join(html.unescape(without_tags).split())


def field_error(answer: TestResponse, name: str) -> str:
    """The sentence next to a field that says it is wrong."""
    tag = re.search(rf'<(?:input|select|summary|textarea)[^>]*\bid="{name}"[^>]*>', answer.text)
    assert tag, f"no field {name}"
    assert 'aria-invalid="true"' in tag[0], f"{name} is not marked as wrong"
    assert f"{name}-error" in tag[0], f"{name} is not described by its error"
    found = re.search(rf'id="{name}-error">(.*?)</div>', answer.text, re.S)
    assert found, f"no sentence for {name}"
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[1])).split())


@pytest.fixture
def hub(memory_worlds: MemoryWorlds) -> Iterator[Hub]:
    """Two servers, one finished; recipe 1 acts with the builder's connection, recipe 2 as users."""
    origins = {AIHUB: ORIGIN, IDENTITY: IDENTITY_ORIGIN, app_system(APP_HOST): COUPA_ORIGIN}
    with memory_worlds.copy(_seed, [APP_HOST], origins) as (world, _):
        coupa = FakeCoupa()
        world.http.mount(coupa)
        yield Hub(world, create_app(world), coupa)


def _seed(world: World) -> None:
    session, now = world.db.session, world.clock.now()
    session.add_all([Workspace(id=1, name="Acme"), Workspace(id=2, name="Other")])
    session.flush()
    session.add_all(
        [
            Environment(id=1, workspace_id=1, name="Production"),
            Environment(id=2, workspace_id=1, name="Test"),
            Environment(id=3, workspace_id=2, name="Elsewhere"),
            Project(id=1, workspace_id=1, name="Finance"),
            Project(id=2, workspace_id=2, name="Foreign project"),
        ]
    )
    for login, workspace, role in (
        ("owner", 1, "owner"),
        ("admin", 1, "admin"),
        ("builder", 1, "collaborator"),
        ("stranger", 2, "owner"),
    ):
        session.add(
            Collaborator(
                workspace_id=workspace,
                name=login.title(),
                email=f"{login}@acme.example",
                password_hash=world.keys.hash_password(PASSWORD),
                role=role,
            )
        )
    people = {}
    for name, workspace in (("ada", 1), ("bob", 1), ("zoe", 2)):
        people[name] = EndUser(
            id=f"eu-{name}",
            workspace_id=workspace,
            name=name.title(),
            email=f"{name}@acme.example",
            password_hash="-",
            created_at=now,
        )
    session.add_all(people.values())
    session.flush()
    for key, environment in (("one", 1), ("two", 1), ("test", 2)):
        session.add(
            EndUserGroup(
                id=f"eug-{key}",
                environment_id=environment,
                name=f"Group {key}",
                created_at=now,
                updated_at=now,
                members=[people["ada"]],
            )
        )
    session.flush()
    _connections(world)
    _servers(world)
    session.flush()


def _connections(world: World) -> None:
    builder = world.db.session.get_one(Collaborator, 3)
    for name in ("Coupa (shared)", "Coupa (parent)", "Coupa (unfinished)"):
        form = ConnectionForm(
            name=name,
            project_id="1",
            auth_type="Authorization code grant",
            client_id="known-client",
            client_secret=SECRET,
            host=f"https://{APP_HOST}",
            scopes=("core.common.read",),
        )
        made = connection_forms.save(world, builder, 1, COUPA, form, None)
        if "unfinished" not in name:
            answer = {"access_token": "old-at", "refresh_token": "old-rt"}
            connections.store_tokens(world, made, answer)


def _servers(world: World) -> None:
    session, now = world.db.session, world.clock.now()
    for number, handle, method in ((1, READY, WORKATO_IDP), (2, UNFINISHED, HASHED_TOKEN)):
        session.add(
            McpServer(
                number=number,
                handle=handle,
                workspace_id=1,
                environment_id=1,
                project_id=1,
                name=f"Server {handle.removeprefix('mcps-')}",
                description=f"What {handle} is for",
                auth_type=method,
                created_at=now,
                updated_at=now,
                groups=[session.get_one(EndUserGroup, "eug-one")] if method == WORKATO_IDP else [],
            )
        )
    session.flush()
    for number, connection, end_user in ((1, 1, False), (2, 2, True), (3, 2, True)):
        session.add(_recipe(number, connection, end_user, now))
    session.flush()
    for recipe, server in ((1, 2), (2, 1), (3, 2)):
        session.add(
            McpTool(
                server_number=server,
                recipe_id=recipe,
                name=f"Recipe_{recipe}",
                description="What the tool is for",
                position=recipe,
                enabled=recipe != 3,
            )
        )


def _recipe(number: int, connection: int, end_user: bool, now: Any) -> Recipe:
    parameters = [{"name": "status", "type": "string", "optional": True, "hint": "Only these"}]
    return Recipe(
        id=number,
        workspace_id=1,
        project_id=1,
        name=f"Recipe {number}",
        running=number != 3,
        code={
            "number": 0,
            "keyword": "trigger",
            "provider": "workato_recipe_function",
            "name": "execute",
            "as": "trigger",
            "input": {"parameters_schema_json": json.dumps(parameters)},
            "block": [
                {
                    "number": 1,
                    "keyword": "action",
                    "provider": "coupa",
                    "name": "search_invoices",
                    "as": "found",
                    "input": {"status": "#{_('data.workato_recipe_function.trigger.status')}"},
                },
                {
                    "number": 2,
                    "keyword": "action",
                    "provider": "workato_recipe_function",
                    "name": "return_result",
                    "as": "result",
                    "input": {"result": {"text": "Found: #{_('data.coupa.found.invoices')}."}},
                },
            ],
        },
        config=[
            {
                "keyword": "application",
                "provider": "coupa",
                "name": "coupa",
                "account_id": connection,
                "personalization": end_user,
            }
        ],
        created_at=now,
        updated_at=now,
    )


def connection(hub: Hub, key: int) -> Connection:
    """A connection as it is in the database now."""
    found: Connection = hub.read(Connection, key)
    return found
