"""The MCP Inspector's one-shot mode: each command is a program of its own, the store is shared."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from simulator.simulator import Simulator
from simulator.testing.actors import Actor
from tests.wire.inspector import stored, storing
from tests.wire.node_process import PACKAGES, environment, free_port, run
from tests.wire.scripted_browser import ScriptedBrowser
from tests.wire.whole_way import EXPIRY, SERVER, TOOL, revoke

pytestmark = [pytest.mark.wire, pytest.mark.usefixtures("witness")]

Command = Callable[..., tuple[int, Any]]
#: Exit statuses.
AUTH_REQUIRED, IS_ERROR = 3, 5
CALL = ("--method", "tools/call", "--tool-name", TOOL)


@pytest.fixture
def inspector(ada: Actor, web: ScriptedBrowser, tmp_path: Path) -> Command:
    """Runs `mcp-inspector --cli … OPTIONS`: the exit status, and the answer or the error."""
    env = environment(tmp_path / "home", web.command) | storing(tmp_path / "store")
    env["MCP_AUTO_OPEN_ENABLED"] = "true"
    fixed = (
        *("--server-url", ada.stage.server(SERVER)["mcp_url"], "--transport", "http"),
        *("--callback-url", f"http://127.0.0.1:{free_port()}/oauth/callback"),
        *("--format", "json", "--quiet"),
    )

    def inspect(*options: str) -> tuple[int, Any]:
        done = run(PACKAGES / ".bin/mcp-inspector", "--cli", *fixed, *options, env=env)
        answer = json.loads(done.stdout or done.stderr)
        return done.returncode, answer.get("result") or answer["error"]

    return inspect


@pytest.mark.slow
@pytest.mark.requirement("CLI-1")
@pytest.mark.client("inspector-cli")
def test_the_inspectors_one_shot_mode_goes_the_whole_way(
    inspector: Command, ada: Actor, web: ScriptedBrowser, simulator: Simulator, tmp_path: Path
) -> None:
    """The first command signs in; the others take its tokens from the store and refresh them."""
    status, listed = inspector("--method", "tools/list")
    assert status == 0
    assert "code=" in web.visited()
    assert TOOL in [tool["name"] for tool in listed["tools"]]

    status, prompt = inspector(*CALL)
    assert status == IS_ERROR
    ada.open_link(prompt["structuredContent"]["auth_url"])
    assert emails(inspector(*CALL)) == {"ada@acme.example"}

    simulator.world.clock.travel(EXPIRY)
    assert emails(inspector(*CALL)) == {"ada@acme.example"}
    assert web.pages.empty()

    revoke(simulator, *stored(tmp_path / "store"))
    status, refused = inspector(*CALL, "--stored-auth-only")
    assert (status, refused["code"]) == (AUTH_REQUIRED, "auth_required")
    assert emails(inspector(*CALL, "--relogin")) == {"ada@acme.example"}
    assert "code=" in web.visited()


def emails(answer: tuple[int, Any]) -> set[str]:
    """Whose requisitions a command printed."""
    status, result = answer
    assert status == 0, result
    return {row["requested-by"]["email"] for row in result["structuredContent"]["requisitions"]}
