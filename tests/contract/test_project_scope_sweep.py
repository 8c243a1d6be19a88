"""Every endpoint, asked by a client of one project for what another project has."""

import json
from typing import Any

import pytest
from sqlalchemy import Table, select
from werkzeug.test import TestResponse

from simulator.db.base import Base
from simulator.db.tables import ApiClient, ApiWindow, Connection
from simulator.domain import connections, environments
from simulator.sandbox.simulator import Simulator
from simulator.systems.developer_api import ENDPOINTS
from simulator.systems.developer_api.endpoint import ApiEndpoint
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.packages import recipe

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("API-39")

#: What the limited client may not find in any answer: every name in the other project has it.
SECRET = "Confidential"
_CODE = json.dumps(recipe("Echo")["code"])
#: Parameter of a path → what of a project it names; None for what is in no project.
_NAMED: dict[str, str | None] = {
    "handle": "server",
    "tool_id": "tool",
    "connection_id": "connection",
    "recipe_id": "recipe",
    "data_table_id": "data_table",
    "table_id": "data_table",
    "lookup_table_id": "lookup_table",
    "row_id": "row",
    "api_client_id": "client",
    "api_key_id": "key",
    "api_access_profile_id": "key",
    "manifest_id": "manifest",
    "folder_id": "folder",
    "project_id": "project",
    "package_id": "package",
    **dict.fromkeys(("user_id", "group_id", "link_id", "client_id", "member_id")),
    **dict.fromkeys(("job_handle", "record_id", "api_endpoint_id", "managed_user_id")),
}
#: The same for `:id`, by what the path begins with.
_NAMED_ID = {
    "recipes/:id": "recipe",
    "projects/": "project",
    "project_grants/": "grant",
    "folders/": "folder",
    "project_builds/": "build",
    "api_collections/": "collection",
    "export_manifests/": "manifest",
}
#: Member of a body or query → what it names.
_REFERENCES = {
    "folder_id": "folder",
    "project_id": "project",
    "parent_id": "folder",
    "asset_id": "collection",
    "recipe_id": "running",
    "connection_id": "connection",
    "flow_id": "running",
    "api_collection_id": "collection",
    "api_client_id": "client",
}
_LISTS = {
    "recipe_ids": "recipe",
    "connection_ids": "connection",
    "api_collection_ids": "collection",
    "ids": "lookup_table",
}
#: What else bodies hold.
_FILLED = {
    "name": "New name",
    "title": "New title",
    "auth_type": "workato_idp",
    "provider": "coupa",
    "adapter_name": "coupa",
    "external_id": "somebody",
    "redirect_url": "https://client.example/",
    "shell_connection": True,
    "force": True,
    "method": "GET",
    "path": "path",
    "comment": "Seen",
    "code": _CODE,
    "job_ids": ["1"],
    "data": {"label": "value"},
    "project_role_id": "pr-none",
    "mcp_server_policy": {"rate_limit": 5},
}
#: What names is looked for, and nothing is found: an empty request is made and kept.
_SEARCHED = ("/api/test_cases/run_requests",)
Things = dict[str, Any]


def build(program: Program, name: str) -> Things:
    """One of each thing in a project of this name."""
    call: Any = program.call
    made: Things = {"project": (place := call("POST", "folders", name=name)["id"])}
    made["folder"] = call("POST", "folders", name=name, parent_id=place)["id"]
    for key in ("recipe", "running"):
        made[key] = call("POST", "recipes", name=name, code=_CODE, folder_id=str(place))["id"]
    call("PUT", f"recipes/{made['running']}/start")
    shell = {"provider": "coupa", "folder_id": place, "shell_connection": True}
    made["connection"] = call("POST", "connections", name=name, **shell)["id"]
    world = program.simulator.world
    with world.db.unit() as session:
        parent = session.get_one(Connection, made["connection"])
        connections.store_tokens(world, parent, {"access_token": "at"})
    made["server"] = call("POST", "mcp/mcp_servers", name=name, folder_id=place)["data"]["id"]
    tools = [{"id": made["running"], "trigger_application": "workato_recipe_function"}]
    at = f"mcp/mcp_servers/{made['server']}"
    made["tool"] = call("POST", f"{at}/assign_tools", tools=tools)["items"][0]["id"]
    schema: list[dict[str, str]] = [{"name": "a", "type": "string"}]
    table = call("POST", "data_tables", name=name, folder_id=place, schema=schema)
    made["data_table"] = table["data"]["id"]
    label = json.dumps([{"label": "label"}])
    made["lookup_table"] = call("POST", "lookup_tables", name=name, project_id=place, schema=label)[
        "id"
    ]
    call("POST", f"lookup_tables/{made['lookup_table']}/rows", data={"label": name})
    made["row"] = 1
    made["collection"] = call("POST", "api_collections", name=name, project_id=str(place))["id"]
    client = {"project_id": place, "auth_type": "token", "api_collection_ids": [made["collection"]]}
    made["client"] = call("POST", "v2/api_clients", name=name, **client)["data"]["id"]
    keys = f"v2/api_clients/{made['client']}/api_keys"
    made["key"] = call("POST", keys, name=name, active=True)["data"]["id"]
    manifest = {"export_manifest": {"name": name, "folder_id": place}}
    exported = program.send("POST", "export_manifests", json=manifest).get_json()
    made["manifest"] = exported["result"]["id"]
    made["package"] = call("POST", f"packages/export/{made['manifest']}")["id"]
    made["grant"] = build_grant(program, made["project"])
    return made


def build_grant(program: Program, project: int) -> Any:
    """The grant in a project of somebody who has a role of each kind."""
    call: Any = program.call
    keys = []
    for kind, key in (("environment", "team"), ("project", "recipes")):
        config = {key: {"privileges": "all"}}
        role = {f"{kind}_role": {"name": f"Of {project}", "config": config}}
        keys.append(call("POST", f"{kind}_roles", **role)["data"]["id"])
    given = {"environment_type": "dev", "name": f"Of {project}", "role_type": "environment"}
    invited = {"name": "Nia", "email": f"nia-{project}@x.example", "env_roles": [given]}
    person = call("POST", "member_invitations", **invited)["data"]["id"]
    new = {"assignment_type": "User", "assignment_id": person, "project_role_id": keys[1]}
    (grant,) = call("PUT", f"projects/{project}/project_grants", project_grants=[new])["data"]
    return grant["id"]


def address(endpoint: ApiEndpoint, things: Things) -> str:
    """The path, parameters filled in with what they name."""
    path = endpoint.path.removeprefix("/api/")
    for parameter in endpoint.parameters:
        named = _NAMED.get(parameter)
        if parameter == "id":
            named = next((kind for at, kind in _NAMED_ID.items() if path.startswith(at)), None)
        elif parameter not in _NAMED and parameter.endswith("_id"):
            raise AssertionError(f"{endpoint.path}: say in _NAMED what :{parameter} is")
        path = path.replace(f":{parameter}", str(things[named] if named else 1), 1)
    return path


def value_of(endpoint: ApiEndpoint, member: str, things: Things) -> Any:
    """What a member of a body or query holds that names something of a project."""
    if member == "parent_id" and "/connections" in endpoint.path:
        return things["connection"]
    if member in _LISTS:
        return [things[_LISTS[member]]]
    if member == "tools":
        return [{"id": things["running"], "trigger_application": "workato_recipe_function"}]
    if member == "export_manifest":
        return {"name": "New name", "folder_id": things["folder"]}
    if member == "config":
        used = {"keyword": "application", "provider": "coupa", "account_id": things["connection"]}
        return json.dumps([used])
    found = things[_REFERENCES[member]]
    is_text = "/recipes" in endpoint.path or "runtime" in endpoint.path
    return str(found) if is_text and member == "folder_id" else found


def list_rows(mcp: Mcp) -> dict[tuple[str, str], str]:
    """Every row there is, but for what every request writes."""
    with mcp.world.db.reading() as session:
        return {
            (table.name, str([row[key.name] for key in table.primary_key])): str(dict(row))
            for mapper in Base.registry.mappers
            if isinstance(table := mapper.local_table, Table) and mapper.class_ is not ApiWindow
            for row in session.execute(select(table)).mappings()
        }


def test_no_endpoint_reaches_another_project(mcp: Mcp) -> None:
    """By ids in its path, and by each id in its body or query beside things of the client's own."""
    with mcp.world.db.unit():
        environments.add(mcp.world, 1, "Test")
        environments.add(mcp.world, 1, "Development")
    program = Program(mcp.simulator, "Development")
    own, other = build(program, "Travel"), build(program, SECRET)
    for things in (own, other):
        name = "Travel" if things is own else SECRET
        at = f"projects/{things['project']}/build"
        things["build"] = program.call("POST", at, description=name)["id"]
    with mcp.world.db.unit() as session:
        client = session.scalars(select(ApiClient).where(ApiClient.name == "Tests")).one()
        client.project_ids = [own["project"]]
    before = list_rows(mcp)

    assert ask_everywhere(program, own, other) > 120, "of all endpoints"
    assert list_rows(mcp) == before


@pytest.mark.long
@pytest.mark.requirement("API-34")
@pytest.mark.parametrize("who", ["customer", "vendor"])
def test_no_endpoint_reaches_another_workspace(mcp: Mcp, who: str) -> None:
    """A vendor's own is nothing below a customer, and a customer's nothing beside them."""
    vendor = Program(mcp.simulator)
    new: Any = {"name": "Alpha", "notification_email": "alpha@customers.example"}
    customer = Below(mcp.simulator, vendor.call("POST", "managed_users", **new)["id"])
    program, others = (customer, vendor) if who == "customer" else (vendor, customer)
    own, other = build(program, "Travel"), build(others, SECRET)
    own["build"] = other["build"] = 1  # these workspaces have one environment
    before = list_rows(mcp)

    assert ask_everywhere(program, own, other) > 120, "of all endpoints"
    assert list_rows(mcp) == before


class Below(Program):
    """The same program, below one of its customers.

    Args:
        simulator: what answers.
        customer: the customer's id.
    """

    def __init__(self, simulator: Simulator, customer: int) -> None:
        self.simulator, self._below = simulator, f"managed_users/{customer}/"

    def send(self, method: str, path: str, **options: Any) -> TestResponse:
        """One request; no quota is used up before it."""
        return super().send(method, self._below + path, **options)


def ask_everywhere(program: Program, own: Things, other: Things) -> int:
    """Ask every endpoint for each thing of others beside one's own; return how often it was asked.

    Nothing of them is told, and every change is refused.
    """
    asked = 0
    scoped = {*_REFERENCES, *_LISTS, "tools", "export_manifest", "config"}
    for endpoint in ENDPOINTS:
        if endpoint.path in _SEARCHED:
            continue
        in_body = set(endpoint.body.model_fields) if endpoint.body else set()
        in_query = set(endpoint.query.model_fields) if endpoint.query else set()
        foreign = [None] if address(endpoint, own) != address(endpoint, other) else []
        for one in [*foreign, *sorted((in_body | in_query) & scoped)]:
            path = address(endpoint, own if one else other)
            body = {name: each for name, each in _FILLED.items() if name in in_body} | {
                name: value_of(endpoint, name, other if name == one else own)
                for name in in_body & scoped
                if name != "config" or name == one
            }
            query = f"?{one}={value_of(endpoint, one, other)}" if one in in_query else ""
            answer = program.send(
                endpoint.method, path + query, **({"json": body} if endpoint.body else {})
            )
            asked += 1
            told = f"{endpoint.method} {path}{query} {body}: {answer.status_code} {answer.text}"
            assert SECRET not in answer.text, told
            if endpoint.method != "GET":
                refusals = (400, 403, 404) if endpoint.is_whole_workspace else (400, 404)
                is_refused = answer.status_code in refusals
                assert is_refused or '"success": false' in answer.text, told
    return asked
