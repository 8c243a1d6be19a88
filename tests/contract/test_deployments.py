"""A project is deployed from Development to Test and Production, by program and by hand."""

import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Collaborator, Environment, McpServer, Project
from tests.contract.aihub_world import Hub, hub, text_of
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.packages import connection, recipe, reference, to_zip

__all__ = ["hub", "identity", "mcp", "office"]  # the fixtures

CONFIG = {
    "keyword": "application",
    "provider": "jira",
    "personalization": True,
    "account_id": reference("jira.connection.json", "Jira"),
}
FILES = {
    "echo.recipe.json": recipe("Echo"),
    "asking.recipe.json": recipe("Asking", [CONFIG]),
    "jira.connection.json": connection("Jira"),
    "desk.mcp_server.json": {
        "name": "Desk",
        "description": "Echoes",
        "auth_type": "workato_idp",
        "tools_type": "project_assets",
        "tools": [{"tool": "ref_0", "description": "Echo"}],
        "references": {"ref_0": {"type": "recipe", "id": reference("echo.recipe.json", "Echo")}},
    },
}


@pytest.fixture
def dev(mcp: Mcp) -> Program:
    """A client of Development, which the workspace has beside Test and Production."""
    with mcp.simulator.world.db.unit() as session:
        session.add_all(Environment(workspace_id=1, name=each) for each in ("Development", "Test"))
    return Program(mcp.simulator, "Development", "wrkaus-development")


@pytest.fixture
def test(dev: Program) -> Program:
    """A client of Test."""
    return Program(dev.simulator, "Test", "wrkaus-test")


@pytest.fixture
def project(dev: Program) -> int:
    """The project that is deployed."""
    number: int = dev.call("POST", "folders", name="Service")["id"]
    answer = dev.send("POST", f"packages/import/{number}", data=to_zip(FILES))
    assert answer.get_json()["status"] == "completed"
    return number


def named(program: Program, kind: str, name: str) -> dict[str, Any]:
    """The one thing of this name that a program sees."""
    answer = program.call("GET", kind)
    rows = answer if isinstance(answer, list) else answer.get("items") or answer["data"]
    (found,) = (each for each in rows if each["name"] == name)
    return dict(found)


@pytest.mark.requirement("USR-64")
def test_a_program_builds_a_project_and_deploys_the_build(
    dev: Program, test: Program, project: int
) -> None:
    made = dev.call("POST", f"projects/f{project}/build", description="First")
    assert made == dev.call("GET", f"project_builds/{made['id']}")
    assert (made["state"], made["project_id"], made["description"]) == (
        *("success", str(project)),
        "First",
    )
    content = dev.send("GET", f"project_builds/{made['id']}/download").data
    assert "echo.recipe.json" in zipfile.ZipFile(io.BytesIO(content)).namelist()

    done = dev.call("POST", f"project_builds/{made['id']}/deploy?environment_type=test")
    assert (done["state"], done["environment_type"]) == ("success", "test")
    assert (done["project_build_id"], done["performed_by_name"]) == (made["id"], "Tests")
    assert done == dev.call("GET", f"deployments/{done['id']}")

    there = named(test, "projects", "Service")
    assert there["id"] != project, "as a CI script finds it, by its name"
    echo, asking = named(test, "recipes", "Echo"), named(test, "recipes", "Asking")
    assert (echo["running"], echo["project_id"]) == (False, there["id"])
    jira = named(test, "connections", "Jira")
    assert (jira["authorization_status"], jira["folder_id"]) == (None, there["folder_id"])
    assert [each["account_id"] for each in asking["config"]] == [jira["id"]], "its own"
    assert asking["config"][0]["personalization"] is True
    assert test.call("PUT", f"recipes/{echo['id']}/start")["success"] is True
    server = named(test, "mcp/mcp_servers", "Desk")
    assert server["project_id"] == str(there["id"]) or server["project_id"] == there["id"]
    assert server["idp_user_group_ids"] == [], "access does not travel"
    with dev.simulator.world.db.unit() as session:
        servers = session.scalars(select(McpServer).where(McpServer.name == "Desk")).all()
        assert {each.environment.name for each in servers} == {"Development", "Test"}


@pytest.mark.requirement("USR-64")
def test_a_later_deployment_updates_what_is_there(
    dev: Program, test: Program, project: int
) -> None:
    dev.call("POST", f"projects/{project}/deploy?environment_type=test")
    echo = named(test, "recipes", "Echo")
    test.call("PUT", f"recipes/{echo['id']}/start")
    own = named(dev, "recipes", "Echo")
    dev.call("PUT", f"recipes/{own['id']}", name="Echo", description="Better")
    dev.call("PUT", f"projects/{project}", name="Help")

    dev.call("POST", f"projects/{project}/deploy?environment_type=test", description="Second")

    again = named(test, "recipes", "Echo")
    assert (again["id"], again["running"]) == (echo["id"], True)
    assert [each["name"] for each in test.call("GET", "projects")] == ["Help", "Home"]
    listed = dev.call("GET", f"deployments?project_id={project}&state=success")["items"]
    assert [each["description"] for each in listed] == ["Second", None]
    for filters in ("environment_type=prod", "state=failed", "to=2001-01-01T00:00:00Z"):
        assert dev.call("GET", f"deployments?{filters}")["items"] == []
    assert len(dev.call("GET", f"deployments?folder_id=f{project}&from=2001-01-01T00:00:00Z")) == 1


@pytest.mark.requirement("USR-64")
def test_neither_environment_sees_the_other_ones_project(
    dev: Program, test: Program, project: int
) -> None:
    dev.call("POST", f"projects/{project}/deploy?environment_type=test")
    there = named(test, "projects", "Service")
    echo = named(dev, "recipes", "Echo")

    for program, other in ((dev, there["id"]), (test, project)):
        program.call("PUT", f"projects/{other}", 404, name="X")
        assert other not in {each["id"] for each in program.call("GET", "projects")}
    test.call("GET", f"recipes/{echo['id']}", 404)
    assert test.call("PUT", f"projects/{there['id']}", name="Service")["name"] == "Service"
    test.call("POST", f"projects/{there['id']}/build", 403)


@pytest.mark.requirement("USR-64")
def test_what_is_put_nowhere_else_is_in_each_environments_own_project(
    dev: Program, test: Program
) -> None:
    code = json.dumps(recipe("Echo")["code"])
    dev.call("POST", "recipes", name="Echo", code=code)
    home = named(dev, "projects", "Home assets")
    dev.call("POST", f"projects/{home['id']}/deploy?environment_type=test", description="First")
    there = named(test, "projects", "Home assets")
    made = test.call("POST", "recipes", name="Second", code=code)["id"]
    assert test.call("GET", f"recipes/{made}")["folder_id"] == there["folder_id"]
    both = [
        each.call("POST", "mcp/mcp_servers", name="New", folder_id=place["folder_id"])["data"]["id"]
        for each, place in ((test, there), (dev, home))
    ]
    assert len(set(both)) == 2, "each has a number of its own, hidden or not"


@pytest.mark.requirement("USR-64")
def test_what_cannot_be_deployed_is_refused(dev: Program, project: int) -> None:
    assert "environment_type" in dev.call("POST", f"projects/{project}/deploy", 400)["message"]
    for path in (f"projects/{project}/deploy?environment_type=dev", "project_builds/99"):
        method = "POST" if "deploy" in path else "GET"
        assert dev.call(method, path, 404) == {"message": "Not found"}
    dev.call("POST", "folders", name="Service (Test)")
    failed = dev.call("POST", f"projects/{project}/deploy?environment_type=test")
    assert (failed["state"], failed["error"]) == (
        "failed",
        "There is another project 'Service (Test)': rename it, and try again.",
    )
    with dev.simulator.world.db.unit() as session:
        session.scalars(
            select(Environment).where(Environment.name == "Development")
        ).one().name = "Sandbox"
    answer = dev.call("POST", f"projects/{project}/build", 400)
    assert answer["message"].startswith("Environments not provisioned")


@pytest.mark.requirement("USR-64")
def test_what_was_deployed_stays_where_its_source_is_deleted(
    dev: Program, test: Program, project: int
) -> None:
    """Another project that gets the number of the deleted one is seen in every environment."""
    dev.call("POST", f"projects/{project}/deploy?environment_type=test")
    for each in dev.call("GET", f"recipes?folder_id={project}")["items"]:
        dev.call("PUT", f"recipes/{each['id']}/stop")
    dev.call("DELETE", f"projects/{project}")
    with dev.simulator.world.db.unit() as session:
        session.add(Project(id=project, workspace_id=1, name="Another"))

    assert named(test, "projects", "Service")["id"] != project
    assert named(test, "projects", "Another")["id"] == project


@pytest.mark.requirement("USR-65")
def test_who_may_not_deploy_and_where_nothing_can_be_deployed_is_told(hub: Hub) -> None:
    page = "/projects/1/deployments"
    assert "lacks these environments" in text_of(hub.browser("builder").get(page))
    with hub.world.db.unit() as session:
        session.add(Environment(workspace_id=1, name="Development"))
        builder = session.scalars(select(Collaborator).where(Collaborator.name == "Builder")).one()
        builder.role = "operator"
    browser = hub.browser("builder")
    shown = browser.get(page).text
    assert "This project has not been deployed yet." in shown
    assert "Deploy to" not in shown
    assert browser.post(page, page, environment="test").status_code == 403
