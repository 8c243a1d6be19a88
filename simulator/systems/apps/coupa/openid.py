"""What Coupa has of OpenID Connect: discovery (Discovery 1.0) and UserInfo (Core §5.3)."""

from flask import Blueprint, Response, jsonify

from simulator.net.addresses import app_system
from simulator.systems.apps._kit.bearer import TokenRefused, authenticate
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps._kit.oauth_views import token
from simulator.systems.apps.coupa import scopes
from simulator.systems.apps.coupa.traffic import TRAFFIC

blueprint = Blueprint("openid", __name__)
#: Where R39's documents have machines ask for tokens; the token endpoint takes them as well.
machines = Blueprint("machines", __name__)
machines.add_url_rule("/oauth2/access_tokens", view_func=token, methods=["POST"])


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


@blueprint.get("/.well-known/openid-configuration")
def configuration() -> Response:
    """The discovery document (OpenID Connect Discovery 1.0); no ID tokens are issued."""
    base = here().world.addresses.base_url(app_system(here().host))
    return jsonify(
        {
            "issuer": base,
            "authorization_endpoint": base + TRAFFIC.authorize,
            "token_endpoint": base + TRAFFIC.token,
            "revocation_endpoint": f"{base}{TRAFFIC.revoke}",
            "userinfo_endpoint": f"{base}{TRAFFIC.userinfo}",
            "scopes_supported": list(scopes.DESCRIPTIONS),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "grant_types_supported": [
                "authorization_code",
                "refresh_token",
                "client_credentials",
            ],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post"],
            "code_challenge_methods_supported": ["S256"],
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
            "claims_parameter_supported": False,
            "subject_types_supported": ["public"],
            "claims_supported": ["sub", "name", "preferred_username", "email"],
        }
    )
