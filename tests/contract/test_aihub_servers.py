"""AI Hub: the MCP servers tab, a server's tools and its End user access tab."""

import re

import pytest

from simulator.db.tables import McpServer, McpTool, Recipe
from simulator.db.tables.limits import RATE_LIMIT
from simulator.domain import limits, servers
from tests.contract.aihub_world import (
    READY,
    UNFINISHED,
    Hub,
    HubBrowser,
    field_error,
    hub,
    text_of,
)

__all__ = ["hub"]  # the fixture
ACCESS = f"/ai_hub/mcp/{READY}/end_user_access"
TOKEN_ACCESS = f"/ai_hub/mcp/{UNFINISHED}/end_user_access"


@pytest.mark.requirement("HUB-4")
def test_the_mcp_servers_tab_lists_servers_and_filters_them(hub: Hub) -> None:
    browser = hub.browser("builder")
    page = text_of(browser.get("/ai_hub/mcp"))
    assert "Server ready What mcps-ready is for Workato Identity" in page
    assert "Token-based access" in page
    assert "Server ready" not in text_of(browser.get("/ai_hub/mcp?q=UNFINISHED"))
    assert "No MCP server matches" in text_of(browser.get("/ai_hub/mcp?q=nothing"))
    assert "no MCP servers yet" in text_of(hub.browser("stranger").get("/ai_hub/mcp"))


@pytest.mark.requirement("HUB-4")
def test_the_overview_of_ai_hub_tells_what_is_left_to_do(hub: Hub) -> None:
    page = text_of(hub.browser("admin").get("/ai_hub"))
    assert "To do:" not in page
    empty = text_of(hub.browser("stranger").get("/ai_hub"))
    assert empty.count("To do:") == 5


@pytest.mark.requirement("HUB-5")
def test_a_servers_overview_shows_its_address_and_links_tools_to_their_recipes(hub: Hub) -> None:
    browser = hub.browser("builder")
    answer = browser.get(f"/ai_hub/mcp/{READY}/overview")
    assert 'value="https://1.apim.mcp.workato.com"' in answer.text
    assert f'href="/recipes/2?server={READY}">Recipe 2</a>' in answer.text
    assert "Started Recipe function Coupa Verified user access" in text_of(answer)
    assert browser.get(f"/ai_hub/mcp/{READY}").headers["Location"].endswith("/overview")


@pytest.mark.requirement("HUB-5")
def test_verified_user_access_on_a_token_server_is_called_unsupported(hub: Hub) -> None:
    page = text_of(hub.browser("builder").get(f"/ai_hub/mcp/{UNFINISHED}/overview"))
    assert "not supported with token-based access: Recipe 3." in page


@pytest.mark.requirement("HUB-5")
def test_tools_are_started_and_stopped(hub: Hub) -> None:
    browser, at = hub.browser("builder"), f"/ai_hub/mcp/{UNFINISHED}/overview"
    tools = f"/ai_hub/mcp/{UNFINISHED}/tools"
    assert browser.post(tools, at, do="start", tools=["3"]).status_code == 303
    assert hub.read(McpTool, 3).enabled
    assert hub.read(Recipe, 3).running
    assert "Started: Recipe 3." in text_of(browser.get(at))
    browser.post(tools, at, do="stop", tools=["3"])
    assert not hub.read(McpTool, 3).enabled
    nothing = browser.post(tools, at, do="stop")
    assert nothing.status_code == 422
    assert "Select at least one tool." in text_of(nothing)
    assert browser.get(tools).headers["Location"] == at
    assert browser.post(tools, at, do="stop", tools=["2"]).status_code == 404


@pytest.mark.requirement("MCP-43")
def test_a_tool_whose_recipe_is_stopped_is_not_called_started(hub: Hub) -> None:
    """What to do stands above the list: starting the tool starts the recipe."""
    browser, at = hub.browser("builder"), f"/ai_hub/mcp/{READY}/overview"
    with hub.world.db.unit() as session:
        session.get_one(Recipe, 2).running = False

    page = text_of(browser.get(at))

    assert "neither see nor call a tool whose recipe is stopped: Recipe 2." in page
    assert "Recipe stopped Recipe function" in page
    assert "Stopped Recipe function" in text_of(browser.get("/recipes/2"))
    browser.post(f"/ai_hub/mcp/{READY}/tools", at, do="start", tools=["2"])
    assert "Started Recipe function" in text_of(browser.get(at))


@pytest.mark.requirement("LIM-8")
def test_a_servers_overview_shows_its_limits_where_it_has_some(hub: Hub) -> None:
    browser, at = hub.browser("builder"), f"/ai_hub/mcp/{READY}/overview"
    assert "Limits" not in text_of(browser.get(at))
    with hub.world.db.unit() as session:
        server = session.get_one(McpServer, 1)
        limits.set_limit(hub.world, server, RATE_LIMIT, 5000, "hour")
        limits.restrict_addresses(hub.world, server, allow=["203.0.113.0/24"], deny=[])

    assert (
        "Limits Rate limit 5,000 tool calls per hour, all users together Usage quota None "
        "Allowed IP addresses 203.0.113.0/24 Denied IP addresses None"
    ) in text_of(browser.get(at))


@pytest.mark.requirement("HUB-6")
def test_switching_to_workato_identity_ends_the_token(hub: Hub) -> None:
    browser = hub.browser("admin")
    assert "nobody can connect" in text_of(browser.get(TOKEN_ACCESS))
    assert "revokes" not in text_of(browser.get(f"{TOKEN_ACCESS}?dialog=switch-method"))
    browser.post(f"/ai_hub/mcp/{UNFINISHED}/token", TOKEN_ACCESS)
    dialog = text_of(browser.get(f"{TOKEN_ACCESS}?dialog=switch-method"))
    assert "revokes the MCP token at once: connected clients stop working" in dialog
    switch = f"/ai_hub/mcp/{UNFINISHED}/access_method"
    browser.post(switch, TOKEN_ACCESS, method="workato_identity")
    server = hub.read(McpServer, 2)
    assert server.uses_workato_identity
    assert server.token_hash is None
    page = browser.get(TOKEN_ACCESS)
    assert "The MCP token is revoked." in text_of(page)
    assert re.search(r'value="workato_identity" id="method-workato_identity"\s+checked', page.text)


@pytest.mark.requirement("HUB-6")
def test_confirming_without_a_change_changes_nothing(hub: Hub) -> None:
    browser = hub.browser("admin")
    browser.post(f"/ai_hub/mcp/{READY}/access_method", ACCESS, method="workato_identity")
    assert "still Workato Identity" in text_of(browser.get(ACCESS))
    browser.post(f"/ai_hub/mcp/{READY}/access_method", ACCESS, method="token")
    assert not hub.read(McpServer, 1).uses_workato_identity


@pytest.mark.requirement("HUB-7")
def test_a_token_is_shown_once_and_the_next_one_ends_it(hub: Hub) -> None:
    """Generate · read it · reload · generate again by the dialog."""
    browser = hub.browser("admin")
    first = _generate(browser)
    assert first not in browser.get(TOKEN_ACCESS).text
    dialog = text_of(browser.get(f"{TOKEN_ACCESS}?dialog=revoke-token"))
    assert "Revoke previous token?" in dialog
    assert "Yes, revoke & generate" in dialog
    second = _generate(browser)
    server = hub.read(McpServer, 2)
    assert servers.token_matches(server, second)
    assert not servers.token_matches(server, first)


@pytest.mark.requirement("HUB-7")
def test_a_server_with_workato_identity_has_no_token(hub: Hub) -> None:
    assert hub.browser("admin").post(f"/ai_hub/mcp/{READY}/token", ACCESS).status_code == 403


def _generate(browser: HubBrowser) -> str:
    answer = browser.post(f"/ai_hub/mcp/{UNFINISHED}/token", TOKEN_ACCESS)
    assert answer.headers["Location"] == TOKEN_ACCESS
    cookies = answer.headers.getlist("Set-Cookie")
    page = browser.get(TOKEN_ACCESS)
    assert "You will not see this token again." in page.text
    token = re.search(r'value="([0-9a-f]{64})"', page.text)
    assert token
    assert token[1] not in str(cookies)
    return token[1]


@pytest.mark.requirement("HUB-8")
def test_user_groups_are_added_and_no_longer_offered(hub: Hub) -> None:
    browser = hub.browser("owner")
    page = browser.get(f"{ACCESS}?dialog=add-groups").text
    assert 'name="groups" value="eug-two"> Group two' in page
    assert "eug-test" not in page  # of another environment
    assert 'name="groups" value="eug-one"' not in page
    assert (
        browser.post(f"/ai_hub/mcp/{READY}/groups", ACCESS, groups=["eug-two"]).status_code == 303
    )
    page = text_of(browser.get(f"{ACCESS}?dialog=add-groups"))
    assert "Added: Group two." in page
    assert "Every end-user group of the environment Production has access already." in page
    again = browser.post(f"/ai_hub/mcp/{READY}/groups", ACCESS, groups=["eug-two"])
    assert again.status_code == 303
    assert "had access already" in text_of(browser.get(ACCESS))


@pytest.mark.requirement("HUB-8")
def test_choosing_no_group_is_told_in_the_open_dialog(hub: Hub) -> None:
    browser = hub.browser("owner")
    answer = browser.post(f"/ai_hub/mcp/{READY}/groups", ACCESS)
    assert answer.status_code == 422
    assert field_error(answer, "groups") == "Select at least one user group."
    assert re.search(r'<dialog id="add-groups"[^>]* open>', answer.text)
    assert browser.get(f"/ai_hub/mcp/{READY}/groups").headers["Location"] == ACCESS


@pytest.mark.requirement("HUB-8")
def test_a_group_of_another_environment_is_refused(hub: Hub) -> None:
    browser = hub.browser("admin")
    answer = browser.post(f"/ai_hub/mcp/{READY}/groups", ACCESS, groups=["eug-test"])
    assert answer.status_code == 404
    assert "belongs to another environment" in text_of(answer)


@pytest.mark.requirement("HUB-8")
def test_removing_a_group_asks_first_and_leaves_an_empty_state(hub: Hub) -> None:
    browser = hub.browser("admin")
    confirm_page = text_of(browser.get(f"{ACCESS}?dialog=remove-group&group=eug-one"))
    assert "Remove Group one?" in confirm_page
    assert "lose access to Server ready" in confirm_page
    browser.post(f"/ai_hub/mcp/{READY}/groups/eug-one/remove", ACCESS)
    assert "No user groups have access yet" in text_of(browser.get(ACCESS))
    gone = browser.post(f"/ai_hub/mcp/{READY}/groups/eug-one/remove", ACCESS)
    assert gone.status_code == 404


@pytest.mark.requirement("HUB-9")
def test_a_plain_collaborator_reads_access_but_cannot_change_it(hub: Hub) -> None:
    browser = hub.browser("builder")
    page = text_of(browser.get(ACCESS))
    assert "Only owners and admins" in page
    assert "Add user groups" not in page
    for path in ("access_method", "token", "groups", "groups/eug-one/remove"):
        answer = browser.post(f"/ai_hub/mcp/{READY}/{path}", ACCESS)
        assert answer.status_code == 403, path
        assert "Only owners and admins" in text_of(answer)
    assert hub.read(McpServer, 1).uses_workato_identity
