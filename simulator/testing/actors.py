"""People who act in a test: each owns a browser, and an MCP client, made on first use."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from simulator.errors import list_choices
from simulator.extras import require
from simulator.net.addresses import production_mcp_url
from simulator.testing.stage import Stage
from simulator.visits import single_sign_on, visit
from simulator.visits.forms import FormBrowser
from simulator.visits.network import ForeignHostError, bring_back, goes_its_own_way

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import Page

    from simulator.sandbox.simulator import Simulator
    from simulator.testing.client_under_test import ClientFactory, ClientUnderTest
    from simulator.testing.mcp_client import McpClient

__all__ = ["Actor", "Stage", "acting"]

_NO_BROWSER = "this test has no browser: mark or tag it ui, and install pytest-playwright"
_TOKEN_BASED = (
    "'{0}' had token-based access when this test began: nobody signs in there. Say "
    "headers={{'API-TOKEN': workspace.mcp_token('{0}')}}."
)


@contextmanager
def acting(simulator: "Simulator") -> "Iterator[Callable[[str], Actor]]":
    """Open the people of a simulator: `actor("Ada")` gives the same one each time.

    Where it listens nowhere, they go to production addresses, which are answered in-process.

    Args:
        simulator: the simulator whose people they are.
    """
    require("acting()", "mcp")
    from anyio.from_thread import start_blocking_portal

    with start_blocking_portal() as portal, ExitStack() as closing:
        try:
            yield Stage(simulator.describe(), portal, None, closing, simulator).actor
        except BaseException:
            simulator.faults.reset()  # or clients could not say goodbye
            raise


@dataclass(repr=False)
class Actor:
    """One person.

    Attributes:
        name: what the test calls them by, the first name as a rule.
        stage: shared by all actors.
        answers: what their MCP client's calls answered, in order.
        client: their MCP client, once it is connected.
        sign_in: how they sign in when their client asks; by default with the browser there is.
        input_schemas: the input schemas of the tools that their client lists, by name, once a step
            looked at them.
        id: what tokens call an end user; None for others.
    """

    name: str
    stage: Stage
    answers: list[Any] = field(default_factory=list)
    client: "McpClient | ClientUnderTest | None" = None
    sign_in: Callable[[str], None] | None = None
    input_schemas: dict[str, Any] = field(default_factory=dict)
    id: str | None = None

    def __repr__(self) -> str:
        return f"<{self.person['name']}, {self.person['email']}>"

    @property
    def person(self) -> dict[str, Any]:
        """Return their entry in the description."""
        return self.stage.entry(self.id) or self.stage.person(self.name)

    @property
    def app_account(self) -> dict[str, Any]:
        """Return their account in the first app that they have one in: login and password.

        Raises:
            LookupError: they have none.
        """
        for app in self.stage.description["apps"]:
            if account := self._account_in(app):
                return account
        known = list_choices(app["production_host"] for app in self.stage.description["apps"])
        raise LookupError(f"{self.name} has no account in any app. {known}")

    def account_at(self, url: str) -> dict[str, Any]:
        """Return their account in the app at an address: login and password.

        Args:
            url: the URL of one of the app's pages.

        Raises:
            LookupError: no app is there, or they have no account in it.
        """
        app = self.stage.app_at(url)
        if app is None:
            known = list_choices(app["production_host"] for app in self.stage.description["apps"])
            raise LookupError(f"No app of the scenario is at {url}. {known}")
        return self.account_in(app)

    def account_in(self, app: dict[str, Any]) -> dict[str, Any]:
        """Return their account in an app instance: login and password.

        Args:
            app: an entry of `apps` in the description.

        Raises:
            LookupError: they have none.
        """
        account = self._account_in(app)
        if account is None:
            raise LookupError(f"{self.name} has no account in {app['production_host']}.")
        return account

    def _account_in(self, app: dict[str, Any]) -> dict[str, Any] | None:
        email, simulator = self.person["email"].casefold(), self.stage.simulator
        # Whoever was given another e-mail address keeps the account under the one before.
        known = simulator.isolation.accepted if simulator else ()
        theirs = [email, *(account for person, account in known if person == email)]
        if found := _account(app, theirs):
            return found
        apps = self.stage.described_with(email)["apps"]
        host = app["production_host"]
        return next(
            (_account(each, theirs) for each in apps if each["production_host"] == host), None
        )

    @property
    def has_browser(self) -> bool:
        """Return whether they have a real browser, besides the one without JavaScript."""
        return self.stage.new_page is not None

    @cached_property
    def page(self) -> "Page":
        """Return their browser's page."""
        assert self.stage.new_page is not None, _NO_BROWSER
        return self.stage.new_page()

    @cached_property
    def forms(self) -> FormBrowser:
        """Return their browser without JavaScript."""
        return FormBrowser(self.stage.network, on_page=self._saw_page)

    def connect_client(self, server: str, factory: "ClientFactory") -> "ClientUnderTest":
        """Connect a client of one's own to a server, in the place of theirs.

        Args:
            server: its name.
            factory: makes the client.

        Raises:
            LookupError: there is no such server.
            Exception: whatever the client raises.
        """
        client = factory(self.stage.server(server)["mcp_url"], self)
        self.client = client
        self.stage.closing.callback(client.close)
        client.connect()
        return client

    def connect(self, server: str, **options: Any) -> "McpClient":
        """Connect their MCP client to a server; they sign in with the browser the scenario has.

        Args:
            server: its name.
            **options: the options of `McpClient`, such as `mode="legacy"`. With a `proxy` among its
                `http_options` it goes to the production address, which alone a proxy of
                `production_names` knows.

        Raises:
            LookupError: there is no such server.
            ForeignHostError: the way leads to a host that is not simulated.
            MissingExtra: the SDK is not installed.
            Exception: whatever the SDK raises.
        """
        require("an MCP client of the harness", "mcp")
        portal = self.stage.portal
        from simulator.testing.mcp_client import McpClient

        meant, network = self.stage.server(server), self.stage.network
        led = goes_its_own_way(options.get("http_options", {}))
        url, http_options = meant["mcp_url"], options.pop("http_options", {})
        if "proxy" in http_options and not self.stage.is_tenant:
            parts = urlsplit(url)
            path = parts.path.removeprefix(f"/{meant['number']}")
            url = production_mcp_url(meant["number"]) + path
            url += f"?{parts.query}" if parts.query else ""
        client = McpClient(
            url,
            self.sign_in or self._browser_sign_in(),
            http_options=network.client_options(url, http_options),
            check=None if led and network.simulator is None else network.check,
            on_answer=self.stage.saw_answer(self.name),
            **options,
        )
        self.client = client
        try:
            return self.stage.closing.push(client.connected(portal))
        except Exception as error:
            if meant["access_method"] == "token" and "headers" not in options:
                error.add_note(_TOKEN_BASED.format(server))
            raise

    def call(self, tool: str, arguments: dict[str, Any] | None = None) -> Any:
        """Call a tool with their client; `answer` is the result then.

        Args:
            tool: its name.
            arguments: the arguments of the call; none by default.

        Raises:
            MCPError: the server refused it, where the client is ours.
        """
        assert self.client is not None, f"{self.name}'s client is not connected: connect(…) first"
        self.answers.append(self.client.call_tool(tool, arguments or {}))
        if not hasattr(self.client, "on_answer"):  # a client of one's own tells nobody
            self.stage.saw_answer(self.name)(tool, arguments or {}, self.answers[-1])
        return self.answers[-1]

    def _saw_page(self, browser: FormBrowser) -> None:
        if self.stage.sights:
            self.stage.sights.page(self.name, browser)

    def authorize(self, url: str, decision: str = "Allow") -> str:
        """Open the authorization URL that a client of yours made, sign in, and decide; no page.

        Args:
            url: at Workato Identity.
            decision: `Allow` or `Deny`; no page asks for what they allowed this client before.

        Returns:
            The address that their browser is sent back to, with `code`, `state` and `iss`, or
            `error`. Nobody has opened it yet.

        Raises:
            LookupError: the way ends on a page of Workato Identity; the message has its text.
        """
        if self._needs_no_page(decision):
            browser = self._headless(url)
        else:
            browser = self.forms
            self._visit(url, decision)
        if not browser.left_for:
            raise LookupError(f"{self.name} is still at {browser.url}: {browser.text[:300]}")
        return browser.left_for

    def connect_account(self, answer: Any, decision: str = "Allow") -> str:
        """Open the setup link of an authentication prompt and decide at the app; no JavaScript.

        Args:
            answer: the tool call's answer that carries the link.
            decision: `Allow` or `Deny`.

        Returns:
            The text of the page that the way ends on.

        Raises:
            LookupError: nobody is asked to connect in this answer, or the page has no such button.
        """
        from simulator.testing.answers import read_answer

        read = read_answer(answer)
        if "auth_url" not in read.data:
            raise LookupError(f"This answer asks nobody to connect an account: {read.text[:300]}")
        return self.open_link(read.data["auth_url"], decision)

    def open_link(self, link: str, decision: str = "Allow") -> str:
        """Open a connection setup link and decide at the app; returns the last page's text.

        Where the tool needs several apps they are connected one after the other, each with the
        account that the person has there; a denial ends the way.

        Args:
            link: the link of a prompt.
            decision: `Allow` or `Deny`.

        Raises:
            LookupError: the way ends before a decision, or the person has no account in an app.
            ForeignHostError: it leads to a host that is not simulated.
        """
        if self._needs_no_page(decision):
            return self._headless(link).text
        self._visit(link, decision)
        if self.forms.left_for:  # no client waits at the end of a setup link
            raise ForeignHostError(self.forms.left_for, f"The way behind {self.forms.url}")
        return self.forms.text

    def _visit(self, url: str, decision: str) -> None:
        decided: list[str | None] = []

        def decide(app: str | None) -> str:
            decided.append(app)
            return decision

        visit(
            self.forms,
            url,
            sign_in=self._sign_in_at,
            app_at=self.stage.app_host,
            labels_at=self.stage.labels_at,
            decide=decide,
        )
        if not decided and not self.forms.left_for:
            raise LookupError(
                f"No button '{decision}' at {self.forms.url}: {self.forms.text[:300]}"
            )

    def _sign_in_at(self, browser: FormBrowser) -> None:
        """Sign in at Workato Identity, or at the app, whose page is open.

        Raises:
            LookupError: the person cannot; the message has the page's text.
        """
        app = self.stage.app_host(browser.url)
        if app is None:
            single_sign_on.sign_in(browser, self.person["email"], self.person["password"])
        else:
            account, labels = self.account_at(browser.url), self.stage.labels_at(app)
            sent = labels.credentials(account["login"], account["password"])
            browser.submit(labels.sign_in, **sent)
        if single_sign_on.asks(browser) and self.stage.app_at(browser.url) is None:
            raise LookupError(f"{self.name} is still at {browser.url}: {browser.text[:300]}")

    def _browser_sign_in(self) -> Callable[[str], None]:
        return self._sign_in_with_browser if self.has_browser else self._sign_in_with_forms

    def _sign_in_with_browser(self, url: str) -> None:
        from simulator.testing.pages.sign_in import IdentityPages

        self.stage.network.check(url)
        identity = IdentityPages(self.page)
        with self.stage.network.explained():
            self.page.goto(url)
            if identity.sign_in_button.is_visible():
                identity.sign_in(self.person["email"], self.person["password"])
            if not self._is_back():
                identity.allow.click()
            self.page.wait_for_url("**/callback?*")

    def _is_back(self) -> bool:
        return "/callback?" in self.page.url

    @property
    def _name_tag(self) -> dict[str, str]:
        """Return what signs them in where consent is headless (docs/settings.md)."""
        from simulator.web.headless import HEADER

        return {HEADER: self.person["email"]}

    def _needs_no_page(self, decision: str) -> bool:
        return decision == "Allow" and bool(self.stage.description.get("headless_consent"))

    def _headless(self, url: str) -> FormBrowser:
        """Follow an address to its end without a page."""
        return FormBrowser(self.stage.network, self._name_tag, on_page=self._saw_page).get(url)

    def _sign_in_with_forms(self, url: str) -> None:
        bring_back(self.authorize(url))


def _account(app: dict[str, Any], emails: Iterable[str]) -> dict[str, Any] | None:
    """The entry of the first of these addresses that has an account in an app."""
    accounts = {each["email"].casefold(): each for each in app["people"]}
    return next((dict(accounts[each]) for each in emails if each in accounts), None)
