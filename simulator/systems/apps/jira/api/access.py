"""Whose token a request has: an OAuth app's; at the site's own domain, one that a person made."""

from base64 import b64decode
from binascii import Error as NotBase64

from flask import request

from simulator.systems.apps._kit import bearer, people
from simulator.systems.apps._kit.bearer import Access, TokenRefused
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import own_tokens
from simulator.systems.apps.jira.dialect import DIALECT
from simulator.systems.apps.jira.site_api import AT_SITE
from simulator.web.bearer import build_challenge, read_bearer_token


def authenticate(*needed: str) -> Access:
    """The person and scopes of the request's token; one of a person's own has every scope.

    Args:
        needed: scopes that must all be there.

    Raises:
        TokenRefused: no token, a dead one, one without a needed scope, or one of the other place.
    """
    if not request.environ.get(AT_SITE):
        return bearer.authenticate(*needed)
    instance = here()
    world, host = instance.world, instance.host
    if token := read_bearer_token():
        user = own_tokens.find_person(world, host, own_tokens.PERSONAL, token)
    else:
        email, _, secret = _read_basic().partition(":")
        user = own_tokens.find_person(world, host, own_tokens.API, secret, email)
    if user is None:
        challenge = build_challenge("Basic", host)
        raise TokenRefused(401, "Client must be authenticated to access this resource.", challenge)
    world.calls.record_token_use(host, user.email, sees_all=people.sees_all(user))
    return Access(world=world, user=user, scopes=frozenset(DIALECT.scopes))


def _read_basic() -> str:
    """Return `name:secret` of the `Authorization` header (RFC 7617 §2); empty where it is none."""
    scheme, _, sent = request.headers.get("Authorization", "").partition(" ")
    try:
        return b64decode(sent, validate=True).decode() if scheme.lower() == "basic" else ""
    except (NotBase64, UnicodeDecodeError):
        return ""
