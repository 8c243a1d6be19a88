"""What a process remembers of tables that seldom change, and the version it goes by.

- What is remembered: whatever a reader makes of rows of `TABLES`, as values that nobody changes:
  servers with their tools and compiled recipes (`simulator.domain.catalogue`), signing keys with
  the tokens that they verified and the document about them (`simulator.oauth.signing`), and for
  whom sign-in by SAML is enforced (`simulator.domain.saml.setups`).
- By which version: one row of the table `versions`. Whoever goes by it reads it in their own
  transaction, with what they read anyway, and so sees every change that was committed before.
- Who moves it: every transaction that writes one of these tables, by whatever statement, right
  before it commits (`move_versions_on`). No rule has to think of it, and none can forget it.

A version is random: after a snapshot is put back, the version of that time is there again, with
the rows that it had then; a number that counts would come to stand for other rows.
"""

import re
from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from uuid import uuid4

from sqlalchemy import Connection, Engine, column, event, select, table, text
from sqlalchemy.orm import Session

Value = TypeVar("Value")

#: Name of the version that everything remembered here goes by.
CATALOGUE = "catalogue"
#: The tables that it covers; a change of any other moves nothing.
TABLES = frozenset(
    {
        *("mcp_apps", "mcp_servers", "mcp_tools", "recipes", "signing_keys"),
        *("saml_providers", "saml_setups"),
    }
)
_VERSIONS = table("versions", column("name"), column("value"))  # of `simulator.db.tables`
#: The version, for whoever reads it with something else.
READ_VERSION = select(_VERSIONS.c.value).where(_VERSIONS.c.name == CATALOGUE)

#: So many values of one version are remembered; then all of them are forgotten.
_MOST = 4096
_WRITES = re.compile(
    rf'\s*(?:INSERT\s+INTO|UPDATE|DELETE\s+FROM)\s+"?(?:{"|".join(sorted(TABLES))})\b',
    re.IGNORECASE,
)
_MOVE = text(
    "INSERT INTO versions (name, value) VALUES (:name, :value)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value"
)
#: In the `info` of a connection whose transaction has written one of the tables.
_WRITTEN = "simulator_catalogue_written"
#: In the `info` of a session: the version that was read in its unit of work.
_NOTED = "simulator_catalogue_version"


def move_versions_on(engine: Engine, has_versions: Callable[[], bool]) -> None:
    """Move the version with every transaction that writes one of the tables.

    It is the last thing that such a transaction does: who waits for it holds no other lock that
    the one before could want.

    Args:
        engine: before its first connection.
        has_versions: whether the database has a version to move: an older schema has none.
    """

    @event.listens_for(engine, "before_cursor_execute")
    def _note(connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        if _WRITES.match(statement):
            connection.info[_WRITTEN] = True

    @event.listens_for(engine, "commit")
    def _move(connection: Connection) -> None:
        if connection.info.pop(_WRITTEN, False) and has_versions():
            move(connection)

    @event.listens_for(engine, "rollback")
    def _forget(connection: Connection) -> None:
        if not connection.invalidated:  # else it is gone with what it had
            connection.info.pop(_WRITTEN, None)


def move(connection: Connection) -> None:
    """Move the version: from the commit on, no process goes by what it remembers.

    Args:
        connection: in a transaction.
    """
    connection.execute(_MOVE, {"name": CATALOGUE, "value": uuid4().hex})


def note_version(session: Session, version: str | None) -> None:
    """Note the version that a statement of a unit of work has read besides.

    Args:
        session: the session of the unit of work.
        version: the version as `READ_VERSION` has it.
    """
    session.info[_NOTED] = version


def current_version(session: Session) -> str | None:
    """Return the version that was noted in a unit of work; where none was, read it now.

    Args:
        session: the session of the unit of work.
    """
    if _NOTED not in session.info:
        note_version(session, session.connection().scalar(READ_VERSION))
    version: str | None = session.info[_NOTED]
    return version


class Remembered:
    """What one process remembers of one database; safe to use from several threads."""

    def __init__(self) -> None:
        self._held: tuple[str, dict[Hashable, Any]] = "", {}

    def find(self, version: str | None, key: Hashable) -> Any:
        """Return a value that is remembered, without a transaction; None where there is none.

        Args:
            version: the version as it was read for this very request, which has written nothing.
            key: see `read`.
        """
        held, values = self._held
        return values.get(key) if version is not None and held == version else None

    def read(
        self, session: Session, version: str | None, key: Hashable, read: Callable[[], Value]
    ) -> Value:
        """Return a value as it is at a version: remembered, or read now.

        What is read in a transaction that has changed it, or while somebody else changes it, is
        returned and not remembered.

        Args:
            session: in the transaction in which the version was read, or in none yet.
            version: the version as `READ_VERSION` has it; None in a database that has none yet.
            key: what tells this value from all others.
            read: reads rows of `TABLES` alone, and makes a value of them that nobody changes.
        """
        if not session.in_transaction():  # it has written nothing
            known: Value | None = self.find(version, key)
            if known is not None:
                return known
        held, values = self._held
        connection = session.connection()
        if version is None or _WRITTEN in connection.info:
            return read()
        if held != version:
            values = {}
            self._held = version, values
        if key in values:
            found: Value = values[key]
            return found
        value = read()
        if connection.scalar(READ_VERSION) == version:
            if len(values) >= _MOST:
                values.clear()
            values[key] = value
        return value
