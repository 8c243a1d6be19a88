"""Where an MCP client finds the authorization server of a server (RFC 9728, RFC 8414, OIDC)."""

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, current_app, request

from simulator.addresses import IDENTITY, IDENTITY_HOST
from simulator.db.tables import McpServer
from simulator.domain import servers
from simulator.errors import NotFound
from simulator.world import World

blueprint = Blueprint("metadata", __name__)

#: What a token for any server is asked for with (RFC 9728 §2, RFC 6750 §3).
SCOPES = ("openid", "profile", "email")


def world() -> World:
    """The world of the application that is answering."""
    found: World = current_app.extensions["simulator.world"]
    return found


def find_server(number: int) -> McpServer:
    """The server at this number's address.

    Raises:
        NotFound: no server has it.
    """
    server = servers.server_by_number(world(), number)
    if server is None:
        raise NotFound(f"No MCP server lives at this address (number {number}).")
    return server


def resource_url(number: int) -> str:
    """The server's URL as the client that is asking spells its host."""
    return world().addresses.mcp_url(number, request.host)


def metadata_url(number: int) -> str:
    """Where the protected-resource metadata of a server is (RFC 9728 §3.1)."""
    url = resource_url(number)
    suffix = f"/{number}"
    base, path = (url.removesuffix(suffix), suffix) if url.endswith(suffix) else (url, "")
    return f"{base}/.well-known/oauth-protected-resource{path}"


@blueprint.get("/.well-known/oauth-protected-resource/<int:number>")
@blueprint.get("/<int:number>/.well-known/oauth-protected-resource")
def protected_resource(number: int) -> dict[str, Any]:
    """Protected resource metadata (RFC 9728 §2); a server on token access has none.

    Raises:
        NotFound: no server is there, or it has no authorization server.
    """
    server = _with_oauth(number)
    return {
        "resource": resource_url(number),
        "resource_name": server.name,
        "authorization_servers": [world().addresses.base_url(IDENTITY)],
        "bearer_methods_supported": ["header"],
        "scopes_supported": list(SCOPES),
    }


@blueprint.get("/.well-known/<any('oauth-authorization-server', 'openid-configuration'):name>")
def common(name: str) -> dict[str, Any]:
    """Workato Identity's document at the root of a host that has several servers."""
    return _identitys(name)


@blueprint.get(
    "/.well-known/<any('oauth-authorization-server', 'openid-configuration'):name>/<int:number>"
)
@blueprint.get(
    "/<int:number>/.well-known/<any('oauth-authorization-server', 'openid-configuration'):name>"
)
def authorization_server(number: int, name: str) -> dict[str, Any]:
    """Workato Identity's document, for clients that look for it here (docs: Workato Identity).

    It differs in the registration endpoint: who registers through it is known to come from this
    server. The other endpoints carry no query, for clients are known to append a second one.

    Raises:
        NotFound: no server is there, or it has no authorization server.
    """
    _with_oauth(number)
    document = _identitys(name)
    query = urlencode({"resource": resource_url(number)})
    return document | {"registration_endpoint": f"{document['registration_endpoint']}?{query}"}


def _identitys(name: str) -> dict[str, Any]:
    world().db.commit()
    answer = world().http.request("GET", f"https://{IDENTITY_HOST}/.well-known/{name}")
    document: dict[str, Any] = answer.json()
    return document


def _with_oauth(number: int) -> McpServer:
    server = find_server(number)
    if not server.uses_workato_identity:
        raise NotFound(f"The MCP server '{server.name}' uses token-based access, not OAuth.")
    return server
