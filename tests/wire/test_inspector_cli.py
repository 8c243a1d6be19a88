"""The MCP Inspector's one-shot mode: each command is a program of its own, the store is shared."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from tests.wire.inspector import stored, storing
from tests.wire.node_process import PACKAGES, environment, free_port, run
from tests.wire.scripted_browser import ScriptedBrowser
from tests.wire.whole_way import EXPIRY, SERVER, TOOL, owners, revoke

pytestmark = [pytest.mark.wire, pytest.mark.usefixtures("witness")]

Command = Callable[..., dict[str, Any]]
#: Exit statuses.
AUTH_REQUIRED, IS_ERROR = 3, 5
CALL = ("--method", "tools/call", "--tool-name", TOOL)


@pytest.fixture
def inspector(ada: Actor, web: ScriptedBrowser, tmp_path: Path) -> Command:
    """Runs `mcp-inspector --cli … OPTIONS`, which must end with a status; the answer or error."""
    env = environment(tmp_path / "home", web.command) | storing(tmp_path / "store")
    env["MCP_AUTO_OPEN_ENABLED"] = "true"
    fixed = (
        *("--server-url", ada.stage.server(SERVER)["mcp_url"], "--transport", "http"),
        *("--callback-url", f"http://127.0.0.1:{free_port()}/oauth/callback"),
        *("--format", "json", "--quiet"),
    )

    def inspect(*options: str, status: int = 0) -> dict[str, Any]:
        done = run(PACKAGES / ".bin/mcp-inspector", "--cli", *fixed, *options, env=env)
        assert done.returncode == status, done.stderr
        document: dict[str, dict[str, Any]] = json.loads(done.stdout or done.stderr)
        return document.get("result") or document["error"]

    return inspect


@pytest.mark.slow
@pytest.mark.timeout(120)  # six programs one after the other, on a machine that may be busy
@pytest.mark.requirement("CLI-1")
@pytest.mark.client("inspector-cli")
def test_the_inspectors_one_shot_mode_goes_the_whole_way(
    inspector: Command, ada: Actor, web: ScriptedBrowser, simulator: Simulator, tmp_path: Path
) -> None:
    """The first command signs in; the others take its tokens from the store and refresh them."""
    listed = inspector("--method", "tools/list")
    assert "code=" in web.visited()
    assert TOOL in [tool["name"] for tool in listed["tools"]]

    prompt = inspector(*CALL, status=IS_ERROR)
    ada.open_link(prompt["structuredContent"]["auth_url"])
    assert owners(inspector(*CALL)) == {"ada@acme.example"}

    simulator.world.clock.travel(EXPIRY)
    assert owners(inspector(*CALL)) == {"ada@acme.example"}
    assert web.pages.empty()

    revoke(simulator, *stored(tmp_path / "store"))
    refused = inspector(*CALL, "--stored-auth-only", status=AUTH_REQUIRED)
    assert refused["code"] == "auth_required"
    assert owners(inspector(*CALL, "--relogin")) == {"ada@acme.example"}
    assert "code=" in web.visited()
