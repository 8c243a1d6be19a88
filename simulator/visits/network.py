"""What people's browsers and clients may open: the simulated hosts and this machine, or a tenant.

Nothing else, whatever a page, a redirect or a client's metadata says: not even its name is looked
up. Production names are answered in-process where a `Simulator` is at hand.
"""

import http.client
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from simulator.errors import SimulatorError
from simulator.net.addresses import LOOPBACK_HOSTS
from simulator.validation.parsing import shorten

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import BrowserContext

    from simulator.sandbox.simulator import Simulator

#: How long a client may take to answer the browser that brings its code, in seconds.
_SECONDS = 10


class ForeignHostError(SimulatorError, LookupError):
    """Somebody was about to open a host that is not simulated."""

    def __init__(self, url: object, what: str = "This address") -> None:
        host = _host(url)
        if not host:
            super().__init__(
                f"{what} is {shorten(repr(url))}, which names no host: nothing was sent. An "
                "address begins with http:// or https://, and its host follows."
            )
            return
        super().__init__(
            f"{what} leads to {host}, which is not simulated: nothing was sent there. People of "
            "a test open the hosts of its scenario; for a real tenant use --simulator-target."
        )


def is_at_app(url: str, app: Mapping[str, Any]) -> bool:
    """Return whether an address is at one of an app's hosts.

    Args:
        url: local, or in production.
        app: its entry in a description; that of a tenant's file may lack all but its host.
    """
    netloc = urlsplit(url).netloc.lower().removesuffix(":443")
    hosts = app.get("hosts") or {app["production_host"]: app.get("address")}
    local = (urlsplit(address or "").netloc for address in hosts.values())
    return netloc in {*(host.lower() for host in hosts), *local}


class Network:
    """Who can be reached by the people of one test.

    Args:
        hosts: `host:port` of every system, where it is in another process or is a tenant's.
        simulator: the one that is at hand; it answers for production names as well, in-process.
        open_to_all: clients may open any host, for a tenant's sake.
    """

    def __init__(
        self,
        hosts: Iterable[str] = (),
        simulator: "Simulator | None" = None,
        *,
        open_to_all: bool = False,
    ) -> None:
        self._hosts = {_netloc(host) for host in hosts}
        self.simulator = simulator
        self.open_to_all = open_to_all
        #: What the pages of `watch` asked for at hosts that are not simulated, oldest first.
        self.refused: list[str] = []

    def has(self, url: str) -> bool:
        """Whether a system of the simulator, or of the tenant, is there."""
        if not is_address(url):
            return False
        netloc = _netloc(urlsplit(url).netloc)
        if self.simulator is None:
            return netloc in self._hosts
        return self.simulator.world.addresses.system_at(netloc) is not None

    def check(self, url: str) -> None:
        """Be sure that a client may open an address: a system's, or one on this machine.

        Raises:
            ForeignHostError: it may not.
        """
        if not (self.open_to_all or self.has(url) or is_loopback(url)):
            raise ForeignHostError(url)

    def watch(self, context: "BrowserContext") -> None:
        """Note what the pages of a browser ask for elsewhere, which its proxy refuses them."""
        if not self.open_to_all:
            context.on("request", lambda request: self._note(request.url))

    def _note(self, url: str) -> None:
        if is_address(url) and not (self.has(url) or is_loopback(url)):
            self.refused.append(url)

    def explain(self, error: BaseException) -> None:
        """Say with an error which host a browser was refused last, where it was one at all."""
        if self.refused and not isinstance(error, ForeignHostError):
            error.add_note(str(ForeignHostError(self.refused[-1], "A page of this test")))

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Whatever a browser fails with in this block because it was refused a host says so.

        Raises:
            ForeignHostError: instead of what the browser raised.
        """
        before = len(self.refused)
        try:
            yield
        except Exception as error:
            if len(self.refused) == before or isinstance(error, ForeignHostError):
                raise
            raise ForeignHostError(self.refused[-1], "The page") from error

    def session(self, headers: Mapping[str, str] | None = None) -> requests.Session:
        """Somebody's cookies and connections, without the proxies of the environment."""
        session = requests.Session()
        self.mount(session)
        session.trust_env = False
        session.headers.update(headers or {})
        return session

    def mount(self, session: requests.Session) -> None:
        """Have a session reach what is here, and nothing else; a tenant by the usual proxies."""
        session.trust_env = self.open_to_all
        session.mount("http://", _Adapter(self))
        session.mount("https://", _Adapter(self))

    def client_options(self, url: str, options: Mapping[str, Any]) -> dict[str, Any]:
        """What an httpx2 client needs to reach a server, besides what is said.

        Args:
            url: the URL of the server.
            options: the options of the client; with a `transport`, `proxy` or `mounts` it goes its
                own way.
        """
        if goes_its_own_way(options) or self.simulator is None or not self.answers_in_process(url):
            return dict(options)
        import httpx2

        return {**options, "transport": self.simulator.async_transport(httpx2)}

    def answers_in_process(self, url: str) -> bool:
        """Whether the simulator at hand answers here, and no listener does."""
        if self.simulator is None or not self.has(url):
            return False
        return not self.simulator.world.addresses.listens_at(urlsplit(url).netloc)


class _Adapter(HTTPAdapter):
    """Sends a request to where its host is: a port, or straight into the simulator."""

    def __init__(self, network: Network) -> None:
        super().__init__()
        self._network = network

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        """As `requests` wants it.

        Raises:
            ForeignHostError: there is nobody.
        """
        url = str(request.url)
        simulator = self._network.simulator
        if simulator is None or not self._network.answers_in_process(url):
            self._network.check(url)
            return super().send(request, *args, **options)
        try:
            return self.build_response(request, simulator.world.http.answer(request))
        except ConnectionResetError as reset:
            raise requests.ConnectionError(str(reset), request=request) from reset


def goes_its_own_way(options: Mapping[str, Any]) -> bool:
    """Whether these options of an httpx2 client lead it elsewhere than to its URL's host."""
    return bool({"transport", "proxy", "mounts"} & options.keys())


def is_address(url: object) -> bool:
    """Whether this is the whole address of a page: http or https, and a host."""
    return bool(_host(url)) and _is_http(urlsplit(str(url)).scheme)


def _host(url: object) -> str:
    """The host that an address names, with its port; empty where it is none."""
    if not isinstance(url, str) or "://" not in url:
        return ""
    try:
        parts = urlsplit(url)
        return parts.netloc.rpartition("@")[2] or ("" if _is_http(parts.scheme) else parts.scheme)
    except ValueError:  # brackets that are no IPv6 address
        return ""


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine (RFC 8252 §7.3)."""
    return urlsplit(url).hostname in LOOPBACK_HOSTS


def bring_back(url: str) -> None:
    """Open the address at which a native client waits for its code, as a browser does at the end.

    Not with `requests`, whose calls may be intercepted.

    Args:
        url: plain http on this machine.

    Raises:
        ForeignHostError: it is elsewhere.
        OSError: nobody listens there.
    """
    parts = urlsplit(url)
    if parts.scheme != "http" or not is_loopback(url):
        raise ForeignHostError(url, "The client's callback")
    connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=_SECONDS)
    try:
        connection.request("GET", f"{parts.path or '/'}?{parts.query}")
        connection.getresponse().read()
    finally:
        connection.close()


def _is_http(scheme: str) -> bool:
    return scheme in ("http", "https")


def _netloc(netloc: str) -> str:
    return netloc.lower().removesuffix(":443")
