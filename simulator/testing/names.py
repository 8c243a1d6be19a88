"""A simulator at its production names: pages and clients meet `https://id.workato.com` itself."""

import ssl
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from simulator.clock import Clock
from simulator.net.addresses import LOOPBACK, LOOPBACK_HOSTS
from simulator.sandbox.simulator import Simulator
from simulator.serving.server import in_a_thread
from simulator.testing.browser import launch_options
from simulator.testing.certificates import issue
from simulator.testing.tls import TlsListener, server_context

#: Loopback as browsers write it in the list of hosts that need no proxy.
_BYPASSED = (LOOPBACK, "localhost", "[::1]")


@dataclass(frozen=True, kw_only=True)
class ProductionNames:
    """How to reach the simulator that answers at production names.

    Attributes:
        hosts: the names; that of the MCP servers is a pattern, `*.apim.mcp.workato.com`.
        port: the loopback port that answers for all of them.
        ca_certificate: PEM file of the authority that its certificate is signed by.
        public_key_hash: the public key hash of that certificate, as Chromium wants it.
    """

    hosts: tuple[str, ...]
    port: int
    ca_certificate: Path
    public_key_hash: str

    @property
    def proxy(self) -> str:
        """Return the URL of the HTTPS proxy that leads there, and nowhere else."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def chromium_args(self) -> list[str]:
        """Return flags for Chromium: our names lead here, all others nowhere but to loopback.

        Only our certificate is trusted beyond those that are anyway. That flag asks for a profile
        of its own (`--user-data-dir`), which Playwright always gives.
        """
        rules = [
            *(f"MAP {host}:443 {LOOPBACK}:{self.port}" for host in self.hosts),
            "MAP * ~NOTFOUND",
            # Native clients wait for their codes there (RFC 8252 §7.3).
            *(f"EXCLUDE {host}" for host in LOOPBACK_HOSTS),
        ]
        return [
            f"--host-resolver-rules={', '.join(rules)}",
            f"--ignore-certificate-errors-spki-list={self.public_key_hash}",
            "--no-proxy-server",  # a proxy would resolve the names itself
        ]

    def launch_options(self) -> dict[str, Any]:
        """Return what `playwright.chromium.launch` takes, and `launch_persistent_context` as well.

        Raises:
            BrowserMissingError: the machine has no browser that would do.
        """
        options = launch_options()
        return {**options, "args": [*options["args"], *self.chromium_args]}

    def context_options(self) -> dict[str, Any]:
        """Return what keeps a context of any browser to our names and to loopback (`new_context`).

        It asks the proxy for every other host, which refuses it: no name is looked up.
        """
        return {
            "proxy": {"server": self.proxy, "bypass": ",".join(_BYPASSED)},
            "ignore_https_errors": True,  # the authority is known to nobody
        }

    @cached_property
    def ssl_context(self) -> ssl.SSLContext:
        """Return a client's side of TLS that trusts our authority alone."""
        return ssl.create_default_context(cafile=self.ca_certificate)

    @property
    def environment(self) -> dict[str, str]:
        """Return variables that lead a client in another process here; add them to `os.environ`.

        Understood by Python's requests and httpx2, by curl, and by Node from 24.5 on.
        """
        ca = str(self.ca_certificate)
        return {
            "HTTPS_PROXY": self.proxy,
            "https_proxy": self.proxy,
            "NO_PROXY": ",".join(LOOPBACK_HOSTS),
            "no_proxy": ",".join(LOOPBACK_HOSTS),
            "REQUESTS_CA_BUNDLE": ca,
            "CURL_CA_BUNDLE": ca,
            "SSL_CERT_FILE": ca,
            "NODE_EXTRA_CA_CERTS": ca,
            "NODE_USE_ENV_PROXY": "1",
        }


@contextmanager
def production_names(simulator: Simulator) -> Iterator[ProductionNames]:
    """Have a simulator answer over TLS for every production host that it has on entry.

    Args:
        simulator: it may listen on ports as well; who asks there is told of those.
    """
    addresses = simulator.world.addresses
    hosts = addresses.production_hosts
    certificate = issue(hosts, Clock().now())  # real time, wherever the simulated one has gone

    def knows(netloc: str) -> bool:
        return netloc.endswith(":443") and addresses.system_at(netloc) is not None

    listener = TlsListener(simulator, server_context(certificate), knows)
    with tempfile.TemporaryDirectory() as folder, in_a_thread([listener]):
        ca_certificate = Path(folder) / "authority.pem"
        ca_certificate.write_bytes(certificate.authority)
        yield ProductionNames(
            hosts=hosts,
            port=listener.port,
            ca_certificate=ca_certificate,
            public_key_hash=certificate.public_key_hash,
        )
