"""Fill a database from a scenario: the first time row by row, afterwards from a copy in memory."""

from collections import OrderedDict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock

from simulator.clock import stopwatch
from simulator.db import schema
from simulator.db.snapshot import Snapshot, can_snapshot
from simulator.net.addresses import IDENTITY
from simulator.scenarios.files import find
from simulator.world import World

#: After so many seconds a snapshot is made anew: what a scenario grants expires.
CACHE_TTL_SECONDS = 600.0
#: How many snapshots are held; the oldest goes first.
CACHE_SIZE = 8


@dataclass(frozen=True, kw_only=True)
class SeededSnapshot:
    """A snapshot of a database right after it was filled.

    Attributes:
        contents: the contents of the database.
        made_at: on the stopwatch.
        packages: the state of the files of the scenario's packages.
        descriptions: what `describe` says of a world fresh from it, by where its systems are.
    """

    contents: Snapshot
    made_at: float
    packages: tuple[tuple[str, int, int], ...] = ()
    descriptions: dict[str, str] = field(default_factory=dict)


#: Which file, in which state, sealed with which key, how passwords are hashed, which database.
_Key = tuple[Path, int, bytes, str, str]

#: Shared by all simulators of a process, so that only the first one pays.
_cache: OrderedDict[_Key, SeededSnapshot] = OrderedDict()
_lock = Lock()


def fill(world: World, scenario: str) -> SeededSnapshot | None:
    """Replace everything in the database with what a scenario describes.

    Args:
        world: without an open unit of work; its tables exist, unless the database is in memory.
        scenario: its name or file.

    Returns:
        The snapshot it came from, or that was taken of it; None where the database takes none.

    Raises:
        ScenarioError: there is no such scenario, or it is wrong.
    """
    file = find(scenario)
    seal = world.keys.derive("seeded snapshot")
    # The pages of a file say that it has a write-ahead log, which a database in memory cannot have.
    kind = "memory" if world.db.in_memory else world.db.engine.dialect.name
    key = file, file.stat().st_mtime_ns, seal, world.settings.password_hashing, kind
    with _lock:
        snapshot = _cache.get(key)
    if snapshot is not None and _is_fresh(snapshot, scenario):
        snapshot.contents.restore(world.db)
        return snapshot
    packages = _make(world, scenario)
    if not can_snapshot(world.db):
        return None
    snapshot = SeededSnapshot(contents=Snapshot(world.db), made_at=stopwatch(), packages=packages)
    with _lock:
        _cache[key] = snapshot
        _cache.move_to_end(key)
        while len(_cache) > CACHE_SIZE:
            _cache.popitem(last=False)
    return snapshot


def _is_fresh(snapshot: SeededSnapshot, scenario: str) -> bool:
    """Return whether what a scenario grants lasts, and its packages are what they were."""
    is_young = stopwatch() - snapshot.made_at < CACHE_TTL_SECONDS
    if not is_young or not snapshot.packages:
        return is_young
    from simulator.scenarios import load, packages

    return packages.stamp(load(scenario)) == snapshot.packages


def _make(world: World, scenario: str) -> tuple[tuple[str, int, int], ...]:
    """Seed a scenario; return the state of the files of its packages."""
    from simulator.oauth.signing import Signer, generate_key
    from simulator.scenarios import load, prepared
    from simulator.scenarios.seed import seed

    # A signing key takes longer than all the rest of a reset, so it is part of what is put back;
    # whoever makes one lets other threads run, so it is made beside the rest.
    with ThreadPoolExecutor(max_workers=1) as beside:
        key = beside.submit(generate_key)
        statements = prepared.find(find(scenario), world.db)
        described = load(scenario, is_prepared=statements is not None)
        world.randomness.reseed("scenario")
        is_new = schema.prepare(world.db, lambda: world.keys)
        with world.db.unit() as session:
            if not is_new:
                schema.wipe(world.db)
            session.expunge_all()
            seed(world, described, statements)
            Signer(world, IDENTITY).rotate(key.result())
    if not described.packages:
        return ()
    from simulator.scenarios import packages

    return packages.stamp(described)
