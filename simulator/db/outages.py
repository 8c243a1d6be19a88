"""When the database cannot be used at the moment: one sentence for whoever asked."""

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

_BUSY = (
    "The database is locked: another program has held it for too long. Nothing was saved; try "
    "again in a moment, and end the program that holds it if that does not help."
)
_FULL = "The disk of the database is full: nothing was saved. Make room, and try again."
_READ_ONLY = (
    "The database cannot be written: its file or folder is read-only, or was moved. Nothing was "
    "saved; let whoever runs the simulator write there, and try again."
)
_UNREADABLE = (
    "The database cannot be read or written. 'simulator doctor' says what is wrong with it; "
    "nothing was saved."
)
_GONE = (
    "The database's server does not answer. Nothing was saved; try again when it is running, and "
    "nobody has to start the simulator anew."
)
_CROWDED = (
    "The database has no connection left for this request. Nothing was saved; try again in a "
    "moment, or start the simulator with a larger SIM_POOL_SIZE."
)
#: How the names of SQLite's result codes begin, the extended ones too.
_OF_SQLITE: tuple[tuple[str, str], ...] = (
    ("SQLITE_BUSY", _BUSY),
    ("SQLITE_LOCKED", _BUSY),
    ("SQLITE_FULL", _FULL),
    ("SQLITE_READONLY", _READ_ONLY),
    ("SQLITE_PERM", _READ_ONLY),
    ("SQLITE_IOERR", _UNREADABLE),
    ("SQLITE_CANTOPEN", _UNREADABLE),
    ("SQLITE_CORRUPT", _UNREADABLE),
    ("SQLITE_NOTADB", _UNREADABLE),
)
#: How PostgreSQL's SQLSTATE begins (its manual, appendix A).
_OF_POSTGRES: tuple[tuple[str, str], ...] = (
    ("53100", _FULL),
    ("53300", _CROWDED),
    ("25006", _READ_ONLY),
    ("55P03", _BUSY),
    ("08", _GONE),
    ("53", _CROWDED),
    ("57P", _GONE),
    ("3D000", _GONE),
    ("55000", _GONE),  # such as a database that takes no connections
    ("58", _UNREADABLE),
    ("XX", _UNREADABLE),
)


def explain_outage(error: BaseException) -> str | None:
    """Return what to say of an error that is the database's state; None for any other error.

    Args:
        error: the error as SQLAlchemy raised it.
    """
    if isinstance(error, PoolTimeout):
        return _CROWDED
    if not isinstance(error, DBAPIError):
        return None
    code, sentences = getattr(error.orig, "sqlite_errorname", None), _OF_SQLITE
    if code is None:
        code, sentences = getattr(error.orig, "sqlstate", None), _OF_POSTGRES
    if code is None:  # no answer at all: the driver has no code for that
        return _GONE if error.connection_invalidated or _cannot_connect(error) else None
    return next((text for start, text in sentences if code.startswith(start)), None)


def _cannot_connect(error: DBAPIError) -> bool:
    """Whether there was no connection to execute a statement on."""
    return error.statement is None and type(error.orig).__name__ == "OperationalError"
