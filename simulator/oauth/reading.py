"""What a request about a code or a token is about, read in one statement: also client and person.

The rows are held until the end of the unit of work, where whoever asks for one of them finds it;
and the version is noted that what is remembered goes by (`simulator.db.remembered`).
"""

from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, select

from simulator.db import Database
from simulator.db.base import Base
from simulator.db.remembered import READ_VERSION, note_version
from simulator.db.tables import OAuthClient, OAuthCode, OAuthToken

#: In the `info` of a session: (provider, client id) → the row of the client.
_CLIENTS = "simulator_oauth_clients"
_CLIENT = select(OAuthClient, READ_VERSION.scalar_subquery()).where(
    OAuthClient.provider == bindparam("provider"), OAuthClient.client_id == bindparam("client_id")
)


class Reader:
    """Reads the codes and tokens of one provider.

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
            client_id: as the request names it.
        """
        known = self._clients
        if client_id not in known:
            session = self._db.session
            sent = {"provider": self._provider, "client_id": client_id}
            found = session.execute(_CLIENT, sent).first()
            if found is None:
                return None
            known[client_id] = found[0]
            note_version(session, found[1])
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

    @property
    def _clients(self) -> dict[str, OAuthClient]:
        every = self._db.session.info.setdefault(_CLIENTS, {})
        found: dict[str, OAuthClient] = every.setdefault(self._provider, {})
        return found

    def _find(self, entity: Any, column: str, digest: str) -> Any:
        held = self._db.session.info.setdefault(_CLIENTS + column, {})
        if digest not in held:
            statement = _statement(entity, column, self._people)
            parameters = {"provider": self._provider, "digest": digest}
            row = self._db.session.execute(statement, parameters).first()
            if row is None:
                return None
            found, client, version, *person = row
            held[digest] = found
            if client is not None:
                self._clients[client.client_id] = client
            note_version(self._db.session, version)
            self._db.hold(*person)
        return held[digest]


@cache
def _statement(entity: Any, column: str, people: Any) -> Select[Any]:
    """Return the SELECT of a code or token with its client and, if there are people, its person."""
    own: ColumnElement[bool] = and_(
        OAuthClient.provider == entity.provider, OAuthClient.client_id == entity.client_id
    )
    read = (entity, OAuthClient, READ_VERSION.scalar_subquery(), *([people] if people else []))
    found = select(*read).outerjoin(OAuthClient, own)
    if people:
        found = found.outerjoin(people, people.id == entity.subject)
    return found.where(
        entity.provider == bindparam("provider"), getattr(entity, column) == bindparam("digest")
    )
