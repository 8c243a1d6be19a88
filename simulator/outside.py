"""Fetching from hosts outside the sandbox: those alone that its owner allowed."""

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from simulator.addresses import LOOPBACK_HOSTS
from simulator.clock import stopwatch
from simulator.errors import SimulatorError

#: In `allowed_hosts`: every host with a public address.
ANY_PUBLIC_HOST = "*"
_SECONDS = 5.0
#: IPv6 addresses that stand for IPv4 ones, private ones too (RFC 6052 §2.1).
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class FetchRefused(SimulatorError):
    """The host is not allowed, does not answer in time, or sends too much."""

    status = 502


@dataclass(frozen=True)
class Fetched:
    """An answer: status, headers (names in lower case) and body."""

    status: int
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Outside:
    """A client for GET requests that never follows a redirect.

    A name is resolved once and the connection goes to that very address, so that a name cannot
    point elsewhere between the check and the request (DNS rebinding). A host that is allowed by
    name may have any address; under `*` an address that is not public is refused. A proxy from the
    environment is not used. The time limit is checked between reads: a server that dribbles its
    headers can hold a request for longer.

    Attributes:
        allowed_hosts: names, or `*`; port 443, or `name:port`.
        loopback: whether plain http to this machine is allowed, at any port.
    """

    allowed_hosts: tuple[str, ...] = ()
    loopback: bool = False

    def get(self, url: str, *, limit: int) -> Fetched:
        """The answer to a GET.

        Args:
            url: https; or http to a loopback name where that is allowed.
            limit: the most bytes a body may have.

        Raises:
            FetchRefused: see there.
        """
        import urllib3

        parts = urlsplit(url)
        host, is_https = parts.hostname or "", parts.scheme == "https"
        port = parts.port or (443 if is_https else 80)
        address = self._checked_address(host, port, is_https=is_https)
        deadline = stopwatch() + _SECONDS
        timeout = urllib3.Timeout(total=_SECONDS)
        if is_https:
            pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
                address, port, timeout=timeout, server_hostname=host, assert_hostname=host
            )
        else:
            pool = urllib3.HTTPConnectionPool(address, port, timeout=timeout)
        try:
            with pool:
                answer = pool.urlopen(
                    "GET",
                    f"{parts.path or '/'}{'?' if parts.query else ''}{parts.query}",
                    headers={"Host": parts.netloc, "Accept": "application/json"},
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
                body = b""
                for chunk in answer.stream(1024, decode_content=False):
                    body += chunk
                    if len(body) > limit:
                        raise FetchRefused(f"{host} sends more than {limit} bytes.")
                    if stopwatch() > deadline:
                        raise FetchRefused(f"{host} takes longer than {_SECONDS:g} seconds.")
        except (urllib3.exceptions.HTTPError, OSError) as error:
            raise FetchRefused(f"{host} does not answer ({type(error).__name__}).") from None
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Fetched(answer.status, headers, body)

    def _checked_address(self, host: str, port: int, *, is_https: bool) -> str:
        by_name = (host if port == 443 else f"{host}:{port}") in self.allowed_hosts
        if not is_https:
            if not (self.loopback and host in LOOPBACK_HOSTS):
                raise FetchRefused(f"{host} is not asked over plain http.")
        elif not by_name and (ANY_PUBLIC_HOST not in self.allowed_hosts or port != 443):
            raise FetchRefused(
                f"The sandbox may not ask {host}; its owner can allow it with --allow-host."
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


def _is_public(address: str) -> bool:
    """Whether an address is one host's, reachable by all, and hides no other address."""
    ip = ipaddress.ip_address(address)
    if not ip.is_global or ip.is_multicast:
        return False
    return not (ip.version == 6 and (ip.is_site_local or ip in _NAT64))
