"""Whose token, code or state a request carries."""

from collections.abc import Iterable

from sqlalchemy import Select, select

from simulator.crypto import fingerprint
from simulator.db.tables import (
    AppUser,
    ConnectionAttempt,
    EndUser,
    OAuthCode,
    OAuthState,
    OAuthToken,
)
from simulator.domain.lookup import find_identity_email
from simulator.faults.incoming import IncomingRequest
from simulator.net.addresses import IDENTITY
from simulator.world import World

#: Parameters that carry a token (RFC 6749 §6, RFC 7009 §2.1, RFC 7662 §2.1).
_TOKENS = ("refresh_token", "token")


class CredentialOwners:
    """Finds the person behind what a request carries.

    Args:
        world: the world whose tokens, codes and states they are.
    """

    def __init__(self, world: World) -> None:
        self._world = world

    def token(self, request: IncomingRequest) -> OAuthToken | None:
        """Return the token that a request bears or names, live or not; None without one.

        Args:
            request: within a unit of work.
        """
        sent = request.bearer or next(
            (request.fields[n] for n in _TOKENS if n in request.fields), ""
        )
        return self._world.db.session.scalar(bearing(fingerprint(str(sent))))

    def owner(self, request: IncomingRequest, brought: Iterable[str] = ()) -> str | None:
        """Return the e-mail address of the owner of what a request carries; None for nobody.

        Args:
            request: within a unit of work.
            brought: tokens or codes that it was answered with.
        """
        found: OAuthToken | OAuthCode | None = self.token(request)
        for code in (str(request.fields.get("code", "")), *brought):
            digest = fingerprint(code)
            found = (
                found
                or self._world.db.session.get(OAuthCode, digest)
                or self._world.db.session.scalar(bearing(digest))
            )
        return self._email_of(found) if found else self._person_at_consent(request)

    def _email_of(self, found: OAuthToken | OAuthCode) -> str | None:
        if found.provider == IDENTITY:
            person = self._world.db.session.get(EndUser, found.subject)
            return person.email if person else None
        account = self._world.db.session.get(AppUser, int(found.subject))
        return find_identity_email(self._world, account.name, account.email) if account else None

    def _person_at_consent(self, request: IncomingRequest) -> str | None:
        """The end user whom Workato sent to an app's consent page with this `state`."""
        state = request.fields.get("state")
        if not state:
            return None
        return self._world.db.session.scalar(
            select(EndUser.email)
            .join(ConnectionAttempt, ConnectionAttempt.end_user_id == EndUser.id)
            .join(OAuthState, OAuthState.attempt_id == ConnectionAttempt.id)
            .where(OAuthState.state_hash == fingerprint(str(state)))
        )


def bearing(digest: str) -> Select[OAuthToken]:
    """Select the row of an access or refresh token.

    Args:
        digest: the token's fingerprint.
    """
    return select(OAuthToken).where(
        (OAuthToken.access_hash == digest) | (OAuthToken.refresh_hash == digest)
    )
