"""What the people of a test share: the description of their world, its network, an event loop."""

from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator import installed_apps
from simulator.errors import list_choices
from simulator.validation.persons import NobodyError, Who, find, get_designation
from simulator.visits.network import Network, is_at_app

if TYPE_CHECKING:  # pragma: no cover
    from anyio.from_thread import BlockingPortal
    from playwright.sync_api import Page

    from simulator.sandbox.simulator import Simulator
    from simulator.testing.actors import Actor
    from simulator.testing.report.sights import Sights


@dataclass(repr=False)
class Stage:
    """What actors share.

    Attributes:
        given_description: the sandbox, as `simulator describe --json` prints it.
        given_portal: runs the MCP clients' event loop; one is started when it is needed.
        new_page: opens a page in a browser of its own; None where no browser is wanted.
        closing: closes everything at the end of the test.
        simulator: the one that is at hand; None for one in another process, or for a tenant.
        is_tenant: nothing is simulated: clients may open any host.
        sights: is told of pages and answers, for a report; None where nobody wants one.
    """

    given_description: dict[str, Any]
    given_portal: "BlockingPortal | None"
    new_page: "Callable[[], Page] | None"
    closing: ExitStack
    simulator: "Simulator | None" = None
    is_tenant: bool = False
    sights: "Sights | None" = field(default=None, init=False)
    _cast: "dict[str, Actor]" = field(default_factory=dict, init=False)
    _generation: int = field(default=0, init=False)
    _mentioned: set[str] = field(default_factory=set, init=False)

    def __post_init__(self) -> None:
        if self.simulator is not None:
            self._generation = self.simulator.generation

    @property
    def description(self) -> dict[str, Any]:
        """Return the latest description of the world; it is read anew where something changed."""
        if self.simulator is not None and self.simulator.generation != self._generation:
            self._generation = self.simulator.generation
            self.given_description = self.simulator.describe(*sorted(self._mentioned))
        return self.given_description

    def actor(self, name: Who) -> "Actor":
        """Return a person by first name, name or e-mail address, made once; an actor is the person.

        Args:
            name: the name of the person; an actor is returned as it is.

        Raises:
            LookupError: there is none, or several have this first name.
        """
        from simulator.testing.actors import Actor

        if isinstance(name, Actor):
            return name
        entry = self.person(name)
        called = name if isinstance(name, str) else entry["email"]
        key = entry.get("id") or entry["email"]  # who gets another address stays who they are
        if key not in self._cast:
            self._cast[key] = Actor(called, self, id=entry.get("id"))
        return self._cast[key]

    def entry(self, id: str | None) -> dict[str, Any] | None:  # as it is called there
        """Return an end user's entry in the description, by id; None where there is none.

        Args:
            id: the id of the end user; None where nobody is meant.
        """
        if id is None:
            return None
        people = self.description["people"]
        found = [dict(each) for each in people if each.get("id") == id]
        if not found:
            people = self.described_with(id)["people"]
            found = [dict(each) for each in people if each.get("id") == id]
        return next(iter(found), None)

    def described_with(self, name: str) -> dict[str, Any]:
        """Return a description that lists whom a large world's own one leaves out.

        Args:
            name: a name or e-mail address of somebody, or an id.
        """
        simulator = self.simulator
        if simulator is not None and _is_cut(self.description):
            self._mentioned.add(name)
            self.given_description = simulator.describe(*sorted(self._mentioned))
        return self.given_description

    def saw_answer(self, who: str) -> Callable[[str, Mapping[str, Any], Any], None]:
        """Return what reports somebody's answers, if there is a report.

        Args:
            who: the person's name.

        Returns:
            A function of tool, arguments and result.
        """

        def tell(tool: str, arguments: Mapping[str, Any], result: Any) -> None:
            if self.sights:
                self.sights.answer(who, tool, arguments, result)

        return tell

    @cached_property
    def portal(self) -> "BlockingPortal":
        """Return what runs the MCP clients' event loop."""
        if self.given_portal is not None:
            return self.given_portal
        from anyio.from_thread import start_blocking_portal

        return self.closing.enter_context(start_blocking_portal())

    @property
    def hosts(self) -> set[str]:
        """Return `host:port` of every system, of every MCP server and of every host of an app."""
        servers = (server["mcp_url"] for server in self.description.get("servers", ()))
        apps = self.description.get("apps", ())
        further = (url for app in apps for url in app.get("hosts", {}).values())
        urls = (*self.description["systems"].values(), *servers, *further)
        return {urlsplit(url).netloc for url in urls}

    @cached_property
    def network(self) -> Network:
        """Return what the people may open."""
        return Network(self.hosts, self.simulator, open_to_all=self.is_tenant)

    def person(self, name: Who) -> dict[str, Any]:
        """Return a person by first name, name, e-mail address or actor; of two entries, the first.

        Args:
            name: the name of the person.

        Raises:
            LookupError: there is none, or several have this first name.
        """
        people = self.description["people"]
        try:
            if not _is_listed(people, name):
                people = self.described_with(get_designation(name))["people"]
            email = find([(each["name"], each["email"]) for each in people], name)
        except NobodyError as error:
            raise LookupError(str(error)) from None  # which is shown at the test's own line
        return dict(next(each for each in people if each["email"] == email))

    def server(self, name: str) -> dict[str, Any]:
        """Return an MCP server by name.

        Args:
            name: the name of the server.

        Raises:
            LookupError: there is none.
        """
        servers = self.description["servers"]
        if all(server["name"] != name for server in servers):
            servers = self.described_with(name)["servers"]
        if self.simulator is not None and all(server["name"] != name for server in servers):
            # Made since, by an import or on a page.
            self.given_description = self.simulator.describe(*sorted(self._mentioned))
            servers = self.description["servers"]
        for server in servers:
            if server["name"] == name:
                return dict(server)
        raise LookupError(
            f"No MCP server is called '{name}'. {list_choices(each['name'] for each in servers)}"
        )

    @property
    def app(self) -> dict[str, Any]:
        """Return the first app instance."""
        return dict(self.description["apps"][0])

    def app_named(self, name: str) -> dict[str, Any]:
        """Return an app instance by production host, by name, or by kind where only one is of it.

        Args:
            name: such as `acme.coupacloud.com`, `Acme Corp` or `Coupa`.

        Raises:
            LookupError: there is none, or several are of this kind.
        """
        apps = self.description["apps"]
        exact = [each for each in apps if name in (each["production_host"], each.get("name"))]
        # A tenant's file need not tell kinds.
        found = exact or [each for each in apps if each.get("kind", name).lower() == name.lower()]
        known = list_choices(each.get("name") or each["production_host"] for each in apps)
        if not found:
            raise LookupError(f"No app is called '{name}'. {known}")
        if len(found) > 1:
            raise LookupError(f"Several apps are called '{name}': say more. {known}")
        return dict(found[0])

    @staticmethod
    def kind_of(app: Mapping[str, Any]) -> str:
        """Return an app's provider name; a target file need not say it of our first app.

        Args:
            app: an entry of `apps` in the description.
        """
        return str(app.get("kind", next(iter(installed_apps.packages()))))

    def labels_at(self, host: str) -> installed_apps.PageLabels:
        """Return what people read on the pages of the app at a production host.

        Args:
            host: the host of the app's instance.
        """
        app = next(each for each in self.description["apps"] if each["production_host"] == host)
        return installed_apps.labels(self.kind_of(app))

    def app_host(self, url: str) -> str | None:
        """Return the production host of the app at an address; None where there is none.

        Args:
            url: local or in production.
        """
        app = self.app_at(url)
        return str(app["production_host"]) if app else None

    def app_at(self, url: str) -> dict[str, Any] | None:
        """Return the app instance at an address, local or in production, or None.

        Args:
            url: the URL of any page or endpoint there.
        """
        found = (dict(app) for app in self.description["apps"] if is_at_app(url, app))
        return next(found, None)


def _is_listed(people: list[dict[str, Any]], who: Who) -> bool:
    called = get_designation(who).casefold()
    return any(
        called in (each["email"].casefold(), each["name"].casefold())
        or each["name"].casefold().split()[:1] == [called]
        for each in people
    )


def _is_cut(description: dict[str, Any]) -> bool:
    """Whether a description leaves somebody or something out."""
    counts = description.get("counts", {})
    return any(
        len(description[kind]) < counts.get(kind, 0) for kind in ("people", "servers")
    ) or any(len(app["people"]) < app.get("people_count", 0) for app in description["apps"])
