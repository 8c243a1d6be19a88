"""Finding and installing PostgreSQL's programs, and what a run says that found none."""

import socket
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.postgres import programs
from tests.postgres.cluster import Cluster
from tests.postgres.pool import DatabasePool

pytestmark = pytest.mark.requirement("RAIL-15")

Install = Callable[[str], Path]
_SUITE = """
    import pytest

    @pytest.mark.postgresql
    def test_of_the_server(postgres):
        with open("port", "w") as port:
            port.write(str(postgres.port))
        assert postgres.execute("SELECT 1") == [(1,)]

    def test_of_anything():
        pass
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """A machine without PostgreSQL; puts the programs of one version on it."""

    def install(version: str) -> Path:
        folder = tmp_path / "usual" / version / "bin"
        folder.mkdir(parents=True)
        for name in programs.PROGRAMS:
            (folder / name).write_text("#!/bin/sh\n", encoding="utf-8")
            (folder / name).chmod(0o755)
        return folder

    monkeypatch.delenv("POSTGRES_BIN", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    monkeypatch.setattr(programs, "USUAL_PLACES", (tmp_path / "usual",))
    return install


def test_the_newest_version_is_found(installed: Install) -> None:
    assert programs.find_programs() is None
    installed("9")
    newest = installed("15")

    assert programs.find_programs() == newest


def test_a_folder_that_is_named_and_lacks_a_program_is_not_replaced(
    installed: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed("15")
    monkeypatch.setenv("POSTGRES_BIN", str(tmp_path))

    with pytest.raises(programs.PostgresMissingError, match=r"POSTGRES_BIN=.* lacks one of initdb"):
        programs.install()


def test_debians_package_is_installed(
    installed: Install, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    commands = []

    def run(command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        commands.append(" ".join(command))
        if "install" in command:
            installed("15")
        return subprocess.CompletedProcess(command, 0)

    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/apt-get").touch(0o755)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(programs, "as_root", list)

    assert programs.install() == tmp_path / "usual/15/bin"
    assert commands == [
        "apt-get --quiet --yes update",
        "apt-get --quiet --yes install --no-install-recommends postgresql",
    ]


def test_a_run_says_last_that_nothing_was_proven(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POSTGRES_BIN", "/nowhere")
    pytester.makepyfile(_SUITE)

    result = pytester.runpytest_subprocess("-p", "tests.postgres.plugin")

    result.assert_outcomes(passed=1, deselected=1)
    assert result.outlines[-2].startswith("PostgreSQL was NOT proven: POSTGRES_BIN=/nowhere lacks")


@pytest.mark.postgresql
def test_a_server_ends_with_the_run_that_began_it(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(_SUITE)

    result = pytester.runpytest_subprocess("-p", "tests.postgres.plugin")

    result.assert_outcomes(passed=2)
    assert result.outlines[-2].startswith("On PostgreSQL: 1 tests in ")
    port = int((pytester.path / "port").read_text(encoding="ascii"))
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


@pytest.mark.postgresql
def test_databases_are_made_and_dropped(postgres: Cluster) -> None:
    name = postgres.create_database()
    postgres.execute("CREATE TABLE numbers (n int)", name)

    copied = postgres.create_database(name)

    assert postgres.execute("SELECT count(*) FROM numbers", copied) == [(0,)]
    for each in (name, copied):
        postgres.drop_database(each)
    left = [row[0] for row in postgres.execute("SELECT datname FROM pg_database")]
    assert not {name, copied}.intersection(left)


@pytest.mark.postgresql
def test_a_database_is_used_again_without_rows_unless_its_tables_were_changed(
    postgres: Cluster, postgres_template: str
) -> None:
    pool = DatabasePool(postgres, postgres_template)  # in the run's own, others wear it out
    name = pool.take()
    fact = "INSERT INTO sandbox_facts VALUES ('a', 'b', now())"
    workspace = "INSERT INTO workspaces (name) VALUES ('Acme') RETURNING id"
    postgres.execute(fact, name)
    first = postgres.execute(workspace, name)
    pool.give_back(name)

    again = pool.take()
    assert again == name
    assert postgres.execute("SELECT * FROM sandbox_facts", name) == []
    assert postgres.execute(workspace, name) == first
    postgres.execute("ALTER TABLE sandbox_facts ADD COLUMN more int", name)
    pool.give_back(name)

    left = [row[0] for row in postgres.execute("SELECT datname FROM pg_database")]
    assert name not in left
