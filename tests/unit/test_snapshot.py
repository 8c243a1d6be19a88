"""A world is kept and put back in a moment, and nothing of the time between survives."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from simulator.db.tables import EndUser, McpServer
from simulator.settings import Settings
from simulator.simulator import Simulator


@pytest.fixture(params=["memory", "file"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Simulator]:
    """A simulator on each kind of SQLite database."""
    database = "memory" if request.param == "memory" else f"sqlite:///{tmp_path}/sandbox.db"
    with Simulator(Settings(database=database)) as simulator:
        yield simulator


def rename_everybody(simulator: Simulator, name: str) -> None:
    """A change that is easy to see."""
    with simulator.world.db.unit() as session:
        session.execute(update(EndUser).values(name=name))


def names(simulator: Simulator) -> set[str]:
    """What end users are called."""
    with simulator.world.db.unit() as session:
        return set(session.scalars(select(EndUser.name)))


@pytest.mark.requirement("HARN-3")
def test_what_was_kept_is_put_back_as_another_world(world: Simulator) -> None:
    rename_everybody(world, "Before")
    kept, before = world.snapshot(), world.id
    rename_everybody(world, "After")

    world.restore(kept)
    first = world.id
    world.restore(kept)

    assert names(world) == {"Before"}
    assert len({before, first, world.id}) == 3  # everybody is signed out, each time
    kept.close()


@pytest.mark.requirement("HARN-3")
def test_every_reset_gives_the_same_fresh_world(world: Simulator) -> None:
    """The first one seeds, the later ones put back."""
    fresh, ids = names(world), set()
    for _ in range(3):
        rename_everybody(world, "Changed")
        world.world.clock.travel(timedelta(days=1))
        world.reset()
        ids.add(world.id)
        assert names(world) == fresh

    assert len(ids) == 3


@pytest.mark.requirement("HARN-3")
def test_a_reset_may_change_the_scenario_and_back(world: Simulator) -> None:
    def servers() -> int:
        with world.world.db.unit() as session:
            return session.scalar(select(func.count()).select_from(McpServer)) or 0

    demo = servers()
    world.reset("minimal")
    minimal = servers()
    world.reset()  # the one that this world was made from last
    again = servers()
    world.reset("demo")

    assert (minimal, again, servers()) == (1, 1, demo)
    assert demo > 1
