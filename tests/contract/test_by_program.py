"""Both documented procedures by the Developer API alone, up to an end user's own rows."""

import json
from typing import Any

import pytest
from werkzeug.test import Client

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.mcp_endpoint import token_for

ADA = "ada@acme.example"


class Program:
    """What a script has: an API client's token."""

    def __init__(self, simulator: Simulator) -> None:
        self._client = Client(simulator)

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """One request that has to succeed; its JSON."""
        answer = self._client.open(
            f"/api/{path}",
            method=method,
            base_url="https://www.workato.com",
            json=body or None,
            headers={"Authorization": "Bearer wrkaus-demo-test-automation"},
        )
        assert answer.status_code == 200, answer.text
        assert answer.get_json() != {"success": False}
        return answer.get_json()


@pytest.mark.requirement("SRV-18")
def test_a_program_publishes_a_tool_and_connects_an_end_user() -> None:
    """A project, a recipe with End user's connection, a server, a group, and Ada's consent."""
    with Simulator(Settings(database="memory")) as simulator:
        program = Program(simulator)
        recipes = program.ask("GET", "recipes")["items"]
        model = next(each for each in recipes if each["name"] == "List my requisitions")
        parent = model["config"][0]["account_id"]
        folder = program.ask("POST", "folders", name="By program")["id"]

        recipe = program.ask(
            "POST", "recipes", name="My requisitions", folder_id=str(folder),
            code=model["code"], config=json.dumps(model["config"]),
        )["id"]  # fmt: skip
        assert program.ask("PUT", f"recipes/{recipe}/start") == {"success": True}
        server = program.ask("POST", "mcp/mcp_servers", name="By program", folder_id=folder)["data"]
        path = f"mcp/mcp_servers/{server['id']}"
        asset = {"trigger_application": model["trigger_application"], "id": str(recipe)}
        program.ask("POST", f"{path}/assign_tools", tools=[asset])
        changed = program.ask("PUT", path, auth_type="workato_idp")["data"]
        assert changed["has_vua_dependent_tools"] is True

        group = program.ask("POST", "iam/user_groups", name="By program")["data"]["id"]
        people = program.ask("GET", "iam/users")["data"]
        ada = next(each["id"] for each in people if each["email"] == ADA)
        program.ask("POST", f"iam/users/{ada}/add_to_group", user_group_id=group)
        program.ask("POST", f"{path}/assign_user_groups", idp_user_group_ids=[group])
        link = program.ask(
            "POST", "connections/runtime_user_connections",
            parent_id=parent, folder_id=folder, external_id=ada,
        )["data"]["url"]  # fmt: skip
        browser = Browser(simulator).get(link)
        browser.press("Sign in", login="ada", password="coupa-Pass-1").press("Allow")

        token = token_for(simulator, ADA, server["mcp_url"])
        params = {"name": "My_requisitions", "arguments": {}}
        message = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params}
        answer = Client(simulator).post(
            "/", base_url=server["mcp_url"], json=message,
            headers={"Authorization": f"Bearer {token}"},
        )  # fmt: skip
        result = answer.get_json()["result"]
        assert not result["isError"], result
        assert result["structuredContent"]["requisitions"]
