"""The labels that Workato's pages had in 2025: User access, Developer MCP Token, My new server."""

import pytest

from simulator.db.tables import McpServer
from simulator.domain import servers
from simulator.sandbox.simulator import Simulator
from simulator.settings import USER_ACCESS, Settings
from tests.contract.browser import Browser, plain
from tests.contract.mcp_endpoint import Endpoint, token_for

HUB = "https://app.workato.com"


@pytest.mark.requirement("HUB-22", "VUA-19")
def test_servers_are_made_and_opened_to_people_under_the_labels_of_2025() -> None:
    """See the form of a new server and one's token, and switch that one's access method."""
    with Simulator(Settings(database="memory", navigation=USER_ACCESS)) as simulator:
        browser = Browser(simulator).get(f"{HUB}/users/sign_in")
        browser.press("Sign in", email="olivia@acme.example", password="demo-Pass-1")
        page = plain(browser.get(f"{HUB}/ai_hub/mcp/new").page.text)
        assert "Build your own server" in page
        assert "+ My new server" in page
        browser.get(f"{HUB}/ai_hub/mcp/new/scratch")
        form = plain(browser.page.text)
        for label in ("MCP server name", "Description", "Location", "Tool source"):
            assert label in form

        with simulator.world.db.reading() as session:
            handle = session.get_one(McpServer, 2108).handle
        browser.get(f"{HUB}/ai_hub/mcp/{handle}/end_user_access")
        access = plain(browser.page.text)
        assert "Developer MCP Token" in access
        assert "Generate token" in access
        assert "API token (default)" in access
        assert "End user access" not in access
        assert "Switch User Access Method" in access
        browser.press("Confirm", method="workato_identity")
        assert "Add user groups" in plain(browser.page.text)
        assert "User access" in plain(browser.page.text)


@pytest.mark.requirement("HUB-22")
def test_refusals_of_mcp_servers_name_the_tab_as_it_is_called() -> None:
    """One of a person without access, and one of a tool that needs verified user access."""
    with Simulator(Settings(database="memory", navigation=USER_ACCESS)) as simulator:
        with simulator.world.db.unit() as session:
            procurement = session.get_one(McpServer, 2107)
            procurement.groups.clear()
        ada = Endpoint(simulator, token_for(simulator, "ada@acme.example"))
        forbidden = ada.ask("tools/list").get_json()["error"]["message"]
        with simulator.world.db.unit() as session:
            procurement = session.get_one(McpServer, 2107)
            servers.switch_to_token_access(simulator.world, procurement)
            token = servers.generate_token(simulator.world, procurement)
        called = Endpoint(simulator, token).ask("tools/call", {"name": "List_my_requisitions"})
        unsupported = called.get_json()["result"]["content"][0]["text"]

    for message in (forbidden, unsupported):
        assert "AI Hub > MCP servers > Procurement assistant > User access." in message
