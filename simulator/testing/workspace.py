"""One test's own world: its people, their clients and browsers, its time and its journal."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from simulator.faults import Faults
from simulator.journal import Journal
from simulator.oracle import IsolationOracle
from simulator.sandbox.simulator import Simulator
from simulator.sandbox.time_travel import TimeTravel
from simulator.testing.actors import Actor, Stage
from simulator.validation.persons import Who

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import Page

    from simulator.sandbox.interception import Interception


@dataclass(repr=False)
class Workspace:
    """What a test holds of the world that was made for it.

    Attributes:
        given_simulator: every system, one for all tests of a process; None at a real tenant.
        stage: shared by the people.
    """

    given_simulator: Simulator | None
    stage: Stage
    _snapshot_names: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"<workspace of scenario {self.description['scenario']!r}>"

    @property
    def description(self) -> dict[str, Any]:
        """Return people with their passwords, servers, addresses: `describe --json`."""
        return self.stage.description

    @property
    def simulator(self) -> Simulator:
        """Return the simulator: every system.

        Raises:
            LookupError: there is none: the test runs against a real tenant.
        """
        if self.given_simulator is None:
            raise LookupError("This needs the simulator: a real tenant has no such thing.")
        return self.given_simulator

    @property
    def clock(self) -> TimeTravel:
        """Return the simulated clock."""
        return self.simulator.clock

    @property
    def journal(self) -> Journal:
        """Return the journal: every request and its answer."""
        return self.simulator.journal

    @property
    def faults(self) -> Faults:
        """Return the faults: what goes wrong on purpose."""
        return self.simulator.faults

    @property
    def isolation(self) -> IsolationOracle:
        """Who was served with whose account and rows."""
        return self.simulator.isolation

    def person(self, name: Who) -> Actor:
        """Return a person by first name, name or e-mail address: browser, MCP client, account.

        Args:
            name: the name of the person; an actor is returned as it is.

        Raises:
            LookupError: the scenario has nobody of that name, or several.
        """
        return self.stage.actor(name)

    def mcp_token(self, server: str) -> str:
        """Generate an MCP token of a server with token-based access, as an admin does in AI Hub.

        Args:
            server: its name; the token that it had dies at once.

        Raises:
            LookupError: there is no such server.
            Forbidden: it uses Workato Identity.
        """
        from simulator.domain import servers

        number = self.stage.server(server)["number"]
        world = self.simulator.world
        with world.db.unit():
            row = servers.find_server_by_number(world, number)
            if row is None:
                raise LookupError(f"The MCP server '{server}' is gone.")
            return servers.generate_token(world, row)

    def snapshot(self, name: str) -> None:
        """Take a snapshot of everything, the time included, until this workspace ends.

        Args:
            name: to restore it by; an older one of that name is replaced.

        Raises:
            BadName: nothing can have this name.
        """
        self.simulator.keep_snapshot(name)
        self._snapshot_names.add(name)

    def restore(self, name: str) -> None:
        """Restore a snapshot; everybody is signed out, the journal is empty.

        MCP clients that were connected are to be connected anew.

        Args:
            name: the name as it was taken under.

        Raises:
            NotFound: nothing is kept under this name.
        """
        self.simulator.restore_snapshot(name)
        self.clock.show()

    def close(self) -> None:
        """Delete the snapshots that were taken here."""
        for snapshot in self.simulator.snapshots:
            if snapshot.name in self._snapshot_names:
                self.simulator.drop_snapshot(snapshot.name)

    def intercept(self, *, others: str = "refuse") -> "Interception":
        """Answer calls to production addresses in-process, as `Simulator.intercept` does."""
        return self.simulator.intercept(others=others)


def workspace(
    simulator: Simulator,
    new_page: "Callable[[], Page] | None" = None,
    scenario: str | None = None,
    seed_context: str | None = None,
) -> AbstractContextManager[Workspace]:
    """Open a fresh world in a simulator that listens, for a `with` block.

    Args:
        simulator: reset at once, so that whoever names a scenario is told at that line.
        new_page: opens a page in a browser of its own; None where no browser is wanted.
        scenario: its name or file; by default the one the simulator was made from.
        seed_context: with a seed, tells the random values of this world from those of others.

    Raises:
        ScenarioError: there is no such scenario, or it is wrong.
    """
    description = simulator.reset_and_describe(scenario, seed_context=seed_context)
    return _opened(simulator, description, new_page)


@contextmanager
def _opened(
    simulator: Simulator,
    description: dict[str, Any],
    new_page: "Callable[[], Page] | None",
) -> Iterator[Workspace]:
    with ExitStack() as closing:

        def open_page() -> "Page":
            assert new_page is not None
            page = new_page()
            made.clock.accompany(page.context)
            stage.network.watch(page.context)
            return page

        stage = Stage(description, None, open_page if new_page else None, closing, simulator)
        made = Workspace(simulator, stage)
        closing.callback(made.close)
        try:
            yield made
        finally:
            simulator.faults.reset()  # who is delayed by one keeps the others waiting


@contextmanager
def at_target(
    description: dict[str, Any], new_page: "Callable[[], Page] | None" = None
) -> Iterator[Workspace]:
    """Open a tenant as it stands: nothing is started, nothing is reset.

    Args:
        description: the description as `simulator.testing.target` loads it.
        new_page: as for `workspace`.
    """
    with ExitStack() as closing:
        stage = Stage(description, None, new_page, closing, is_tenant=True)
        yield Workspace(None, stage)
