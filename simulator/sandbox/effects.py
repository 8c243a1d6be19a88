"""What faults do to tokens and keys, and how they tell for whom a request is made."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from sqlalchemy import Select, select

from simulator.crypto import Purpose, fingerprint
from simulator.db.tables import (
    AppUser,
    Connection,
    ConnectionAttempt,
    EndUser,
    OAuthCode,
    OAuthState,
    OAuthToken,
)
from simulator.domain.lookup import find_email, find_identity_email
from simulator.faults import Asked, Fault
from simulator.journal import called_tool
from simulator.net.addresses import IDENTITY
from simulator.sandbox.directory import Directory
from simulator.sandbox.id_tokens import reissue
from simulator.sandbox.request_effects import Effects
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from _typeshed.wsgi import WSGIApplication

#: Parameters that carry a token (RFC 6749 §6, RFC 7009 §2.1, RFC 7662 §2.1).
_TOKENS = ("refresh_token", "token")


class Sabotage:
    """The `Saboteur` of one world.

    Args:
        world: shared by all systems.
        system: builds the application of a system, or has it already.
    """

    def __init__(self, world: World, system: "Callable[[str], WSGIApplication]") -> None:
        self._world = world
        self.directory = Directory(world, self.owner, system)
        self._effects = Effects(world)

    def check(self, fault: Fault) -> None:
        """Be sure that there is what a fault is about, for a slip of the pen would never strike.

        Raises:
            ValueError: no such system, request, parameter or tool is there, or none that could be
                of this person or tool.
        """
        self.directory.check_system(fault.system)
        self.directory.check_request(fault.request, fault.system, advice="")
        self.directory.check_members(fault.fields, fault.request, fault.system)
        if fault.tool is not None:
            self.directory.check_tool(fault.tool)
            self.directory.check_part(fault.request, fault.system)
        if fault.person is not None:
            self.directory.check_person(fault.request, fault.system)

    def address_of(self, who: object) -> str:
        """The e-mail address of somebody who is named, or who acts.

        Raises:
            ValueError: there is nobody, or several are called this.
        """
        return find_email(self._world, who)

    def person(self, asked: Asked) -> str | None:
        """E-mail address of the person for whom a request is made; None for nobody known."""
        errand = self._world.isolation.errand
        if errand is not None:
            return errand.person
        with self._world.db.unit():
            return self.owner(asked)

    def tool(self, asked: Asked) -> str | None:
        """The tool whose call a request is, or is part of."""
        errand = self._world.isolation.errand
        if errand is not None:
            return errand.tool
        return called_tool(asked.fields)

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

    def change(self, asked: Asked, effect: str) -> Callable[[], None] | None:
        """What makes an effect on a request; None where the request has nothing of the kind."""
        return self._effects.change(asked, effect)

    def step_up(self, asked: Asked, scopes: str) -> Callable[[], None] | None:
        """What has an MCP server ask for scopes that the request's token lacks; None: it has."""
        return self._effects.step_up(asked, scopes)

    def reissue(self, token: str, fault: Fault) -> str | None:
        """Another ID token in place of one; None where that is none of Workato Identity."""
        return reissue(self._world, token, fault)

    def _end(self, number: int, fate: str) -> None:
        from simulator.oauth.store import TokenStore

        with self._world.db.unit() as session:
            row = session.get_one(OAuthToken, number)
            if fate == "expired":
                row.expires_at = self._world.clock.now()
            else:
                TokenStore(world=self._world, provider=row.provider).revoke_family(row.family)

    @staticmethod
    def _swap(asked: Asked, token: Callable[[], str]) -> Callable[[], None]:
        def swap() -> None:
            asked.environ["HTTP_AUTHORIZATION"] = f"Bearer {token()}"

        return swap

    def _token(self, asked: Asked) -> OAuthToken | None:
        sent = asked.bearer or next((asked.fields[n] for n in _TOKENS if n in asked.fields), "")
        return self._world.db.session.scalar(_bearing(fingerprint(str(sent))))

    def owner(self, asked: Asked, brought: Iterable[str] = ()) -> str | None:
        """E-mail address of the owner of the token, code or state that a request carries.

        Args:
            asked: within a unit of work.
            brought: tokens or codes that it was answered with.
        """
        found: OAuthToken | OAuthCode | None = self._token(asked)
        for code in (str(asked.fields.get("code", "")), *brought):
            digest = fingerprint(code)
            found = (
                found
                or self._world.db.session.get(OAuthCode, digest)
                or self._world.db.session.scalar(_bearing(digest))
            )
        return self._email_of(found) if found else self._traveller(asked)

    def _email_of(self, found: OAuthToken | OAuthCode) -> str | None:
        if found.provider == IDENTITY:
            person = self._world.db.session.get(EndUser, found.subject)
            return person.email if person else None
        account = self._world.db.session.get(AppUser, int(found.subject))
        return find_identity_email(self._world, account.name, account.email) if account else None

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

    def _token_of_another(self, token: str) -> Callable[[], str] | None:
        """What another connection to the same app is used with: an end user's, if any is.

        One whose access token has expired meanwhile is used with a new one, as Workato would
        refresh it; one whose grant was revoked is of no use.
        """
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
        for row, text in tokens.items():
            if row is not own and row.connected and family in (row.parent_id, row.id):
                granted = self._world.db.session.scalar(_bearing(fingerprint(text)))
                if granted is not None and granted.revoked_at is None:
                    number = granted.id
                    return lambda: self._live_text(number, text)
        return None

    def _live_text(self, number: int, text: str) -> str:
        """An access token as it stands, or a new one of its grant where it has expired."""
        from simulator.oauth.store import TokenStore

        with self._world.db.unit() as session:
            row = session.get_one(OAuthToken, number)
            store = TokenStore(world=self._world, provider=row.provider)
            if store.find_access(text) is not None:
                return text
            issued = store.issue(
                client_id=row.client_id,
                subject=row.subject,
                scope=row.scope,
                family=row.family,
                auth_time=row.auth_time,
                resource=row.resource,
                with_refresh_token=False,
            )
        return str(issued["access_token"])


def _bearing(digest: str) -> Select[OAuthToken]:
    return select(OAuthToken).where(
        (OAuthToken.access_hash == digest) | (OAuthToken.refresh_hash == digest)
    )
