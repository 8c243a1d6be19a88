"""Steps in AI Hub > Enterprise MCP, in today's navigation: dashboards, and tokens beside them."""

from dataclasses import dataclass, field

import pytest
import requests
from playwright.sync_api import expect
from pytest_bdd import given, parsers, then, when

from simulator.settings import ENTERPRISE_MCP
from simulator.testing.actors import Actor
from simulator.testing.pages.ai_hub import AiHub
from simulator.testing.pages.dashboard import AuthenticationMethod, Dashboard
from simulator.testing.steps.web_app import Somebody
from simulator.testing.workspace import Workspace


@dataclass
class TokenUrls:
    """The URLs with a token that pages showed, in order."""

    shown: list[str] = field(default_factory=list)


@pytest.fixture
def token_urls() -> TokenUrls:
    """The URLs with a token that pages showed, none at first."""
    return TokenUrls()


@given("Workato's navigation has Enterprise MCP")
def navigation_has_enterprise_mcp(workspace: Workspace) -> None:
    """Today's generation, as `--simulator-navigation enterprise-mcp` has it; so has a tenant."""
    simulator = workspace.given_simulator
    if simulator and simulator.world.settings.navigation != ENTERPRISE_MCP:
        raise LookupError(
            "This run has the older navigation: use --simulator-navigation enterprise-mcp."
        )


@when(parsers.re(r'(?P<who>[^"]+?) opens? AI Hub'))
def opens_ai_hub(who: str, somebody: Somebody, workspace: Workspace) -> None:
    """By the sidebar: the page that it opens on."""
    AiHub(somebody(who).page, workspace.description["systems"]["aihub"]).open()


@when(parsers.re(r'(?P<who>[^"]+?) opens? the dashboard of "(?P<server>[^"]+)"'))
def opens_dashboard(who: str, server: str, somebody: Somebody, workspace: Workspace) -> None:
    """The tab of the server's page."""
    page = somebody(who).page
    hub = AiHub(page, workspace.description["systems"]["aihub"])
    hub.open()
    hub.select_mcp_servers_tab()
    hub.click_server(server)
    page.get_by_role("tab", name="Dashboard", exact=True).click()


@when(parsers.re(r'(?P<who>[^"]+?) switch(?:es)? the dashboard to "(?P<measure>[^"]+)"'))
def switches_dashboard(who: str, measure: str, somebody: Somebody) -> None:
    """Tool calls or Estimated token usage."""
    Dashboard(somebody(who).page).switch_to(measure)


@when(parsers.re(r'(?P<who>[^"]+?) filters? the dashboard by the user "(?P<name>[^"]+)"'))
def filters_by_user(who: str, name: str, somebody: Somebody) -> None:
    """Part of a name, an e-mail address or an id."""
    Dashboard(somebody(who).page).filter_by("User", name)


@when(parsers.re(r'(?P<who>[^"]+?) filters? the dashboard by a custom range without an end'))
def filters_without_end(who: str, somebody: Somebody) -> None:
    """The two fields come with the choice."""
    page = Dashboard(somebody(who).page)
    expect(page.field("From (UTC)")).to_be_hidden()
    page.range.select_option(label="Custom range")
    page.field("From (UTC)").fill("2026-11-27T09:30")
    page.apply()


@then(parsers.re(r"the dashboard counts (?P<number>\d+) tool calls?"))
def counts_calls(number: str, admin: Actor) -> None:
    """In the numbers, and in the chart overtime."""
    page = Dashboard(admin.page)
    expect(page.number("Tool calls")).to_have_text(number)
    expect(page.drawing("Tool calls overtime")).to_be_visible()


@then(parsers.parse('the chart "{title}" shows "{name}" with as many as the dashboard counts'))
def chart_shows_all(title: str, name: str, admin: Actor) -> None:
    """The estimated token usage of all calls."""
    page = Dashboard(admin.page)
    expect(page.drawing(title)).to_be_visible()
    number = page.number("Estimated token usage").inner_text()
    assert number != "0"
    assert page.value(title, name) == number


@then(parsers.re(r'the chart "(?P<title>[^"]+)" shows "(?P<name>[^"]+)" with (?P<number>\d+)'))
def chart_shows(title: str, name: str, number: str, admin: Actor) -> None:
    """Drawn, and in its table."""
    page = Dashboard(admin.page)
    expect(page.drawing(title)).to_be_visible()
    assert page.value(title, name) == number


@then("the dashboard says that no tool was called")
def nothing_called(admin: Actor) -> None:
    """An empty state in words, and what to do."""
    page = Dashboard(admin.page)
    expect(page.number("Tool calls")).to_have_text("0")
    expect(page.main).to_contain_text("No tool was called in this time.")


@then("the dashboard says that no tool call fits the filter")
def nothing_fits(admin: Actor) -> None:
    """With the way back to all."""
    page = Dashboard(admin.page)
    expect(page.main).to_contain_text("No tool call of this time fits the filter.")
    expect(page.main.get_by_role("link", name="Show all", exact=True).first).to_be_visible()


@then(parsers.parse('the dashboard says "{sentence}" beside the field "{label}"'))
def says_beside(sentence: str, label: str, admin: Actor) -> None:
    """What was chosen stays."""
    page = Dashboard(admin.page)
    expect(page.error(label)).to_contain_text(sentence)
    expect(page.field("From (UTC)")).to_have_value("2026-11-27T09:30")


@when(
    parsers.re(
        r'(?P<who>[^"]+?) creates? a new token under Authentication method'
        r"(?P<revoke>, and confirms? that the previous one is revoked)?"
    )
)
def creates_token(who: str, revoke: str | None, somebody: Somebody, token_urls: TokenUrls) -> None:
    """Of the server whose page is open: Overview, Edit, Create new token."""
    page = AuthenticationMethod(somebody(who).page)
    page.open()
    token_urls.shown.append(page.create_token(revoke=bool(revoke)))


@then(
    parsers.re(r"a client can use the URL that is shown(?P<alone>, and no longer the one before)?")
)
def client_uses_url(alone: str | None, token_urls: TokenUrls, workspace: Workspace) -> None:
    """As it stands, without anything else."""
    *before, newest = [_list_tools(workspace, url).status_code for url in token_urls.shown]
    assert newest == 200
    assert before == ([401] if alone else [])


@then("the URL with the token is not shown again")
def url_is_gone(admin: Actor) -> None:
    """Nor by the back button."""
    page = AuthenticationMethod(admin.page)
    page.open()
    expect(page.url).to_have_count(0)


def _list_tools(workspace: Workspace, url: str) -> requests.Response:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    return workspace.stage.network.session().post(url, json=message, timeout=10)
