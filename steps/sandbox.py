"""Fixtures: one sandbox per worker, reset for each test; actors by name."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from anyio.from_thread import BlockingPortal, start_blocking_portal
from playwright.sync_api import Page

from simulator.server import running
from simulator.settings import Settings
from simulator.simulator import Simulator
from simulator.testing.actors import Actor, Stage

Actors = Callable[[str], Actor]


@pytest.fixture(scope="session")
def listening_simulator() -> Iterator[Simulator]:
    """One simulator per worker, in memory, on free ports."""
    with running(Settings(database="memory", port_base=0)) as simulator:
        yield simulator


@pytest.fixture
def simulator(listening_simulator: Simulator) -> Simulator:
    """The worker's simulator with the demo scenario fresh in it."""
    listening_simulator.reset()
    return listening_simulator


@pytest.fixture(scope="session")
def portal() -> Iterator[BlockingPortal]:
    """Runs the MCP clients; Playwright keeps the main thread's event loop for itself."""
    with start_blocking_portal() as portal:
        yield portal


@pytest.fixture
def stage(
    simulator: Simulator, portal: BlockingPortal, request: pytest.FixtureRequest
) -> Iterator[Stage]:
    """What the actors of one scenario share; a browser only where the scenario is tagged @ui."""
    with ExitStack() as closing:
        new_page: Callable[[], Page] | None = None
        if request.node.get_closest_marker("ui"):
            browser = request.getfixturevalue("browser")

            def open_page() -> Page:
                context = browser.new_context(viewport={"width": 1280, "height": 900})
                closing.callback(context.close)
                context.set_default_timeout(10_000)
                page: Page = context.new_page()
                return page

            new_page = open_page
        yield Stage(simulator.describe(), portal, new_page, closing)


@pytest.fixture
def actors(stage: Stage) -> Actors:
    """The scenario's people by first name, each made once."""
    known: dict[str, Actor] = {}

    def actor(name: str) -> Actor:
        return known.setdefault(name, Actor(name, stage))

    return actor
