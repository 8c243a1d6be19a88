"""Authentication of API requests by bearer token (RFC 6750)."""

from dataclasses import dataclass

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.instance import here
from simulator.web.bearer import build_challenge, read_bearer_token
from simulator.world import World


class TokenRefused(Exception):
    """The request has no live access token, or one that may not do this.

    Args:
        status: 401, or what the dialect says when scopes are missing.
        sentence: why.
        challenge: the `WWW-Authenticate` header.
        error: the error code of RFC 6750; empty if no token was sent (§3.1).
    """

    def __init__(self, status: int, sentence: str, challenge: str, error: str = "") -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
        self.challenge = challenge
        self.error = error


@dataclass(frozen=True, kw_only=True)
class Access:
    """The user and the scopes of a live access token."""

    world: World
    user: AppUser
    scopes: frozenset[str]


def authenticate(*needed: str) -> Access:
    """Return the user and scopes of the bearer token in the Authorization header.

    Args:
        needed: scopes, all of which are required.

    Raises:
        TokenRefused: no token, a dead one, or one without a needed scope.
    """
    instance = here()
    world, host = instance.world, instance.host
    sent = read_bearer_token()
    if not sent:
        raise TokenRefused(
            401,
            "An access token is needed: send it in the header Authorization: Bearer <token>.",
            build_challenge("Bearer", host, scope=" ".join(needed)),
        )
    found = people.by_access_token(world, host, sent)
    if found is None:
        raise TokenRefused(
            401,
            "The access token is unknown, expired or revoked.",
            build_challenge(
                "Bearer",
                host,
                error="invalid_token",
                error_description="The access token is unknown, expired or revoked.",
            ),
            "invalid_token",
        )
    user, scope = found
    granted = frozenset(scope.split())
    if missing := [name for name in needed if name not in granted]:
        raise TokenRefused(
            instance.profile.dialect.missing_scope_status,
            f"Insufficient scope: the access token lacks {' and '.join(missing)}.",
            build_challenge("Bearer", host, error="insufficient_scope", scope=" ".join(needed)),
            "insufficient_scope",
        )
    world.calls.record_token_use(host, user.email, sees_all=people.sees_all(user))
    return Access(world=world, user=user, scopes=granted)
