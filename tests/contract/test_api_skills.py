"""Agentic skills at the Developer API: made of recipes, told, exported, and tools of servers."""

import json
from typing import Any

import pytest

from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.packages import recipe

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("API-41")
SKILLS = "agentic/skills"


@pytest.fixture
def api(mcp: Mcp) -> Program:
    """A program with a token."""
    return Program(mcp.simulator)


def make_recipe(api: Program, provider: str) -> Any:
    code = recipe("Find")["code"] | {"provider": provider, "name": "start_workflow"}
    body = {"name": "Find an order", "description": "Finds one.", "folder_id": "1"}
    made = api.send("POST", "recipes", json=body | {"code": json.dumps(code)})
    return made.get_json()["id"]


def test_a_skill_is_made_of_a_recipe_and_told(api: Program) -> None:
    number = make_recipe(api, "workato_skill")
    made = api.call("POST", SKILLS, recipe_id=number)["data"]

    assert made["id"].startswith("skl-")
    assert {key: made[key] for key in ("name", "provider_id", "provider_type", "folder_id")} == {
        "name": "Find an order",
        "provider_id": number,
        "provider_type": "Recipe",
        "folder_id": 1,
    }
    assert (made["running"], made["genies_count"], made["project_id"]) == (False, 0, 1)
    assert api.call("GET", SKILLS)["data"] == [made]
    assert api.call("GET", SKILLS + "?page=2")["data"] == []
    assert api.call("GET", SKILLS + "?folder_id=1")["data"] == [made]
    for none in ("?folder_id=2", "?folder_id=1&page=2"):
        assert api.call("GET", SKILLS + none)["data"] == []
    assert api.call("GET", f"{SKILLS}/{made['id']}")["data"] == made
    assets = api.call("GET", "export_manifests/folder_assets?folder_id=1")["result"]["assets"]
    assert "agentic_skill" in {each["type"] for each in assets}


def test_what_is_no_skill_is_refused(api: Program) -> None:
    wrong = api.call("POST", SKILLS, 400, recipe_id=make_recipe(api, "workato_recipe_function"))
    assert "of skills" in wrong["errors"]["recipe_id"][0]
    number = make_recipe(api, "workato_skill")
    handle = api.call("POST", SKILLS, recipe_id=number)["data"]["id"]
    again = api.call("POST", SKILLS, 400, recipe_id=number)
    assert "already" in again["errors"]["recipe_id"][0]
    api.call("POST", SKILLS, 404, recipe_id=999)
    for other in ("skl-none", handle.replace("-CD", "-AB"), "skl-A-AAAAAA-CD", "7"):
        assert api.call("GET", f"{SKILLS}/{other}", 404)["message"], other


def test_a_skill_becomes_a_tool_by_its_own_id(api: Program) -> None:
    number = make_recipe(api, "workato_skill")
    handle = api.call("POST", SKILLS, recipe_id=number)["data"]["id"]
    server = api.call("POST", "mcp/mcp_servers", name="Skills", folder_id=1)["data"]["id"]
    path = f"mcp/mcp_servers/{server}/assign_tools"
    for unknown in ("skl-none", "999"):
        tools = [{"trigger_application": "workato_skill", "id": unknown}]
        refused = api.call("POST", path, 400, tools=tools)
        assert refused == {
            "message": f"Tools contains invalid asset(s): workato_skill ID '{unknown}'"
        }
    assigned = api.call(
        "POST", path, tools=[{"trigger_application": "workato_skill", "id": handle}]
    )
    assert [each["flow_id"] for each in assigned["items"]] == [number]


@pytest.mark.requirement("REC-140")
def test_a_skill_that_gets_another_trigger_is_a_tool_no_more(api: Program) -> None:
    """Nor when its trigger is a skill's again."""
    number = make_recipe(api, "workato_skill")
    server = api.call("POST", "mcp/mcp_servers", name="Skills", folder_id=1)["data"]["id"]
    path = f"mcp/mcp_servers/{server}"
    tools = [{"trigger_application": "workato_skill", "id": str(number)}]
    api.call("POST", f"{path}/assign_tools", tools=tools)
    skill = api.call("GET", f"recipes/{number}")["code"]
    for other, left in (("workato_genie", 1), ("workato_recipe_function", 0), ("workato_skill", 0)):
        code = json.dumps(json.loads(skill) | {"provider": other})
        assert api.call("PUT", f"recipes/{number}", code=code) == {"success": True}
        assert api.call("GET", f"{path}/tools")["count"] == left, other
