"""Forms that eight windows of one browser send at the same moment, on either database."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import delete, select
from werkzeug.test import TestResponse

from simulator.db.tables import (
    EndUser,
    EndUserGroup,
    McpServer,
    McpTool,
    Recipe,
    ServerGroup,
    Workspace,
)
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.web.application import configure_app
from tests.contract.browser import Browser
from tests.contract.racing import race, twins
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("CORE-20")

HUB = "https://app.workato.com"
MARC, PASSWORD = "marc@acme.example", "demo-Pass-1"
#: Prepares a round; returns the path and fields of the form.
Form = Callable[[Simulator], tuple[str, dict[str, str]]]


@pytest.fixture
def simulator(database_url: str) -> Iterator[Simulator]:
    """The demo world."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        yield simulator


def _add_access(simulator: Simulator) -> tuple[str, dict[str, str]]:
    group, path = _access(simulator)
    with simulator.world.db.unit() as session:
        session.execute(delete(ServerGroup).where(ServerGroup.group_id == group))
    return path, {"groups": group}


def _remove_access(simulator: Simulator) -> tuple[str, dict[str, str]]:
    group, path = _access(simulator)
    return f"{path}/{group}/remove", {}


def _create_group(simulator: Simulator) -> tuple[str, dict[str, str]]:
    with simulator.world.db.unit() as session:
        session.execute(delete(EndUserGroup).where(EndUserGroup.name == "Twins"))
        person = session.scalars(select(EndUser.id)).first() or ""
    return "/workspace_admin/groups/new", {"name": "Twins", "end_users": person}


def _delete_group(simulator: Simulator) -> tuple[str, dict[str, str]]:
    group, _ = _access(simulator)
    return f"/workspace_admin/groups/{group}/delete", {}


def _delete_recipe(simulator: Simulator) -> tuple[str, dict[str, str]]:
    simulator.reset()
    with simulator.world.db.unit() as session:
        session.execute(delete(McpTool))
        recipe = session.get_one(Recipe, 1)
        recipe.running = False
        return f"/recipes/{recipe.id}/delete", {}


def _access(simulator: Simulator) -> tuple[str, str]:
    """A group that has access to a server, and where the server's groups are changed."""
    simulator.reset()
    with simulator.world.db.unit() as session:
        row = session.scalars(select(ServerGroup)).first()
        assert row is not None
        server = session.get_one(McpServer, row.server_number)
        return row.group_id, f"/ai_hub/mcp/{server.handle}/groups"


@pytest.mark.parametrize(
    "form, refusal",
    [
        (_add_access, None),
        (_remove_access, 404),
        (_create_group, 422),
        pytest.param(_delete_group, 404, marks=pytest.mark.long),
        (_delete_recipe, 404),
    ],
    ids=["add access", "remove access", "create group", "delete group", "delete recipe"],
)
def test_a_form_that_is_sent_eight_times_does_once_what_it_says(
    simulator: Simulator, form: Form, refusal: int | None, race_rounds: int
) -> None:
    for _ in range(race_rounds):
        path, fields = form(simulator)
        browser = Browser(simulator).get(f"{HUB}/users/sign_in")
        browser.press("Sign in", email=MARC, password=PASSWORD)
        pages = _send_eight_times(browser, path, fields)

        assert {page.status_code for page in pages} <= {200, refusal}
        if refusal:
            assert [page.status_code for page in pages].count(200) == 1
        else:
            assert sum("Added: " in page.text for page in pages) == 1


@pytest.mark.requirement("PAGE-9")
def test_eight_clicks_on_a_button_are_one(simulator: Simulator, race_rounds: int) -> None:
    """Nothing forbids two MCP servers of one name; the page of the one that is made is shown."""
    browser = Browser(simulator).get(f"{HUB}/users/sign_in")
    browser.press("Sign in", email=MARC, password=PASSWORD)
    for number in range(race_rounds):
        form = {"name": f"Twins {number}", "location": "1", "once": f"page {number}"}

        pages = _send_eight_times(browser, "/ai_hub/mcp/new/scratch", form)

        told = f"Created the MCP server &#39;Twins {number}&#39;."
        assert [told in page.text for page in pages] == [True] * len(pages)
        with simulator.world.db.unit() as session:
            made = select(McpServer).where(McpServer.name == form["name"])
            assert len(session.scalars(made).all()) == 1


def _send_eight_times(browser: Browser, path: str, fields: dict[str, str]) -> list[TestResponse]:
    windows = twins(browser)
    [token] = set(re.findall(r'name="csrf_token" value="([^"]+)"', browser.page.text))
    form = {"csrf_token": token} | fields
    return race(lambda number: windows[number].post(HUB + path, form).page)


@pytest.mark.parametrize("when", ["in the view", "when it is committed"])
def test_what_nobody_foresaw_is_a_conflict_and_no_failure(simulator: Simulator, when: str) -> None:
    """Two rows of one key: whoever comes second reloads the page and tries again."""
    app, db = Flask(__name__), simulator.world.db
    configure_app(app, simulator.world, "any", error_page=lambda *error: (error[2], error[0]))

    @app.get("/twice")
    def insert() -> str:
        known = db.session.scalars(select(Workspace.id)).first()
        db.session.add(Workspace(id=known, name="Second"))
        if when == "in the view":
            db.session.flush()
        return "stored"

    page = app.test_client().get("/twice")

    assert page.status_code == 409
    assert "Reload the page, and try again." in page.text
