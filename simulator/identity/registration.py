"""Dynamic client registration (RFC 7591): MCP clients register themselves."""

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from uuid import uuid4

from flask import Blueprint, request
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from simulator.addresses import IDENTITY, LOOPBACK_HOSTS
from simulator.db.tables import OAuthClient
from simulator.identity.provider import DEFAULT_SCOPES, SCOPES
from simulator.identity.session import world
from simulator.keys import Purpose, new_secret

blueprint = Blueprint("registration", __name__)

_OUTSIDE_URIS = frozenset('"<>\\^`{|}')  # RFC 3986 §2
#: What the server alone says of a client (RFC 7591 §3.2.1, RFC 7592 §3).
_SERVERS_OWN = {
    "client_id",
    "client_id_issued_at",
    "client_secret",
    "client_secret_expires_at",
    "registration_access_token",
    "registration_client_uri",
}
_FORBIDDEN_SCHEMES = ("javascript", "data", "file", "vbscript", "blob", "about")


def _redirect_uri(uri: str) -> str:
    """An absolute URI without fragment: https, http on loopback, or an app's own scheme."""
    parts = urlsplit(uri)
    if not parts.scheme or "#" in uri:
        raise ValueError("must be an absolute URI without a fragment")
    if not all("!" <= character <= "~" for character in uri) or _OUTSIDE_URIS & set(uri):
        raise ValueError("must percent-encode what is no character of a URI (RFC 3986 §2)")
    if parts.scheme in _FORBIDDEN_SCHEMES or (parts.scheme == "https" and not parts.hostname):
        raise ValueError(f"must not use the scheme '{parts.scheme}' like this")
    _ = parts.port  # raises ValueError for one that cannot be
    if parts.scheme == "http" and parts.hostname not in LOOPBACK_HOSTS:
        raise ValueError("must use https, or http on a loopback address (RFC 8252 §7.3)")
    return uri


class Registration(BaseModel):
    """A registration request (RFC 7591 §2); further metadata is kept and echoed."""

    model_config = ConfigDict(extra="allow", strict=True)

    redirect_uris: list[Annotated[str, Field(max_length=2000), AfterValidator(_redirect_uri)]] = (
        Field(min_length=1, max_length=20)
    )
    client_name: str = Field(default="An MCP client", min_length=1, max_length=200)
    token_endpoint_auth_method: Literal["none", "client_secret_basic", "client_secret_post"] = (
        "client_secret_basic"
    )
    grant_types: list[str] = ["authorization_code"]
    response_types: list[Literal["code"]] = ["code"]
    scope: str = ""


@blueprint.post("/oauth/register")
def register() -> tuple[dict[str, Any], int]:
    """Register a client: 201 with its metadata, or an error of RFC 7591 §3.2.2."""
    try:
        asked = Registration.model_validate_json(request.get_data())
    except ValidationError as error:
        return _refusal(error)
    if "authorization_code" not in asked.grant_types:
        return {
            "error": "invalid_client_metadata",
            "error_description": "grant_types must contain authorization_code.",
        }, 400
    # Every client gets refresh tokens, also one that did not list the grant.
    grant_types = ["authorization_code", "refresh_token"]
    public = asked.token_endpoint_auth_method == "none"
    secret = None if public else new_secret()
    scopes = [name for name in asked.scope.split() if name in SCOPES]
    echoed = asked.model_dump(mode="json", exclude=_SERVERS_OWN)
    further = {name: echoed[name] for name in echoed.keys() - Registration.model_fields.keys()}
    now = world().clock.now()
    row = OAuthClient(
        provider=IDENTITY,
        client_id=uuid4().hex,
        secret_sealed=world().keys.seal(Purpose.OAUTH_CLIENT_SECRET, secret) if secret else None,
        name=asked.client_name,
        redirect_uris=asked.redirect_uris,
        grant_types=grant_types,
        scopes=scopes,
        token_endpoint_auth_method=asked.token_endpoint_auth_method,
        client_metadata=further,
        created_at=now,
    )
    world().db.session.add(row)
    body = echoed | {
        "client_id": row.client_id,
        "client_id_issued_at": int(now.timestamp()),
        "grant_types": grant_types,
        "scope": " ".join(scopes or DEFAULT_SCOPES),
    }
    if secret:
        body |= {"client_secret": secret, "client_secret_expires_at": 0}
    return body, 201


def _refusal(error: ValidationError) -> tuple[dict[str, Any], int]:
    first = error.errors(include_url=False, include_input=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "body"
    code = "invalid_redirect_uri" if where.startswith("redirect_uris") else None
    return {
        "error": code or "invalid_client_metadata",
        "error_description": f"{where}: {first['msg']}",
    }, 400
