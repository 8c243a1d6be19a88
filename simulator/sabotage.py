"""What faults do to tokens and keys, and how they tell for whom a request is made."""

from collections.abc import Callable
from fnmatch import fnmatchcase

from sqlalchemy import select

from simulator.addresses import API, IDENTITY
from simulator.db.tables import (
    AppUser,
    Connection,
    ConnectionAttempt,
    EndUser,
    McpTool,
    OAuthCode,
    OAuthState,
    OAuthToken,
)
from simulator.domain.lookup import email_of
from simulator.errors import there_are
from simulator.faults import Asked, Fault
from simulator.keys import Purpose, fingerprint
from simulator.world import World

#: Parameters that carry a token (RFC 6749 §6, RFC 7009 §2.1, RFC 7662 §2.1).
_TOKENS = ("refresh_token", "token")


class Sabotage:
    """The `Saboteur` of one world.

    Args:
        world: shared by all systems.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def check(self, fault: Fault) -> None:
        """Be sure that there is what a fault is about, for a slip of the pen would never strike.

        Raises:
            ValueError: no such system or tool is there.
        """
        systems = [*self._world.addresses.systems, API]
        if not any(fnmatchcase(each, fault.system) for each in systems):
            raise ValueError(f"No system is called '{fault.system}'. {there_are(sorted(systems))}")
        with self._world.db.unit() as session:
            if fault.tool is not None and not self._world.settings.conformance_server:
                tools = session.scalars(select(McpTool.name)).all()
                if fault.tool not in tools:
                    raise ValueError(
                        f"No tool is called '{fault.tool}'. {there_are(sorted(tools))}"
                    )

    def address_of(self, who: object) -> str:
        """The e-mail address of somebody who is named, or who acts.

        Raises:
            ValueError: there is nobody, or several are called this.
        """
        return email_of(self._world, who)

    def person(self, asked: Asked) -> str | None:
        """E-mail address of the person for whom a request is made; None for nobody known."""
        errand = self._world.isolation.errand
        if errand is not None:
            return errand.person
        with self._world.db.unit():
            return self._owner(asked) or self._traveller(asked)

    def tool(self, asked: Asked) -> str | None:
        """The tool whose call a request is, or is part of."""
        errand = self._world.isolation.errand
        if errand is not None:
            return errand.tool
        params = asked.fields.get("params")
        if asked.fields.get("method") != "tools/call" or not isinstance(params, dict):
            return None
        return str(params.get("name"))

    def deed(self, asked: Asked, fate: str) -> Callable[[], None] | None:
        """What makes the request's token `expired`, `revoked` or `swapped`; None: it has none."""
        with self._world.db.unit():
            row = self._token(asked)
            if row is None:
                return None
            if fate == "swapped":
                other = self._token_of_another(asked.bearer)
                return self._swap(asked, other) if other else None
            number = row.id
        return lambda: self._end(number, fate)

    def rotate_keys(self) -> None:
        """Have Workato Identity sign with a new key."""
        from simulator.oauth.signing import Signer

        with self._world.db.unit():
            Signer(self._world, IDENTITY).rotate()

    def _end(self, number: int, fate: str) -> None:
        from simulator.oauth.store import TokenStore

        with self._world.db.unit() as session:
            row = session.get_one(OAuthToken, number)
            if fate == "expired":
                row.expires_at = self._world.clock.now()
            else:
                TokenStore(world=self._world, provider=row.provider).revoke_family(row.family)

    @staticmethod
    def _swap(asked: Asked, token: str) -> Callable[[], None]:
        def swap() -> None:
            asked.environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"

        return swap

    def _token(self, asked: Asked) -> OAuthToken | None:
        sent = asked.bearer or next((asked.fields[n] for n in _TOKENS if n in asked.fields), "")
        digest = fingerprint(str(sent))
        return self._world.db.session.scalar(
            select(OAuthToken).where(
                (OAuthToken.access_hash == digest) | (OAuthToken.refresh_hash == digest)
            )
        )

    def _owner(self, asked: Asked) -> str | None:
        """The owner of the token or code that a request carries."""
        found = self._token(asked) or self._world.db.session.get(
            OAuthCode, fingerprint(str(asked.fields.get("code", "")))
        )
        if found is None:
            return None
        if found.provider == IDENTITY:
            person = self._world.db.session.get(EndUser, found.subject)
            return person.email if person else None
        account = self._world.db.session.get(AppUser, int(found.subject))
        return account.email if account else None

    def _traveller(self, asked: Asked) -> str | None:
        """The end user whom Workato sent to an app's consent page with this `state`."""
        state = asked.fields.get("state")
        if not state:
            return None
        return self._world.db.session.scalar(
            select(EndUser.email)
            .join(ConnectionAttempt, ConnectionAttempt.end_user_id == EndUser.id)
            .join(OAuthState, OAuthState.attempt_id == ConnectionAttempt.id)
            .where(OAuthState.state_hash == fingerprint(str(state)))
        )

    def _token_of_another(self, token: str) -> str | None:
        """What another connection to the same app would be used with: an end user's, if any is."""
        keys = self._world.keys
        rows = self._world.db.session.scalars(
            select(Connection)
            .where(Connection.access_token_sealed.is_not(None))
            .order_by(Connection.parent_id.is_(None), Connection.id.desc())
        ).all()
        tokens = {
            row: keys.unseal(Purpose.CONNECTION_ACCESS_TOKEN, row.access_token_sealed)
            for row in rows
            if row.access_token_sealed
        }
        own = next((row for row, text in tokens.items() if text == token), None)
        if own is None:
            return None
        family = own.parent_id or own.id
        return next(
            (
                text
                for row, text in tokens.items()
                if row is not own and row.connected and family in (row.parent_id, row.id)
            ),
            None,
        )
