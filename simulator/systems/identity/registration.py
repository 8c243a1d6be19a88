"""Dynamic client registration: MCP clients register themselves (RFC 7591) and manage it (7592)."""

import hmac
from typing import Any

from flask import Blueprint, request
from pydantic import ValidationError
from sqlalchemy import select

from simulator.crypto import Purpose, fingerprint
from simulator.db.tables import OAuthClient
from simulator.net.addresses import IDENTITY, production_mcp_url
from simulator.oauth import InvalidTarget
from simulator.systems.identity.client_metadata import ClientMetadata, complaint
from simulator.systems.identity.provider import DEFAULT_SCOPES, REALM, SCOPES, provider
from simulator.validation.media_types import is_json
from simulator.validation.parsing import NotJson, parse_strict_json
from simulator.web.application import current_world
from simulator.web.bearer import build_challenge, read_bearer_token

blueprint = Blueprint("registration", __name__)

Answer = tuple[dict[str, Any], int, dict[str, str]]

#: What the server alone says of a client (RFC 7591 §3.2.1, RFC 7592 §3).
_SERVERS_OWN = {
    "client_id",
    "client_id_issued_at",
    "client_secret",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
}
#: Which of it a client must not send back with an update (RFC 7592 §2.2).
_NOT_IN_UPDATES = _SERVERS_OWN - {"client_id", "client_secret"}


@blueprint.post("/oauth/register")
def register() -> Answer:
    """Register a client: 201 with its metadata, or an error of RFC 7591 §3.2.2.

    The metadata at an MCP server's own address names this endpoint with `resource` in its query:
    a client that registers there is known to come from that server (our choice).
    """
    metadata = _read_metadata()
    if isinstance(metadata, dict):
        return metadata, 400, {}
    here = request.args.getlist("resource")
    try:
        server = (
            current_world().addresses.server_number(provider().resource(here)) if here else None
        )
    except InvalidTarget as error:
        return dict(error.get_body()), 400, {}
    chance = current_world().randomness
    secret = None if metadata.is_public else chance.secret("client secret")
    token = chance.secret("registration token")
    row = OAuthClient(
        provider=IDENTITY,
        client_id=chance.hex("client id"),
        secret_sealed=secret and current_world().keys.seal(Purpose.OAUTH_CLIENT_SECRET, secret),
        registration_token_hash=fingerprint(token),
        default_resource=production_mcp_url(server) if server else None,
        created_at=current_world().clock.now(),
    )
    _apply(metadata, row)
    current_world().db.session.add(row)
    return _metadata(row, token), 201, {}


@blueprint.get("/oauth/register/<client_id>")
def read(client_id: str) -> Answer:
    """Return the current registration (RFC 7592 §2.1)."""
    row = _managed(client_id)
    return (_metadata(row, read_bearer_token()), 200, {}) if row else _unauthorized()


@blueprint.put("/oauth/register/<client_id>")
def update(client_id: str) -> Answer:
    """Replace the whole registration (RFC 7592 §2.2); the secret does not change.

    Whoever consented is asked again where the client's name or redirect URIs change: the page
    named others (our choice).
    """
    row = _managed(client_id)
    if row is None:
        return _unauthorized()
    metadata = _read_metadata()
    if isinstance(metadata, dict):
        return metadata, 400, {}
    if wrong := _mistake_in_update(metadata, row):
        return _refusal(wrong), 400, {}
    if (metadata.client_name, metadata.redirect_uris) != (row.name, row.redirect_uris):
        provider().store.forget_consents(row.client_id)
    _apply(metadata, row)
    return _metadata(row, read_bearer_token()), 200, {}


@blueprint.delete("/oauth/register/<client_id>")
def deregister(client_id: str) -> tuple[str, int] | Answer:
    """Forget the client, and with it its codes, tokens and consents (RFC 7592 §2.3)."""
    row = _managed(client_id)
    if row is None:
        return _unauthorized()
    provider().store.forget_client(row.client_id)
    current_world().db.session.delete(row)
    return "", 204


def _read_metadata() -> ClientMetadata | dict[str, Any]:
    """Return the metadata in the body, or the error response if it is invalid."""
    body = request.get_data()
    if not is_json(request.content_type):
        return _refusal("Send the metadata as Content-Type: application/json (RFC 7591 3.1).")
    try:
        return ClientMetadata.model_validate(parse_strict_json(body))
    except NotJson as error:
        return _refusal(str(error))
    except ValidationError as error:
        return complaint(error)


def _refusal(sentence: str) -> dict[str, Any]:
    return {"error": "invalid_client_metadata", "error_description": sentence}


def _managed(client_id: str) -> OAuthClient | None:
    """Return the client of the registration token that was sent; None if it is not valid for it."""
    own = OAuthClient.provider == IDENTITY, OAuthClient.client_id == client_id
    row = current_world().db.session.scalar(select(OAuthClient).where(*own))
    known = (row and row.registration_token_hash) or ""
    return row if hmac.compare_digest(known, fingerprint(read_bearer_token())) else None


def _unauthorized() -> Answer:
    sentence = "Send this client's own registration_access_token, or register anew."
    error = "invalid_token" if read_bearer_token() else ""
    body = {"error": "invalid_token", "error_description": sentence}
    return body, 401, {"WWW-Authenticate": build_challenge("Bearer", REALM, error=error)}


def _mistake_in_update(metadata: ClientMetadata, row: OAuthClient) -> str:
    """Return what is wrong with an update though its metadata is right; empty: nothing."""
    sent = metadata.model_extra or {}
    if sent.get("client_id") != row.client_id:
        return "client_id: must be sent, and be the one that is updated."
    if foreign := sorted(_NOT_IN_UPDATES & sent.keys()):
        return f"{foreign[0]}: is the server's to say; leave it out."
    if "client_secret" in sent and sent["client_secret"] != _secret(row):
        return "client_secret: must be the current one; leave it out."
    if metadata.is_public != (row.token_endpoint_auth_method == "none"):
        return "token_endpoint_auth_method: register anew to gain or lose the secret."
    return ""


def _apply(metadata: ClientMetadata, row: OAuthClient) -> None:
    row.name = metadata.client_name
    row.redirect_uris = metadata.redirect_uris
    row.grant_types = metadata.granted_types
    row.scopes = [name for name in dict.fromkeys(metadata.scope.split()) if name in SCOPES]
    row.token_endpoint_auth_method = metadata.token_endpoint_auth_method
    row.client_metadata = {
        name: metadata.further[name] for name in metadata.further.keys() - _SERVERS_OWN
    }


def _metadata(row: OAuthClient, token: str) -> dict[str, Any]:
    """Return a client information response (RFC 7591 §3.2.1, RFC 7592 §3)."""
    body = row.client_metadata | {
        "client_id": row.client_id,
        "client_id_issued_at": int(row.created_at.timestamp()),
        "client_name": row.name,
        "redirect_uris": row.redirect_uris,
        "grant_types": row.grant_types,
        "response_types": ["code"],
        "scope": " ".join(row.scopes or DEFAULT_SCOPES),
        "token_endpoint_auth_method": row.token_endpoint_auth_method,
        "registration_access_token": token,
        "registration_client_uri": f"{provider().tokens.issuer}/oauth/register/{row.client_id}",
    }
    if secret := _secret(row):
        body |= {"client_secret": secret, "client_secret_expires_at": 0}
    return body


def _secret(row: OAuthClient) -> str | None:
    sealed = row.secret_sealed
    return current_world().keys.unseal(Purpose.OAUTH_CLIENT_SECRET, sealed) if sealed else None
