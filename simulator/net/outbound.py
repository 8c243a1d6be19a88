"""Fetching from hosts outside the sandbox: those alone that its owner allowed.

Ours: kept HTTP clients look a name up once more when they connect, and limit each read alone.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException, HTTPResponse
from io import BufferedReader, RawIOBase
from threading import BoundedSemaphore
from typing import Any, cast
from urllib.parse import urlsplit

from simulator.clock import stopwatch
from simulator.errors import SimulatorError
from simulator.net.addresses import LOOPBACK_HOSTS

#: In `allowed_hosts`: every host with a public address.
ANY_PUBLIC_HOST = "*"
#: So many hosts are asked at once by one process: whoever waits for a slow one holds a thread.
AT_ONCE = 16
_SLOTS = BoundedSemaphore(AT_ONCE)
#: For a whole request: the look-up, the connection, the handshake, headers and body together.
SECONDS = 5.0
#: IPv6 addresses that stand for IPv4 ones, private ones too (RFC 6052 §2.1).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class FetchRefused(SimulatorError):
    """The host is not allowed, does not answer in time, or sends too much."""

    status = 502


@dataclass(frozen=True)
class OutboundRequest:
    """A request to a host outside.

    Attributes:
        method: the HTTP method.
        url: absolute.
        headers: beside `Host`, `Content-Length` and `Connection`.
        body: the body of the request.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=lambda: {"Accept": "application/json"})
    body: bytes = b""


@dataclass(frozen=True)
class OutboundResponse:
    """An answer: status, headers (names in lower case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Reader(RawIOBase):
    """Reads a connection until a moment, however many reads that takes.

    A socket's own timeout is for one read: who sends a byte now and then never meets it.

    Args:
        connection: the connection to read.
        ends: the moment, of the stopwatch.
    """

    def __init__(self, connection: socket.socket, ends: float) -> None:
        self._connection, self._ends = connection, ends

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._connection.settimeout(_left(self._ends))
        return self._connection.recv_into(buffer)

    def makefile(self, _mode: str) -> BufferedReader:
        """Return what `HTTPResponse` asks a socket for."""
        return BufferedReader(self)


@dataclass(frozen=True)
class OutboundClient:
    """A client that never follows a redirect.

    A name is resolved once and the connection goes to that very address, so that a name cannot
    point elsewhere between the check and the request (DNS rebinding). A host that is allowed by
    name may have any address; under `*` an address that is not public is refused. A proxy from the
    environment is not used. One deadline holds for all of a request but the look-up of the name,
    whose time counts and which the system's resolver ends by itself.

    Attributes:
        allowed_hosts: names, or `*`; port 443, or `name:port`.
        loopback: whether plain http to this machine is allowed, at any port.
        plain_by_name: whether it is allowed at the hosts and ports that are named.
        seconds: for a whole request; None for `SECONDS`.
    """

    allowed_hosts: tuple[str, ...] = ()
    loopback: bool = False
    plain_by_name: bool = False
    seconds: float | None = None

    def get(self, url: str, *, limit: int) -> OutboundResponse:
        """Return the answer to a GET.

        Args:
            url: https; or http to a loopback name where that is allowed.
            limit: the most bytes a body may have.

        Raises:
            FetchRefused: see there.
        """
        return self.send(OutboundRequest(url), limit=limit)

    def send(self, request: OutboundRequest, *, limit: int) -> OutboundResponse:
        """Return the answer to a request.

        Args:
            request: to https; or to http at a loopback name where that is allowed.
            limit: the most bytes a body may have.

        Raises:
            FetchRefused: see there.
        """
        if not _SLOTS.acquire(blocking=False):
            raise FetchRefused(
                f"{AT_ONCE} other hosts are asked at this moment: try again in {SECONDS:g} seconds."
            )
        try:
            return self._send(request, limit)
        finally:
            _SLOTS.release()

    def check(self, url: str) -> None:
        """Check that a host may be asked, without a look at its address.

        Args:
            url: absolute.

        Raises:
            FetchRefused: it may not; the sentence says how its owner allows it.
        """
        host, port, is_https = _place(url)
        self._check_name(host, port, is_https=is_https)

    def _send(self, request: OutboundRequest, limit: int) -> OutboundResponse:
        host, port, is_https = _place(request.url)
        parts = urlsplit(request.url)
        seconds = self.seconds or SECONDS
        ends = stopwatch() + seconds
        address = self._checked_address(host, port, is_https=is_https)
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        try:
            with _connected(address, port, ends, host if is_https else None) as connection:
                connection.settimeout(_left(ends))
                connection.sendall(_head(request, target, parts.netloc) + request.body)
                return _read(connection, ends, request.method, host, limit)
        except TimeoutError:
            raise FetchRefused(f"{host} takes longer than {seconds:g} seconds.") from None
        except (HTTPException, OSError) as error:
            raise FetchRefused(f"{host} does not answer ({type(error).__name__}).") from None

    def _check_name(self, host: str, port: int, *, is_https: bool) -> bool:
        """Whether a host is allowed by its name; else it has to have a public address."""
        names = (host, f"{host}:443") if port == 443 else (f"{host}:{port}",)
        by_name = any(name in self.allowed_hosts for name in names)
        if not is_https:
            at_name = self.plain_by_name and f"{host}:{port}" in self.allowed_hosts
            if host not in LOOPBACK_HOSTS or not (self.loopback or self.plain_by_name):
                raise FetchRefused(f"{host} is not asked over plain http.")
            if not (self.loopback or at_name):
                raise FetchRefused(_not_allowed(f"{host}:{port}"))
        elif not by_name and (ANY_PUBLIC_HOST not in self.allowed_hosts or port != 443):
            raise FetchRefused(_not_allowed(names[0]))
        return by_name

    def _checked_address(self, host: str, port: int, *, is_https: bool) -> str:
        by_name = self._check_name(host, port, is_https=is_https)
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError):
            raise FetchRefused(f"{host} cannot be found.") from None
        address = str(found[0][4][0])
        if is_https and not by_name and not _is_public(address):
            raise FetchRefused(f"{host} has no public address.")
        if not is_https and not ipaddress.ip_address(address).is_loopback:
            raise FetchRefused(f"{host} is not this machine.")
        return address


def _connected(address: str, port: int, ends: float, name: str | None) -> socket.socket:
    """Return a connection to this very address; over TLS if it has to prove a name."""
    connection = socket.create_connection((address, port), timeout=_left(ends))
    if name is None:
        return connection
    try:
        connection.settimeout(_left(ends))  # of the handshake as a whole
        return ssl.create_default_context().wrap_socket(connection, server_hostname=name)
    except BaseException:
        connection.close()
        raise


def _place(url: str) -> tuple[str, int, bool]:
    """Host and port of a URL, and whether TLS is spoken there."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise FetchRefused("This address names no host that can be asked.") from None
    is_https = parts.scheme == "https"
    return parts.hostname or "", port or (443 if is_https else 80), is_https


def _not_allowed(name: str) -> str:
    return f"The sandbox may not ask {name}; its owner can allow it with --allow-host."


def _head(request: OutboundRequest, target: str, host: str) -> bytes:
    has_body = bool(request.body) or request.method in ("POST", "PUT", "PATCH")
    lines = (
        f"{request.method} {target} HTTP/1.1",
        f"Host: {host}",
        *(f"{name}: {value}" for name, value in request.headers.items()),
        "Accept-Encoding: identity",
        *([f"Content-Length: {len(request.body)}"] if has_body else []),
        "Connection: close",
    )
    try:
        return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1")
    except UnicodeEncodeError:
        raise FetchRefused(f"{host} cannot be sent a header with such characters.") from None


def _read(
    connection: socket.socket, ends: float, method: str, host: str, limit: int
) -> OutboundResponse:
    # HTTPResponse wants nothing of a socket but its file.
    response = HTTPResponse(cast(socket.socket, _Reader(connection, ends)), method=method)
    with response:
        response.begin()
        body = b""
        while chunk := response.read(1024):
            body += chunk
            if len(body) > limit:
                raise FetchRefused(f"{host} sends more than {limit} bytes.")
        headers = {name.lower(): value for name, value in response.getheaders()}
        return OutboundResponse(response.status, headers, body)


def _left(ends: float) -> float:
    """Return the seconds until a moment of the stopwatch.

    Raises:
        TimeoutError: it is over.
    """
    left = ends - stopwatch()
    if left <= 0:
        raise TimeoutError
    return left


def _is_public(address: str) -> bool:
    """Return whether an address is one host's, reachable by all, and hides no other address."""
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast:
        return False
    return not (ip.version == 6 and (ip.is_site_local or ip in _NAT64))
