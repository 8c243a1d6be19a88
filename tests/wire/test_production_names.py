"""Real Chromium at production names: the address bar shows them, and nothing leaves the machine."""

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from anyio.from_thread import BlockingPortal
from playwright.sync_api import Browser, Error, Page, Playwright, expect

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing import ProductionNames, production_names
from simulator.testing.actors import Actor, Stage
from simulator.testing.pages.ai_hub import AiHub, ServerPage
from simulator.testing.pages.sign_in import AppPages, IdentityPages, WorkatoSignIn
from tests.tools.requirements import ROOT
from tests.wire.whole_way import SERVER, TOOL

pytestmark = [pytest.mark.ui, pytest.mark.wire]

AIHUB = "https://app.workato.com"
IDENTITY = "https://id.workato.com"
COUPA = "https://acme.coupacloud.com"
_OUR_PLUGIN = ("-p", "simulator.testing.plugin")


@pytest.fixture(scope="module")
def simulator() -> Iterator[Simulator]:
    """One that listens nowhere but at its production names."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


@pytest.fixture(scope="module")
def names(simulator: Simulator) -> Iterator[ProductionNames]:
    """Where it answers."""
    with production_names(simulator) as names:
        yield names


@pytest.fixture(scope="module")
def chromium(playwright: Playwright, names: ProductionNames) -> Iterator[Browser]:
    """A browser that is led there."""
    browser = playwright.chromium.launch(**names.launch_options())
    yield browser
    browser.close()


@pytest.fixture
def visited() -> set[str]:
    """The hosts that the pages of `new_page` asked for anything."""
    return set()


@pytest.fixture
def new_page(chromium: Browser, visited: set[str]) -> Iterator[Callable[[], Page]]:
    """Opens a page in a browser of its own."""
    with ExitStack() as closing:

        def open_page() -> Page:
            context = chromium.new_context()
            closing.callback(context.close)
            context.set_default_timeout(10_000)
            context.on("request", lambda request: visited.add(str(urlsplit(request.url).hostname)))
            return context.new_page()

        yield open_page


@pytest.fixture
def ada(
    simulator: Simulator, portal: BlockingPortal, new_page: Callable[[], Page]
) -> Iterator[Actor]:
    """Ada, in a world that is fresh."""
    simulator.reset("demo")
    with ExitStack() as closing:
        yield Actor("Ada", Stage(simulator.describe(), portal, new_page, closing))


@pytest.mark.requirement("NAME-1", "NAME-2")
def test_an_end_user_goes_the_whole_way(
    ada: Actor, names: ProductionNames, visited: set[str]
) -> None:
    """The official SDK as her client: sign-in, prompt, consent at the app, her own rows."""
    page, identity = ada.page, IdentityPages(ada.page)

    def sign_in(url: str) -> None:
        page.goto(url)
        assert page.url.startswith(f"{IDENTITY}/login")
        identity.sign_in(ada.person["email"], ada.person["password"])
        expect(identity.allow).to_be_visible()
        assert page.url.startswith(f"{IDENTITY}/oauth/authorize")
        identity.allow.click()
        page.wait_for_url(re.compile(r"^http://127\.0\.0\.1:\d+/callback\?code="))

    ada.sign_in = sign_in
    client = ada.connect(SERVER, http_options={"proxy": names.proxy, "verify": names.ssl_context})
    assert client.url == "https://2107.apim.mcp.workato.com"
    assert {urlsplit(url).netloc for _, url, _ in client.exchanges} == {
        "2107.apim.mcp.workato.com",
        "id.workato.com",
    }

    setup_link = ada.call(TOOL).structured_content["auth_url"]
    assert setup_link.startswith(f"{IDENTITY}/")
    page.goto(setup_link)
    assert page.url.startswith(f"{COUPA}/")
    coupa = AppPages(page, "coupa")
    coupa.sign_in(ada.app_account["login"], ada.app_account["password"])
    expect(coupa.allow).to_be_visible()
    assert page.url.startswith(f"{COUPA}/oauth2/")
    coupa.allow.click()
    expect(identity.heading).to_contain_text("Connected")
    assert page.url.startswith(f"{IDENTITY}/connections/rca-")

    rows = ada.call(TOOL).structured_content["requisitions"]
    assert {row["requested-by"]["email"] for row in rows} == {"ada@acme.example"}
    assert visited <= {*names.hosts, "127.0.0.1"}


@pytest.mark.requirement("NAME-1", "NAME-2", "NAME-5")
def test_an_admin_works_in_ai_hub(
    simulator: Simulator, new_page: Callable[[], Page], visited: set[str]
) -> None:
    """Forms that change something are taken, for their CSRF check asks for the https referrer."""
    simulator.reset("demo")
    owner = next(p for p in simulator.describe()["people"] if p["name"].startswith("Olivia"))
    page = new_page()

    page.goto(AIHUB)
    assert page.url.startswith(f"{AIHUB}/users/sign_in")
    WorkatoSignIn(page, AIHUB).sign_in(owner["email"], owner["password"])
    ai_hub = AiHub(page, AIHUB)
    ai_hub.open()
    ai_hub.select_mcp_servers_tab()
    ai_hub.click_server("Finance assistant")
    assert re.fullmatch(rf"{AIHUB}/.+", page.url)
    expect(page.get_by_label("Remote MCP URL")).to_have_value("https://2108.apim.mcp.workato.com")
    assert "127.0.0.1" not in page.content()

    server = ServerPage(page)
    server.click_end_user_access_tab()
    server.ensure_method("Workato Identity")
    expect(server.method("Workato Identity")).to_be_checked()
    assert page.url.startswith(AIHUB)
    assert [cookie["secure"] for cookie in page.context.cookies()] == [True]
    assert visited == {"app.workato.com"}


@pytest.mark.requirement("NAME-3")
@pytest.mark.parametrize(
    "url", ["https://example.com", "https://www.coupa.com", "http://93.184.215.14", "http://[2::1]"]
)
def test_a_foreign_address_leads_nowhere(new_page: Callable[[], Page], url: str) -> None:
    """Refused before anything is asked of a network, a name server included."""
    with pytest.raises(Error, match="net::ERR_NAME_NOT_RESOLVED"):
        new_page().goto(url)


@pytest.mark.requirement("NAME-4")
def test_trust_ends_at_our_certificate(playwright: Playwright, names: ProductionNames) -> None:
    """A browser that was told of another simulator's certificate refuses ours."""
    with (
        Simulator(Settings(database="memory")) as other_simulator,
        production_names(other_simulator) as other,
    ):
        options = replace(other, port=names.port).launch_options()
        with pytest.raises(Error, match="net::ERR_CERT_AUTHORITY_INVALID"):
            _open(playwright, AIHUB, **options)


@pytest.mark.requirement("NAME-4")
def test_a_browser_that_was_told_nothing_trusts_nobody(
    playwright: Playwright, names: ProductionNames
) -> None:
    """The names lead here, yet the flag for the certificate is missing."""
    options = names.launch_options()
    args = [flag for flag in options["args"] if names.public_key_hash not in flag]

    assert len(args) == len(options["args"]) - 1
    with pytest.raises(Error, match="net::ERR_CERT_AUTHORITY_INVALID"):
        _open(playwright, AIHUB, **options | {"args": args})


@pytest.mark.long
@pytest.mark.requirement("NAME-8")
@pytest.mark.slow
@pytest.mark.timeout(120)  # a second pytest and a second browser, on a machine that may be busy
def test_the_suite_shown_passes(tmp_path: Path) -> None:
    """Run as it stands, by a pytest of its own that knows nothing of this project's fixtures."""
    page = (ROOT / "docs/production-names.md").read_text(encoding="utf-8")
    shown = re.findall(r"`(\w+\.py)`:\n\n```python\n(.*?)^```", page, re.DOTALL | re.MULTILINE)
    for name, text in shown:
        (tmp_path / name).write_text(text, encoding="utf-8")

    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "playwright", *_OUR_PLUGIN],
        cwd=tmp_path,
        env=os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )

    assert [name for name, _ in shown] == ["conftest.py", "test_ai_hub.py"]
    assert "2 passed" in done.stdout, done.stdout + done.stderr


def _open(playwright: Playwright, url: str, **options: Any) -> None:
    browser = playwright.chromium.launch(**options)
    try:
        browser.new_page().goto(url)
    finally:
        browser.close()


@pytest.mark.requirement("NAME-8")
def test_the_program_shown_passes() -> None:
    """The one without pytest."""
    page = (ROOT / "docs/production-names.md").read_text(encoding="utf-8")
    (program,) = re.findall(r"```python\n(from playwright.*?)^```", page, re.DOTALL | re.MULTILINE)

    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=100
    )

    assert done.stdout.strip() == "Sign in | Workato", done.stderr
