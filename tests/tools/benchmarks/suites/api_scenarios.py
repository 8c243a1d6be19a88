"""Three hundred API scenarios: a fresh world, a fresh MCP token, one request over a socket."""

import requests
from pytest_bdd import given, scenarios, then, when

scenarios("api.feature")


@given('a token of the server "Finance assistant"', target_fixture="access")
def access(workspace):  # type: ignore[no-untyped-def]
    from simulator.domain import servers  # not above: no user's suite imports the inside

    server = workspace.stage.server("Finance assistant")
    world = workspace.simulator.world
    with world.db.unit():
        token = servers.generate_token(world, servers.get_server(world, 1, server["handle"]))
    return server["mcp_url"], {"Authorization": f"Bearer {token}"}


@when("a program asks for the tools with it", target_fixture="response")
def response(access):  # type: ignore[no-untyped-def]
    url, headers = access
    request = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    return requests.post(url, json=request, headers=headers, timeout=10).json()["result"]["tools"]


@then("it is told them")
def response_is_complete(response):  # type: ignore[no-untyped-def]
    assert [tool["title"] for tool in response] == ["List my invoices", "List my purchase orders"]
