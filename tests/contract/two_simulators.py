"""Two simulators on one database, as in two processes: they share no lock and no memory."""

from collections.abc import Iterator

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.postgres.plugin import SECRET_KEY


@pytest.fixture
def settings(database_url: str) -> Settings:
    """Of everybody on this database."""
    return Settings(database=database_url, secret_key=SECRET_KEY)


@pytest.fixture
def first(settings: Settings) -> Iterator[Simulator]:
    """Who made the world."""
    with Simulator(settings) as simulator:
        yield simulator


@pytest.fixture
def second(first: Simulator) -> Iterator[Simulator]:
    """Another on the same database, as in another process: they share no lock."""
    with Simulator(first.world.settings) as simulator:
        yield simulator
