"""Tests on PostgreSQL: the server, a database for each test, and what the run says of it.

A test that asks for `database_url` runs on SQLite and on PostgreSQL. Where PostgreSQL can neither
be found nor installed, its half is not run, and the last lines of the run say so.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.postgres.cluster import Cluster, running
from tests.postgres.pool import DatabasePool
from tests.postgres.programs import find_obstacle

#: Of tests that need the server.
MARKER = "postgresql"
#: What the simulator seals with there; beside a database server it keeps no key file.
SECRET_KEY = "a secret key of tests"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options that `make races` and `make test-postgres` set."""
    text = "have whoever asks for a database in memory get one on PostgreSQL"
    parser.addoption("--postgres", action="store_true", help=text)
    text = "how often what several do at once is done (default: 2)"
    parser.addoption("--race-rounds", metavar="N", type=int, default=2, help=text)


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
    if find_obstacle() is not None:
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
        if MARKER in getattr(report, "keywords", ())  # a collection that failed has none
    ]
    if obstacle := find_obstacle():
        terminalreporter.write_line(f"PostgreSQL was NOT proven: {obstacle}", red=True)
    elif reports:
        tests = len({report.nodeid for report in reports})
        seconds = sum(report.duration for report in reports)
        terminalreporter.write_line(f"On PostgreSQL: {tests} tests in {seconds:.0f} s")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """A private server, begun when a test first asks for it."""
    with running() as cluster:
        yield cluster


@pytest.fixture(scope="session")
def postgres_template(postgres: Cluster) -> str:
    """A database that has all tables, to be copied: that takes a tenth of the time."""
    from simulator.crypto import Keys
    from simulator.db import Database, schema

    name = postgres.create_database()
    db = Database(postgres.url(name))
    schema.prepare(db, lambda: Keys(SECRET_KEY))
    db.close()
    return name


@pytest.fixture(scope="session", autouse=True)
def everything_on_postgres(request: pytest.FixtureRequest) -> Iterator[None]:
    """With `--postgres` the whole run is on PostgreSQL."""
    if not request.config.getoption("--postgres"):
        yield
        return
    from tests.postgres.stand_in import standing_in

    pool: DatabasePool = request.getfixturevalue("postgres_pool")
    with standing_in(request.getfixturevalue("postgres"), pool):
        yield


@pytest.fixture(scope="session")
def postgres_pool(postgres: Cluster, postgres_template: str) -> DatabasePool:
    """Databases that tests have one after the other."""
    return DatabasePool(postgres, postgres_template)


@pytest.fixture
def postgres_url(postgres: Cluster, postgres_pool: DatabasePool) -> Iterator[str]:
    """The URL of a database on the private server that has its tables, and no rows."""
    name = postgres_pool.take()
    yield postgres.url(name)
    postgres_pool.give_back(name)


@pytest.fixture
def empty_postgres_url(postgres: Cluster) -> Iterator[str]:
    """The URL of an empty database on the private server."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database that nobody has used yet, in a file or on the private server."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/sandbox.db"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def race_rounds(request: pytest.FixtureRequest) -> int:
    """How often a race is run, each time from a new start."""
    rounds: int = request.config.getoption("--race-rounds")
    return rounds
