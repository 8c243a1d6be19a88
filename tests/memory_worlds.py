"""Worlds in memory with rows of one's own and no simulator; each is made once, and copied."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from simulator.call_record import CallRecord, Observer
from simulator.clock import Clock
from simulator.crypto import Keys
from simulator.db import Database
from simulator.db.schema import prepare
from simulator.db.snapshot import Snapshot
from simulator.net.addresses import Addresses
from simulator.net.in_process import Http
from simulator.scenarios.seed import advance_sequences
from simulator.settings import MEMORY, Settings
from simulator.world import World

Seed = Callable[[World], Any]


def bare_world(hosts: Sequence[str] = (), origins: Mapping[str, str] | None = None) -> World:
    """A world without tables.

    Args:
        hosts: of its apps.
        origins: system → where it listens.
    """
    db, clock, addresses = Database(MEMORY), Clock(), Addresses(hosts, dict(origins or {}))
    return World(
        settings=Settings(database=MEMORY),
        clock=clock,
        keys=Keys("test"),
        db=db,
        addresses=addresses,
        http=Http(db, addresses),
        calls=CallRecord(clock, lambda: None, Observer()),
    )


def empty_world(hosts: Sequence[str] = (), origins: Mapping[str, str] | None = None) -> World:
    """A world with tables and no rows; as `bare_world`."""
    world = bare_world(hosts, origins)
    prepare(world.db, lambda: world.keys)
    return world


class MemoryWorlds:
    """Rows that tests begin with, by what makes them."""

    def __init__(self) -> None:
        self._made: dict[Seed, tuple[Snapshot, Any]] = {}

    @contextmanager
    def copy(
        self, seed: Seed, hosts: Sequence[str], origins: Mapping[str, str]
    ) -> Iterator[tuple[World, Any]]:
        """A world with the rows that `seed` makes in a unit of work, and what it returns."""
        world = bare_world(hosts, origins)
        if seed not in self._made:
            prepare(world.db, lambda: world.keys)
            with world.db.unit():
                returned = seed(world)
                world.db.session.flush()
                advance_sequences(world)  # rows have the ids that tests gave them
            self._made[seed] = Snapshot(world.db), returned
        snapshot, returned = self._made[seed]
        snapshot.restore(world.db)
        yield world, returned
        world.db.close()

    def close(self) -> None:
        """Give the memory back."""
        for snapshot, _ in self._made.values():
            snapshot.close()
