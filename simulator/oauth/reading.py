"""Read a code or token together with its client and person, in one SQL statement.

The rows are cached until the end of the unit of work, and the version that the process's cache
depends on is read with them (`simulator.db.remembered`).
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select

from simulator.db import Database
from simulator.db.base import Base, table_of
from simulator.db.plain import plain
from simulator.db.remembered import READ_VERSION, note_version
from simulator.db.tables import OAuthClient, OAuthCode, OAuthToken

#: In the `info` of a session: (provider, client id) → the row of the client.
_CLIENTS = "simulator_oauth_clients"
#: In the same: id → the row of a person who was read along.
_PEOPLE = "simulator_oauth_people"
_CLIENT_TABLE = table_of(OAuthClient)
_OWN_CLIENT = (
    _CLIENT_TABLE.c.provider == bindparam("provider"),
    _CLIENT_TABLE.c.client_id == bindparam("client_id"),
)
_VERSION = READ_VERSION.scalar_subquery()
_CLIENT = select(*plain(OAuthClient).columns, _VERSION).where(*_OWN_CLIENT)


class Reader:
    """Reads the codes and tokens of one provider; the rows are plain ones (`simulator.db.plain`).

    Args:
        db: where they are.
        provider: the provider's system name.
        people: the table of its people, if their ids are what codes and tokens name them by.
    """

    def __init__(self, db: Database, provider: str, people: type[Base] | None) -> None:
        self._db = db
        self._provider = provider
        self._people = people

    def find_client(self, client_id: str) -> OAuthClient | None:
        """Return the row of a registered client, read once in a unit of work; None for others.

        Args:
            client_id: the client id as the request names it.
        """
        known = self._clients
        if client_id not in known:
            sent = {"provider": self._provider, "client_id": client_id}
            found = self._db.execute(_CLIENT, sent).first()
            if found is None:
                return None
            client = plain(OAuthClient).read(found[:-1])
            assert client is not None
            known[client_id] = client
            note_version(self._db.session, found[-1])
        return known[client_id]

    def find_code(self, digest: str) -> OAuthCode | None:
        """Return the row of a code, whoever's it is; None if there is none.

        Args:
            digest: the code's fingerprint.
        """
        found: OAuthCode | None = self._find(OAuthCode, "code_hash", digest)
        return found

    def find_by_refresh(self, digest: str) -> OAuthToken | None:
        """Return the row of a refresh token; None if there is none.

        Args:
            digest: the token's fingerprint.
        """
        found: OAuthToken | None = self._find(OAuthToken, "refresh_hash", digest)
        return found

    def find_person(self, subject: str) -> Any:
        """Return the row of a person who was read along with a code or token, else None.

        Args:
            subject: their id.
        """
        return self._db.session.info.get(_PEOPLE, {}).get(subject)

    @property
    def _clients(self) -> dict[str, OAuthClient]:
        every = self._db.session.info.setdefault(_CLIENTS, {})
        found: dict[str, OAuthClient] = every.setdefault(self._provider, {})
        return found

    def _find(self, entity: Any, column: str, digest: str) -> Any:
        info = self._db.session.info
        held = info.setdefault(_CLIENTS + column, {})
        if digest not in held:
            statement = _statement(entity, column, self._people)
            parameters = {"provider": self._provider, "digest": digest}
            row = self._db.execute(statement, parameters).first()
            if row is None:
                return None
            own, client = len(plain(entity).columns), len(plain(OAuthClient).columns)
            note_version(self._db.session, row[0])
            held[digest] = plain(entity).read(row[1 : own + 1])
            if found := plain(OAuthClient).read(row[own + 1 : own + client + 1]):
                self._clients[found.client_id] = found
            if self._people and (person := plain(self._people).read(row[own + client + 1 :])):
                info.setdefault(_PEOPLE, {})[held[digest].subject] = person
        return held[digest]


@cache
def _statement(entity: Any, column: str, people: Any) -> Select[Any]:
    """Return the SELECT of a code or token with its client and, if there are people, its person."""
    table = table_of(entity)
    client: ColumnElement[bool] = and_(
        _CLIENT_TABLE.c.provider == table.c.provider,
        _CLIENT_TABLE.c.client_id == table.c.client_id,
    )
    further = plain(people).columns if people else ()
    found = select(_VERSION, *plain(entity).columns, *plain(OAuthClient).columns, *further)
    joined = table.outerjoin(_CLIENT_TABLE, client)
    if people:
        joined = joined.outerjoin(table_of(people), table_of(people).c.id == table.c.subject)
    return found.select_from(joined).where(
        table.c.provider == bindparam("provider"), table.c[column] == bindparam("digest")
    )
