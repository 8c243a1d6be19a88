"""Clients that are known by the address of a document about them.

draft-ietf-oauth-client-id-metadata-document, as the MCP authorization specification asks for it.
"""

import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

from authlib.oauth2.rfc6749 import InvalidClientError
from pydantic import ValidationError
from sqlalchemy import delete

from simulator.clock import has_expired
from simulator.db.tables import ClientDocument, OAuthClient
from simulator.db.upsert import get_or_create
from simulator.net.addresses import IDENTITY, LOOPBACK_HOSTS
from simulator.net.outbound import FetchRefused, OutboundClient, OutboundResponse
from simulator.oauth import to_ascii
from simulator.systems.identity.client_metadata import ClientMetadata, complaint
from simulator.validation.parsing import NotJson, parse_strict_json
from simulator.world import World

_MOST_BYTES = 5 * 1024
_SECRET = {"client_secret", "client_secret_expires_at"}
_LOOKED_AT = {"client_id"} | _SECRET | ClientMetadata.model_fields.keys()
#: How long a document is kept whose headers do not say; and the least and most that they can say.
_USUAL, _LEAST, _MOST = timedelta(minutes=5), timedelta(minutes=1), timedelta(days=1)


class BadDocument(InvalidClientError):
    """The document at a client's address cannot be had or is not right; says what is wrong."""

    def __init__(self, sentence: str) -> None:
        # Descriptions are a part of ASCII (RFC 6749 §5.2), and what is quoted is not.
        words = (f"The client ID metadata document: {sentence}").split(" ")
        super().__init__(" ".join(map(to_ascii, words)), status_code=401)


def is_address(client_id: str) -> bool:
    """Return whether a client_id is an address rather than a name given at registration."""
    return "://" in client_id


def client_row(world: World, url: str, scopes: tuple[str, ...]) -> OAuthClient:
    """Return the client that the document at this address describes; a row that is not stored.

    Args:
        world: what was done so far in it is committed before another host is asked.
        url: the client_id.
        scopes: those that a client may ask for.

    Raises:
        BadDocument: the address or the document is not right, or the host must not be asked.
    """
    _check_address(world, url)
    cached = world.db.session.get(ClientDocument, url)
    if cached is not None and not has_expired(cached.fresh_until, world.clock.now()):
        return _row(url, cached.document, scopes, world)
    world.db.commit()
    answer = _fetch(world, url)
    if answer.status != 200:
        raise BadDocument(f"{url} answers {answer.status}; redirects are not followed.")
    document = _parsed(answer.body)
    row = _row(url, document, scopes, world)
    _keep(world, url, document, freshness(answer.headers))
    return row


def freshness(headers: Mapping[str, str]) -> timedelta:
    """Return how long a document may be used (RFC 9111 §5.2): at least a minute, at most a day.

    Zero when it must not be stored or not be used unasked.
    """
    control = headers.get("cache-control", "").lower()
    if re.search(r"\bno-(store|cache)\b", control):
        return timedelta()
    found = re.search(r'\bmax-age="?([0-9]{1,9})', control)
    return max(_LEAST, min(timedelta(seconds=int(found[1])), _MOST)) if found else _USUAL


def _check_address(world: World, url: str) -> None:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise BadDocument("its address cannot be read.") from None
    on_loopback = world.settings.loopback_documents and host in LOOPBACK_HOSTS
    if parts.scheme != "https" and not (parts.scheme == "http" and on_loopback):
        raise BadDocument("its address must begin with https://.")
    if not host or parts.path in ("", "/"):
        raise BadDocument("its address must have a host and a path.")
    if parts.username is not None or "#" in url:
        raise BadDocument("its address must have no user name and no fragment.")
    if {".", ".."} & set(unquote(parts.path).split("/")):
        raise BadDocument("the path of its address must have no dot segments.")
    if not all("!" <= character <= "~" for character in url) or "\\" in url or len(url) > 2000:
        raise BadDocument("its address must be a URI of at most 2000 characters (RFC 3986).")


def _fetch(world: World, url: str) -> OutboundResponse:
    """Over HTTP, in-process for the sandbox's own hosts.

    Workato Identity itself is no client: asked for its own pages, it could go in circles.
    """
    system = world.addresses.system_at(urlsplit(url).netloc)
    if system == IDENTITY:
        raise BadDocument("it cannot be at Workato Identity itself.")
    if system is not None:
        answer = world.http.request("GET", url, headers={"Accept": "application/json"})
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return OutboundResponse(answer.status_code, headers, answer.content[: _MOST_BYTES + 1])
    settings = world.settings
    try:
        outside = OutboundClient(settings.allowed_hosts, settings.loopback_documents)
        return outside.get(url, limit=_MOST_BYTES)
    except FetchRefused as error:
        raise BadDocument(str(error)) from None


def _parsed(body: bytes) -> dict[str, Any]:
    if len(body) > _MOST_BYTES:
        raise BadDocument(f"it has more than {_MOST_BYTES} bytes.")
    try:
        document = parse_strict_json(body)
    except NotJson:
        document = None
    if not isinstance(document, dict):
        raise BadDocument("it is not a JSON object.")
    return {name: document[name] for name in _LOOKED_AT & document.keys()}


def _row(url: str, document: dict[str, Any], scopes: tuple[str, ...], world: World) -> OAuthClient:
    if document.get("client_id") != url:
        raise BadDocument(f"its client_id must be {url}, to the letter.")
    if _SECRET & document.keys():
        raise BadDocument("it must hold no client_secret; everybody can read it.")
    if "client_name" not in document:
        raise BadDocument("client_name is missing.")
    method = document.get("token_endpoint_auth_method", "none")
    if method != "none":
        raise BadDocument(
            f"token_endpoint_auth_method must be none; {method} is not supported here."
        )
    try:
        metadata = ClientMetadata.model_validate(document | {"token_endpoint_auth_method": "none"})
    except ValidationError as error:
        raise BadDocument(f"{complaint(error)['error_description']}.") from None
    return OAuthClient(
        provider=IDENTITY,
        client_id=url,
        secret_sealed=None,
        name=metadata.client_name,
        redirect_uris=metadata.redirect_uris,
        grant_types=metadata.granted_types,
        scopes=[name for name in metadata.scope.split() if name in scopes],
        token_endpoint_auth_method="none",
        client_metadata=metadata.further,
        created_at=world.clock.now(),
    )


def _keep(world: World, url: str, document: dict[str, Any], how_long: timedelta) -> None:
    now = world.clock.now()
    world.db.session.execute(
        delete(ClientDocument).where(has_expired(ClientDocument.fresh_until, now))
    )
    if how_long:
        # Others may have fetched it at the same time.
        cached = get_or_create(
            world.db.session, ClientDocument, {"url": url}, document=document, fresh_until=now
        )
        cached.document, cached.fresh_until = document, now + how_long
        world.db.session.flush()
