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

#: After so many seconds a mould is made anew: what a scenario grants expires.
_LASTS = 600.0
#: So many are kept.
_MOST = 8


@dataclass(frozen=True, kw_only=True)
class Mould:
    """A database as it is right after it was filled.

    Attributes:
        contents: of the database.
        made_at: on the stopwatch.
        descriptions: what `describe` says of a world fresh from it, by where its systems are.
    """

    contents: Snapshot
    made_at: float
    descriptions: dict[str, str] = field(default_factory=dict)


#: Which file, in which state, sealed with which key.
_Key = tuple[Path, int, bytes, str]

#: Shared by all simulators of a process, so that only the first one pays.
_kept: OrderedDict[_Key, Mould] = OrderedDict()
_lock = Lock()


def fill(world: World, scenario: str) -> Mould | None:
    """Replace everything in the database with what a scenario describes.

    Args:
        world: without an open unit of work; its tables exist, unless the database is in memory.
        scenario: its name or file.

    Returns:
        The mould it came from, or is one now; None where the database takes no snapshots.

    Raises:
        StartupError: there is no such scenario, or it is wrong.
    """
    file = find(scenario)
    seal = world.keys.derive("mould")
    key = file, file.stat().st_mtime_ns, seal, world.settings.password_hashing
    with _lock:
        mould = _kept.get(key)
    if mould is not None and stopwatch() - mould.made_at < _LASTS:
        mould.contents.restore(world.db)
        return mould
    _make(world, scenario)
    if not can_snapshot(world.db):
        return None
    mould = Mould(contents=Snapshot(world.db), made_at=stopwatch())
    with _lock:
        _kept[key] = mould
        _kept.move_to_end(key)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    return mould


def _make(world: World, scenario: str) -> None:
    from simulator.oauth.signing import Signer, generate_key
    from simulator.scenarios import load
    from simulator.scenarios.seed import seed

    # A signing key takes longer than all the rest of a reset, so it is part of what is put back;
    # whoever makes one lets other threads run, so it is made beside the rest.
    with ThreadPoolExecutor(max_workers=1) as beside:
        key = beside.submit(generate_key)
        described = load(scenario)
        world.randomness.reseed("scenario")
        is_new = schema.prepare(world.db, lambda: world.keys)
        with world.db.unit() as session:
            if not is_new:
                schema.wipe(world.db)
            session.expunge_all()
            seed(world, described)
            Signer(world, IDENTITY).rotate(key.result())
