"""The official SDK in the situations that people report: what it makes of each, today."""

import pytest
from mcp.client.auth import OAuthFlowError, OAuthRegistrationError, OAuthTokenError
from mcp.shared.exceptions import MCPError

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor

pytestmark = [pytest.mark.wire, pytest.mark.requirement("FLT-10")]

SERVER = "Procurement assistant"
#: Incident → how connecting fails.
CONNECTING: dict[str, tuple[type[Exception], str]] = {
    "discovery-wrong-resource": (OAuthFlowError, "Protected resource https://another.example/mcp"),
    "discovery-wrong-issuer": (OAuthFlowError, "metadata issuer mismatch"),
    "discovery-answers-html": (OAuthRegistrationError, "Registration failed: 404"),
    "registration-refused": (OAuthRegistrationError, "This client may not be registered."),
    "registration-forbidden": (OAuthRegistrationError, "Ask an admin for a client ID."),
    "registration-missing": (OAuthRegistrationError, "Registration failed: 404"),
    "identity-answers-html": (OAuthTokenError, "Invalid token response"),
    "identity-rate-limited": (OAuthFlowError, "."),
    "client-deleted": (OAuthTokenError, "invalid_client"),
    "mcp-no-group": (MCPError, "."),
}


@pytest.mark.parametrize("name", CONNECTING)
def test_the_sdk_stops_where_it_must_not_go_on(simulator: Simulator, ada: Actor, name: str) -> None:
    faults = simulator.faults.incident(name)
    kind, sentence = CONNECTING[name]

    with pytest.raises(kind, match=sentence):
        ada.connect(SERVER)

    assert any(fault.hits for fault in faults)
    simulator.faults.clear()
    assert ada.connect(SERVER).list_tools()


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_the_sdk_goes_on_with_a_new_token_when_old_keys_were_dropped(
    simulator: Simulator, ada: Actor, mode: str
) -> None:
    client = ada.connect(SERVER, mode=mode)
    before = client.access_token
    (fault,) = simulator.faults.incident("mcp-token-unknown", person="Ada")

    assert client.list_tools()
    assert client.access_token != before
    assert fault.hits == 1


def test_the_sdk_steps_up_and_calls_again(simulator: Simulator, ada: Actor) -> None:
    """It asks for what the challenge names."""
    client = ada.connect(SERVER)
    (fault,) = simulator.faults.incident("mcp-step-up", person="Ada")

    assert client.list_tools()
    assert client.list_tools()

    assert fault.hits == 1
    assert client.storage.tokens is not None
    assert "tools:call" in str(client.storage.tokens.scope).split()


def test_the_sdk_tells_of_a_lost_session(simulator: Simulator, ada: Actor) -> None:
    client = ada.connect(SERVER, mode="legacy")
    (fault,) = simulator.faults.incident("mcp-session-lost", person="Ada")

    with pytest.raises(MCPError):
        client.list_tools()

    assert fault.hits == 1


def test_the_sdk_tells_of_a_tool_that_is_gone(simulator: Simulator, ada: Actor) -> None:
    client = ada.connect(SERVER)
    name = client.list_tools()[-1].name
    simulator.faults.incident("mcp-tool-removed", tool=name)

    with pytest.raises(MCPError, match=name):
        client.call_tool(name)

    assert name not in [tool.name for tool in client.list_tools()]


def test_the_sdk_is_refused_until_a_plan_is_over(simulator: Simulator, ada: Actor) -> None:
    client = ada.connect(SERVER)
    busy = {"status": 429, "headers": {"Retry-After": "1"}}
    plan = [{"status": 503, "times": 2}, busy]
    fault = simulator.faults.add("POST *", system="mcp", plan=plan)

    for _ in range(3):
        with pytest.raises(MCPError):
            client.list_tools()

    assert client.list_tools()
    assert fault.step_hits == [2, 1]
