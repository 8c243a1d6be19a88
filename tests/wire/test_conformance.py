"""The official MCP conformance suite judges the wire code and Workato Identity."""

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import requests

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.actors import acting

pytestmark = [pytest.mark.wire, pytest.mark.conformance]

NODE = Path(__file__).parent / "node"
COMMAND = (str(Path(sys.executable).parent / "node"), "node_modules/.bin/conformance")
#: One line of its summary.
VERDICT = re.compile(r"(?m)^([✓✗]) ([\w-]+): (\d+) passed, (\d+) failed")


@pytest.fixture(scope="module")
def judged() -> Iterator[Simulator]:
    """A sandbox with the conformance server on."""
    settings = Settings(database="memory", port_base=0, conformance_server=True)
    with running(settings) as simulator:
        yield simulator


@pytest.fixture
def results(tmp_path: Path) -> Path:
    """Where the suite may leave its details."""
    return tmp_path / "results"


@pytest.mark.requirement("CONF-1")
@pytest.mark.parametrize("revision", ["2025-11-25", "2026-07-28"])
def test_every_required_server_scenario_passes(
    judged: Simulator, revision: str, results: Path
) -> None:
    address = f"{judged.world.addresses.origins['mcp']}/conformance"

    run = _suite("server", "--url", address, "--requirements", revision, "-o", str(results))

    verdicts = {name: mark for mark, name, *_ in VERDICT.findall(run.stdout)}
    required = _required(revision)
    assert {name: verdicts.get(name) for name in required} == dict.fromkeys(required, "✓")
    assert run.returncode == 0, run.stdout


@pytest.mark.requirement("CONF-2")
def test_the_authorization_mode_passes_against_workato_identity(
    judged: Simulator, results: Path
) -> None:
    """The suite waits for a person: Ada opens its address, signs in and allows."""
    identity = judged.world.addresses.origins["identity"]
    port = _free_port()
    client = requests.post(
        f"{identity}/oauth/register",
        json={
            "client_name": "Conformance suite",
            "redirect_uris": [f"http://127.0.0.1:{port}/callback"],
            "token_endpoint_auth_method": "none",
        },
    ).json()["client_id"]
    command = [
        *("authorization", "--url", identity, "--client-id", client, "--port", str(port)),
        *("--resource", judged.world.addresses.mcp_url(2107), "-o", str(results)),
    ]
    with (
        acting(judged) as actor,
        subprocess.Popen(
            [*COMMAND, *command], cwd=NODE, stdout=subprocess.PIPE, text=True, encoding="utf-8"
        ) as suite,
    ):
        lines = _read_until_sign_in(suite, identity)
        requests.get(actor("Ada").authorize(lines[-1].strip()))
        rest, _ = suite.communicate(timeout=50)
    output = "".join(lines) + rest

    verdicts = {name: (mark, failed) for mark, name, _, failed in VERDICT.findall(output)}
    assert verdicts == {
        "authorization-server-metadata-endpoint": ("✓", "0"),
        "authorization-code-grant": ("✓", "0"),
    }, output
    assert suite.returncode == 0


@pytest.mark.requirement("CONF-3")
def test_the_conformance_server_is_off_by_default(simulator: Simulator) -> None:
    address = f"{simulator.world.addresses.origins['mcp']}/conformance"

    answer = requests.post(address, json={"jsonrpc": "2.0", "id": 1, "method": "ping"})

    assert answer.status_code == 404
    assert "--conformance-server" in answer.json()["error"]["message"]


def _suite(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *arguments],
        cwd=NODE,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=50,
        check=False,
    )


def _required(revision: str) -> list[str]:
    """The server scenarios that a revision requires, as the suite itself lists them."""
    listed = _suite("list", "--server", "--requirements", revision).stdout
    scored = listed.split("Client scenarios")[0].split("Run and reported")[0]
    names = re.findall(r"(?m)^  - ([\w-]+)$", scored)
    assert len(names) >= 30, listed
    return names


def _read_until_sign_in(suite: "subprocess.Popen[str]", identity: str) -> list[str]:
    """What the suite prints up to the address that a person is to open."""
    assert suite.stdout is not None
    lines = []
    for line in suite.stdout:
        lines.append(line)
        if line.startswith(f"{identity}/oauth/authorize?"):
            return lines
    raise AssertionError("".join(lines))


def _free_port() -> int:
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
