"""What this repository's tests share; profiles of Hypothesis (`--hypothesis-profile`)."""

import gc
from collections.abc import Iterator

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from hypothesis import HealthCheck, settings

from simulator.sandbox.simulator import Simulator
from tests.memory_worlds import MemoryWorlds
from tests.runs import modules, pytester, run_here
from tests.tools.suite import parse

__all__ = ["modules", "pytester", "run_here"]

#: How long an example takes says more of the machine than of the code.
settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
#: For a night: state machines take many and long histories.
settings.register_profile(
    "long", settings.get_profile("untimed"), max_examples=1000, stateful_step_count=60
)


def pytest_collection_finish() -> None:
    """Let the garbage collector look at what tests make: eight thousand tests stay to the end."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def lasting_trees() -> Iterator[None]:
    """Syntax trees stay for the next module that reads the code: they are no garbage, either."""
    read = parse.cache_info().currsize
    yield
    if parse.cache_info().currsize > read:
        gc.collect()
        gc.freeze()


@pytest.fixture
def simulator(simulator: Simulator) -> Simulator:
    """The plugin's, with the run's scenario fresh in it, for tests that need no workspace.

    It is named, since a reset that names none keeps the one that an earlier test left.
    """
    simulator.reset(simulator.world.settings.scenario)
    return simulator


@pytest.fixture(scope="session")
def memory_worlds() -> Iterator[MemoryWorlds]:
    """Worlds without a simulator."""
    worlds = MemoryWorlds()
    yield worlds
    worlds.close()


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """Runs MCP clients; Playwright keeps the main thread's event loop for itself."""
    with start_blocking_portal() as portal:
        yield portal
