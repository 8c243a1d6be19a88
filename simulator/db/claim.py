"""What can be had once: of several who ask for it at the same time, one gets it."""

from datetime import datetime
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, inspect, update
from sqlalchemy.orm import Session

from simulator.db.base import Base


def claim(session: Session, row: Base, column: str, at: datetime) -> bool:
    """Set a moment in a row that has none yet; return whether it was this call that did.

    One conditional UPDATE: on PostgreSQL the second one waits for the first, and then finds that
    the row does not fit any more. Looking first and writing later lets both have it.

    Args:
        session: of the unit of work.
        row: a code, a token, a state …
        column: where the moment is kept at which it was used.
        at: the simulated moment.
    """
    mapper = inspect(row).mapper
    own = [key == getattr(row, str(key.key)) for key in mapper.primary_key]
    unused = mapper.columns[column].is_(None)
    return did_change(session, update(type(row)).where(*own, unused).values({column: at}))


def did_change(session: Session, statement: Executable) -> bool:
    """Execute a conditional statement; return whether there was a row that it fits.

    Args:
        session: of the unit of work.
        statement: an UPDATE or DELETE of one row.
    """
    return cast("CursorResult[Any]", session.execute(statement)).rowcount == 1
