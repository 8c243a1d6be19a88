"""The control API over its socket: of a sandbox process, and of one in this process."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests

from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.process import SandboxProcess
from tests.tools.requirements import ROOT
from tests.wire.command_line import command
from tests.wire.node_process import environment, run

pytestmark = pytest.mark.wire

TOKEN = "an-open-sesame"
TOKEN_HEADER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxProcess]:
    """A running sandbox that wants a token."""
    options = ("--port-base", "0", "--control-token", TOKEN)
    process = SandboxProcess(tmp_path_factory.mktemp("sandbox"), options)
    process.start()
    yield process
    process.kill()


def control_of(simulator: Simulator) -> str:
    """The control API's address."""
    address = simulator.describe()["control"]
    assert isinstance(address, str)
    return address


@pytest.mark.requirement("CTL-1", "CTL-5")
def test_a_sandbox_process_is_steered_over_its_socket(sandbox: SandboxProcess) -> None:
    """What is told of its address is one; a change is seen at the systems."""
    document = sandbox.description
    control = document["control"]
    assert json.loads(command(sandbox, "describe", "--json").stdout) == document

    missing = requests.get(control, timeout=10)
    assert (missing.status_code, missing.json()["status"]) == (401, 401)

    identity = f"{document['systems']['identity']}/healthz"
    with requests.Session() as program:
        program.headers.update(TOKEN_HEADER)
        program.post(f"{control}faults", json={"system": "identity", "status": 503, "times": 1})
        assert requests.get(identity, timeout=10).status_code == 503
        world = program.post(f"{control}reset").json()
        assert requests.get(identity, timeout=10).json()["world"] == world["world"]
        assert world["unserved"] == []
        assert program.get(f"{control}journal").json()["exchanges"][0]["path"] == "/healthz"
        assert program.get(f"{control}description").json() == document


@pytest.mark.requirement("CTL-1")
def test_neither_port_nor_host_of_a_system_leads_there(sandbox: SandboxProcess) -> None:
    control = urlsplit(sandbox.description["control"])
    for system, address in sandbox.description["systems"].items():
        own = requests.get(f"{address}/_simulator/", headers=TOKEN_HEADER, timeout=10)
        foreign = requests.get(
            f"{address}/_simulator/", headers=TOKEN_HEADER | {"Host": control.netloc}, timeout=10
        )
        assert (own.status_code, foreign.status_code) == (404, 421), system
        # And the other way round: the port decides, not the Host.
        there = requests.get(
            f"{control.scheme}://{control.netloc}/healthz",
            headers=TOKEN_HEADER | {"Host": urlsplit(address).netloc},
            timeout=10,
        )
        assert there.json()["detail"].startswith("There is nothing at /healthz")


@pytest.mark.requirement("CTL-12")
def test_the_example_in_javascript_passes(sandbox: SandboxProcess, tmp_path: Path) -> None:
    env = environment(tmp_path / "home", "/bin/false") | {
        "SIMULATOR_CONTROL": sandbox.description["control"],
        "SIM_CONTROL_TOKEN": TOKEN,
    }

    done = run("--test", "--test-reporter=tap", ROOT / "examples/control.mjs", env=env)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "# pass 6" in done.stdout
    assert "# fail 0" in done.stdout


@pytest.mark.requirement("CTL-1")
def test_an_embedded_simulator_has_one_as_well() -> None:
    with running(Settings(database="memory", port_base=0)) as simulator:
        control = control_of(simulator)
        requests.put(
            f"{control}clock", json={"now": "2030-01-01T00:00:00Z", "frozen": True}, timeout=10
        )

        assert simulator.world.clock.now().isoformat() == "2030-01-01T00:00:00+00:00"
        simulator.reset()
        assert control_of(simulator) == control
        identity = simulator.world.addresses.origins["identity"]
        assert requests.get(f"{identity}/_simulator/", timeout=10).status_code == 404
        other = {"scenario": str(ROOT / "tests/contract/branches.yaml")}
        world = requests.post(f"{control}reset", json=other, timeout=10).json()
        assert world["unserved"] == []

    with Simulator(Settings(database="memory")) as silent:
        assert silent.describe()["control"] is None


@pytest.mark.requirement("CTL-11")
def test_a_start_does_not_pay_for_it() -> None:
    """Neither the package nor an unasked application brings in Flask or pydantic."""
    code = (
        "import sys; from simulator.control import ControlApi; ControlApi(None);"
        "sys.exit(bool({'flask', 'pydantic', 'simulator.control.app'} & sys.modules.keys()))"
    )

    done = subprocess.run([sys.executable, "-c", code], timeout=50, check=False)

    assert done.returncode == 0
