"""An embedded vendor's program, its customers, and one of each thing in a customer's workspace."""

import json
import re
from typing import Any

from simulator.sandbox.simulator import Simulator
from tests.contract.browser import Browser
from tests.contract.developer_api_world import Program
from tests.packages import recipe

#: Of whoever accepts an invitation.
NEW_PASSWORD = "beta-Pass-1"
#: Every name in a filled workspace has it.
SECRET = "Confidential"


class Customer:
    """A customer of the program's workspace, whose endpoints stand below it.

    Args:
        vendor: the program.
        external_id: what the vendor calls the customer.
        name: of its workspace.
    """

    def __init__(self, vendor: Program, external_id: str, name: str = "") -> None:
        self.vendor, self.below = vendor, f"managed_users/E{external_id}"
        made = vendor.call(
            "POST",
            "managed_users",
            name=name or external_id,
            notification_email=f"{external_id.lower()}@customers.example",
            external_id=external_id,
        )
        self.id: int = made["id"]

    def send(self, method: str, path: str, **options: Any) -> Any:
        """One request below the customer."""
        return self.vendor.send(method, f"{self.below}/{path}", **options)

    def call(self, method: str, path: str, status: int = 200, **body: Any) -> Any:
        """The JSON of an answer of an endpoint below the customer."""
        return self.vendor.call(method, f"{self.below}/{path}", status, **body)

    def make(self, path: str, status: int = 200, **body: Any) -> Any:
        """The id of what a POST below the customer makes."""
        made = self.call("POST", path, status, **body)
        made = made.get("data", made.get("result", made))
        return made.get("id", made.get("handle"))


def accept(simulator: Simulator, email: str) -> Browser:
    """Accept an invitation that the mailbox shows; the browser is signed in then."""
    browser = Browser(simulator).get("https://id.workato.com/mailbox")
    letters = re.findall(r"<article.*?</article>", browser.page.text, re.S)
    (link,) = (re.findall(r'href="([^"]+)"', each)[0] for each in letters if email in each)
    browser.get(link)
    assert email in browser.text
    return browser.press("Accept invitation", password=NEW_PASSWORD)


def fill(customer: Customer) -> dict[str, Any]:
    """Make one of each thing in a customer's workspace; returns resource or parameter → id."""
    call, make = customer.call, customer.make
    place = make("folders", name=SECRET)
    code = json.dumps(recipe("Echo")["code"])
    number = make("recipes", name=SECRET, code=code, folder_id=str(place))
    server = make("mcp/mcp_servers", name=SECRET, folder_id=place)
    asset = {"trigger_application": "workato_recipe_function", "id": str(number)}
    call("POST", f"mcp/mcp_servers/{server}/assign_tools", tools=[asset])
    (tool,) = call("GET", f"mcp/mcp_servers/{server}/tools")["items"]
    columns = [{"name": "a", "type": "string"}]
    table = make("data_tables", name=SECRET, folder_id=place, schema=columns)
    schema = json.dumps([{"label": SECRET}])
    lookup = make("lookup_tables", name=SECRET, project_id=place, schema=schema)
    client = make("v2/api_clients", name=SECRET, project_id=place, auth_type="token")
    call("POST", f"properties?project_id={place}", properties={"secret": SECRET})
    call("POST", "iam/users", email="secret@customers.example", full_name=SECRET)
    (user,) = call("GET", "iam/users")["data"]
    content = {"name": SECRET, "folder_id": place}
    manifest = make("export_manifests", 201, export_manifest=content)
    row = call("POST", f"lookup_tables/{lookup}/rows", data={SECRET: SECRET})
    shell = {"provider": "coupa", "folder_id": place, "shell_connection": True}
    return {
        "projects": place,
        "folder_id": place,
        "folders": make("folders", name=SECRET, parent_id=place),
        "recipes": number,
        "connections": make("connections", name=SECRET, **shell),
        "mcp_servers": server,
        "tool_id": tool["id"],
        "tags": make("tags", title=SECRET),
        "data_tables": table,
        "tables": table,
        "lookup_tables": lookup,
        "row_id": row["id"],
        "api_collections": make("api_collections", name=SECRET, project_id=str(place)),
        "api_clients": client,
        "api_key_id": make(f"v2/api_clients/{client}/api_keys", name=SECRET, active=True),
        "users": user["id"],
        "user_groups": make("iam/user_groups", name=SECRET, user_ids=[user["id"]]),
        "app_links": make("iam/app_links", name=SECRET, url="https://secret.example"),
        "export_manifests": manifest,
        "packages": make(f"packages/export/{manifest}"),
        "custom_connectors": make("custom_connectors", title=SECRET, code="{}"),
        "members": make("member_invitations", name=SECRET, email="m@customers.example"),
    }
