"""Apps of every world listen, whenever it is made: at reset, on restore, by another process."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from simulator.sandbox.simulator import Simulator
from simulator.scenarios.files import folder
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.actors import acting
from simulator.testing.process import SandboxProcess
from tests.wire.command_line import command

pytestmark = pytest.mark.wire
TOOL = "List_my_requisitions"


@pytest.fixture(scope="module")
def two_apps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A world with another app before that of `minimal`, in a file."""
    text = (folder() / "minimal.yaml").read_text(encoding="utf-8")
    start, end = text.index("  - kind: coupa"), text.index("\nconnections:")
    app = text[start:end]
    first = app.replace("small.coupacloud.com", "large.coupacloud.com").replace(
        "login: i", "login: large-i"
    )
    file = tmp_path_factory.mktemp("scenarios") / "two.yaml"
    file.write_text(text[:start] + first[: first.index("    data:")] + app + text[end:])
    return file


@pytest.fixture(scope="module")
def listening() -> Iterator[Simulator]:
    """One whose first world has one app."""
    with running(Settings(database="memory", port_base=0)) as simulator:
        yield simulator


def ida_gets_her_rows(simulator: Simulator) -> None:
    """Through sign-in and consent, at the ports."""
    with acting(simulator) as actor:
        ida = actor("Ida")
        ida.connect("Buying")
        assert "Connected" in ida.connect_account(ida.call(TOOL))
        rows = ida.call(TOOL).structured_content["requisitions"]
    assert {row["requested-by"]["login"] for row in rows} == {"ida"}


@pytest.mark.requirement("CORE-14")
def test_a_world_with_another_app_has_it_at_the_same_port(listening: Simulator) -> None:
    listening.reset("demo")
    before = listening.describe()["apps"][0]["address"]

    listening.reset("minimal")

    assert listening.describe()["apps"][0]["address"] == before
    ida_gets_her_rows(listening)


@pytest.mark.requirement("CORE-14")
def test_a_world_with_more_apps_gets_more_listeners(listening: Simulator, two_apps: Path) -> None:
    """And they stay for the next one."""
    listening.reset(str(two_apps))
    first, second = (app["address"] for app in listening.describe()["apps"])

    assert first != second
    ida_gets_her_rows(listening)
    listening.reset("minimal")
    assert [app["address"] for app in listening.describe()["apps"]] == [first]
    assert requests.get(f"{second}/healthz").status_code == 421
    listening.reset(str(two_apps))
    assert [app["address"] for app in listening.describe()["apps"]] == [first, second]


@pytest.mark.requirement("CORE-14")
def test_a_world_that_is_put_back_has_its_app_again(listening: Simulator) -> None:
    listening.reset("minimal")
    listening.keep_snapshot("small")
    listening.reset("demo")

    listening.restore_snapshot("small")

    ida_gets_her_rows(listening)


@pytest.mark.requirement("CORE-14")
@pytest.mark.parametrize("first", ["by describe", "by a request that is rolled back"])
def test_whoever_sees_another_process_s_world_first_tells_where_its_apps_are(
    tmp_path: Path, two_apps: Path, first: str
) -> None:
    settings = Settings(database=f"sqlite:///{tmp_path / 'sandbox.db'}", port_base=0)
    with running(settings) as serving:
        with Simulator(settings) as other:
            other.reset(str(two_apps))
        if first != "by describe":
            look_again = serving.world.addresses.look_again
            assert look_again is not None
            with serving.world.db.unit() as session:
                session.connection()
                look_again()
                session.rollback()
        shown = serving.describe()["apps"]

        with Simulator(settings) as asking:
            asking.load_addresses()
            assert asking.describe()["apps"] == shown
        assert all(app["address"].startswith("http://127.0.0.1:") for app in shown)
        assert len(shown) == 2


def by_control(sandbox: SandboxProcess, scenario: str) -> None:
    """Over HTTP."""
    control = sandbox.description["control"]
    answer = requests.post(f"{control}reset", json={"scenario": scenario})
    assert answer.json()["unserved"] == []


def by_command(sandbox: SandboxProcess, scenario: str) -> None:
    """From another terminal, while it runs."""
    done = command(sandbox, "reset", "--scenario", scenario)
    assert done.exit_code == 0, done.stderr


@pytest.mark.long
@pytest.mark.requirement("CORE-14")
@pytest.mark.parametrize("reset", [by_control, by_command])
def test_so_it_is_with_a_sandbox_in_a_process_of_its_own(
    tmp_path: Path, two_apps: Path, reset: Callable[[SandboxProcess, str], None]
) -> None:
    sandbox = SandboxProcess(tmp_path)
    sandbox.start()
    try:
        reset(sandbox, str(two_apps))

        goes_to_each_app(described(sandbox))
        output = command(sandbox, "describe", "--json")
        assert json.loads(output.stdout) == described(sandbox)
    finally:
        sandbox.kill()


def described(sandbox: SandboxProcess) -> dict[str, Any]:
    """What `simulator describe --json` prints, as JSON."""
    document: dict[str, Any] = requests.get(f"{sandbox.description['control']}description").json()
    return document


def goes_to_each_app(description: dict[str, Any]) -> None:
    """Sign-in at each app's own address."""
    assert len(description["apps"]) == 2
    for app in description["apps"]:
        assert app["address"].startswith("http://127.0.0.1:")
        page = requests.get(app["address"], timeout=10)
        assert page.ok
        assert "Login" in page.text
