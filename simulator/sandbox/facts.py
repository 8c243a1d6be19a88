"""Facts about a sandbox in its database: what one world tells the next, and one start the next."""

from collections.abc import Mapping

from sqlalchemy import delete, insert, select

from simulator.db.tables import Fact
from simulator.sandbox.listeners import CONTROL, ORIGINS
from simulator.sandbox.sharing import CLOCK, write_clock
from simulator.world import World

#: How often this database was opened with a seed: no two starts draw the same.
_STARTS = "starts"


def load(world: World) -> dict[str, str]:
    """Return all of them, name → value.

    Args:
        world: the world; a unit of work may be open, and is not seen.
    """
    with world.db.reading() as session:
        return dict(session.execute(select(Fact.name, Fact.value)).all())


def load_lasting(world: World) -> dict[str, str]:
    """Return those that a world hands on to the next one, for other processes.

    Args:
        world: of a database in memory, which no other process sees, nothing is handed on.
    """
    if world.db.in_memory:
        return {}
    known = load(world)
    lasting = {name: known[name] for name in (ORIGINS, _STARTS, CONTROL) if name in known}
    return {CLOCK: write_clock(world.clock.state), **lasting}


def keep(world: World, name: str, value: str) -> None:
    """Store one fact.

    Args:
        name: the name of the fact.
        value: the value of the fact.
    """
    world.db.session.merge(Fact(name=name, value=value, updated_at=world.clock.now()))


def replace(world: World, facts: Mapping[str, str]) -> None:
    """Store facts, whether or not there are some of these names.

    Args:
        facts: name → value.
    """
    now = world.clock.now()
    rows = [{"name": name, "value": text, "updated_at": now} for name, text in facts.items()]
    world.db.session.execute(delete(Fact).where(Fact.name.in_(facts)))
    world.db.session.execute(insert(Fact), rows)


def count_start(world: World) -> str:
    """Return the how-manieth start this is on this database, where that tells what is drawn."""
    if not world.randomness.is_seeded:
        return ""
    fact = world.db.session.get(Fact, _STARTS)
    number = str(int(fact.value) + 1 if fact else 1)
    keep(world, _STARTS, number)
    return number
