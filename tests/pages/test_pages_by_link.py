"""Every page that links lead to: axe finds nothing, nothing sticks out, Tab reaches everything."""

from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
import requests
from flask import Flask
from playwright.sync_api import Error, Page
from werkzeug.exceptions import HTTPException

from simulator.db.tables import McpServer, Recipe
from simulator.domain import custom_connectors, mcp_apps, test_cases
from simulator.domain.saml import metadata, providers
from simulator.domain.test_cases import Draft
from simulator.net.addresses import AIHUB, IDENTITY, IDP, app_system
from simulator.sandbox.systems import Systems
from simulator.testing.pages.sign_in import AppPages, WorkatoSignIn
from simulator.testing.workspace import Workspace
from tests.contract.custom_roles import give_role
from tests.filled_tables import add_tables
from tests.pages.keyboard import walk
from tests.pages.test_every_page import inspect, listen

pytestmark = [
    pytest.mark.ui,
    pytest.mark.long,
    pytest.mark.timeout(900),
    pytest.mark.requirement("PAGE-1", "PAGE-6"),
]
#: Pages of one kind that are looked at: one with rows and one without are often among them.
_EACH = 2

#: Kinds of pages of the web app that buttons lead to, or another system's links.
_BEHIND_BUTTONS = {
    "access.add_groups",
    "api_clients.edit_role",
    "callback.handle_callback",
    "collaborator_invitations.accept",
    "connect.finish",
    "editor.choose",
    "healthz",
    "jobs.cancel_question",
    "jobs.of_deleted",
    "recipe_state.delete",
    "servers.start_or_stop",
    "session.sign_in",
    "session.switch",
    "steps.inputs",
    "user_connections.confirm",
    "user_connections.confirm_delete",
}
#: Those of today's navigation, which `test_enterprise_mcp.py` looks at.
_OF_TODAY = {
    "access.authentication",
    "dashboard.server",
    "dashboard.workspace",
    "servers.overview_beside",
}
#: The scenario has no recipe of a skill, which `test_skill_pages.py` has, and no other environment
#: that a project was deployed to, as `deployments.feature` has.
_OF_OTHER_SCENARIOS = {"skills.show", "deployments.deploy_again"}
#: Of an OAuth client of a custom profile.
_CLIENT = {"client_id": "2210535565.crawl", "client_secret": "secret-of-the-crawl"}
#: JSON, which no page links to.
_FOR_PROGRAMS = {"web_api.get_connection", "web_api.list_assets", "web_api.list_jobs"}


class Crawl:
    """Follows links within one system, a few of each kind of page.

    Args:
        page: where somebody is signed in.
        app: the system's application, which knows what kind of page an address is.
        address: of the system.
    """

    def __init__(self, page: Page, app: Flask, address: str) -> None:
        self.page = page
        self.seen: dict[str, list[str]] = {}
        self._urls = app.url_map.bind(urlsplit(address).netloc)
        self._address = address

    def run(self, *first: str) -> None:
        """Inspect the first pages and whatever they lead to."""
        problems = listen(self.page)
        waiting = [self._address + path for path in first]
        known = set(waiting)
        while waiting:
            url = waiting.pop(0)
            kind = self._kind(url)
            if kind is None or len(self.seen.setdefault(kind, [])) >= _EACH:
                continue
            self.seen[kind].append(url)
            try:
                self.page.goto(url)
            except Error as error:
                if "Download is starting" not in str(error):
                    raise
                continue
            inspect(self.page, problems)
            walk(self.page)
            for link in self._links():
                if link not in known:
                    known.add(link)
                    waiting.append(link)

    def unseen(self, app: Flask) -> set[str]:
        """Return the kinds of pages for people to which nothing led."""
        kinds = {
            rule.endpoint
            for rule in app.url_map.iter_rules()
            if "GET" in (rule.methods or ()) and "static" not in rule.endpoint
        }
        return kinds - {kind.partition("?")[0] for kind in self.seen}

    def _kind(self, url: str) -> str | None:
        parts = urlsplit(url)
        try:
            endpoint, _ = self._urls.match(parts.path, "GET")
        except HTTPException:
            return None
        names = "&".join(sorted({pair.partition("=")[0] for pair in parts.query.split("&")} - {""}))
        return f"{endpoint}?{names}"

    def _links(self) -> Iterator[str]:
        found = self.page.eval_on_selector_all(
            "a[href]:not([download])", "all => all.map((one) => one.href)"
        )
        for link in found:
            if link.startswith(self._address + "/"):
                yield urldefrag(link).url


def test_the_workato_web_app(workspace: Workspace) -> None:
    """As its owner, after a call that left a log line and a job; one recipe can be edited."""
    olivia, ada = workspace.person("Olivia"), workspace.person("Ada")
    ada.connect("Procurement assistant")
    ada.call("Get_procurement_policy")
    address = workspace.description["systems"][AIHUB]
    _stop_and_rename(workspace, f"{address}/api/recipes/6")
    _add_provider(workspace)
    filled = _fill(workspace, f"{address}/api")
    WorkatoSignIn(olivia.page, address).sign_in(olivia.person["email"], olivia.person["password"])
    app = _application(workspace, AIHUB)
    crawl = Crawl(olivia.page, app, address)
    crawl.run("/", "/recipes/6", *filled)
    elsewhere = _BEHIND_BUTTONS | _OF_TODAY | _OF_OTHER_SCENARIOS | _FOR_PROGRAMS
    missed = crawl.unseen(app) - elsewhere
    assert not missed, sorted(missed)


def _stop_and_rename(workspace: Workspace, recipe: str) -> None:
    """Leave a recipe that is stopped and has two versions."""
    token = {"Authorization": f"Bearer {workspace.description['api_clients'][0]['token']}"}
    requests.put(f"{recipe}/stop", headers=token, timeout=10).raise_for_status()
    name = {"recipe": {"name": "Renamed"}}
    requests.put(recipe, headers=token, json=name, timeout=10).raise_for_status()


def _fill(workspace: Workspace, api: str) -> list[str]:
    """Make one of each kind that the scenario has none of; return paths of pages that have it."""
    token = {"Authorization": f"Bearer {workspace.description['api_clients'][0]['token']}"}
    document = '{"paths": {"/pets": {"get": {"summary": "List pets"}}}}'
    for path, body in (
        ("api_collections", {"name": "Pets", "openapi_spec": {"content": document}}),
        ("v2/api_clients", {"name": "Partner"}),
        ("v2/api_clients/1/api_keys", {"name": "CI"}),
        ("tags", {"title": "Finance"}),
        ("properties", {"properties": {"region": "EU"}}),
        ("user_groups", {"user_group": {"name": "Developers"}}),
        ("custom_oauth_profiles", {"name": "Chat", "provider": "slack", "data": _CLIENT}),
    ):
        made = requests.post(f"{api}/{path}", headers=token, json=body, timeout=10)
        made.raise_for_status()
    world = workspace.simulator.world
    give_role(world, "Auditor", {"Activity audit": ["all"]})
    with world.db.unit() as session:
        connector = custom_connectors.create(
            world, 1, title="Star Wars", code="{}", note=None, description=""
        )
        session.flush()
        custom_connectors.change(world, connector, code="{ title: 'Star Wars' }")
        server = session.get_one(McpServer, 2107)
        mcp_apps.add(world, server, server.tools[0], name="Board", html="<p>Board</p>", csp={})
        draft = Draft(name="One", event={}, mocks=[], checks=[])
        case = test_cases.create(world, session.get_one(Recipe, 6), draft)
        number = case.recipe_id
    return [*add_tables(world), f"/recipes/{number}/test_cases"]


def _add_provider(workspace: Workspace) -> None:
    """Have Workato know the sandbox's identity provider."""
    url = f"{workspace.description['systems'][IDP]}/metadata"
    found = metadata.read(requests.get(url, timeout=10).content)
    world = workspace.simulator.world
    with world.db.unit():
        providers.save(world, 1, name="Company login", metadata_url=url, found=found)


def test_workato_identity(workspace: Workspace) -> None:
    """As an end user who is signed in."""
    ada = workspace.person("Ada")
    ada.connect("Procurement assistant")
    address = workspace.description["systems"][IDENTITY]
    crawl = Crawl(ada.page, _application(workspace, IDENTITY), address)
    crawl.run("/", "/mailbox")
    assert {"session.home?", "my_access.listing?", "my_connections.listing?"} <= set(crawl.seen)


def test_each_app(workspace: Workspace) -> None:
    """As an admin of each."""
    for app in workspace.description["apps"]:
        marc = workspace.person("Marc")
        account = marc.account_in(app)
        marc.page.goto(app["address"])
        AppPages(marc.page, app["kind"]).sign_in(account["login"], account["password"])
        system = app_system(app["production_host"])
        crawl = Crawl(marc.page, _application(workspace, system), app["address"])
        crawl.run("/")
        kinds = {kind.partition("?")[0] for kind in crawl.seen}
        assert {"pages.home", "clients.index", "clients.new", "clients.edit"} <= kinds, app["kind"]


def _application(workspace: Workspace, system: str) -> Flask:
    app = Systems(workspace.simulator.world).get(system)
    assert isinstance(app, Flask)
    return app
