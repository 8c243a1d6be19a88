"""A row by its key, inserted if it is missing: of several who do so at once, none fails."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from sqlalchemy import inspect, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from simulator.db.base import Base

if TYPE_CHECKING:  # pragma: no cover
    from sqlalchemy.dialects.postgresql import Insert

Row = TypeVar("Row", bound=Base)


def insert(session: Session, entity: type[Base]) -> "Insert":
    """Return an INSERT that knows `ON CONFLICT`: each database has one of its own.

    Args:
        session: the session of the unit of work.
        entity: the table.
    """
    if session.get_bind().dialect.name == "postgresql":
        from sqlalchemy.dialects import postgresql  # imported where it is used alone: it is large

        return postgresql.insert(entity)
    # Both have the same methods.
    return cast("Insert", sqlite.insert(entity))


def get_or_create(
    session: Session, entity: type[Row], key: Mapping[str, Any], **defaults: Any
) -> Row:
    """Return the row with this key, locked until the end of the transaction.

    What is read is what both changes are made to, one after the other; whoever goes by the time
    reads the clock afterwards, for they may have waited.

    Args:
        session: the session of the unit of work.
        entity: the table.
        key: see `insert_missing`.
        **defaults: the other columns of the row, if it is missing.
    """
    insert_missing(session, entity, key, **defaults)
    found = select(entity).filter_by(**key).with_for_update()  # SQLite's transaction is the lock
    return session.scalars(found, execution_options={"populate_existing": True}).one()


def insert_missing(
    session: Session, entity: type[Base], key: Mapping[str, Any], **defaults: Any
) -> bool:
    """Insert a row unless there is one with this key; return whether it was this call that did.

    Looking first and inserting afterwards lets two insert: one of them would fail. `INSERT … ON
    CONFLICT DO NOTHING` leaves that to the database.

    Args:
        session: the session of the unit of work.
        entity: the table.
        key: columns that a primary key or unique index covers, and nothing else does → values.
        **defaults: the other columns of the row.
    """
    new = insert(session, entity).values(**key, **defaults)
    inserting = new.on_conflict_do_nothing(index_elements=list(key))
    own = inspect(entity).primary_key
    return session.execute(inserting.returning(*own)).first() is not None
