"""Authentication of MCP requests: Workato Identity tokens, or the server's own MCP token."""

from collections.abc import Iterable, Sequence

from flask import current_app, request

from simulator.clock import has_expired
from simulator.domain import callers, catalogue, limits, servers, verified_access
from simulator.domain.catalogue import PublishedServer
from simulator.domain.request_context import Caller, Person, RequestContext, Session
from simulator.oauth import AccessTokens
from simulator.systems.mcp import sessions
from simulator.systems.mcp.codes import Code
from simulator.systems.mcp.errors import RpcError
from simulator.systems.mcp.resource import SCOPES, get_metadata_url, get_used_form
from simulator.validation.parsing import shorten
from simulator.web.bearer import build_challenge, read_bearer_token
from simulator.web.cors import is_allowed
from simulator.web.environ import COLLECTION_PATH, GROUP_LOST, SCOPES_NEEDED
from simulator.world import World

#: The realm of every challenge of an MCP server.
REALM = "Workato MCP"


def _unauthorized(sentence: str, challenge: str) -> RpcError:
    """Return the error for missing or invalid credentials: 401 with a challenge (RFC 6750 §3).

    Args:
        sentence: what was wrong and what to do.
        challenge: the `WWW-Authenticate` header.
    """
    return RpcError(Code.UNAUTHORIZED, sentence, headers={"WWW-Authenticate": challenge})


def find_server(world: World, number: int) -> PublishedServer:
    """Return the server with this number, without authentication.

    Raises:
        RpcError: there is none.
    """
    return _find_server(world, callers.look_up(world, number, "", ""), number)


def look_up_session(world: World) -> Session | None:
    """Return the session that a request to the conformance server names."""
    return callers.look_up(world, 0, "", _session_id()).session


def authenticate(world: World, number: int) -> RequestContext:
    """Authenticate and authorize the request; return its context.

    Args:
        number: the number of the server.

    Raises:
        RpcError: the server does not exist; the token is missing, malformed, expired, revoked or
            for another server; or a web page of a foreign origin sent the request.
        NotInGroup: the person has no access to this server, or a fault pretends so.
        AddressDenied: the server's IP restrictions refuse the address.
    """
    token = read_bearer_token()
    caller = callers.look_up(world, number, token, _session_id())
    server = _find_server(world, caller, number)
    check_origin(world)
    limits.check_address(server, request.remote_addr)
    if server.uses_workato_identity:
        person = _by_access_token(world, server, caller, token)
    else:
        person = None
        _check_mcp_token(server)
    return RequestContext(
        server=server,
        person=person,
        ip_address=request.remote_addr,
        session=caller.session,
        is_limited=caller.is_limited,
        client_id=caller.grant.client_id if person and caller.grant else None,
    )


def _find_server(world: World, caller: Caller, number: int) -> PublishedServer:
    server = catalogue.find_server(world, caller, number)
    if server is None:
        raise RpcError(
            Code.UNKNOWN_SERVER, f"There is no MCP server at this address (number {number})."
        )
    named = request.environ.get(COLLECTION_PATH)
    if named is not None and named != server.collection_path:
        raise RpcError(
            Code.UNKNOWN_SERVER,
            f"The MCP server {number} is not at this address, which names another API "
            "collection: its Remote MCP URL is on its Overview tab in AI Hub.",
        )
    return server


def _session_id() -> str:
    return request.headers.get(sessions.HEADER, "")


def _by_access_token(world: World, server: PublishedServer, caller: Caller, token: str) -> Person:
    if not token:
        raise _unauthorized(
            "Sign in with Workato Identity: this server needs a token.", _challenge(server)
        )
    tokens: AccessTokens = current_app.extensions["simulator.tokens"]
    audiences = world.addresses.mcp_audiences(server.number)
    grant = caller.grant
    if (
        grant is None
        or grant.is_revoked
        or has_expired(grant.expires_at, world.clock.now())
        or not tokens.check(token, audiences, caller.version)
    ):
        raise _unauthorized(
            "The access token is unknown, expired, revoked or for another server.",
            _challenge(server, error="invalid_token"),
        )
    _check_scopes(server, grant.scopes)
    person = verified_access.admit(world, caller, server)
    if GROUP_LOST in request.environ:
        raise verified_access.make_not_in_group(world, person, server)
    return person


def _check_scopes(server: PublishedServer, granted: Sequence[str]) -> None:
    """Require the scopes that a fault configures (MCP Authorization, Scope Challenge).

    The challenge also names the token's own scopes, so that a client that asks for exactly these
    scopes loses none.

    Raises:
        RpcError: the token lacks some.
    """
    needed = str(request.environ.get(SCOPES_NEEDED, "")).split()
    if missing := [name for name in needed if name not in granted]:
        scopes = [*granted, *missing]
        raise RpcError(
            Code.INSUFFICIENT_SCOPE,
            f"The access token lacks the scope {' '.join(missing)}: have the person grant it.",
            headers={"WWW-Authenticate": _challenge(server, "insufficient_scope", scopes)},
        )


def _challenge(server: PublishedServer, error: str = "", scopes: Iterable[str] = SCOPES) -> str:
    """Return the challenge that says where to get a token, with which scopes (RFC 9728 §5.1)."""
    return build_challenge(
        "Bearer",
        REALM,
        error=error,
        scope=" ".join(scopes),
        resource_metadata=get_metadata_url(server.number, get_used_form()),
    )


def _check_mcp_token(server: PublishedServer) -> None:
    """Token-based access: `?wkt_token=`, `API-TOKEN`, or Bearer (MCP servers as seen live)."""
    token = (
        request.args.get("wkt_token")
        or request.headers.get("API-TOKEN", "").strip()
        or read_bearer_token()
    )
    if not token or not servers.token_matches(server, token):
        raise _unauthorized(
            "This server uses token-based access: send its live MCP token as wkt_token, in the "
            "API-TOKEN header, or as Bearer token.",
            build_challenge("Bearer", REALM, error="invalid_token" if token else ""),
        )


def check_origin(world: World) -> None:
    """Refuse web pages of origins other than the sandbox's and allowed ones (DNS rebinding).

    Raises:
        RpcError: it is from elsewhere.
    """
    origin = request.headers.get("Origin")
    if origin is None:
        return
    host = origin.partition("://")[2]
    if world.addresses.system_at(host) is None and not is_allowed(origin, world.settings):
        raise RpcError(
            Code.FOREIGN_ORIGIN, f"Requests from pages at {shorten(origin)} are not allowed."
        )
