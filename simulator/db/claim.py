"""What can be had once: of several who ask for it at the same time, one gets it."""

from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import CursorResult, Executable, Update, bindparam, delete, inspect, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from simulator.db.base import Base, table_of
from simulator.errors import NotFound

#: What is told who changes or deletes what is gone.
DELETED_MEANWHILE = "Somebody else deleted this meanwhile."


def claim(
    session: Session, row: Base, column: str, at: datetime, *, of: type[Base] | None = None
) -> bool:
    """Set a moment in a row that has none yet; return whether it was this call that did.

    One conditional UPDATE: on PostgreSQL the second one waits for the first, and then finds that
    the row does not fit any more. Looking first and writing later lets both have it.

    Args:
        session: the session of the unit of work.
        row: a code, a token, a state …
        column: where the moment is kept at which it was used.
        at: the simulated moment.
        of: what the row stands for, where it is a plain one (`simulator.db.plain`): it stays as it
            was read.
    """
    session.flush()
    entity = of or type(row)
    own = {f"own_{name}": getattr(row, name) for name in _keys(entity)}
    values = {**own, "claimed_at": at}
    mine = session.connection().execute(_claim(entity, column), values).rowcount == 1
    if mine and of is None:
        set_committed_value(row, column, at)
    return mine


@cache
def _keys(entity: type[Base]) -> tuple[str, ...]:
    return tuple(str(key.key) for key in inspect(entity).primary_key)


@cache
def _claim(entity: type[Base], column: str) -> Update:
    """Return the UPDATE, which is the same for every row of a table."""
    table = table_of(entity)
    own = [table.c[name] == bindparam(f"own_{name}") for name in _keys(entity)]
    unused = table.c[column].is_(None)
    return update(table).where(*own, unused).values({column: bindparam("claimed_at")})


def lock(session: Session, row: Base) -> bool:
    """Read a row anew and lock it until the unit of work ends; return whether it is still there.

    Args:
        session: the session of the unit of work.
        row: the row that is to be changed.
    """
    entity = type(row)
    own = [getattr(entity, name) == getattr(row, name) for name in _keys(entity)]
    locked = select(entity).where(*own).with_for_update(of=entity)  # not what is read with it
    return session.scalar(locked.execution_options(populate_existing=True)) is not None


def lock_present(session: Session, row: Base) -> None:
    """Read a row anew and lock it until the unit of work ends.

    Args:
        session: the session of the unit of work.
        row: the row that is to be changed.

    Raises:
        NotFound: somebody else deleted it meanwhile.
    """
    if not lock(session, row):
        raise NotFound(DELETED_MEANWHILE)


def delete_present(session: Session, row: Base) -> None:
    """Delete a row; of several who do at once, one does.

    Args:
        session: the session of the unit of work, which forgets the row.
        row: the row to delete.

    Raises:
        NotFound: somebody else deleted it meanwhile.
    """
    entity = type(row)
    own = [getattr(entity, name) == getattr(row, name) for name in _keys(entity)]
    if not did_change(session, delete(entity).where(*own)):
        raise NotFound(DELETED_MEANWHILE)
    session.expunge(row)


def did_change(
    session: Session, statement: Executable, parameters: dict[str, Any] | None = None
) -> bool:
    """Execute a conditional statement; return whether there was a row that it fits.

    Args:
        session: the session of the unit of work.
        statement: an UPDATE or DELETE of one row.
        parameters: the parameters of the statement.
    """
    result = session.execute(statement, parameters or {})
    return cast("CursorResult[Any]", result).rowcount == 1
