"""What faults do to tokens and keys."""

from collections.abc import Callable

from sqlalchemy import select

from simulator.crypto import Purpose, fingerprint
from simulator.db.tables import (
    Connection,
    OAuthToken,
)
from simulator.faults.fault import Fault
from simulator.faults.id_tokens import reissue
from simulator.faults.incoming import IncomingRequest
from simulator.faults.owners import CredentialOwners, bearing
from simulator.faults.world_changes import WorldChanges
from simulator.journal import called_tool
from simulator.net.addresses import IDENTITY
from simulator.world import World


class FaultEffects:
    """What faults do to the tokens, keys and rows of one world, for real.

    Args:
        world: shared by all systems.
        owners: find the person behind a request.
    """

    def __init__(self, world: World, owners: CredentialOwners) -> None:
        self._world, self._owners = world, owners
        self._changes = WorldChanges(world)

    def person(self, request: IncomingRequest) -> str | None:
        """Return the e-mail address of whom a request is made for; None for nobody known."""
        context = self._world.calls.context
        if context is not None:
            return context.person
        with self._world.db.reading():
            return self._owners.owner(request)

    def tool(self, request: IncomingRequest) -> str | None:
        """Return the tool whose call a request is, or is part of."""
        context = self._world.calls.context
        if context is not None:
            return context.tool
        return called_tool(request.fields)

    def token_effect(self, request: IncomingRequest, kind: str) -> Callable[[], None] | None:
        """Return what makes a request's token `expired`, `revoked` or `swapped`; None: no token."""
        with self._world.db.reading():
            row = self._owners.token(request)
            if row is None:
                return None
            if kind == "swapped":
                other = self._token_of_another(request.bearer)
                return self._swap(request, other) if other else None
            number = row.id
        return lambda: self._end(number, kind)

    def rotate_keys(self) -> None:
        """Have Workato Identity sign with a new key."""
        from simulator.oauth.signing import Signer

        with self._world.db.unit():
            Signer(self._world, IDENTITY).rotate()

    def change(self, request: IncomingRequest, effect: str) -> Callable[[], None] | None:
        """Return what makes an effect on a request; None where it has nothing of the kind."""
        return self._changes.change(request, effect)

    def step_up(self, request: IncomingRequest, scopes: str) -> Callable[[], None] | None:
        """Return what has an MCP server ask for scopes that a token lacks; None: it has them."""
        return self._changes.step_up(request, scopes)

    def reissue(self, token: str, fault: Fault) -> str | None:
        """Return another ID token in place of one; None where that is none of Workato Identity."""
        return reissue(self._world, token, fault)

    def _end(self, number: int, kind: str) -> None:
        from simulator.oauth.store import TokenStore

        with self._world.db.unit() as session:
            row = session.get_one(OAuthToken, number)
            if kind == "expired":
                row.expires_at = self._world.clock.now()
            else:
                TokenStore(world=self._world, provider=row.provider).revoke_family(row.family)

    @staticmethod
    def _swap(request: IncomingRequest, token: Callable[[], str]) -> Callable[[], None]:
        def swap() -> None:
            request.environ["HTTP_AUTHORIZATION"] = f"Bearer {token()}"

        return swap

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
                granted = self._world.db.session.scalar(bearing(fingerprint(text)))
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
