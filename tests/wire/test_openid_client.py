"""openid-client, a certified relying party, signs in, refreshes, introspects and revokes."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from tests.wire.node_process import SCRIPTS, NodeProcess, environment, running
from tests.wire.scripted_browser import ScriptedBrowser
from tests.wire.whole_way import EXPIRY, SERVER

pytestmark = [pytest.mark.wire, pytest.mark.usefixtures("witness")]


@pytest.fixture
def client(ada: Actor, web: ScriptedBrowser, tmp_path: Path) -> Iterator[NodeProcess]:
    """The script around openid-client, started for Workato Identity and one MCP server."""
    issuer = ada.stage.description["systems"]["identity"]
    url = ada.stage.server(SERVER)["mcp_url"]
    env = environment(tmp_path / "home", web.command)
    with running(SCRIPTS / "openid.mjs", issuer, url, env=env) as client:
        yield client


@pytest.mark.requirement("CLI-1")
@pytest.mark.client("openid-client")
def test_openid_client_goes_from_the_registration_to_a_revoked_token(
    client: NodeProcess, ada: Actor, simulator: Simulator
) -> None:
    """Every check of its own passes: issuer, state, nonce, signature, audience, times."""
    registered = client.ask("register")
    claims = client.ask("signIn")
    assert claims["iss"] == ada.stage.description["systems"]["identity"]
    assert claims["aud"] == registered["client_id"]
    assert claims["email"] == "ada@acme.example"

    assert client.ask("userinfo", sub=claims["sub"])["email"] == "ada@acme.example"
    live = client.ask("introspect")
    assert (live["active"], live["sub"]) == (True, claims["sub"])
    assert live["aud"] == ada.stage.server(SERVER)["mcp_url"]
    assert client.ask("ping") == 200

    simulator.world.clock.travel(EXPIRY)
    assert client.ask("ping") == 401
    assert client.ask("introspect")["active"] is False
    assert client.ask("refresh") == 3600
    assert client.ask("ping") == 200

    client.ask("revoke")
    assert client.ask("introspect")["active"] is False
    assert client.ask("ping") == 401
