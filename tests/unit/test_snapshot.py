"""A world is kept and put back in a moment, and nothing of the time between survives."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Thread

import pytest
from sqlalchemy import func, select, update

from simulator.db.snapshot import BadName
from simulator.db.tables import EndUser, McpServer, Workspace
from simulator.errors import NotFound
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.postgres.plugin import SECRET_KEY

NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture(params=["memory", "file", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Simulator]:
    """A simulator on each kind of database."""
    database, key = "memory", None
    if request.param == "file":
        database = f"sqlite:///{tmp_path}/sandbox.db"
    elif request.param == "postgresql":
        database, key = request.getfixturevalue("postgres_url"), SECRET_KEY
    with Simulator(Settings(database=database, secret_key=key)) as simulator:
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
    snapshot, before = world.snapshot(), world.id
    rename_everybody(world, "After")

    world.restore(snapshot)
    first = world.id
    world.restore(snapshot)

    assert names(world) == {"Before"}
    assert len({before, first, world.id}) == 3  # everybody is signed out, each time
    snapshot.close()


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


@pytest.mark.requirement("TIME-2")
def test_a_named_snapshot_has_its_time(world: Simulator) -> None:
    """A frozen clock stands again where it stood; journal and faults are empty."""
    clock = world.world.clock
    clock.freeze(NEW_YEAR)
    rename_everybody(world, "Then")
    snapshot = world.keep_snapshot("new-year")
    world.reset()
    assert not clock.frozen
    world.faults.add("*", status=500)

    world.restore_snapshot("new-year")

    assert (names(world), clock.now(), clock.frozen) == ({"Then"}, NEW_YEAR, True)
    assert (snapshot.at, snapshot.scenario) == (NEW_YEAR, "demo")
    assert list(world.faults) == []


@pytest.mark.requirement("HARN-3")
def test_snapshots_are_listed_replaced_and_dropped(world: Simulator) -> None:
    for name in ("b", "a"):
        rename_everybody(world, name)
        world.keep_snapshot(name)
    rename_everybody(world, "second")
    world.keep_snapshot("b")

    assert [snapshot.name for snapshot in world.snapshots] == ["a", "b"]
    world.restore_snapshot("a")
    assert names(world) == {"a"}
    world.restore_snapshot("b")
    assert names(world) == {"second"}
    dropped = world.snapshots[0].contents
    world.drop_snapshot("a")
    assert [snapshot.name for snapshot in world.snapshots] == ["b"]
    with pytest.raises((sqlite3.ProgrammingError, ValueError), match="closed"):
        dropped.restore(world.world.db)  # its memory is given back


@pytest.mark.requirement("HARN-3")
def test_a_snapshot_that_is_not_there_is_named_with_those_that_are(world: Simulator) -> None:
    world.keep_snapshot("before")

    for ask in (world.restore_snapshot, world.drop_snapshot):
        with pytest.raises(NotFound) as refused:
            ask("after")
        assert str(refused.value) == "There is no snapshot 'after'. Kept: before."


@pytest.mark.requirement("HARN-3")
def test_a_snapshot_cannot_have_any_name(world: Simulator) -> None:
    for name in ("", ".hidden", "a/b", "a b", "x" * 65, "ä", "a\n"):
        with pytest.raises(BadName, match="1 to 64 letters"):
            world.keep_snapshot(name)

    assert world.snapshots == []


@pytest.mark.requirement("HARN-3")
@pytest.mark.postgresql
def test_what_is_counted_goes_on_where_it_was(postgres_url: str) -> None:
    """A row that is made after a restore has the number that it had the first time."""
    settings = Settings(database=postgres_url, secret_key=SECRET_KEY)
    with Simulator(settings) as simulator:
        snapshot = simulator.snapshot()
        numbers = []
        for _ in range(2):
            with simulator.world.db.unit() as session:
                session.add(Workspace(name="Next"))
                session.flush()
                numbers.append(session.scalars(select(func.max(Workspace.id))).one())
            simulator.restore(snapshot)

    assert numbers[0] == numbers[1]


@pytest.mark.requirement("HARN-3")
def test_who_is_writing_meanwhile_is_waited_for(database_url: str) -> None:
    """What they add belongs to the time before the restore."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        db, snapshot = simulator.world.db, simulator.snapshot()
        restoring = Thread(target=simulator.restore, args=(snapshot,))
        with db.unit() as session:
            session.add(Workspace(name="Late"))
            session.flush()
            restoring.start()
        restoring.join()

        with db.reading() as session:
            assert "Late" not in session.scalars(select(Workspace.name)).all()
