"""Who may refresh a connection: one at a time, in any number of processes on one database.

A rotated refresh token that is used twice ends its family (RFC 9700 §4.14.2). So whoever wants to
refresh writes a claim into the connection's row first. A claim is no lock of the database: none is
held while the app is asked; it is renewed meanwhile, so that a slow app is not taken for a process
that died. Threads of one process do not come here together; they have a lock.
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

#: So long a claim that nobody renews is respected, in real seconds; whoever made it may have died.
PATIENCE = 30.0
#: So often whoever made it renews it, in real seconds, while the app is asked.
RENEWAL = 10.0
#: Between two looks at somebody else's claim, in real seconds.
_PAUSE = 0.02
_log = logging.getLogger("simulator")


def claim(
    world: World,
    connection: Connection,
    is_needed: Callable[[], bool],
    reload: Callable[[], None],
) -> str:
    """Claim the refresh of a connection, or wait until another claim ends.

    The simulated clock and those of other machines have no say in how long: who waits measures
    for how long they have seen the same claim.

    Args:
        world: the world; its unit of work is committed.
        connection: read and locked.
        is_needed: whether it has to be refreshed, as it was read last.
        reload: reads and locks it anew.

    Returns:
        What was written into the row, for `release`; empty if somebody else refreshed it.
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
    """Renew a claim for as long as a `with` block lasts: an app may take longer than `PATIENCE`.

    Args:
        world: the world; nothing is locked during the block.
        connection_id: the connection's id.
        mine: as `claim` returned it.
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
            except DBAPIError as error:  # it may well be there again the next time
                _log.warning("The claim of a refresh was not renewed: %s", error.orig)

    thread = Thread(target=renew, name="renew a claim", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def is_mine(connection: Connection, mine: str) -> bool:
    """Return whether a connection, as it was read last, has this claim, renewed or not.

    Args:
        connection: the connection.
        mine: as `claim` returned it.
    """
    return (connection.refresh_claim or "").partition(".")[0] == mine


def _own(connection_id: int, mine: str) -> tuple[ColumnElement[bool], ...]:
    claim = Connection.refresh_claim
    return Connection.id == connection_id, (claim == mine) | claim.startswith(f"{mine}.")


def wait() -> None:
    """Wait a moment for the other claim to end."""
    Event().wait(_PAUSE)


def release(world: World, connection_id: int, mine: str) -> None:
    """Give a claim up, so that the next one need not wait.

    Args:
        world: with an open unit of work.
        connection_id: the connection's id.
        mine: as `claim` returned it; somebody else's stays.
    """
    own = update(Connection).where(*_own(connection_id, mine))
    world.db.session.execute(own.values(refresh_claim=None))
    world.db.commit()


def forget_all(world: World) -> None:
    """Forget the claims in a world that was put back: nobody refreshes those connections now.

    Args:
        world: with an open unit of work.
    """
    claimed = Connection.refresh_claim.is_not(None)
    world.db.session.execute(update(Connection).where(claimed).values(refresh_claim=None))
