"""The official TypeScript SDKs go the whole way, with and without a host that opens URLs."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from tests.wire.node_process import SCRIPTS, NodeError, NodeProcess, environment, running
from tests.wire.scripted_browser import ScriptedBrowser
from tests.wire.whole_way import EXPIRY, SERVER, TOOL, owners, revoke

pytestmark = [pytest.mark.wire, pytest.mark.usefixtures("witness")]


@pytest.fixture
def client(
    request: pytest.FixtureRequest, ada: Actor, web: ScriptedBrowser, tmp_path: Path
) -> Iterator[NodeProcess]:
    """The script that the test names, around the SDK, started for the server."""
    script, *options = request.param
    url = ada.stage.server(SERVER)["mcp_url"]
    env = environment(tmp_path / "home", web.command)
    with running(SCRIPTS / script, url, *options, env=env) as client:
        yield client


@pytest.mark.requirement("CLI-1")
@pytest.mark.client("typescript-sdk-1")
@pytest.mark.parametrize("client", [("sdk1.mjs", "url-elicitation")], indirect=True, ids=["url"])
def test_typescript_sdk_1_goes_the_whole_way_with_url_elicitation(
    client: NodeProcess, web: ScriptedBrowser, simulator: Simulator
) -> None:
    """-32042 names the page; the call after it gets the rows."""
    client.ask("connect")
    assert TOOL in names(client.ask("list"))
    with pytest.raises(NodeError, match="connect your Coupa account") as required:
        client.ask("call", tool=TOOL)
    assert required.value.code == -32042

    goes_on_to_the_end(client, web, simulator)


@pytest.mark.requirement("CLI-1")
@pytest.mark.client("typescript-sdk-1-plain")
@pytest.mark.parametrize("client", [("sdk1.mjs",)], indirect=True, ids=["plain"])
def test_typescript_sdk_1_goes_the_whole_way_without_elicitation(
    client: NodeProcess,
    ada: Actor,
    web: ScriptedBrowser,
    simulator: Simulator,
) -> None:
    """The link comes in a result that the host shows."""
    client.ask("connect")
    assert TOOL in names(client.ask("list"))
    prompt = client.ask("call", tool=TOOL)
    assert prompt["isError"]
    ada.open_link(prompt["structuredContent"]["auth_url"])

    goes_on_to_the_end(client, web, simulator)


@pytest.mark.requirement("CLI-1")
@pytest.mark.client("typescript-sdk-2")
@pytest.mark.parametrize("client", [("sdk2.mjs", "auto")], indirect=True, ids=["modern"])
def test_typescript_sdk_2_goes_the_whole_way_in_the_modern_era(
    client: NodeProcess, web: ScriptedBrowser, simulator: Simulator
) -> None:
    """The prompt, the page and the repeated call all happen inside the first call."""
    client.ask("connect")
    assert TOOL in names(client.ask("list"))

    goes_on_to_the_end(client, web, simulator)


@pytest.mark.requirement("CLI-1")
@pytest.mark.client("typescript-sdk-2-handshake")
@pytest.mark.parametrize("client", [("sdk2.mjs", "legacy")], indirect=True, ids=["handshake"])
def test_typescript_sdk_2_goes_the_whole_way_in_the_handshake_era(
    client: NodeProcess, web: ScriptedBrowser, simulator: Simulator
) -> None:
    """As it connects unless it is told otherwise; -32042 names the page."""
    client.ask("connect")
    assert TOOL in names(client.ask("list"))
    with pytest.raises(NodeError, match="connect your Coupa account") as required:
        client.ask("call", tool=TOOL)
    assert required.value.code == -32042

    goes_on_to_the_end(client, web, simulator)


def goes_on_to_the_end(client: NodeProcess, web: ScriptedBrowser, simulator: Simulator) -> None:
    """From the stored connection: the call, the refresh, the revoked token."""
    assert owners(client.ask("call", tool=TOOL)) == {"ada@acme.example"}

    before = client.ask("credentials")
    simulator.world.clock.travel(EXPIRY)
    assert owners(client.ask("call", tool=TOOL)) == {"ada@acme.example"}
    now = client.ask("credentials")
    assert now["access_token"] != before["access_token"]

    visits = web.pages.qsize()  # the script waits for the end of each
    revoke(simulator, now["access_token"], now["client_id"])
    assert owners(client.ask("call", tool=TOOL)) == {"ada@acme.example"}
    assert web.pages.qsize() == visits + 1  # it signed in anew


def names(tools: dict[str, Any]) -> list[str]:
    """The tools of a list."""
    return [tool["name"] for tool in tools["tools"]]
