"""What Google has of OpenID Connect: discovery, keys, UserInfo, and what it tells of a token."""

from collections.abc import Collection
from typing import Any

from flask import Blueprint, Response, jsonify, request

from simulator.db.tables import AppUser
from simulator.net.addresses import app_system
from simulator.oauth import Signer
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.bearer import TokenRefused, authenticate
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google import scopes, traffic
from simulator.systems.apps.google.api.access import answer_token_refused
from simulator.systems.apps.google.dialect import OFFLINE

blueprint = Blueprint("openid", __name__)
_EMAIL, _PROFILE = scopes.ALIASES["email"], scopes.ALIASES["profile"]


def issuer() -> str:
    """Return the issuer of id tokens."""
    return _base(here().host)


def subject_id(user: AppUser) -> str:
    """Return the id of an account: 21 digits, the same for every client."""
    return f"1{user.id:020d}"


def claims(user: AppUser, names: Collection[str]) -> dict[str, Any]:
    """Return what scopes tell of a person (OIDC Core §5.4)."""
    found: dict[str, Any] = {"sub": subject_id(user)}
    domain = user.email.partition("@")[2]
    if domain != "gmail.com":
        found["hd"] = domain
    if _EMAIL in names:
        found |= {"email": user.email, "email_verified": True}
    if _PROFILE in names:
        given, _, family = user.name.partition(" ")
        found |= {"name": user.name, "given_name": given, "family_name": family}
    return found


@blueprint.get("/.well-known/openid-configuration")
def configuration() -> Response:
    """The discovery document (OpenID Connect Discovery 1.0)."""
    accounts, tokens = _base(here().host), _base(traffic.TOKENS)
    return jsonify(
        {
            "issuer": accounts,
            "authorization_endpoint": accounts + traffic.TRAFFIC.authorize,
            "token_endpoint": f"{tokens}/token",
            "userinfo_endpoint": f"{_base(traffic.USERINFO)}/v1/userinfo",
            "revocation_endpoint": f"{tokens}/revoke",
            "jwks_uri": f"{_base(traffic.APIS)}/oauth2/v3/certs",
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "scopes_supported": ["openid", "email", "profile"],
            "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            "claims_supported": [
                *("aud", "email", "email_verified", "exp", "family_name", "given_name"),
                *("iat", "iss", "name", "sub"),
            ],
            "code_challenge_methods_supported": ["S256"],
            "grant_types_supported": ["authorization_code", "refresh_token"],
        }
    )


@blueprint.get("/oauth2/v3/certs")
def certificates() -> Response:
    """The keys that id tokens are signed with (RFC 7517)."""
    keys = Signer(here().world, app_system(here().host)).build_jwks()
    return Response(keys, mimetype="application/json")


@blueprint.route("/v1/userinfo", methods=["GET", "POST"])
@blueprint.route("/oauth2/v3/userinfo", methods=["GET", "POST"])
def userinfo() -> Response:
    """The claims that the token's scopes open (OIDC Core §5.3)."""
    found = authenticate()
    if not found.scopes.intersection(scopes.SIGN_IN):
        return _unauthorized_userinfo()
    return jsonify(claims(found.user, found.scopes))


@blueprint.get("/oauth2/v2/userinfo")
@blueprint.get("/oauth2/v1/userinfo")
def older_userinfo() -> Response:
    """The same under the older names."""
    found = authenticate()
    if not found.scopes.intersection(scopes.SIGN_IN):
        return _unauthorized_userinfo()
    answered = claims(found.user, found.scopes)
    answered["id"] = answered.pop("sub")
    if "email_verified" in answered:
        answered["verified_email"] = answered.pop("email_verified")
    return jsonify(answered)


def _unauthorized_userinfo() -> Response:
    answer = jsonify({"error": "invalid_request", "error_description": "Invalid Credentials"})
    answer.status_code = 401
    return answer


@blueprint.errorhandler(TokenRefused)
def refused(error: TokenRefused) -> Response:
    """401, as the APIs answer."""
    return answer_token_refused(error)


@blueprint.route("/tokeninfo", methods=["GET", "POST"])
def tokeninfo() -> Response:
    """What an access token is good for."""
    sent = request.values.get("access_token", "")
    row = here().store.find_access(sent) if sent else None
    user = people.by_subject(here().world, here().host, row.subject) if row else None
    if row is None or user is None:
        answer = jsonify({"error": "invalid_token", "error_description": "Invalid Value"})
        answer.status_code = 400
        return answer
    names = row.scope.split()
    answered = {
        "azp": row.client_id,
        "aud": row.client_id,
        "sub": subject_id(user),
        "scope": " ".join(name for name in names if name != OFFLINE),
        "exp": str(int(row.expires_at.timestamp())),
        "expires_in": str(int(row.expires_at.timestamp()) - here().world.clock.timestamp()),
        "access_type": "offline" if OFFLINE in row.granted_scope.split() else "online",
    }
    if _EMAIL in names:
        answered |= {"email": user.email, "email_verified": "true"}
    return jsonify(answered)


def _base(host: str) -> str:
    return here().world.addresses.base_url(app_system(host))
