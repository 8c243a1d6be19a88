"""When somebody else changed the same thing at the same moment, and the database let them."""

from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm.exc import StaleDataError

#: SQLSTATE of PostgreSQL's `serialization_failure` and `deadlock_detected`.
_TRY_AGAIN = ("40001", "40P01")


def is_conflict(error: BaseException) -> bool:
    """Return whether a statement failed for what another transaction did meanwhile.

    Such as two who insert a row of the same key, or change one that the other deletes. Nothing of
    the unit of work was stored; whoever begins again finds what the other one stored.

    Args:
        error: as SQLAlchemy raised it.
    """
    if isinstance(error, (IntegrityError, StaleDataError)):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in _TRY_AGAIN
