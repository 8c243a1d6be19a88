"""Where an MCP client finds the authorization server of a server (RFC 9728, RFC 8414, OIDC)."""

from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, current_app, request

from simulator.db.tables import McpServer
from simulator.domain import servers
from simulator.errors import Unreachable
from simulator.net.addresses import IDENTITY, IDENTITY_HOST
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.world import World

blueprint = Blueprint("metadata", __name__)

#: What a token for any server is asked for with (RFC 9728 §2, RFC 6750 §3).
SCOPES = ("openid", "profile", "email")
#: Workato Identity's documents, as a part of a path.
_NAME = "<any('oauth-authorization-server', 'openid-configuration'):name>"


def world() -> World:
    """Return the world of the application that is answering."""
    found: World = current_app.extensions["simulator.world"]
    return found


def find_server(number: int) -> McpServer:
    """Return the server at this number's address.

    Raises:
        RpcError: no server has it.
    """
    server = servers.find_server_by_number(world(), number)
    if server is None:
        raise RpcError(
            Code.UNKNOWN_SERVER, f"No MCP server lives at this address (number {number})."
        )
    return server


def get_used_form() -> str:
    """Return what follows the server's number in the requested address (MCP_FORMS)."""
    path = (request.url_rule.rule if request.url_rule else "").partition("<int:number>")[2]
    return path.partition("/.well-known/")[0]


def get_resource_url(number: int, form: str) -> str:
    """Return the server's URL as the client that is asking spells it (RFC 9728 §3.3)."""
    return world().addresses.mcp_url(number, request.host) + form


def get_metadata_url(number: int, form: str) -> str:
    """Return where the protected-resource metadata of this URL of a server is (RFC 9728 §3.1)."""
    parts = urlsplit(get_resource_url(number, form))
    return f"{parts.scheme}://{parts.netloc}/.well-known/oauth-protected-resource{parts.path}"


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
        "authorization_servers": [world().addresses.base_url(IDENTITY)],
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
    world().db.commit()
    try:
        answer = world().http.request("GET", f"https://{IDENTITY_HOST}/.well-known/{name}")
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


def _with_oauth(number: int) -> McpServer:
    server = find_server(number)
    if not server.uses_workato_identity:
        raise RpcError(
            Code.NO_OAUTH, f"The MCP server '{server.name}' uses token-based access, not OAuth."
        )
    return server
