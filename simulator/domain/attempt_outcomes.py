"""The end of a connection attempt, which happens once."""

from sqlalchemy import update

from simulator.db.claim import did_change
from simulator.db.tables import ConnectionAttempt
from simulator.db.tables.connections import AttemptStatus
from simulator.world import World


def close_attempt(
    world: World, attempt: ConnectionAttempt, status: AttemptStatus, error: str | None = None
) -> bool:
    """Close an attempt that is pending; its link stops working.

    Args:
        world: with an open unit of work.
        attempt: the attempt; it is as it stands then, whoever closed it.
        status: any but `PENDING`.
        error: one sentence, where it was not done.

    Returns:
        Whether it was this call that did; an outcome is never replaced by another.
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
