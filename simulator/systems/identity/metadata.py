"""Discovery documents and keys: RFC 8414, OpenID Connect Discovery, RFC 7517."""

from typing import Any

from flask import Blueprint, Response, request

from simulator.oauth.signing import ALGORITHM
from simulator.systems.identity.prompts import PROMPTS
from simulator.systems.identity.provider import SCOPES, provider
from simulator.web.application import current_world
from simulator.web.environ import CATALOGUE_VERSION

blueprint = Blueprint("metadata", __name__)

_CLIENT_AUTHENTICATION = ["none", "client_secret_basic", "client_secret_post"]


@blueprint.get("/.well-known/oauth-authorization-server")
def authorization_server() -> dict[str, Any]:
    """Authorization server metadata (RFC 8414 §2)."""
    issuer = provider().tokens.issuer
    return {
        "issuer": issuer,
        "authorization_endpoint": f"{issuer}/oauth/authorize",
        "token_endpoint": f"{issuer}/oauth/token",
        "registration_endpoint": f"{issuer}/oauth/register",
        "revocation_endpoint": f"{issuer}/oauth/revoke",
        "introspection_endpoint": f"{issuer}/oauth/introspect",
        "jwks_uri": f"{issuer}/oauth/jwks",
        "scopes_supported": list(SCOPES),
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": _CLIENT_AUTHENTICATION,
        "revocation_endpoint_auth_methods_supported": _CLIENT_AUTHENTICATION,
        "introspection_endpoint_auth_methods_supported": _CLIENT_AUTHENTICATION,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": True,
        "client_id_metadata_document_supported": _documents_can_be_fetched(),
    }


def _documents_can_be_fetched() -> bool:
    """Return whether any document can be had: clients that are told so do not register any more.

    They would be stuck on a page that says that their host is not allowed.
    """
    settings = current_world().settings
    return bool(settings.allowed_hosts or settings.loopback_documents)


@blueprint.get("/.well-known/openid-configuration")
def openid_configuration() -> dict[str, Any]:
    """OpenID provider metadata (OIDC Discovery §3)."""
    document = authorization_server()
    return document | {
        "userinfo_endpoint": f"{document['issuer']}/oauth/userinfo",
        "end_session_endpoint": f"{document['issuer']}/oauth/end_session",
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": [ALGORITHM],
        "prompt_values_supported": list(PROMPTS),
        "request_parameter_supported": False,
        "request_uri_parameter_supported": False,
        "claims_parameter_supported": False,
        "claims_supported": ["sub", "iss", "aud", "exp", "iat", "auth_time", "name", "email"],
    }


@blueprint.get("/oauth/jwks")
def jwks() -> Response:
    """Return the public keys that verify tokens (RFC 7517 §5)."""
    version = request.environ.get(CATALOGUE_VERSION)
    return Response(provider().tokens.signer.build_jwks(version), mimetype="application/json")
