"""Nobody in a test leaves the machine: browsers, clients and steps open simulated hosts alone.

What is guarded here is proved from outside: Python's sockets are watched, and a browser that looks
up any name finds a trap.
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser, Error, Page, Playwright

from simulator.faults import Faults
from simulator.sandbox.simulator import Simulator
from simulator.testing import ApiClient, FormBrowser, McpClient, Workspace, production_names
from simulator.testing.browser import launch_options
from simulator.testing.pages.sign_in import AppPages, IdentityPages
from simulator.visits.network import ForeignHostError, Network, bring_back
from tests.wire.trap import Trap

pytestmark = [pytest.mark.wire, pytest.mark.requirement("HARN-32")]
FOREIGN = "https://small.coupacloud.com/somewhere"
SERVER, TOOL = "Procurement assistant", "List_my_requisitions"
NAMED = r"small\.coupacloud\.com, which is not simulated: nothing was sent there"


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Any other address that this process asks for, or connects to, fails the test."""
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def checked_look_up(host: Any, *args: Any, **options: Any) -> Any:
        assert host in (None, "127.0.0.1", "localhost", "::1"), f"looked up {host}"
        return look_up(host, *args, **options)

    def checked_connect(self: socket.socket, address: Any) -> None:
        assert self.family == socket.AF_UNIX or address[0] in ("127.0.0.1", "::1"), address
        connect(self, address)

    monkeypatch.setattr(socket, "getaddrinfo", checked_look_up)
    monkeypatch.setattr(socket.socket, "connect", checked_connect)


def leads_away(faults: Faults, request: str = "GET /login", system: str = "identity") -> None:
    """Has a page send its visitors to a host of another world."""
    faults.add(request, system=system, status=302, headers={"Location": FOREIGN})


@pytest.mark.simulator_scenario("minimal")
def test_another_world_is_as_whole_as_the_first_one(workspace: Workspace) -> None:
    """Sign-in, prompt, consent at its own app, rows."""
    ida = workspace.person("Ida")
    ida.connect("Buying")

    assert "Connected" in ida.connect_account(ida.call(TOOL))

    rows = ida.call(TOOL).structured_content["requisitions"]
    assert {row["requested-by"]["login"] for row in rows} == {"ida"}


@pytest.mark.ui
@pytest.mark.simulator_scenario("minimal")
def test_so_it_is_in_a_browser(workspace: Workspace) -> None:
    ida = workspace.person("Ida")
    ida.connect("Buying")

    ida.page.goto(ida.call(TOOL).structured_content["auth_url"])
    account = ida.account_at(ida.page.url)
    coupa = AppPages(ida.page, "coupa")
    coupa.sign_in(account["login"], account["password"])
    coupa.allow.click()
    IdentityPages(ida.page).heading.filter(has_text="Connected").wait_for()

    assert "requisitions" in ida.call(TOOL).structured_content
    assert workspace.stage.network.refused == []


def test_a_world_that_a_test_makes_itself_has_its_people(workspace: Workspace) -> None:
    workspace.simulator.reset("minimal")
    ida = workspace.person("Ida")
    ida.connect("Buying")

    assert "Connected" in ida.connect_account(ida.call(TOOL))
    assert workspace.description["scenario"] == "minimal"


def test_a_browser_without_javascript_opens_no_foreign_page(
    workspace: Workspace, faults: Faults
) -> None:
    """Neither an address, nor behind a redirect, nor by a form."""
    forms = workspace.person("Ada").forms
    identity = workspace.description["systems"]["identity"]

    with pytest.raises(ForeignHostError, match=NAMED):
        forms.get(FOREIGN)
    form = f'<form action="{FOREIGN}" method="post"><button>Go</button></form>'
    faults.add("/login", system="identity", status=200, body=form.encode(), times=1)
    with pytest.raises(ForeignHostError, match=NAMED):
        forms.get(f"{identity}/login").submit("Go")
    leads_away(faults)
    assert forms.get(f"{identity}/login").left_for == FOREIGN
    assert not forms.buttons
    with pytest.raises(ForeignHostError, match=NAMED):
        forms.submit("Sign in", email="ada@acme.example")


def test_a_person_follows_no_link_away(workspace: Workspace, faults: Faults) -> None:
    ada = workspace.person("Ada")
    ada.connect(SERVER)
    link = ada.call(TOOL).structured_content["auth_url"]

    for act in (ada.open_link, ada.authorize):
        with pytest.raises(ForeignHostError, match=NAMED):
            act(FOREIGN)
    leads_away(faults, "GET /connections/setup/*")
    with pytest.raises(ForeignHostError, match=NAMED):
        ada.open_link(link)


@pytest.mark.parametrize(
    "url", [FOREIGN, "http://small.coupacloud.com:80/x", "https://127.0.0.1.small.coupacloud.com/"]
)
def test_no_code_is_brought_to_a_foreign_client(url: str) -> None:
    with pytest.raises(ForeignHostError, match=r"small\.coupacloud\.com"):
        bring_back(url)


@pytest.fixture
def lie(faults: Faults) -> None:
    """A server says that its metadata is elsewhere."""
    challenge = {"WWW-Authenticate": f'Bearer resource_metadata="{FOREIGN}"'}
    faults.add("POST /2107", system="mcp", status=401, headers=challenge)


@pytest.mark.usefixtures("lie")
def test_a_client_is_not_led_astray(workspace: Workspace) -> None:
    with pytest.raises(ForeignHostError, match=NAMED):
        workspace.person("Ada").connect(SERVER)


@pytest.mark.usefixtures("lie")
def test_a_client_that_a_test_makes_itself_stays_here_as_well(workspace: Workspace) -> None:
    client = McpClient(workspace.stage.server(SERVER)["mcp_url"], pytest.fail)

    with pytest.raises(ForeignHostError, match=NAMED), client.connected(workspace.stage.portal):
        pass


def test_a_program_at_the_developer_api_stays_here(
    api_client: ApiClient, faults: Faults, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever proxy its environment names."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://proxy.example:3128")

    assert api_client.get("/api/mcp/mcp_servers").ok
    leads_away(faults, "GET /api/mcp/mcp_servers", system="api")
    with pytest.raises(ForeignHostError, match=NAMED):
        api_client.get("/api/mcp/mcp_servers")


def test_a_tenant_is_reached() -> None:
    """By clients at any host; browsers go to its systems."""
    tenant = Network(["id.tenant.example"], open_to_all=True)

    tenant.check(FOREIGN)
    assert tenant.has("https://id.tenant.example/login")
    assert not tenant.has(FOREIGN)
    assert tenant.client_options(FOREIGN, {"timeout": 1}) == {"timeout": 1}


@pytest.fixture(scope="module")
def trap() -> Iterator[Trap]:
    """Where every name leads that a browser looks up by itself."""
    with Trap() as trap:
        yield trap


@pytest.fixture(scope="module")
def led_astray(playwright: Playwright, trap: Trap) -> Iterator[Browser]:
    """Chromium whose name server knows the trap alone."""
    rules = f"--host-resolver-rules=MAP * 127.0.0.1:{trap.port}, EXCLUDE 127.0.0.1"
    options = launch_options()
    browser = playwright.chromium.launch(**{**options, "args": [*options["args"], rules]})
    yield browser
    browser.close()


Open = Callable[..., Page]


@pytest.fixture
def open_page(led_astray: Browser, workspace: Workspace) -> Iterator[Open]:
    """A page of a context as the people of a test have it, or of one that knows no proxy."""
    with ExitStack() as closing, production_names(workspace.simulator) as names:

        def open_one(*, confined: bool = True) -> Page:
            options = names.context_options() if confined else {}
            context = led_astray.new_context(**options)
            closing.callback(context.close)
            context.set_default_timeout(10_000)
            return context.new_page()

        yield open_one


AWAY = {
    "a page": "<a href='{0}'>go</a>",
    "a form": "<form action='{0}' method='post'><button>go</button></form>",
    "a picture": "<img src='{0}'>",
    "a script": "<script src='{0}'></script>",
    "a request": "<script>fetch('{0}').catch(() => 0)</script>",
    "a socket": "<script>new WebSocket('wss://small.coupacloud.com/')</script>",
    "a frame": "<iframe src='{0}'></iframe>",
    "plain http": "<img src='http://small.coupacloud.com/x.png'>",
}


#: How a browser that is refused notices it, where that is not a failed request.
_EVENTS = {"a socket": "websocket", "plain http": "response"}


@pytest.mark.ui
@pytest.mark.parametrize("way", [*AWAY, "a redirect"])
def test_a_browser_looks_up_no_foreign_name(
    workspace: Workspace, faults: Faults, open_page: Open, trap: Trap, way: str
) -> None:
    """Whatever a page does; a browser that is not confined falls into the trap."""
    where = f"{workspace.description['systems']['identity']}/login"
    if way == "a redirect":
        leads_away(faults)
    else:
        page = f"<!doctype html><title>Away</title>{AWAY[way].format(FOREIGN)}"
        headers = {"Content-Type": "text/html", "Content-Security-Policy": ""}
        faults.add("/login", system="identity", status=200, body=page.encode(), headers=headers)

    assert not _falls(trap, open_page(), where, _EVENTS.get(way, "requestfailed"))
    event = "websocket" if way == "a socket" else "requestfailed"
    assert _falls(trap, open_page(confined=False), where, event)


def _falls(trap: Trap, page: Page, where: str, event: str) -> bool:
    """Whether a page that leads away brings its browser into the trap; the event is its end."""
    trap.visits = 0

    with page.expect_event(event, lambda it: "small.coupacloud.com" in it.url) as ended:
        with suppress(Error):  # a redirect fails here
            page.goto(where)
        pressed = page.locator("a, button")
        if pressed.count():
            pressed.click(no_wait_after=True)
    if event == "websocket" and not ended.value.is_closed():
        with suppress(Error):  # its failure may be told before its end
            ended.value.wait_for_event("close")
    return trap.visits > 0


@pytest.mark.ui
def test_production_names_are_here_for_any_browser(workspace: Workspace) -> None:
    """Without flags at its start."""
    page = workspace.person("Ada").page

    page.goto("https://id.workato.com/login")

    assert page.url == "https://id.workato.com/login"
    IdentityPages(page).sign_in_button.wait_for()


@pytest.mark.ui
def test_an_actor_says_where_the_browser_was_sent(workspace: Workspace, faults: Faults) -> None:
    leads_away(faults)

    with pytest.raises(ForeignHostError, match=NAMED):
        workspace.person("Ada").connect(SERVER)
    assert workspace.stage.network.refused[-1] == FOREIGN


@pytest.mark.long
def test_a_failed_test_says_so_too(pytester: pytest.Pytester) -> None:
    """Where it opened the page itself."""
    pytester.makeconftest(
        """
        import pytest
        from simulator.testing import launch_options

        @pytest.fixture(scope="session")
        def browser_type_launch_args(browser_type_launch_args):
            return {**browser_type_launch_args, **launch_options()}
        """
    )
    pytester.makepyfile(
        f"""
        def test_it(signed_in_page):
            signed_in_page("Ada").goto("{FOREIGN}")
        """
    )

    result = pytester.runpytest_subprocess("-p", "no:randomly")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*A page of this test leads to small.coupacloud.com, which is *"])


def test_a_proxy_refuses_plain_http_by_name(simulator: Simulator) -> None:
    with production_names(simulator) as names, requests.Session() as session:
        session.trust_env = False
        answer = session.get("http://evil.example/x", proxies={"http": names.proxy})

    assert answer.status_code == 403
    assert "No simulated system answers for http://evil.example/x" in answer.text


def test_a_browser_of_a_sandbox_elsewhere_stays_there() -> None:
    """One that knows nothing but addresses."""
    with pytest.raises(ForeignHostError, match=r"evil\.example"):
        FormBrowser({"127.0.0.1:8701"}).get("https://evil.example/")
