"""Close a connection attempt, exactly once."""

from sqlalchemy import update

from simulator.db.claim import did_change
from simulator.db.tables import ConnectionAttempt
from simulator.db.tables.connections import AttemptStatus
from simulator.world import World


def close_attempt(
    world: World, attempt: ConnectionAttempt, status: AttemptStatus, error: str | None = None
) -> bool:
    """Close a pending attempt; its setup link stops working.

    Args:
        attempt: the attempt; it is refreshed from the database afterwards.
        status: the final status, not `PENDING`.
        error: why the person was not connected, as one sentence; None on success.

    Returns:
        Whether this call closed it; False if it was closed before, whose outcome stays.
    """
    session = world.db.session
    pending = (
        ConnectionAttempt.id == attempt.id,
        ConnectionAttempt.status == AttemptStatus.PENDING.value,
    )
    closing = update(ConnectionAttempt).where(*pending).values(status=status.value, error=error)
    is_mine = did_change(session, closing)
    session.refresh(attempt)
    return is_mine
