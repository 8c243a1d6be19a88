"""`simulator describe --client`: what it prints works as it is printed."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from simulator.description.client_settings import CLIENTS, UNKNOWN_TOKEN, settings
from simulator.domain import servers
from simulator.sandbox.simulator import Simulator
from simulator.testing.actors import Actor
from simulator.testing.process import SandboxProcess
from tests.wire.browser_visits import BrowserVisits
from tests.wire.command_line import command
from tests.wire.node_process import NODE, PACKAGES, end
from tests.wire.programs import Desk
from tests.wire.whole_way import TOOL

pytestmark = [pytest.mark.wire, pytest.mark.requirement("SBX-11")]


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A sandbox for questions alone."""
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox"))
    process.start()
    yield process
    process.kill()


@pytest.fixture
def token(simulator: Simulator) -> str:
    """The token of the server with token-based access, as its page shows it once."""
    described = simulator.describe()["servers"]
    (number,) = [each["number"] for each in described if each["access_method"] == "token"]
    with simulator.world.db.unit():
        server = servers.find_server_by_number(simulator.world, number)
        assert server is not None
        return servers.generate_token(simulator.world, server)


def test_settings_are_printed_alone_and_remarks_beside(sandbox: SandboxProcess) -> None:
    done = command(sandbox, "describe", "--client", "vscode")

    document = json.loads(done.stdout)
    urls = [each["url"] for each in document["servers"].values() if "headers" not in each]
    signed_in = [each for each in sandbox.description["servers"] if each["groups"]]
    assert urls == [each["mcp_url"] for each in signed_in]
    assert ".vscode/mcp.json" in done.stderr
    assert "Bearer" in done.stdout


def test_every_client_is_in_the_help_and_in_the_refusal(sandbox: SandboxProcess) -> None:
    refused = command(sandbox, "describe", "--client", "netscape")
    both = command(sandbox, "describe", "--client", "cursor", "--json")

    assert refused.exit_code == 1
    assert all(name in refused.stderr for name in CLIENTS)
    assert both.exit_code == 2
    assert "--json" in both.stderr
    assert "--client" in command(sandbox, "describe", "--help").stdout


def test_the_token_works_as_bearer(simulator: Simulator, token: str) -> None:
    written, _ = settings("cursor", simulator.describe())
    server = json.loads(written.replace(UNKNOWN_TOKEN, token))["mcpServers"]["finance-assistant"]
    ping = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    accept = {"Accept": "application/json, text/event-stream"}

    def ask(headers: dict[str, str]) -> int:
        answer = requests.post(server["url"], json=ping, headers=headers | accept, timeout=10)
        return answer.status_code

    assert (ask(server["headers"]), ask({})) == (200, 401)


@pytest.mark.parametrize("name", ["python-sdk", "typescript-sdk"])
def test_a_printed_program_signs_in_and_lists(
    name: str, simulator: Simulator, ada: Actor, tmp_path: Path
) -> None:
    visits = BrowserVisits(ada)

    assert TOOL in _run_program(name, simulator, tmp_path, visits)
    assert visits.sign_ins == 1


@pytest.mark.parametrize("name", ["python-sdk", "typescript-sdk"])
def test_a_printed_program_sends_the_token(
    name: str, simulator: Simulator, token: str, ada: Actor, tmp_path: Path
) -> None:
    visits = BrowserVisits(ada)

    listed = _run_program(name, simulator, tmp_path, visits, "finance-assistant", token=token)
    assert " - " in listed
    assert not visits.opened


def _run_program(
    name: str,
    simulator: Simulator,
    folder: Path,
    visits: BrowserVisits,
    *arguments: str,
    token: str = "",
) -> str:
    """What a printed program says once it has ended; whoever it asks to sign in does."""
    program = folder / ("client.py" if name == "python-sdk" else "client.mjs")
    written, _ = settings(name, simulator.describe())
    program.write_text(written.replace(UNKNOWN_TOKEN, token), encoding="utf-8")
    (folder / "node_modules").symlink_to(PACKAGES)
    with subprocess.Popen(
        [sys.executable if name == "python-sdk" else NODE, program, *arguments],
        stdout=subprocess.PIPE,
        text=True,
        env=Desk(folder).environment(BROWSER="true"),  # the test opens what it prints
        start_new_session=True,
    ) as process:
        try:
            return "".join(_signing_in(process, visits))
        finally:
            end(process)


def _signing_in(process: "subprocess.Popen[str]", visits: BrowserVisits) -> Iterator[str]:
    assert process.stdout is not None
    for line in process.stdout:
        if line.startswith("Sign in at "):
            callback = visits.visit(line.removeprefix("Sign in at ").strip())
            assert requests.get(callback, timeout=10).text == "Go back to your terminal."
        yield line
