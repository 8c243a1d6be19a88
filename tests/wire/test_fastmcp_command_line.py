"""FastMCP's command line goes the whole way: each command a process, tokens kept on disk."""

import base64
import json
import secrets
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.actors import acting
from tests.wire.browser_visits import BrowserVisits
from tests.wire.programs import ENVIRONMENTS, Desk
from tests.wire.whole_way import SERVER, TOOL, revoke
from tests.wire.witness import Witness

pytestmark = [
    pytest.mark.long,
    pytest.mark.wire,
    pytest.mark.slow,
    pytest.mark.requirement("CLI-1"),
]


@dataclass
class CommandLine:
    """The `fastmcp` command of one person, for one MCP server.

    Attributes:
        desk: where it runs.
        visits: the person's browser.
        url: the Remote MCP URL.
        environment: what it is started with.
    """

    desk: Desk
    visits: BrowserVisits
    url: str
    environment: dict[str, str]

    def run(self, command: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        return subprocess.run(
            [ENVIRONMENTS / "fastmcp/bin/fastmcp", command, self.url, *arguments],
            env=self.environment,
            cwd=self.desk.folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """Set to prompt by tool results: this client's URL elicitation shows no link."""
    settings = Settings(database="memory", port_base=0, connection_prompt="text")
    with running(settings) as simulator:
        yield simulator


@pytest.fixture
def fastmcp(simulator: Simulator, tmp_path: Path) -> Iterator[CommandLine]:
    """Ada's command line; with a key for its store it keeps tokens from one command to the next."""
    desk, key = Desk(tmp_path), base64.urlsafe_b64encode(secrets.token_bytes(32)).decode()
    with acting(simulator) as people:
        visits = BrowserVisits(people("Ada"))
        with visits.running() as browser:
            yield CommandLine(
                desk,
                visits,
                visits.person.stage.server(SERVER)["mcp_url"],
                desk.environment(
                    BROWSER=browser,
                    FASTMCP_HOME=str(tmp_path / "fastmcp"),
                    FASTMCP_OAUTH_ENCRYPTION_KEY=key,
                ),
            )


@pytest.mark.client("fastmcp-cli")
@pytest.mark.timeout(120)
def test_the_command_line_of_fastmcp_goes_the_whole_way(
    fastmcp: CommandLine, simulator: Simulator, witness: Witness
) -> None:
    """List, be prompted, connect, call; and call again after expiry and revocation."""
    listed = fastmcp.run("list")
    assert TOOL in listed.stdout, listed.stderr
    assert fastmcp.visits.sign_ins == 1

    prompt = fastmcp.run("call", TOOL)
    assert prompt.returncode == 1
    assert "connect your Coupa account" in prompt.stdout
    (link,) = [word for word in prompt.stdout.split() if word.startswith("http://")]
    assert "Connected" in fastmcp.visits.person.open_link(link)
    assert emails(fastmcp.run("call", TOOL)) == {"ada@acme.example"}

    # A new process knows no token endpoint to refresh at, so after an hour the person signs in.
    fastmcp.desk.let_an_access_token_expire(simulator)
    assert emails(fastmcp.run("call", TOOL)) == {"ada@acme.example"}
    assert fastmcp.visits.sign_ins == 2

    revoke(simulator, witness.token, **witness.credentials)
    assert emails(fastmcp.run("call", TOOL)) == {"ada@acme.example"}
    assert fastmcp.visits.sign_ins == 3


def emails(done: "subprocess.CompletedProcess[str]") -> set[str]:
    """Whose requisitions a call printed."""
    assert done.returncode == 0, done.stdout + done.stderr
    printed: dict[str, Any] = json.loads(done.stdout)
    return {row["requested-by"]["email"] for row in printed["requisitions"]}
