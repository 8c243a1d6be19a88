"""No list, page, question or start reads more because there is more: rows are counted, not time."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Engine, select

from simulator.control.app import create_app
from simulator.db.tables import (
    AppUser,
    EndUser,
    EndUserGroup,
    McpServer,
)
from simulator.domain import (
    connections,
    end_user_groups,
    group_names,
    lookup,
    people,
    server_lists,
    servers,
    workspaces,
)
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps.coupa import documents
from simulator.systems.apps.jira import issues
from simulator.world import World
from tests.contract.browser import Browser
from tests.large_world import SERVER, Work, add_named, counting, grow, person_id
from tests.postgres.plugin import MARKER, SECRET_KEY

pytestmark = pytest.mark.requirement("GROW-1")

HUB, COUPA_HOST = "https://app.workato.com", "acme.coupacloud.com"
COUPA = f"https://{COUPA_HOST}"
TOKEN = {"Authorization": "Bearer wrkaus-demo-test-automation"}
TWO_MINUTES = timedelta(minutes=2)
#: More than a page of anything that grows; then twice as much.
FEW, MANY = 1_100, 2_200
GROUPS = {FEW: 220, MANY: 440}
PAGES = (
    "/ai_hub/overview",
    "/ai_hub/mcp",
    "/ai_hub/mcp?page=5",
    "/ai_hub/mcp?q=large",
    "/ai_hub/mcp/{handle}/overview",
    "/ai_hub/mcp/{handle}/end_user_access",
    "/ai_hub/mcp/{handle}/end_user_access?dialog=add-groups",
    "/ai_hub/mcp/{handle}/end_user_access?q=large&page=2",
    "/workspace_admin",
    "/workspace_admin/groups",
    "/workspace_admin/groups?delete=eug-large-0",
    "/workspace_admin/groups/new",
    "/workspace_admin/groups/eug-large-0/members",
    "/workspace_admin/groups/eug-large-0/members?q=person&page=3",
    "/workspace_admin/end_users",
    "/workspace_admin/end_users?q=LARGE.example&page=2",
    "/tools/runtime_user_connections",
    "/tools/runtime_user_connections?q=person&status=Connected",
    "/tools/logs",
    "/tools/logs?user=person&tool=list&before=500",
    "/dashboard/audit",
    "/workspace_admin/end_users/eu-large-7",
    "/workspace_admin/groups/eug-large-0/members/add",
    "/recipes/1",
    "/recipes/1/jobs?page=20",
    "/recipes/1/versions",
    "/projects/1",
    "/workspace_admin/environments",
    "/projects",
    "/tools/lookup_tables",
    "/workspace_admin/roles",
    "/tags",
    "/api_platform/clients",
)
#: Each offers projects, of which there are more than are offered.
FORMS = (
    "/recipes/1/edit?step=1",
    "/ai_hub/mcp/new/scratch",
    "/workspace_admin/roles/new",
    "/workspace_admin/api_clients/new",
    "/data_tables/new?project=1",
    "/tools/lookup_tables/new",
    "/connections/new/coupa",
    "/recipes/1/edit?step=1&connection=end_user&new=1",
)
#: When the calls of both worlds were.
_CALLS = "span=custom&from=2025-12-31T00:00&to=2026-01-02T00:00"
DASHBOARDS = (
    f"/ai_hub/mcp/dashboard?{_CALLS}",
    f"/ai_hub/mcp/dashboard?{_CALLS}&measure=tokens&server=procure&user=person",
    f"/ai_hub/mcp/{{handle}}/dashboard?{_CALLS}",
)
API = (
    "mcp/mcp_servers",
    "mcp/mcp_servers?page=2&per_page=20",
    "mcp/mcp_servers?authentication_method=workato_idp&folder_id=1",
    "mcp/mcp_servers/{handle}/tools",
    "mcp/user_groups",
    "iam/users",
    "iam/users?query=person&per_page=10",
    "iam/users?user_group_ids[]=eug-large-0&per_page=10",
    "iam/users?emails[]=PERSON7@large.example",
    "iam/user_groups?per_page=100",
    "iam/user_groups/eug-large-0/members",
    "connections?per_page=100",
    "connections?include_runtime_connections=true",
    "connections?include_runtime_connections=true&external_id=eu-large-7",
)
COUPA_PAGES = (
    "/",
    "/requisitions",
    "/requisitions?page=20",
    "/oauth2/clients",
    "/oauth2/clients?page=4",
)
CONTROL = (
    "description",
    "description?about=Person%20000007&about=Ada",
    "people",
    "people?q=person&limit=20&after=eu-large-77",
    "people/ada@acme.example",
    "people/Person%20000007",
    "people/eu-large-7",
)


@dataclass
class Grown:
    """Two worlds, one of which has twice as much, each with a browser of its owner."""

    few: Simulator
    many: Simulator
    browsers: dict[int, Browser] = field(default_factory=dict)
    coupa_browsers: dict[int, Browser] = field(default_factory=dict)

    def compare(self, question: Callable[[Simulator], object]) -> Work:
        """Have both asked the same, and check that the second one did no more for it."""
        first, second = (self._work(each, question) for each in (self.few, self.many))
        assert second.rows <= first.rows, second.statements
        assert len(second.statements) <= len(first.statements), second.statements
        return second

    def _work(self, simulator: Simulator, question: Callable[[Simulator], object]) -> Work:
        question(simulator)  # what is built once
        with counting(simulator.world.db.engine) as work:
            question(simulator)
        return work

    def open_coupa(self, simulator: Simulator, path: str) -> None:
        """Open a page of Coupa as an admin, who sees everybody's documents."""
        browser = self.coupa_browsers.get(id(simulator))
        if browser is None:
            browser = self.coupa_browsers[id(simulator)] = Browser(simulator)
            browser.get(f"{COUPA}/sessions/new")
            browser.press("Sign in", login="marc", password="coupa-Pass-1")
        browser.get(COUPA + path)
        assert browser.page.status_code == 200, browser.text

    def open(self, simulator: Simulator, path: str) -> str:
        """Open a page of the web app as the workspace's owner; its HTML."""
        browser = self.browsers.get(id(simulator))
        if browser is None:
            browser = self.browsers[id(simulator)] = Browser(simulator)
            browser.get(f"{HUB}/users/sign_in")
            browser.press("Sign in", email="olivia@acme.example", password="demo-Pass-1")
        browser.get(HUB + path.format(handle=_handle(simulator)))
        assert browser.page.status_code == 200, browser.text
        return browser.page.text


def _handle(simulator: Simulator) -> str:
    with simulator.world.db.reading():
        server = servers.find_server_by_number(simulator.world, SERVER)
    assert server is not None
    return server.handle


#: Both databases are sent the same statements, and rows are counted: the quick run counts on one.
_ON_POSTGRES = [getattr(pytest.mark, MARKER), pytest.mark.long]


@pytest.fixture(
    scope="module",
    params=["sqlite", pytest.param("postgresql", marks=_ON_POSTGRES)],
)
def grown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grown]:
    """Both worlds, on one kind of database."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("grown")
        urls = [f"sqlite:///{folder}/{number}.db" for number in (FEW, MANY)]
    else:
        postgres = request.getfixturevalue("postgres")
        urls = [postgres.url(postgres.create_database()) for _ in (FEW, MANY)]
    with _grown(urls[0], FEW) as few, _grown(urls[1], MANY) as many:
        yield Grown(few, many)


@contextmanager
def _grown(url: str, number: int) -> Iterator[Simulator]:
    settings = Settings(database=url, secret_key=SECRET_KEY, navigation="enterprise-mcp")
    with Simulator(settings) as simulator:
        grow(simulator.world.db, number, groups=GROUPS[number], calls=1)
        add_named(simulator.world, number)
        yield simulator


@pytest.mark.parametrize("path", PAGES)
def test_a_page_reads_no_more_rows_where_there_are_more(grown: Grown, path: str) -> None:
    work = grown.compare(lambda simulator: grown.open(simulator, path))

    assert work.rows <= 250
    assert len(work.statements) <= 40


@pytest.mark.parametrize("path", FORMS)
def test_a_form_offers_no_more_projects(grown: Grown, path: str) -> None:
    work = grown.compare(lambda simulator: grown.open(simulator, path))

    assert work.rows <= workspaces.MOST_OFFERED + 250


@pytest.mark.requirement("DASH-4")
@pytest.mark.parametrize("path", DASHBOARDS)
def test_a_dashboard_reads_no_more_rows(grown: Grown, path: str) -> None:
    work = grown.compare(lambda simulator: grown.open(simulator, path))

    assert work.rows <= 100
    assert len(work.statements) <= 25


@pytest.mark.requirement("DASH-4")
def test_a_dashboard_counts_every_call_in_one_index(grown: Grown) -> None:
    calls = re.findall(
        r"<dt>Tool calls</dt><dd>([\d,]+)</dd>", grown.open(grown.many, DASHBOARDS[0])
    )
    assert int(calls[0].replace(",", "")) >= MANY
    world = grown.many.world
    if world.db.engine.dialect.name == "sqlite":
        plans = "\n".join(_plans(world, lambda: grown.open(grown.many, DASHBOARDS[0])))
        assert "COVERING INDEX ix_jobs_tool_calls" in plans
        assert not re.search(r"jobs (?!USING COVERING INDEX ix_jobs_tool_calls)", plans), plans


@pytest.mark.requirement("GROW-5")
@pytest.mark.parametrize("path", COUPA_PAGES)
def test_a_page_of_an_app_reads_no_more_rows(grown: Grown, path: str) -> None:
    work = grown.compare(lambda simulator: grown.open_coupa(simulator, path))

    assert work.rows <= 150
    assert len(work.statements) <= 20


@pytest.mark.parametrize("path", API)
def test_a_list_of_the_developer_api_reads_no_more_rows(grown: Grown, path: str) -> None:
    def ask(simulator: Simulator) -> None:
        simulator.world.clock.travel(TWO_MINUTES)  # each of them may be asked so often a minute
        browser = Browser(simulator)
        url = f"{HUB}/api/{path.format(handle=_handle(simulator))}"
        answer = browser.request("GET", url, headers=TOKEN)
        assert answer.status_code == 200, answer.text

    work = grown.compare(ask)

    assert work.rows <= 5_000
    assert len(work.statements) <= 20


@pytest.mark.parametrize("path", CONTROL)
def test_the_control_api_reads_no_more_rows(grown: Grown, path: str) -> None:
    def ask(simulator: Simulator) -> None:
        answer = (
            create_app(simulator)
            .test_client()
            .get(f"/_simulator/{path}", base_url="http://127.0.0.1")
        )
        assert answer.status_code == 200, answer.text

    work = grown.compare(ask)

    assert work.rows <= 5_000
    assert len(work.statements) <= 50


@pytest.mark.requirement("GROW-2")
def test_a_start_reads_no_more_rows_where_there_are_more(grown: Grown) -> None:
    def start(simulator: Simulator) -> None:
        settings = simulator.world.settings
        url = simulator.world.db.url.render_as_string(hide_password=False)
        with Simulator(Settings(database=url, secret_key=settings.secret_key)) as other:
            other.describe()

    rows = []
    for simulator in (grown.few, grown.many):
        with counting(Engine) as work:
            start(simulator)
        rows.append(work.rows)

    assert rows[1] <= rows[0]


#: What sign-ins, calls and pages ask, each in a unit of work.
HOT: dict[str, Callable[[World], object]] = {
    "a user of Jira": lambda world: issues.find_user(
        world, COUPA_HOST, "person7@large.example", by_email=True
    ),
    "an admin's requisitions": lambda world: documents.newest(
        world, documents.REQUISITIONS, _account(world, "marc"), limit=20
    ),
    "one's own requisitions": lambda world: documents.newest(
        world, documents.REQUISITIONS, _account(world, "ada"), limit=20, own=True
    ),
    "sign-in by header": lambda world: people.find_active_end_user_by_email(world, "ADA@x.example"),
    "a person by first name": lambda world: lookup.get_end_user_called(world, "Ada"),
    "a person by name": lambda world: lookup.get_end_user_called(world, "Person 000007"),
    "a person by address": lambda world: lookup.get_end_user_called(world, "PERSON7@large.example"),
    "whose account": lambda world: lookup.find_identity_email(
        world, "Person 000007", "x@y.example"
    ),
    "end users": lambda world: people.list_end_users(world, 1).page(2),
    "end users behind one": lambda world: people.list_behind(
        world, world.db.session.get_one(EndUser, person_id(7)), 20
    ),
    "members": lambda world: people.list_members(world, _group(world)).page(2),
    "groups": lambda world: end_user_groups.list_groups(world, 1).page(2),
    "groups by name": lambda world: group_names.find_by_names(world, 1, ["Large group 00007"]),
    "groups of people": lambda world: group_names.get_group_names(world, [person_id(7)]),
    "servers": lambda world: server_lists.list_servers(world, 1).page(2),
    "tools": lambda world: server_lists.list_tools(world, _server(world)).page(2),
    "connections": lambda world: connections.list_in_environment(world, 1).page(2),
    "builders' connections": lambda world: connections.list_builder_connections(
        world, 1, "coupa"
    ).page(1),
    "one's own connection": lambda world: connections.find_child(
        world, connections.get_builder_connection(world, 1, 1), 1, person_id(7)
    ),
    "numbers on the overview": lambda world: connections.count_in_workspace(
        world, 1, of_end_users=True
    ),
}


def _account(world: World, login: str) -> AppUser:
    own = AppUser.host == COUPA_HOST, AppUser.login == login
    return world.db.session.scalars(select(AppUser).where(*own)).one()


def _group(world: World) -> EndUserGroup:
    return world.db.session.get_one(EndUserGroup, "eug-large-0")


def _server(world: World) -> McpServer:
    return world.db.session.get_one(McpServer, SERVER)


@pytest.mark.requirement("GROW-3")
@pytest.mark.parametrize("grown", ["sqlite"], indirect=True, scope="module")
@pytest.mark.parametrize("question", HOT)
def test_an_index_answers_what_is_asked_often(grown: Grown, question: str) -> None:
    """SQLite's plan of every statement names no scan; PostgreSQL rightly scans what is small."""
    world = grown.many.world
    with world.db.reading():
        plans = _plans(world, lambda: HOT[question](world))

    assert plans
    assert not [plan for plan in plans if plan.startswith("SCAN")], plans


def _plans(world: World, ask: Callable[[], object]) -> list[str]:
    """How SQLite answers what is asked, line by line."""
    with counting(world.db.engine) as work:
        ask()
    with world.db.engine.connect() as connection:
        return [
            row.detail
            for statement, parameters in work.statements
            if statement.startswith(("SELECT", "WITH"))
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]
