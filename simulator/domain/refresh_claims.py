"""Claims: only one process at a time refreshes a connection's tokens.

An app that sees a rotated refresh token twice revokes the whole grant (RFC 9700 §4.14.2). So a
process writes a claim into the connection's row before it refreshes. A claim is not a database
lock, because none may be held while the app answers. It is renewed meanwhile, so that other
processes can tell a slow app from a process that died. Threads of one process use a lock
(`World.refreshing`) instead.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread

from sqlalchemy import ColumnElement, update
from sqlalchemy.exc import DBAPIError

from simulator.clock import stopwatch
from simulator.db.tables import Connection
from simulator.world import World

#: Age in real seconds at which a claim that is not renewed counts as one of a dead process.
PATIENCE = 30.0
#: Interval in real seconds at which a claim is renewed.
RENEWAL = 10.0
#: Interval in real seconds at which another process's claim is checked.
_PAUSE = 0.02
_log = logging.getLogger("simulator")


def claim(
    world: World,
    connection: Connection,
    is_needed: Callable[[], bool],
    reload: Callable[[], None],
) -> str:
    """Claim the refresh of a connection, or wait until another process has done it.

    The wait depends neither on the simulated clock nor on the clocks of other machines: it is
        measured from when this process first saw the claim.

    Args:
        world: the world; its unit of work is committed.
        connection: the connection, whose row is locked.
        is_needed: returns whether the connection, as last read, has to be refreshed.
        reload: reads the connection's row again and locks it.

    Returns:
        The claim, for `release`; empty if the refresh is not needed any more.
    """
    seen, since = connection.refresh_claim, stopwatch()
    while is_needed():
        if connection.refresh_claim != seen:
            seen, since = connection.refresh_claim, stopwatch()
        if seen is None or stopwatch() - since >= PATIENCE:
            connection.refresh_claim = mine = world.randomness.hex("refresh claim")
            world.db.commit()
            return mine
        world.db.commit()
        wait()
        reload()
    return ""


@contextmanager
def renewing(world: World, connection_id: int, mine: str) -> Iterator[None]:
    """Renew a claim during a `with` block, because an app may take longer than `PATIENCE`.

    Args:
        world: the world; no row is locked during the block.
        connection_id: the connection's id.
        mine: the claim that `claim` returned.
    """
    over = Event()

    def renew() -> None:
        number = 0
        while not over.wait(RENEWAL):
            number += 1
            try:
                with world.db.unit() as session:
                    own = update(Connection).where(*_own(connection_id, mine))
                    session.execute(own.values(refresh_claim=f"{mine}.{number}"))
            except DBAPIError as error:  # try again at the next interval
                _log.warning("The claim of a refresh was not renewed: %s", error.orig)

    thread = Thread(target=renew, name="renew a claim", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def is_mine(connection: Connection, mine: str) -> bool:
    """Return whether a connection, as last read, still has this claim.

    Args:
        connection: the connection.
        mine: the claim that `claim` returned.
    """
    return (connection.refresh_claim or "").partition(".")[0] == mine


def _own(connection_id: int, mine: str) -> tuple[ColumnElement[bool], ...]:
    claim = Connection.refresh_claim
    return Connection.id == connection_id, (claim == mine) | claim.startswith(f"{mine}.")


def wait() -> None:
    """Wait until another process's claim is to be checked again."""
    Event().wait(_PAUSE)


def release(world: World, connection_id: int, mine: str) -> None:
    """Remove a claim, so that others need not wait.

    Args:
        connection_id: the connection's id.
        mine: the claim that `claim` returned; the claim of another process stays.
    """
    own = update(Connection).where(*_own(connection_id, mine))
    world.db.session.execute(own.values(refresh_claim=None))
    world.db.commit()


def forget_all(world: World) -> None:
    """Remove all claims after a snapshot was restored, which may contain claims of the past."""
    claimed = Connection.refresh_claim.is_not(None)
    world.db.session.execute(update(Connection).where(claimed).values(refresh_claim=None))
