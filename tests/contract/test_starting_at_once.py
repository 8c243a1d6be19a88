"""Two processes that start at the same moment on an empty database: one fills it, none fails."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.postgres.cluster import Cluster
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("PROC-7")

#: Starts on each database that it is given, and says which world it found, and how many there are.
_PROCESS = """
import sys
from sqlalchemy import func, select
from simulator.db.tables import Workspace
from simulator.sandbox.simulator import Simulator
from simulator.scenarios import provisioning
from simulator.settings import Settings

print("ready", flush=True)
for line in sys.stdin:
    how, url = line.split()
    if how == "anew":
        provisioning._cache.clear()
    try:
        with Simulator(Settings(database=url, secret_key=sys.argv[1])) as simulator:
            with simulator.world.db.reading() as session:
                count = session.scalar(select(func.count()).select_from(Workspace))
            print(simulator.id, count, simulator.scenario, flush=True)
    except BaseException as error:
        print(repr(error), flush=True)
"""
ROUNDS = 10


@pytest.fixture
def pair() -> Iterator[list["subprocess.Popen[str]"]]:
    """Two processes that wait for the address of a database."""
    command = [sys.executable, "-c", _PROCESS, SECRET_KEY]
    with ExitStack() as stack:
        found = []
        for _ in range(2):
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
            )
            found.append(stack.enter_context(process))
            stack.callback(process.kill)
        for process in found:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        yield found


def _start(pair: list["subprocess.Popen[str]"], url: str, number: int) -> None:
    """Have both start; the world is made row by row, or put back from a copy in memory."""
    for process in pair:
        assert process.stdin is not None
        process.stdin.write(f"{'anew' if number % 2 else 'copy'} {url}\n")
        process.stdin.flush()
    answers = [process.stdout.readline() for process in pair if process.stdout]

    assert answers[0] == answers[1]
    assert answers[0].split()[1:] == ["1", "demo"]


@pytest.mark.timeout(120)
def test_two_on_an_empty_file(pair: list["subprocess.Popen[str]"], tmp_path: Path) -> None:
    for number in range(ROUNDS):
        _start(pair, f"sqlite:///{tmp_path}/{number}.db", number)


@pytest.mark.long
@pytest.mark.postgresql
@pytest.mark.timeout(120)
def test_two_on_an_empty_database_of_postgresql(
    pair: list["subprocess.Popen[str]"], postgres: Cluster
) -> None:
    for number in range(ROUNDS):
        name = postgres.create_database()
        _start(pair, postgres.url(name), number)
        postgres.drop_database(name)
