"""MCP tokens under today's labels: Authentication method, Edit, Create new token."""

import re
from collections.abc import Iterator

import pytest

from simulator.db.tables import McpServer
from simulator.db.tables.servers import LEGACY_TOKEN
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.browser import Browser

pytestmark = pytest.mark.requirement("HUB-21")
HUB = "https://app.workato.com"
FINANCE = 2108


@pytest.fixture
def today() -> Iterator[Simulator]:
    """The demo in today's navigation."""
    settings = Settings(database="memory", navigation="enterprise-mcp")
    with Simulator(settings) as simulator:
        yield simulator


def tab(simulator: Simulator, name: str, number: int = FINANCE) -> str:
    """The address of a tab of a server."""
    with simulator.world.db.reading() as session:
        handle = session.get_one(McpServer, number).handle
    return f"{HUB}/ai_hub/mcp/{handle}/{name}"


def signed_in(simulator: Simulator, name: str) -> Browser:
    """A browser of somebody who builds."""
    browser = Browser(simulator).get(f"{HUB}/users/sign_in")
    return browser.press("Sign in", email=f"{name}@acme.example", password="demo-Pass-1")


def shown(browser: Browser) -> str:
    """The URL with the token; empty where the page shows none."""
    found = re.search(r'id="token-url" value="([^"]+)"', browser.page.text)
    return found[1] if found else ""


def status(simulator: Simulator, url: str) -> int:
    """What a client gets that knows the URL alone."""
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    return Browser(simulator).request("POST", url, json=message).status_code


def test_the_url_with_a_hashed_token_is_shown_once(today: Simulator) -> None:
    browser = signed_in(today, "marc").get(tab(today, "overview"))
    assert "Authentication method Token based access There is no token yet" in browser.text
    browser.get(tab(today, "authentication")).press("Create new token")
    first = shown(browser)
    assert re.fullmatch(r"https://2108\.apim\.mcp\.workato\.com\?wkt_token=[0-9a-f]{64}", first)
    assert "You will not see this token again." in browser.text
    assert status(today, first) == 200

    again = browser.get(tab(today, "authentication"))

    assert shown(again) == ""
    assert "It cannot be shown again." in again.text
    again.get(tab(today, "authentication?dialog=revoke-token"))
    assert '<dialog id="revoke-token" title="Revoke previous token?" open>' in again.page.text
    assert status(today, first) == 200, "it asks before it revokes"
    second = shown(again.press("Yes, revoke & generate"))
    assert [status(today, url) for url in (first, second)] == [401, 200]
    assert "wkt_token" not in again.get(tab(today, "overview")).page.text


def test_a_legacy_token_stands_in_the_remote_mcp_url_too(today: Simulator) -> None:
    with today.world.db.unit() as session:
        session.get_one(McpServer, FINANCE).auth_type = LEGACY_TOKEN
    browser = signed_in(today, "olivia").get(tab(today, "authentication"))
    url = shown(browser.press("Create new token"))

    overview = browser.get(tab(today, "overview"))

    assert f'id="mcp-url" value="{url}"' in overview.page.text
    assert "A legacy token was generated on" in overview.text


def test_who_is_no_admin_sees_no_edit_and_is_refused(today: Simulator) -> None:
    browser = signed_in(today, "priya").get(tab(today, "overview"))
    assert "Authentication method Token based access" in browser.text
    assert "/authentication" not in browser.page.text

    refused = browser.get(tab(today, "authentication"))

    assert refused.page.status_code == 403
    assert "Only owners and admins of the workspace" in refused.text


def test_a_server_with_workato_identity_has_no_token_to_create(today: Simulator) -> None:
    browser = signed_in(today, "marc").get(tab(today, "overview", 2107))
    assert "Authentication method Workato Identity: each end user signs in." in browser.text

    page = browser.get(tab(today, "authentication", 2107))

    assert "This server uses Workato Identity, and has no token." in page.text
    assert not page.has_button("Create new token")
    tab_of_users = browser.get(tab(today, "end_user_access"))
    assert "Authentication method > Edit > Create new token" in tab_of_users.text
    assert not tab_of_users.has_button("Generate token")
