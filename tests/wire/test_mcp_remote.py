"""mcp-remote, the proxy that gives clients on stdio a remote server, goes the whole way."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from tests.wire.node_process import PACKAGES, NodeProcess, environment, free_port, run, running
from tests.wire.scripted_browser import ScriptedBrowser
from tests.wire.whole_way import EXPIRY, SERVER, TOOL, owners, revoke

pytestmark = [pytest.mark.wire, pytest.mark.usefixtures("witness")]


@pytest.fixture
def env(web: ScriptedBrowser, tmp_path: Path) -> dict[str, str]:
    """What both of its programs see."""
    store = {"MCP_REMOTE_CONFIG_DIR": str(tmp_path / "store")}
    return environment(tmp_path / "home", web.command) | store


@pytest.fixture
def arguments(ada: Actor) -> list[str]:
    """What both are given: the server, and the port of the callback."""
    return [ada.stage.server(SERVER)["mcp_url"], str(free_port()), "--allow-http"]


@pytest.fixture
def proxy(arguments: list[str], env: dict[str, str]) -> Iterator[NodeProcess]:
    """`mcp-remote`, as a desktop client starts it."""
    with running(PACKAGES / ".bin/mcp-remote", *arguments, env=env) as proxy:
        yield proxy


@pytest.mark.requirement("CLI-1")
@pytest.mark.client("mcp-remote")
def test_mcp_remote_goes_the_whole_way(
    proxy: NodeProcess, ada: Actor, web: ScriptedBrowser, simulator: Simulator, tmp_path: Path
) -> None:
    """It signs in, refreshes and signs in anew by itself; the client on stdio never sees a 401."""
    starts(proxy)
    assert TOOL in [tool["name"] for tool in ask(proxy, "tools/list")["result"]["tools"]]

    prompt = ask(proxy, "tools/call", name=TOOL)["error"]
    assert prompt["code"] == -32042
    ada.open_link(prompt["data"]["elicitations"][0]["url"])
    assert owners(ask(proxy, "tools/call", name=TOOL)["result"]) == {"ada@acme.example"}

    before = stored(tmp_path / "store", "tokens")["access_token"]
    simulator.world.clock.travel(EXPIRY)
    assert owners(ask(proxy, "tools/call", name=TOOL)["result"]) == {"ada@acme.example"}
    token = stored(tmp_path / "store", "tokens")["access_token"]
    assert token != before
    assert web.visited().startswith("http://localhost:")
    assert web.pages.empty()

    revoke(simulator, token, stored(tmp_path / "store", "client_info")["client_id"])
    assert owners(ask(proxy, "tools/call", name=TOOL)["result"]) == {"ada@acme.example"}
    assert web.visited().startswith("http://localhost:")


@pytest.mark.requirement("CLI-1")
@pytest.mark.client("mcp-remote-client")
def test_mcp_remote_client_lists_the_tools(arguments: list[str], env: dict[str, str]) -> None:
    """The package's own check of a connection."""
    done = run(PACKAGES / ".bin/mcp-remote-client", *arguments, env=env)

    assert done.returncode == 0, done.stderr
    assert "Connected successfully!" in done.stderr
    assert f'"name": "{TOOL}"' in done.stderr


def starts(proxy: NodeProcess) -> None:
    """Say hello through it, as a client that opens URLs."""
    ask(
        proxy,
        "initialize",
        protocolVersion="2025-11-25",
        capabilities={"elicitation": {"url": {}}},
        clientInfo={"name": "desktop", "version": "1"},
    )
    proxy.send({"jsonrpc": "2.0", "method": "notifications/initialized"})


def ask(proxy: NodeProcess, method: str, **params: Any) -> dict[str, Any]:
    """A request of a client on stdio; the answer."""
    proxy.send({"jsonrpc": "2.0", "id": method, "method": method, "params": params})
    return proxy.receive()


def stored(store: Path, kind: str) -> dict[str, Any]:
    """What it keeps: `tokens` or `client_info`."""
    (path,) = store.glob(f"*/*_{kind}.json")
    tokens: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return tokens
