"""One test's own world: its people, their clients and browsers, its time and its journal."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from simulator.faults import Faults
from simulator.journal import Journal
from simulator.simulator import Simulator
from simulator.testing.actors import Actor, Stage

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import Page
    from responses import RequestsMock


@dataclass
class Workspace:
    """What a test holds of the world that was made for it.

    Attributes:
        given_simulator: every system, one for all tests of a process; None at a real tenant.
        description: people with their passwords, servers, addresses: `describe --json`.
        stage: shared by the people.
    """

    given_simulator: Simulator | None
    description: dict[str, Any]
    stage: Stage
    _people: dict[str, Actor] = field(default_factory=dict)

    @property
    def simulator(self) -> Simulator:
        """Every system.

        Raises:
            LookupError: there is none: the test runs against a real tenant.
        """
        if self.given_simulator is None:
            raise LookupError("This needs the simulator: a real tenant has no such thing.")
        return self.given_simulator

    @property
    def clock(self) -> "TimeTravel":
        """The simulated time."""
        return TimeTravel(self.simulator)

    @property
    def journal(self) -> Journal:
        """Who asked whom what."""
        return self.simulator.world.journal

    @property
    def faults(self) -> Faults:
        """What goes wrong on purpose."""
        return self.simulator.world.faults

    def person(self, name: str) -> Actor:
        """A person by first name, made once: browser, MCP client, account in the app.

        Raises:
            LookupError: the scenario has nobody of that name.
        """
        if name not in self._people:
            actor = Actor(name, self.stage)
            assert actor.person
            self._people[name] = actor
        return self._people[name]

    def intercept(self, *, others: str = "refuse") -> "AbstractContextManager[RequestsMock]":
        """Answer calls to production addresses in-process; see `simulator.testing.intercept`."""
        from simulator.testing.intercept import intercept

        return intercept(self.simulator, others=others)


@dataclass(frozen=True)
class TimeTravel:
    """The simulated time, which every expiry is measured with; a new workspace is back at now."""

    _simulator: Simulator

    def travel(self, **by: float) -> None:
        """Move on, in the units of `datetime.timedelta`: `travel(hours=1)`."""
        self._simulator.world.clock.travel(timedelta(**by))


@contextmanager
def workspace(
    simulator: Simulator,
    new_page: "Callable[[], Page] | None" = None,
    scenario: str | None = None,
    story: str | None = None,
) -> Iterator[Workspace]:
    """A fresh world in a simulator that listens.

    Args:
        simulator: reset on entry.
        new_page: opens a page in a browser of its own; None where no browser is wanted.
        scenario: its name or file; by default the one the simulator was made from.
        story: with a seed, tells what is drawn here from what is drawn in other worlds.

    Raises:
        StartupError: there is no such scenario, or it is wrong.
    """
    description = simulator.fresh(scenario, story=story)
    with ExitStack() as closing:
        stage = Stage(description, None, new_page, closing)
        yield Workspace(simulator, description, stage)


@contextmanager
def at_target(
    description: dict[str, Any], new_page: "Callable[[], Page] | None" = None
) -> Iterator[Workspace]:
    """A tenant as it stands: nothing is started, nothing is made fresh.

    Args:
        description: as `simulator.testing.target` loads it.
        new_page: as for `workspace`.
    """
    with ExitStack() as closing:
        yield Workspace(None, description, Stage(description, None, new_page, closing))
