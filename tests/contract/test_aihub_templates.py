"""Start with a template: the gallery, whose connection it is in each app, and what is made."""

from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Connection, McpServer, McpTool, Project, Recipe
from simulator.domain import server_templates
from simulator.domain.packages.lint import Verdict, lint_package
from tests.contract.aihub_world import Hub, HubBrowser, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("SRV-14")
CHOOSE = "/ai_hub/mcp/new"
USE = f"{CHOOSE}/template/procurement_api"
WITHOUT_APPS = f"{CHOOSE}/template/unit_converter"


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """The browser of a collaborator who is no admin."""
    return hub.browser("builder")


def _use(browser: HubBrowser, **changes: str) -> Any:
    fields = {"name": "Buying", "location": "new", "coupa_kind": "user", "coupa_connection": "2"}
    return browser.post(USE, USE, **(fields | changes))


def _made(hub: Hub) -> tuple[McpServer, list[Recipe]]:
    with hub.world.db.unit() as session:
        server = session.scalars(select(McpServer).order_by(McpServer.number.desc())).first()
        assert server is not None
        tools = select(McpTool).where(McpTool.server_number == server.number)
        return server, [tool.recipe for tool in session.scalars(tools)]


def _entries(recipes: list[Recipe]) -> list[Any]:
    return [each for one in recipes for each in one.config if each["provider"] == "coupa"]


def test_the_gallery_shows_apps_tools_and_verified_access(builder: HubBrowser) -> None:
    page = text_of(builder.get(CHOOSE))

    assert "Start with a template" in page
    assert "Procurement by API Requisitions of the signed-in person Coupa Verified user" in page
    assert "Tools: Get a requisition, List requisitions Use this template" in page
    assert builder.get(f"{CHOOSE}/template/nothing").status_code == 404


def test_every_recipe_of_a_template_runs_here() -> None:
    """None needs a stub, or an app that is not simulated."""
    templates = server_templates.list_templates()
    verdicts = [one.verdict for each in templates for one in lint_package(each.package).recipes]

    assert len(templates) == 5
    assert set(verdicts) == {Verdict.RUNS}


def test_a_server_is_made_with_users_connection(hub: Hub, builder: HubBrowser) -> None:
    form = text_of(builder.get(USE))
    assert "MCP server name Location" in form
    assert "Connections Coupa User's connection Everybody acts in Coupa as themselves" in form
    assert "Coupa (unfinished)" not in form, "only what is connected is offered"

    answer = _use(builder)

    page = text_of(builder.get(answer.headers["Location"]))
    assert "Created the MCP server 'Buying' in the project 'Buying'." in page
    assert "Workato Identity Buying Production" in page
    assert page.count("Started API recipe Coupa Verified user access") == 2
    server, recipes = _made(hub)
    assert (server.name, server.auth_type) == ("Buying", "workato_idp")
    assert [each["account_id"] for each in _entries(recipes)] == [2, 2]
    assert all(each.running for each in recipes)


def test_your_connection_is_shared_by_everybody(hub: Hub, builder: HubBrowser) -> None:
    _use(builder, coupa_kind="your", coupa_connection="1")

    _server, recipes = _made(hub)
    assert [each["account_id"] for each in _entries(recipes)] == [1, 1]
    assert not any("personalization" in each for each in _entries(recipes))


def test_a_new_connection_is_connected_afterwards(hub: Hub, builder: HubBrowser) -> None:
    answer = _use(builder, coupa_connection="", location="1")

    page = text_of(builder.get(answer.headers["Location"]))
    assert "in the project 'Finance'. Its tools work once Coupa is connected." in page
    with hub.world.db.unit() as session:
        made = session.scalars(select(Connection).where(Connection.id > 3)).one()
        assert (made.project_id, made.status) == (1, "Not connected")


def test_mistakes_stand_next_to_their_fields_and_nothing_is_made(
    hub: Hub, builder: HubBrowser
) -> None:
    wrong = _use(builder, name=" ", coupa_connection="3")
    assert field_error(wrong, "name") == "Enter a name for the MCP server."
    assert "is not connected" in field_error(wrong, "coupa_connection")
    taken = _use(builder, name="Finance")
    assert "There is a project named 'Finance' already." in field_error(taken, "location")
    assert field_error(_use(builder, location="x"), "location")
    assert _use(builder, location="2").status_code == 404, "of another workspace"
    with hub.world.db.unit() as session:
        own = select(Project).where(Project.workspace_id == 1)
        assert len(session.scalars(own).all()) == 1
        assert len(session.scalars(select(McpServer)).all()) == 2


def test_what_is_there_is_never_changed_by_a_template(hub: Hub, builder: HubBrowser) -> None:
    assert _use(builder, location="1").status_code == 303
    before = [(each.id, each.version_no) for each in _made(hub)[1]]

    again = _use(builder, location="1", name="Other")

    assert "Finance has recipes of this template already." in field_error(again, "location")
    assert [(each.id, each.version_no) for each in _made(hub)[1]] == before


def test_a_template_without_apps_needs_no_connections(hub: Hub, builder: HubBrowser) -> None:
    assert "Connections" not in text_of(builder.get(WITHOUT_APPS))
    made = builder.post(WITHOUT_APPS, WITHOUT_APPS, name="Measures", location="new")
    assert "Started Recipe function" in text_of(builder.get(made.headers["Location"]))
    assert _made(hub)[0].name == "Measures"
