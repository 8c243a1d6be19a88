"""Who may refresh a connection: one at a time, in any number of processes on one database.

A rotated refresh token that is used twice ends its family (RFC 9700 §4.14.2). So whoever wants to
refresh writes a claim into the connection's row first. A claim is no lock of the database: none is
held while the app is asked. Threads of one process do not come here together; they have a lock.
"""

from collections.abc import Callable
from threading import Event

from sqlalchemy import update

from simulator.clock import stopwatch
from simulator.db.tables import Connection
from simulator.world import World

#: So long a claim is respected, in real seconds; whoever made it may have died.
PATIENCE = 30.0
#: Between two looks at somebody else's claim, in real seconds.
_PAUSE = 0.02


def claim(
    world: World,
    connection: Connection,
    is_needed: Callable[[], bool],
    reload: Callable[[], None],
) -> str:
    """Claim the refresh of a connection, or wait for whoever has claimed it.

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


def wait() -> None:
    """Wait a moment for whoever has claimed it."""
    Event().wait(_PAUSE)


def release(world: World, connection_id: int, mine: str) -> None:
    """Give a claim up, so that the next one need not wait.

    Args:
        world: with an open unit of work.
        connection_id: the connection's id.
        mine: as `claim` returned it; somebody else's stays.
    """
    own = Connection.id == connection_id, Connection.refresh_claim == mine
    world.db.session.execute(update(Connection).where(*own).values(refresh_claim=None))
    world.db.commit()


def forget_all(world: World) -> None:
    """Forget the claims in a world that was put back: nobody refreshes those connections now.

    Args:
        world: with an open unit of work.
    """
    claimed = Connection.refresh_claim.is_not(None)
    world.db.session.execute(update(Connection).where(claimed).values(refresh_claim=None))
