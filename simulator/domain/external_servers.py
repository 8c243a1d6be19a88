"""An external MCP server: who signs people in to it, and which tools it has (MCP Authorization)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from simulator.connectors.mcp import MCP, build_request, read_result
from simulator.db.tables import Connection
from simulator.domain import authorizations, tokens
from simulator.errors import FieldError, SimulatorError, Unreachable
from simulator.validation.parsing import parse_foreign_object
from simulator.world import World

#: Tools of a server that are taken over (our choice).
_MOST_TOOLS = 500
_MOST_PAGES = 50


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """How people sign in to an external server, and as which client.

    Attributes:
        resource: what tokens are for (RFC 8707).
        authorize_url: the URL of the authorization endpoint.
        token_url: the URL of the token endpoint.
        scopes: what is asked for.
        client_id: as it registered Workato (RFC 7591).
        client_secret: empty for a public client.
    """

    resource: str
    authorize_url: str
    token_url: str
    scopes: tuple[str, ...]
    client_id: str
    client_secret: str


def prepare_sign_in(world: World, url: str, name: str) -> SignIn:
    """Find out who signs people in to an external server, and register Workato there.

    As MCP clients do: the server's 401 leads to its metadata (RFC 9728), that to the authorization
    server's (RFC 8414), and that says where clients register (RFC 7591).

    Args:
        world: its unit of work is committed.
        url: the URL of the external MCP server.
        name: the name of the client, for people.

    Raises:
        FieldError: on `url`: the address is none, may not be asked, or signs nobody in.
    """
    field = MCP.host_field
    assert field is not None, "the connector has one"
    if not re.fullmatch(field.pattern, url) or not _is_address(url):
        raise FieldError("url", field.error)
    world.db.commit()
    try:
        return _prepare(world, url, name)
    except Unreachable as error:
        raise FieldError("url", str(error)) from None


def _prepare(world: World, url: str, name: str) -> SignIn:
    resource = _read_resource(world, url)
    servers = resource.get("authorization_servers")
    issuer = str(servers[0]) if isinstance(servers, list) and servers else _origin(url)
    found = _read_metadata(world, issuer)
    endpoints = {
        each: str(found.get(f"{each}_endpoint") or "")
        for each in ("authorization", "token", "registration")
    }
    if missing := [each for each, address in endpoints.items() if not address]:
        raise FieldError(
            "url",
            f"The metadata of the authorization server {issuer} names no {missing[0]} endpoint. "
            "Workato needs it to register and to sign people in.",
        )
    scopes = resource.get("scopes_supported")
    requested = tuple(map(str, scopes)) if isinstance(scopes, list) else ()
    metadata = {
        "client_name": name,
        "redirect_uris": [authorizations.get_redirect_uri(world, MCP)],
        "grant_types": ["authorization_code", "refresh_token"],
        "response_types": ["code"],
        "token_endpoint_auth_method": _choose_method(found),
        **({"scope": " ".join(requested)} if requested else {}),
    }
    client = _register(world, endpoints["registration"], metadata)
    return SignIn(
        resource=str(resource.get("resource") or url),
        authorize_url=endpoints["authorization"],
        token_url=endpoints["token"],
        scopes=requested,
        client_id=str(client["client_id"]),
        client_secret=str(client.get("client_secret") or ""),
    )


def _read_resource(world: World, url: str) -> dict[str, Any]:
    """Return the server's own metadata; empty where it has none and names none."""
    hello = build_request("ping", {})
    answer = world.http.request(
        hello.method, url, outside=True, headers=dict(hello.headers), json=hello.json
    )
    if answer.status_code != 401:
        raise FieldError(
            "url",
            f"{urlsplit(url).netloc} answered {answer.status_code} instead of 401 to a request "
            "without a token. A proxy server needs an external server that requires sign-in.",
        )
    challenge = answer.headers.get("WWW-Authenticate", "")
    named = re.search(r'resource_metadata="([^"]+)"', challenge)
    parts = urlsplit(url)
    usual = f"{_origin(url)}/.well-known/oauth-protected-resource{parts.path.rstrip('/')}"
    return _get(world, named[1] if named else usual)


def _read_metadata(world: World, issuer: str) -> dict[str, Any]:
    """Return an authorization server's metadata, from the first address that has it."""
    parts = urlsplit(issuer)
    path = parts.path.rstrip("/")
    origin = _origin(issuer)
    for address in (
        f"{origin}/.well-known/oauth-authorization-server{path}",
        f"{origin}/.well-known/openid-configuration{path}",
        f"{issuer.rstrip('/')}/.well-known/openid-configuration",
    ):
        if found := _get(world, address):
            return found
    raise FieldError("url", f"The authorization server {issuer} has no metadata.")


def _choose_method(metadata: Mapping[str, Any]) -> str:
    """Return how Workato proves who it is at the token endpoint: not at all, where that will do."""
    listed = metadata.get("token_endpoint_auth_methods_supported")
    return "none" if not isinstance(listed, list) or "none" in listed else "client_secret_post"


def _register(world: World, address: str, metadata: Mapping[str, Any]) -> Mapping[str, Any]:
    answer = world.http.request("POST", address, outside=True, json=dict(metadata))
    client = parse_foreign_object(answer.content)
    if answer.status_code not in (200, 201) or not client.get("client_id"):
        reason = client.get("error_description") or client.get("error") or answer.status_code
        raise FieldError("url", f"Workato could not be registered at {address}: {reason}")
    return client


def _get(world: World, url: str) -> dict[str, Any]:
    answer = world.http.request("GET", url, outside=True, headers={"Accept": "application/json"})
    return parse_foreign_object(answer.content) if answer.status_code == 200 else {}


def _is_address(url: str) -> bool:
    """Whether it can be taken apart: a pattern does not see a bracket or port that is none."""
    try:
        return bool(urlsplit(url).hostname) and urlsplit(url).port != 0
    except ValueError:
        return False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


class CannotList(SimulatorError):
    """An external server's tools cannot be listed now; the sentence says why."""

    status = 502


def list_tools(world: World, connection: Connection) -> list[dict[str, Any]]:
    """Return the tools of an external server, as the builder's account sees them.

    Args:
        world: with an open unit of work, which is committed.
        connection: the connection of the builder; authorized.

    Returns:
        Each as the server describes it (MCP, Tools), with at least a `name`.

    Raises:
        CannotList: the connection is lost, or the server does not answer as it should.
    """
    try:
        try:
            return _list(world, connection, tokens.get_live_access_token(world, connection))
        except _NotAuthorized:  # it looked live, and was revoked there
            token = tokens.get_live_access_token(world, connection, force_refresh=True)
            return _list(world, connection, token)
    except (tokens.ConnectionLost, _NotAuthorized):
        reason = "it no longer accepts the builder's token. Sign in again."
    except (tokens.TokenRefused, Unreachable, FieldError) as error:
        reason = str(error)
    raise CannotList(f"The tools of the external MCP server are not known: {reason}")


class _NotAuthorized(Exception):
    """The external server answered 401."""


def _list(world: World, connection: Connection, token: str) -> list[dict[str, Any]]:
    pages = _pages(world, str(connection.input["host"]), token)
    return list(islice((tool for page in pages for tool in page), _MOST_TOOLS))


def _pages(world: World, url: str, token: str) -> Iterator[list[dict[str, Any]]]:
    def send(request: Any) -> Any:
        headers = {**request.headers, "Authorization": f"Bearer {token}"}
        return world.http.request(
            request.method, url, outside=True, headers=headers, json=request.json
        )

    params: dict[str, Any] = {}
    for _ in range(_MOST_PAGES):
        answer = MCP.converse(send, build_request("tools/list", params))
        if answer.status_code == 401:
            raise _NotAuthorized
        if answer.status_code != 200:
            raise FieldError("server", f"answered {answer.status_code}.")
        result = read_result(answer.content, answer.headers)
        listed = result.get("tools")
        found = listed if isinstance(listed, list) else []
        yield [one for one in found if isinstance(one, dict) and _has_name(one)]
        if not result.get("nextCursor"):
            return
        params = {"cursor": result["nextCursor"]}


def _has_name(tool: Mapping[str, Any]) -> bool:
    name = tool.get("name")
    return isinstance(name, str) and bool(name.strip())
