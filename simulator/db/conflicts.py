"""When somebody else changed the same thing at the same moment, and the database let them."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError

#: What the other transaction can be the cause of. A value that lacks or does not fit is ours.
_CAUSES = frozenset(
    {
        # SQLite's extended result codes
        "SQLITE_BUSY_SNAPSHOT",
        "SQLITE_CONSTRAINT_FOREIGNKEY",
        "SQLITE_CONSTRAINT_PRIMARYKEY",
        "SQLITE_CONSTRAINT_UNIQUE",
        # PostgreSQL's SQLSTATE: foreign_key_violation, unique_violation, serialization_failure,
        # deadlock_detected
        *("23503", "23505", "40001", "40P01"),
    }
)


def is_conflict(error: BaseException) -> bool:
    """Return whether a statement failed for what another transaction did meanwhile.

    Such as two who insert a row of the same key, or change one that the other deletes. Nothing of
    the unit of work was stored; whoever begins again finds what the other one stored.

    Args:
        error: the error as SQLAlchemy raised it.
    """
    if isinstance(error, DBAPIError):
        name = getattr(error.orig, "sqlite_errorname", None)
        return (name or getattr(error.orig, "sqlstate", None)) in _CAUSES
    return is_gone(error)


def is_gone(error: BaseException) -> bool:
    """Return whether a row was not there any more that was to be changed or deleted.

    Args:
        error: the error as SQLAlchemy raised it.
    """
    return isinstance(error, StaleDataError)
