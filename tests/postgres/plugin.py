"""Tests on PostgreSQL: the server, a database for each test, and what the run says of it.

A test that asks for `database_url` runs on SQLite and on PostgreSQL. Where PostgreSQL can neither
be found nor installed, its half is not run, and the last lines of the run say so.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres.cluster import Cluster, running
from tests.postgres.programs import PostgresMissingError, find_programs, require_programs

#: Of tests that need the server.
MARKER = "postgresql"
#: What the simulator seals with there; beside a database server it keeps no key file.
SECRET_KEY = "a secret key of tests"


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line("markers", f"{MARKER}: runs on a private server of PostgreSQL")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run each test that asks for `database_url` on both databases."""
    if "database_url" in metafunc.fixturenames:
        on_postgres = pytest.param("postgresql", marks=getattr(pytest.mark, MARKER))
        metafunc.parametrize("database_url", ["sqlite", on_postgres], indirect=True)


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what needs a server that this machine cannot run; the summary says so."""
    if find_programs() is None:
        proven_elsewhere = [item for item in items if item.get_closest_marker(MARKER)]
        config.hook.pytest_deselected(items=proven_elsewhere)
        items[:] = [item for item in items if item not in proven_elsewhere]


@pytest.hookimpl(trylast=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was proven on PostgreSQL, or that nothing was, and why."""
    reports = [
        report
        for category in ("passed", "failed", "error")
        for report in terminalreporter.stats.get(category, ())
        if MARKER in report.keywords
    ]
    try:
        require_programs()
    except PostgresMissingError as error:
        terminalreporter.write_line(f"PostgreSQL was NOT proven: {error}", red=True)
    else:
        if reports:
            tests = len({report.nodeid for report in reports})
            seconds = sum(report.duration for report in reports)
            terminalreporter.write_line(f"On PostgreSQL: {tests} tests in {seconds:.0f} s")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private server, begun when a test first asks for it."""
    with running() as cluster:
        yield cluster


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of an empty database, in a file or on the private server."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/sandbox.db"
        return
    cluster: Cluster = request.getfixturevalue("postgres")
    name = cluster.create_database()
    yield cluster.url(name)
    cluster.drop_database(name)
