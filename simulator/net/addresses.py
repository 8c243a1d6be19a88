"""The only place that knows where a system lives: production name <-> local address."""

import re
from collections.abc import Callable, Iterable, Mapping
from contextvars import ContextVar
from urllib.parse import urlsplit

from simulator.net.data_centers import DATA_CENTERS, US
from simulator.validation.parsing import parse_whole_number

AIHUB = "aihub"
IDENTITY = "identity"
MCP = "mcp"
#: The sandbox's own identity provider (SAML), which is none of Workato's systems.
IDP = "idp"
#: Answers at the hosts of AIHUB, below paths of its own.
API = "api"
#: Below which API collections are called, where production names are not in use (our choice).
APIM_PATH = "/apim"
_API_PATHS = ("/api", "/mcp", "/airo_mcp", APIM_PATH)

#: Production hosts of the systems that have one name each (US production).
APP_HOST = "app.workato.com"
WWW_HOST = "www.workato.com"
IDENTITY_HOST = "id.workato.com"
#: Where the Developer API has the records of data tables; locally, where it has all else.
DATA_TABLES_HOST = "data-tables.workato.com"
#: Where API collections are called (the API platform).
APIM_HOST = "apim.workato.com"
#: A name that nobody can have (RFC 6761 §6.5).
IDP_HOST = "idp.sandbox.example"
MCP_HOST = re.compile(
    rf"^([0-9]{{1,9}})\.apim\.mcp\.(?:({'|'.join(DATA_CENTERS[1:])})\.)?workato\.com$"
)

#: What may follow a server's address: nothing, a slash, and what one client posts to (MCP-22).
MCP_FORMS = ("", "/", "/tools/call")

#: Namespace and collection in the address of an API collection's server: `acme/procurement-v1`.
COLLECTION_IN_URL = r"[a-z0-9-]+/[a-z0-9-]+-v[0-9]+"
_COLLECTION = re.compile(rf"/({COLLECTION_IN_URL})(?:/|/tools/call)?$")

_SYSTEM_OF_HOST = {
    APP_HOST: AIHUB,
    WWW_HOST: AIHUB,
    IDENTITY_HOST: IDENTITY,
    IDP_HOST: IDP,
    DATA_TABLES_HOST: API,
    APIM_HOST: API,
}

#: The systems that every sandbox has, in the order they are listed to people.
_OWN = (AIHUB, IDENTITY, MCP, IDP)

#: Where the control API lives on its port.
CONTROL_PATH = "/_simulator/"

#: Where everything listens: people's passwords are printed, so nobody but this machine may come.
LOOPBACK = "127.0.0.1"
#: The names of this machine (RFC 8252 §7.3, §8.3).
LOOPBACK_HOSTS = (LOOPBACK, "::1", "localhost")

#: Where an app sends the browser back to after consent.
OAUTH_CALLBACK = f"https://{WWW_HOST}/oauth/callback"

#: Hosts of apps, or each host of an app with the host that the app's system is called after.
AppHosts = Iterable[str] | Mapping[str, str]

#: Whether the request that is being answered came to a production host.
_at_production: ContextVar[bool] = ContextVar("at production names", default=False)


def app_system(host: str) -> str:
    """Return the system name of an app's instance: `app:acme.coupacloud.com`."""
    return f"app:{host}"


def is_app(system: str) -> bool:
    """Return whether a system is an app's instance."""
    return system.startswith("app:")


def is_api(path: str) -> bool:
    """Return whether a path of the Workato web app's hosts belongs to the Developer API."""
    return is_below(path, _API_PATHS)


def is_below(path: str, starts: Iterable[str]) -> bool:
    """Return whether a path is one of these, or stands below one."""
    return any(path == start or path.startswith(f"{start}/") for start in starts)


class Addresses:
    """Which system answers at which host, in both directions.

    Who asks at a local address is told of local ones, who asks at a production host of those.

    Args:
        app_hosts: production hosts of the simulated apps' instances; where an instance has several,
            each with the host that its system is called after.
        origins: local origin of each system (`http://127.0.0.1:8701`), and of each further host of
            an app, named as if it were a system; none in the names layout.
        data_center: one of `DATA_CENTERS`, which production hosts name.
    """

    def __init__(
        self,
        app_hosts: AppHosts = (),
        origins: Mapping[str, str] | None = None,
        data_center: str = US,
    ) -> None:
        self._region = None if data_center == US else data_center
        #: Production host of the web app, and of the Developer API beside it.
        self.web_host = APP_HOST if self._region is None else f"app.{self._region}.workato.com"
        #: Where the control API listens, if it does; it is no system, and no Host leads to it.
        self.control: str | None = None
        #: Asked when nobody answers at a host: another process may have made the world anew.
        self.look_again: Callable[[], None] | None = None
        self.place(app_hosts, origins or {})

    def place(self, app_hosts: AppHosts, origins: Mapping[str, str] | None = None) -> None:
        """Say anew which apps there are and, unless it is as before, where every system listens.

        Apps take over the listeners of those that were there before: the first app has the first
        listener, in every world. What remains is kept for a world with more.

        Args:
            app_hosts: in the order of their listeners.
            origins: by system; by default the listeners stay.
        """
        single = app_hosts if isinstance(app_hosts, Mapping) else {host: host for host in app_hosts}
        hosts = dict(single)
        if origins is None:
            fixed = {name: self._origins[name] for name in self._origins if not is_app(name)}
        else:
            fixed = dict(origins)
            self._app_listeners = [origin for name, origin in fixed.items() if is_app(name)]
            fixed = {name: origin for name, origin in fixed.items() if not is_app(name)}
        apps = zip(map(app_system, hosts), self._app_listeners, strict=False)
        self._settle(hosts, fixed | dict(apps))

    def add_app_listener(self, origin: str) -> None:
        """Give the first host of an app that has no listener this one."""
        self._app_listeners.append(origin)
        self.place(self.app_hosts)

    def listens_at(self, netloc: str) -> bool:
        """Return whether a system listens at this `host:port`, whoever asks."""
        return netloc.lower() in self._netlocs

    @property
    def unserved(self) -> int:
        """How many hosts of apps lack a listener, where the systems have any."""
        return len(self.app_hosts) - len(self._app_listeners) if self._origins else 0

    @property
    def listening(self) -> dict[str, str]:
        """Local origin of each system and further host of an app, whoever asks."""
        return dict(self._origins)

    def _settle(self, hosts: dict[str, str], origins: dict[str, str]) -> None:
        netlocs: dict[str, str] = {}
        for system, origin in origins.items():
            port = urlsplit(origin).port
            for name in (urlsplit(origin).hostname, LOOPBACK, "localhost", "[::1]"):
                netlocs[f"{name}:{port}"] = system
        # Whole, one after the other: requests are answered meanwhile.
        #: Each host of an app, with the host that the app's system is called after.
        self.app_hosts: dict[str, str] = hosts
        self._origins, self._netlocs = origins, netlocs
        #: What `mcp_audiences` returned: by number, and whether for production.
        self._audiences: dict[tuple[int, bool], frozenset[str]] = {}

    @property
    def origins(self) -> dict[str, str]:
        """Local origin of each system, for whom they are meant."""
        return {} if _at_production.get() else self._origins

    @property
    def _by_netloc(self) -> dict[str, str]:
        return {} if _at_production.get() else self._netlocs

    def is_production_alias(self, netloc: str) -> bool:
        """Return whether a `Host` is a production name, with local ones in use as well."""
        return bool(self.origins) and netloc.lower() not in self._by_netloc

    @staticmethod
    def use_production_urls() -> None:
        """Use production URLs alone from now on, in this context (`contextvars`)."""
        _at_production.set(True)

    @property
    def systems(self) -> tuple[str, ...]:
        """Every system's name, in the order they are listed to people."""
        return (*_OWN, *map(app_system, dict.fromkeys(self.app_hosts.values())))

    @property
    def listeners(self) -> tuple[str, ...]:
        """What has an address: every system, and each further host of an app as if it were one."""
        return (*_OWN, *map(app_system, self.app_hosts))

    def hosts_of(self, host: str) -> list[str]:
        """Return the production hosts of an app's instance, its own one first.

        Args:
            host: its own.
        """
        own = [each for each, instance in self.app_hosts.items() if instance == host]
        return sorted(own, key=lambda each: each != host)

    @property
    def production_hosts(self) -> tuple[str, ...]:
        """Every production host; that of the MCP servers as a certificate writes it."""
        regional = () if self._region is None else (self.web_host, f"*.{_mcp_domain(self._region)}")
        return (*_SYSTEM_OF_HOST, f"*.{_mcp_domain(None)}", *regional, *self.app_hosts)

    def system_at(self, netloc: str) -> str | None:
        """Return the system that answers for a Host header, production name or local address."""
        name = self._listener_at(netloc)
        return app_system(self.app_hosts[_app_host(name)]) if name and is_app(name) else name

    def app_host_at(self, netloc: str) -> str | None:
        """Return the production host of an app that a Host header stands for; None for no app's."""
        name = self._listener_at(netloc)
        return _app_host(name) if name and is_app(name) else None

    def origin_at(self, netloc: str) -> str | None:
        """Return the origin that a Host header, whichever of its spellings, stands for."""
        return self.origins.get(self._listener_at(netloc) or "")

    def _listener_at(self, netloc: str) -> str | None:
        """One of `listeners`, where it is known who listens there."""
        netloc = netloc.lower().removesuffix(":443")
        name = self._known(netloc)
        if name is None and self.look_again is not None:
            self.look_again()
            name = self._known(netloc)
        return name

    def _known(self, netloc: str) -> str | None:
        if netloc in self._by_netloc:
            return self._by_netloc[netloc]
        if netloc in self.app_hosts:
            return app_system(netloc)
        if match := MCP_HOST.match(netloc):
            # Also those of the US, by which servers are known in the database (our choice).
            return MCP if match[2] in (None, self._region) else None
        return AIHUB if netloc == self.web_host else _SYSTEM_OF_HOST.get(netloc)

    def base_url(self, system: str) -> str:
        """Return where people and clients reach a system: no trailing slash.

        The MCP system has one production host per server; use `mcp_url` for those. A further host
        of an app is named as if it were a system.
        """
        if system in self.origins:
            return self.origins[system]
        return f"https://{self.production_host(system)}"

    def production_host(self, system: str) -> str:
        """Return the host name that a system has in production, in this data center."""
        regional = {AIHUB: self.web_host, MCP: f"<n>.{_mcp_domain(self._region)}"}
        return regional.get(system) or production_host(system)

    def production_mcp_url(self, number: int) -> str:
        """Return a server's Remote MCP URL in production, in this data center."""
        return f"https://{number}.{_mcp_domain(self._region)}"

    def mcp_url(self, number: int, netloc: str | None = None) -> str:
        """Return a server's Remote MCP URL; with `netloc`, as a client of that host sees it."""
        if netloc and (match := MCP_HOST.match(netloc)):
            return f"https://{number}.{_mcp_domain(match[2])}"
        if MCP not in self.origins:
            return self.production_mcp_url(number)
        origin = self.origins[MCP]
        if netloc and self._by_netloc.get(netloc) == MCP:
            origin = f"{urlsplit(origin).scheme}://{netloc}"
        return f"{origin}/{number}"

    def mcp_audiences(self, number: int) -> frozenset[str]:
        """Return every URL that names this server, as a token's audience may spell it."""
        known, key = self._audiences, (number, _at_production.get())
        if key not in known:
            urls = {self.mcp_url(number), production_mcp_url(number)}
            urls.add(self.production_mcp_url(number))
            here = [netloc for netloc, system in self._by_netloc.items() if system == MCP]
            urls |= {self.mcp_url(number, netloc) for netloc in here}
            known[key] = frozenset(url + form for url in urls for form in MCP_FORMS)
        return known[key]

    def server_number(self, url: str) -> int | None:
        """Return the number of the server that an MCP URL names, or None.

        In one of its spellings (`mcp_audiences`), the case of scheme and host aside: parsers drop
        blanks and empty queries and fragments, which make another URL of it (RFC 8707 §2). Whether
        the server has the collection that the URL names (`collection_path`) is for others to say.
        """
        if not all("!" <= each <= "~" for each in url) or "?" in url or "#" in url:
            return None
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        netloc = parts.netloc.lower().removesuffix(":443")
        if self.system_at(netloc) != MCP or parts.scheme != self._scheme(netloc):
            return None
        form = next(each for each in reversed(MCP_FORMS) if parts.path.endswith(each))
        path = _COLLECTION.sub("", parts.path).removesuffix(form)
        if match := MCP_HOST.match(netloc):
            return int(match[1]) if not path else None
        number = parse_whole_number(path.removeprefix("/"))
        return number if path == f"/{number}" else None

    @staticmethod
    def collection_path(url: str) -> str | None:
        """Return the namespace and collection that an MCP URL names, or None (`server_number`)."""
        found = _COLLECTION.search(url)
        return found[1] if found else None

    def _scheme(self, netloc: str) -> str:
        """With which scheme the MCP servers are asked at this host."""
        return "https" if MCP_HOST.match(netloc) else urlsplit(self._origins[MCP]).scheme

    def local(self, url: str) -> str:
        """Return a production URL as it can be opened here; any other URL unchanged."""
        parts = urlsplit(url)
        name = self._listener_at(parts.netloc)
        name = AIHUB if name == API else name
        below = APIM_PATH if parts.netloc.lower() == APIM_HOST else ""
        if name is None or parts.netloc.lower() in self._by_netloc or name not in self.origins:
            return url
        if name == MCP and (match := MCP_HOST.match(parts.netloc.lower())):
            return self.mcp_url(int(match[1])) + url.split(parts.netloc, 1)[1].rstrip("/")
        return self.origins[name] + below + url.split(parts.netloc, 1)[1]


def production_mcp_url(number: int) -> str:
    """Return a server's Remote MCP URL in production: how it is kept, for ports change."""
    return f"https://{number}.{_mcp_domain(None)}"


def _mcp_domain(region: str | None) -> str:
    return "apim.mcp.workato.com" if region is None else f"apim.mcp.{region}.workato.com"


def production_host(system: str) -> str:
    """Return the host name that a system has in production."""
    hosts = {
        AIHUB: APP_HOST,
        IDENTITY: IDENTITY_HOST,
        MCP: "<n>.apim.mcp.workato.com",
        IDP: IDP_HOST,
    }
    return hosts.get(system) or _app_host(system)


def _app_host(system: str) -> str:
    return system.removeprefix("app:")
