"""The metadata documents by which clients find the authorization server (RFC 9728, 8414)."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint

from simulator.domain.catalogue import PublishedServer
from simulator.errors import Unreachable
from simulator.net.addresses import IDENTITY, IDENTITY_HOST
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.guard import find_server
from simulator.systems.mcp.resource import SCOPES, get_resource_url, get_used_form
from simulator.web.application import current_world

blueprint = Blueprint("metadata", __name__)

#: Workato Identity's documents, as a part of a path.
_NAME = "<any('oauth-authorization-server', 'openid-configuration'):name>"


@blueprint.get("/.well-known/oauth-protected-resource/<int:number>")
@blueprint.get("/.well-known/oauth-protected-resource/<int:number>/")
@blueprint.get("/.well-known/oauth-protected-resource/<int:number>/tools/call")
@blueprint.get("/<int:number>/.well-known/oauth-protected-resource")
@blueprint.get("/<int:number>/tools/call/.well-known/oauth-protected-resource")
def protected_resource(number: int) -> dict[str, Any]:
    """Protected resource metadata (RFC 9728 §2); a server on token access has none.

    Raises:
        RpcError: no server is there, or it has no authorization server.
    """
    server = _with_oauth(number)
    return {
        "resource": get_resource_url(number, get_used_form()),
        "resource_name": server.name,
        "authorization_servers": [current_world().addresses.base_url(IDENTITY)],
        "bearer_methods_supported": ["header"],
        "scopes_supported": list(SCOPES),
    }


@blueprint.get(f"/.well-known/{_NAME}")
def common(name: str) -> dict[str, Any]:
    """Workato Identity's document at the root of a host that has several servers."""
    return _identitys(name)


@blueprint.get(f"/.well-known/{_NAME}/<int:number>")
@blueprint.get(f"/.well-known/{_NAME}/<int:number>/")
@blueprint.get(f"/.well-known/{_NAME}/<int:number>/tools/call")
@blueprint.get(f"/<int:number>/.well-known/{_NAME}")
@blueprint.get(f"/<int:number>/tools/call/.well-known/{_NAME}")
def authorization_server(number: int, name: str) -> dict[str, Any]:
    """Workato Identity's document, for clients that look for it here (docs: Workato Identity).

    It differs in the registration endpoint: who registers through it is known to come from this
    server. The other endpoints carry no query, for clients are known to append a second one.

    Raises:
        RpcError: no server is there, or it has no authorization server.
    """
    _with_oauth(number)
    document = _identitys(name)
    query = urlencode({"resource": get_resource_url(number, get_used_form())})
    if "registration_endpoint" not in document:  # a fault had Workato Identity leave it out
        return document
    return document | {"registration_endpoint": f"{document['registration_endpoint']}?{query}"}


def _identitys(name: str) -> dict[str, Any]:
    current_world().db.commit()
    try:
        answer = current_world().http.request("GET", f"https://{IDENTITY_HOST}/.well-known/{name}")
    except Unreachable as error:
        raise RpcError(Code.UPSTREAM_UNAVAILABLE, str(error)) from None
    try:
        document = answer.json() if answer.status_code == 200 else None
    except ValueError:  # a fault had it answer something else
        document = None
    if not isinstance(document, dict):
        raise RpcError(
            Code.UPSTREAM_UNAVAILABLE,
            f"Workato Identity answered {answer.status_code} without its metadata: ask again.",
        )
    return document


def _with_oauth(number: int) -> PublishedServer:
    server = find_server(current_world(), number)
    if not server.uses_workato_identity:
        raise RpcError(
            Code.NO_OAUTH, f"The MCP server '{server.name}' uses token-based access, not OAuth."
        )
    return server
