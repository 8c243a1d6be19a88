"""Fetching from hosts outside the sandbox: those alone that its owner allowed.

Ours: kept HTTP clients look a name up once more when they connect, and limit each read alone.
"""

import ipaddress
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
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
class OutboundResponse:
    """An answer: status, headers (names in lower case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class _Reader(RawIOBase):
    """Reads a connection until a moment, however many reads that takes.

    A socket's own timeout is for one read: who sends a byte now and then never meets it.

    Args:
        connection: to be read.
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
    """A client for GET requests that never follows a redirect.

    A name is resolved once and the connection goes to that very address, so that a name cannot
    point elsewhere between the check and the request (DNS rebinding). A host that is allowed by
    name may have any address; under `*` an address that is not public is refused. A proxy from the
    environment is not used. One deadline holds for all of a request but the look-up of the name,
    whose time counts and which the system's resolver ends by itself.

    Attributes:
        allowed_hosts: names, or `*`; port 443, or `name:port`.
        loopback: whether plain http to this machine is allowed, at any port.
    """

    allowed_hosts: tuple[str, ...] = ()
    loopback: bool = False

    def get(self, url: str, *, limit: int) -> OutboundResponse:
        """Return the answer to a GET.

        Args:
            url: https; or http to a loopback name where that is allowed.
            limit: the most bytes a body may have.

        Raises:
            FetchRefused: see there.
        """
        if not _SLOTS.acquire(blocking=False):
            raise FetchRefused(
                f"{AT_ONCE} other hosts are asked at this moment: try again in {SECONDS:g} seconds."
            )
        try:
            return self._get(url, limit)
        finally:
            _SLOTS.release()

    def _get(self, url: str, limit: int) -> OutboundResponse:
        parts = urlsplit(url)
        host, is_https = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if is_https else 80)
        ends = stopwatch() + SECONDS
        address = self._checked_address(host, port, is_https=is_https)
        target = f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}"
        try:
            with _connected(address, port, ends, host if is_https else None) as connection:
                connection.settimeout(_left(ends))
                connection.sendall(_request(target, parts.netloc))
                return _read(connection, ends, host, limit)
        except TimeoutError:
            raise FetchRefused(f"{host} takes longer than {SECONDS:g} seconds.") from None
        except (HTTPException, OSError) as error:
            raise FetchRefused(f"{host} does not answer ({type(error).__name__}).") from None

    def _checked_address(self, host: str, port: int, *, is_https: bool) -> str:
        names = (host, f"{host}:443") if port == 443 else (f"{host}:{port}",)
        by_name = any(name in self.allowed_hosts for name in names)
        if not is_https:
            if not (self.loopback and host in LOOPBACK_HOSTS):
                raise FetchRefused(f"{host} is not asked over plain http.")
        elif not by_name and (ANY_PUBLIC_HOST not in self.allowed_hosts or port != 443):
            raise FetchRefused(
                f"The sandbox may not ask {names[0]}; its owner can allow it with --allow-host."
            )
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


def _request(target: str, host: str) -> bytes:
    lines = (
        f"GET {target} HTTP/1.1",
        f"Host: {host}",
        "Accept: application/json",
        "Accept-Encoding: identity",
        "Connection: close",
    )
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("ascii")


def _read(connection: socket.socket, ends: float, host: str, limit: int) -> OutboundResponse:
    # HTTPResponse wants nothing of a socket but its file.
    response = HTTPResponse(cast(socket.socket, _Reader(connection, ends)), method="GET")
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
