"""A server's installation link: from its Overview, to whoever has access and to others."""

import re

import pytest

from simulator.db.tables import McpServer
from tests.contract.identity_world import ID, PROCUREMENT, Identity, identity, office

__all__ = ["identity", "office"]  # the fixtures


@pytest.mark.requirement("HUB-40")
def test_it_says_how_to_add_the_server_to_those_who_may_use_it(identity: Identity) -> None:
    link = _link(identity, 2107)
    assert PROCUREMENT in identity.browser("ada").get(link).page.text
    stranger = identity.browser("eve").get(link).page.text
    assert PROCUREMENT not in stranger
    assert "You are in no user group that may use this MCP server." in stranger


@pytest.mark.requirement("HUB-40")
def test_a_server_with_a_token_says_that_its_token_is_needed(identity: Identity) -> None:
    page = identity.browser("ada").get(_link(identity, 2108)).page.text
    assert "Ask an admin of your Workato workspace for it" in page
    assert "The client sends you here" not in page


@pytest.mark.requirement("HUB-40")
def test_nobody_installs_a_server_that_is_not_there(identity: Identity) -> None:
    answer = identity.browser("ada").get(f"{ID}/install/mcps-nowhere")
    assert answer.page.status_code == 404
    assert "leads to no MCP server" in answer.text


def _link(identity: Identity, number: int) -> str:
    """Return the link on the Overview tab, as an admin sees it."""
    hub = "https://app.workato.com"
    marc = identity.browser().get(f"{hub}/users/sign_in")
    marc.press("Sign in", email="marc@office.example", password="demo-Pass-1")
    with identity.world.db.unit() as session:
        server = session.get_one(McpServer, number)
        handle = server.handle
    page = marc.get(f"{hub}/ai_hub/mcp/{handle}/overview").page.text
    found = re.search(r'id="installation-link" value="([^"]+)"', page)
    assert found, "an installation link"
    return found[1]
