"""The UserInfo endpoint (OpenID Connect Core §5.3)."""

from flask import Blueprint, Response, jsonify

from simulator.systems.apps.coupa import scopes
from simulator.systems.apps.coupa.bearer import TokenRefused, authenticate

blueprint = Blueprint("userinfo", __name__)


@blueprint.get("/oauth2/userinfo")
def userinfo() -> Response:
    """The claims that the token's scopes open: `sub`, with `profile` the names, with `email` it."""
    access = authenticate(scopes.OPENID)
    user = access.user
    claims = {"sub": str(user.id)}
    if "profile" in access.scopes:
        claims |= {"name": user.name, "preferred_username": user.login}
    if "email" in access.scopes:
        claims["email"] = user.email
    return jsonify(claims)


@blueprint.errorhandler(TokenRefused)
def refused(error: TokenRefused) -> Response:
    """RFC 6750 §3."""
    answer = jsonify({"error": error.error or "invalid_request", "error_description": str(error)})
    answer.status_code = error.status
    answer.headers["WWW-Authenticate"] = error.challenge
    return answer
