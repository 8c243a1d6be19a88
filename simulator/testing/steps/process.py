"""Steps about a sandbox in a process of its own: restart and reset."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytest_bdd import given, parsers, then, when

from simulator.domain import end_user_groups, servers
from simulator.errors import list_choices
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing.process import SandboxProcess


@pytest.fixture
def process(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A sandbox that is ended with the test."""
    sandbox = SandboxProcess(tmp_path)
    yield sandbox
    sandbox.kill()


@given(
    parsers.re(
        r"a sandbox that was started on a new database file"
        r'(?: with the scenario "(?P<name>[^"]+)")?'
    ),
    target_fixture="before",
)
def started(
    name: str | None, process: SandboxProcess, pytestconfig: pytest.Config
) -> dict[str, Any]:
    """With the scenario `demo`, another that ships, or a file below pytest's root."""
    if name:
        file = pytestconfig.rootpath / name
        process.options = (*process.options, "--scenario", str(file) if file.is_file() else name)
    process.start()
    return process.description


@given(parsers.parse('the group "{group}" was added to "{server}" in it'))
def group_was_added(group: str, server: str, process: SandboxProcess) -> None:
    """Beside the running process, in the same database."""
    described = process.description
    number = next(each["number"] for each in described["servers"] if each["name"] == server)
    settings = Settings(database=process.database, scenario=described["scenario"])
    with Simulator(settings) as simulator, simulator.world.db.unit():
        world = simulator.world
        row = servers.find_server_by_number(world, number)
        assert row is not None
        found = end_user_groups.list_groups(world, row.environment_id, group).first(50)
        groups = {each.name: each for each in found}
        if group not in groups:
            known = [
                each.name
                for each in end_user_groups.list_groups(world, row.environment_id).first(50)
            ]
            raise LookupError(f"No end-user group is called '{group}'. {list_choices(known)}")
        servers.assign_groups(world, row, [groups[group].id])
    assert group in _groups(process, server)


@when("the sandbox is stopped and started again")
def stopped_and_started(process: SandboxProcess) -> None:
    """Ctrl-C, then the same command."""
    assert process.stop() == 0
    assert not process.ready_file.exists()
    process.start()


@when('"simulator reset" is run')
def reset_is_run(process: SandboxProcess) -> None:
    """From another terminal."""
    done = process.run("reset")
    assert done.returncode == 0, done.stderr


@then(parsers.parse('the group "{group}" still has access to "{server}"'))
def still_has_access(group: str, server: str, process: SandboxProcess) -> None:
    """As the started sandbox describes itself."""
    assert group in _groups(process, server)


@then(parsers.parse('the group "{group}" has no access to "{server}"'))
def has_no_access(group: str, server: str, process: SandboxProcess) -> None:
    """As the running sandbox describes itself."""
    known = {name for person in _described(process)["people"] for name in person["groups"]}
    assert group in known, f"no end-user group is called '{group}'. {list_choices(known)}"
    assert group not in _groups(process, server)


@then("the running sandbox answers with the same people and addresses as before")
def same_as_before(process: SandboxProcess, before: dict[str, Any]) -> None:
    """Passwords included."""
    assert _described(process) == before


def _described(process: SandboxProcess) -> dict[str, Any]:
    done = process.run("describe", "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def _groups(process: SandboxProcess, server: str) -> list[str]:
    found = next(s for s in _described(process)["servers"] if s["name"] == server)
    groups: list[str] = found["groups"]
    return groups
