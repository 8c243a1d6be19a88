"""MCP servers by the Developer API: created, given tools, moved, deleted; what a deletion takes."""

import json
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from sqlalchemy import func, select
from werkzeug.test import Client

from simulator.db.tables import (
    Connection,
    ConnectionAttempt,
    DeletedServer,
    Job,
    McpServer,
    McpSession,
    OAuthToken,
    Project,
)
from simulator.domain import folders, server_deletion, server_tools, servers
from simulator.domain.packages import importing, reading
from simulator.domain.server_tools import Asset
from simulator.errors import NotFound
from simulator.net.addresses import IDENTITY
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.mcp_endpoint import token_for
from tests.contract.racing import RIVALS, once, race
from tests.contract.remembered_answers import ADA, SIGNED_IN
from tests.postgres.plugin import SECRET_KEY
from tests.tools.requirements import ROOT

TOKEN = "wrkaus-demo-test-automation"
#: The server in fixtures/packages/procurement_api.
OF_THE_PACKAGE = "Procurement by API"
Ask = Callable[..., tuple[int, Any]]


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """The demo world, put back before each test."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


@pytest.fixture
def ask(simulator: Simulator) -> Ask:
    """One request to the Developer API: status and JSON."""
    simulator.reset()
    client = Client(simulator)

    def send(method: str, path: str, **body: Any) -> tuple[int, Any]:
        answer = client.open(
            f"/api/{path}",
            method=method,
            base_url="https://www.workato.com",
            json=body or None,
            headers={"Authorization": f"Bearer {TOKEN}"},
        )
        return answer.status_code, answer.get_json()

    return send


def _call(simulator: Simulator, url: str, token: str, method: str, **params: Any) -> Any:
    message = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
    headers = {"Authorization": f"Bearer {token}"}
    return Client(simulator).post("/", base_url=url, json=message, headers=headers)


@pytest.mark.requirement("SRV-1", "SRV-2")
def test_a_server_is_created_given_a_tool_and_a_token_and_called(
    ask: Ask, simulator: Simulator
) -> None:
    """By API alone, from nothing to an answered tool call; and everything undone again."""
    recipes = ask("GET", "recipes")[1]["items"]
    policy = next(each for each in recipes if each["name"] == "Get procurement policy")

    status, answer = ask(
        "POST", "mcp/mcp_servers", name=" New ", folder_id=policy["folder_id"], description="For me"
    )
    server = answer["data"]
    path = f"mcp/mcp_servers/{server['id']}"
    assert status == 200
    assert (server["name"], server["auth_type"]) == ("New", "hashed_token")
    assert server["tools_count"] == 0
    assert server["folder_id"] == policy["folder_id"]

    asset = {"trigger_application": "workato_recipe_function", "id": str(policy["id"])}
    tool = ask("POST", f"{path}/assign_tools", tools=[asset])[1]["items"][0]
    assert (tool["flow_id"], tool["description"]) == (policy["id"], policy["description"])
    assert ask("POST", f"{path}/assign_tools", tools=[asset])[1]["count"] == 1, "once is enough"
    made = ask("POST", f"{path}/tokens")[1]["data"]
    assert made["mcp_url"] == f"{server['mcp_url']}?wkt_token={made['token']}"

    listed = _call(simulator, server["mcp_url"], made["token"], "tools/list").json
    assert [each["name"] for each in listed["result"]["tools"]] == ["Get_procurement_policy"]
    hints = {"read_only": True, "idempotent": True}
    changed = ask("PUT", f"{path}/tools/{tool['id']}", hints=hints, description="Policies.")[1]
    assert changed["hints"] == {
        "read_only": True, "destructive": False, "idempotent": True, "open_world": False
    }  # fmt: skip
    listed = _call(simulator, server["mcp_url"], made["token"], "tools/list").json
    (seen,) = listed["result"]["tools"]
    assert (seen["description"], seen["annotations"]["readOnlyHint"]) == ("Policies.", True)
    assert ask("PUT", f"{path}/tools/{tool['id']}", hints=None)[1]["hints"] is None
    stopped = ask("PUT", f"{path}/tools/{tool['id']}", enabled=False)[1]
    assert (stopped["enabled"], stopped["active"]) == (False, True)
    listed = _call(simulator, server["mcp_url"], made["token"], "tools/list").json
    assert listed["result"]["tools"] == [], "a stopped tool is shown to nobody"
    assert ask("PUT", f"{path}/tools/{tool['id']}", enabled=True)[1]["enabled"]

    assert ask("DELETE", f"{path}/tools/{tool['id']}") == (204, None)
    assert ask("DELETE", f"{path}/tools/{tool['id']}")[0] == 404
    assert _call(simulator, server["mcp_url"], made["token"], "tools/list").json["result"] == {
        "tools": []
    }
    assert ask("DELETE", path) == (200, {"success": True})
    assert ask("GET", path)[0] == 404
    assert _call(simulator, server["mcp_url"], made["token"], "tools/list").status_code == 404


@pytest.mark.requirement("SRV-2")
def test_the_tool_of_an_api_recipe_is_not_deleted_by_programs(ask: Ask) -> None:
    """Only tools of recipe functions and skills are (Workato docs, MCP servers)."""
    trigger = {
        "number": 0,
        "keyword": "trigger",
        "provider": "workato_api_platform",
        "name": "receive_request",
        "as": "request",
        "block": [],
    }
    server = ask("GET", "mcp/mcp_servers")[1]["data"][0]
    made = ask(
        *("POST", "recipes"),
        name="By API",
        code=json.dumps(trigger),
        folder_id=str(server["folder_id"]),
    )[1]
    path = f"mcp/mcp_servers/{server['id']}"
    asset = {"trigger_application": "workato_api_platform", "id": str(made["id"])}
    *_others, tool = ask("POST", f"{path}/assign_tools", tools=[asset])[1]["items"]

    status, refused = ask("DELETE", f"{path}/tools/{tool['id']}")

    assert tool["trigger_application"] == "workato_api_platform"
    assert status == 400
    assert "backed by recipe functions or genies" in refused["message"]
    assert tool in ask("GET", f"{path}/tools")[1]["items"]


@pytest.mark.requirement("SRV-3")
def test_what_cannot_be_a_tool_is_refused_in_workatos_words(ask: Ask) -> None:
    """Of another project, of another kind, or not there; nothing is added then."""
    recipes = ask("GET", "recipes")[1]["items"]
    servers_there = ask("GET", "mcp/mcp_servers")[1]["data"]
    server = servers_there[0]
    foreign = next(one for one in recipes if one["project_id"] != server["project_id"])
    path = f"mcp/mcp_servers/{server['id']}/assign_tools"

    def assign(kind: str, number: object) -> tuple[int, Any]:
        return ask("POST", path, tools=[{"trigger_application": kind, "id": number}])

    kind = foreign["trigger_application"]
    wording = "Tools contains invalid asset(s): {} ID '{}'"
    assert assign("workato_skill", "987654") == (
        400, {"message": wording.format("workato_skill", 987654)}
    )  # fmt: skip
    assert assign(kind, foreign["id"])[1]["message"] == wording.format(kind, foreign["id"])
    own = next(one for one in recipes if one["project_id"] == server["project_id"])
    assert assign("workato_genie", own["id"])[0] == 400
    (sentence,) = assign(kind, "x")[1]["errors"]["tools.0.id"]
    assert sentence.startswith("must be the id of a recipe, a whole number, or that of a skill")
    assert ask("POST", path, tools=[])[0] == 400
    assert ask("GET", f"mcp/mcp_servers/{server['id']}")[1]["data"] == server


@pytest.mark.requirement("SRV-4")
def test_a_server_moves_with_its_assets_or_not_at_all(ask: Ask) -> None:
    server = ask("GET", "mcp/mcp_servers")[1]["data"][0]
    path = f"mcp/mcp_servers/{server['id']}/update_folder"
    inside = ask("POST", "folders", name="Agents", parent_id=server["project_id"])[1]
    other = ask("POST", "folders", name="Elsewhere")[1]

    moved = ask("PUT", path, folder_id=str(inside["id"]))[1]["data"]
    assert moved["folder_id"] == inside["id"]
    assert [each["name"] for each in moved["folders"]] == [server["folders"][0]["name"], "Agents"]
    refused = ask("PUT", path, folder_id=other["id"])
    assert refused[0] == 400
    assert "All assets of an MCP server must be in the same project" in str(refused[1]["errors"])
    assert ask("PUT", path, folder_id=99)[1]["errors"]["folder_id"] == [
        "There is no folder 99 in this workspace."
    ]
    back = ask("PUT", path[: -len("/update_folder")], folder_id=server["folder_id"])
    assert back[1]["data"]["folder_id"] == server["folder_id"]
    assert ask("POST", "mcp/mcp_servers", name="x", folder_id=77)[0] == 400
    empty = ask("POST", "mcp/mcp_servers", name="Empty", folder_id=other["id"])[1]["data"]
    assert ask("PUT", f"mcp/mcp_servers/{empty['id']}", folder_id=inside["id"])[0] == 200


@pytest.mark.requirement("SRV-17", "MCP-48", "MCP-133")
def test_a_server_of_an_api_collection_has_its_endpoints_as_tools(
    ask: Ask, simulator: Simulator
) -> None:
    """One server for each collection, in its project; tools are not added one by one."""
    package = reading.read_path(ROOT / "fixtures/packages/procurement_api")
    with simulator.world.db.unit():
        importing.import_package(simulator.world, 1, 1, package)
    (collection,) = ask("GET", "api_collections")[1]
    project = int(collection["project_id"])
    body = {"name": "By API", "asset_id": collection["id"]}

    imported = next(
        one for one in ask("GET", "mcp/mcp_servers")[1]["data"] if one["name"] == OF_THE_PACKAGE
    )
    assert imported["asset_type"] == "api_collection"
    assert imported["api_collection"]["id"] == collection["id"]
    assert ask("DELETE", f"mcp/mcp_servers/{imported['id']}")[0] == 200

    elsewhere = ask("POST", "mcp/mcp_servers", **body, folder_id=1)
    assert elsewhere[0] == 400
    assert "must be in the same project" in str(elsewhere[1]["errors"]["asset_id"])
    unknown = ask("POST", "mcp/mcp_servers", name="x", asset_id=9999, folder_id=project)
    assert unknown[1]["errors"]["asset_id"] == [
        "There is no API collection 9999 in this workspace."
    ]

    made = ask("POST", "mcp/mcp_servers", **body, folder_id=str(project))[1]["data"]
    path = f"mcp/mcp_servers/{made['id']}"
    assert made["asset_type"] == "api_collection"
    assert (made["api_collection"]["id"], made["tools_count"]) == (collection["id"], 2)
    token = ask("POST", f"{path}/tokens")[1]["data"]["token"]
    assert urlsplit(made["mcp_url"]).path == "/acme-corp/procurement-v1"
    listed = _call(simulator, made["mcp_url"], token, "tools/list").json["result"]["tools"]
    assert [each["name"] for each in listed] == ["Get_a_requisition", "List_requisitions"]
    hello = {
        "protocolVersion": "2025-03-26",
        "capabilities": {},
        "clientInfo": {"name": "t", "version": "1"},
    }
    begun = _call(simulator, made["mcp_url"], token, "initialize", **hello).json["result"]
    assert begun["serverInfo"] == {"name": "API_platform", "version": "1_0"}

    tool = ask("GET", f"{path}/tools")[1]["items"][0]
    refused = ask("DELETE", f"{path}/tools/{tool['id']}")
    assert "endpoints of its API collection" in str(refused[1]["errors"])
    asset = {"trigger_application": tool["trigger_application"], "id": tool["flow_id"]}
    assert ask("POST", f"{path}/assign_tools", tools=[asset])[0] == 400
    twice = ask("POST", "mcp/mcp_servers", **body, folder_id=project)
    assert "is the MCP server 'By API' already" in str(twice[1]["errors"]["asset_id"])
    assert ask("DELETE", path)[0] == 200
    assert ask("POST", "mcp/mcp_servers", **body, folder_id=project)[0] == 200


@pytest.mark.requirement("SRV-5")
def test_a_renewed_token_ends_the_one_before(ask: Ask, simulator: Simulator) -> None:
    """A hashed one is answered by `tokens` alone; a server with Workato Identity has none."""
    every = ask("GET", "mcp/mcp_servers")[1]["data"]
    by_token = next(one for one in every if one["auth_type"] == "hashed_token")
    path = f"mcp/mcp_servers/{by_token['id']}"
    first = ask("POST", f"{path}/tokens")[1]["data"]["token"]

    def status(token: str) -> int:
        return int(_call(simulator, by_token["mcp_url"], token, "ping").status_code)

    assert status(first) == 200
    second = ask("POST", f"{path}/tokens")[1]["data"]["token"]
    assert (status(first), status(second)) == (401, 200)
    renewed = ask("POST", f"{path}/token_renew")[1]["data"]
    assert renewed["mcp_url"] == by_token["mcp_url"]
    assert status(second) == 401
    identity = next(one for one in every if one["auth_type"] == "workato_idp")
    assert ask("POST", f"mcp/mcp_servers/{identity['id']}/token_renew")[0] == 403
    assert ask("POST", f"mcp/mcp_servers/{identity['id']}/tokens")[0] == 403


@pytest.mark.requirement("SRV-6")
def test_a_deletion_ends_what_is_the_servers_and_keeps_what_is_not(
    ask: Ask, simulator: Simulator
) -> None:
    """Tokens, sessions and setup links end; connections and jobs stay, and its number is kept."""
    access = token_for(simulator, ADA)
    begun = _call(
        simulator, SIGNED_IN, access, "initialize",
        protocolVersion="2025-11-25", capabilities={}, clientInfo={"name": "t", "version": "1"},
    )  # fmt: skip
    assert begun.headers["Mcp-Session-Id"]
    own = {"name": "List_my_requisitions"}
    assert "setup" in _call(simulator, SIGNED_IN, access, "tools/call", **own).text
    handle = next(
        one["id"] for one in ask("GET", "mcp/mcp_servers")[1]["data"] if "2107" in one["mcp_url"]
    )
    with simulator.world.db.reading() as session:
        connections = session.scalar(select(func.count()).select_from(Connection))
        jobs = session.scalar(select(func.count()).select_from(Job))
    assert jobs

    assert ask("DELETE", f"mcp/mcp_servers/{handle}") == (200, {"success": True})

    assert _call(simulator, SIGNED_IN, access, "ping").status_code == 404
    with simulator.world.db.reading() as session:
        assert session.scalar(select(func.count()).select_from(Connection)) == connections
        assert session.scalar(select(func.count()).select_from(Job)) == jobs
        assert session.scalars(select(ConnectionAttempt)).all() == []
        assert all(one.ended_at for one in session.scalars(select(McpSession)))
        tokens = session.scalars(select(OAuthToken).where(OAuthToken.provider == IDENTITY)).all()
        assert tokens
        assert all(one.revoked_at for one in tokens)
        (gone,) = session.scalars(select(DeletedServer))
        assert (gone.number, gone.name, gone.deleted_by) == (
            2107, "Procurement assistant", "Test automation"
        )  # fmt: skip
    project = ask("GET", "projects")[1][0]["id"]
    new = ask("POST", "mcp/mcp_servers", name="Procurement assistant", folder_id=project)[1]["data"]
    assert "2107" not in new["mcp_url"]
    assert new["id"] != handle


@pytest.mark.requirement("SRV-7")
def test_of_several_who_create_at_once_each_has_a_number(database_url: str) -> None:
    """The last number is given away again after a deletion neither."""
    settings = Settings(database=database_url, secret_key=SECRET_KEY)
    with Simulator(settings) as simulator:
        world = simulator.world

        def create(number: int) -> int:
            with world.db.unit() as session:
                project = session.get_one(Project, 1)
                made = servers.create(world, project, 1, f"Server {number}", "")
                return made.number

        numbers = race(create)
        assert len(set(numbers)) == RIVALS

        def delete(_number: int) -> None:
            found = world.db.session.get(McpServer, max(numbers))
            if found is None:
                raise NotFound("gone")
            server_deletion.delete_server(world, found, "somebody")

        assert sum(race(once(simulator, delete, NotFound))) == 1
        assert create(99) == max(numbers) + 1


@pytest.mark.requirement("SRV-7")
def test_of_several_who_add_a_tool_at_once_one_does(database_url: str) -> None:
    settings = Settings(database=database_url, secret_key=SECRET_KEY)
    with Simulator(settings) as simulator:
        world = simulator.world
        with world.db.unit() as session:
            place = folders.get_place(world, 1, 1)
            number = servers.create(world, place.project, 1, "New", "").number
            recipe = server_tools.find_publishable(world, 1, project_id=1).first(1)[0].id
            session.flush()

        def add(_number: int) -> int:
            with world.db.unit() as session:
                server = session.get_one(McpServer, number)
                return len(server_tools.add_tools(world, server, [Asset(recipe_id=recipe)]))

        assert sum(race(add)) == 1
