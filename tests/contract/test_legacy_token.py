"""Legacy MCP tokens: plain ones that stand in the Remote MCP URL."""

import logging
import re
from dataclasses import dataclass

import pytest

from simulator.db.tables import McpServer
from simulator.db.tables.servers import LEGACY_TOKEN
from simulator.domain import servers
from tests.contract.aihub_world import UNFINISHED, Hub, hub, text_of
from tests.contract.identity_world import FINANCE
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["hub", "identity", "mcp", "office"]  # the fixtures
OVERVIEW = f"/ai_hub/mcp/{UNFINISHED}/overview"
ACCESS = f"/ai_hub/mcp/{UNFINISHED}/end_user_access"
LIST = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@dataclass
class Legacy:
    """AI Hub with a server on a legacy token."""

    hub: Hub

    def url(self, login: str) -> str:
        """The Remote MCP URL that this person sees."""
        page = self.hub.browser(login).get(OVERVIEW).text
        field = re.search(r'id="mcp-url" value="([^"]+)"', page)
        assert field
        return field[1]


@pytest.fixture
def legacy(hub: Hub) -> Legacy:
    """With its first token."""
    with hub.world.db.unit() as session:
        server = session.get_one(McpServer, 2)
        server.auth_type = LEGACY_TOKEN
        servers.generate_token(hub.world, server)
    return Legacy(hub)


@pytest.mark.requirement("MCP-44")
def test_owners_and_admins_see_the_token_in_the_url_each_time(legacy: Legacy) -> None:
    url = legacy.url("admin")

    assert re.fullmatch(r"https://2\.apim\.mcp\.workato\.com\?wkt_token=[0-9a-f]{64}", url)
    assert legacy.url("admin") == legacy.url("owner") == url
    assert "whoever has the address can use the tools" in text_of(
        legacy.hub.browser("admin").get(OVERVIEW)
    )


@pytest.mark.requirement("MCP-44")
def test_other_collaborators_see_the_url_without_it(legacy: Legacy) -> None:
    browser = legacy.hub.browser("builder")

    assert legacy.url("builder") == "https://2.apim.mcp.workato.com"
    for page in (OVERVIEW, ACCESS):
        assert not re.search(r"[0-9a-f]{64}", browser.get(page).text)
    assert "Owners and admins see it with its legacy MCP token" in text_of(browser.get(OVERVIEW))


@pytest.mark.requirement("MCP-44")
def test_a_new_token_takes_the_place_of_the_old_one(legacy: Legacy) -> None:
    """It is a legacy one again, and the old one dies at once."""
    old = legacy.url("admin").partition("wkt_token=")[2]
    browser = legacy.hub.browser("admin")

    browser.post(f"/ai_hub/mcp/{UNFINISHED}/token", ACCESS)

    assert "stands in the Remote MCP URL too" in text_of(browser.get(ACCESS))
    new = legacy.url("admin").partition("wkt_token=")[2]
    server = legacy.hub.read(McpServer, 2)
    assert servers.token_matches(server, new)
    assert not servers.token_matches(server, old)
    assert "A legacy token was generated on" in text_of(browser.get(ACCESS))


@pytest.mark.requirement("MCP-44")
def test_switching_to_workato_identity_takes_it_out_of_the_url(legacy: Legacy) -> None:
    """And token-based access is chosen anew with a token that is shown once."""
    browser, switch = legacy.hub.browser("admin"), f"/ai_hub/mcp/{UNFINISHED}/access_method"

    browser.post(switch, ACCESS, method="workato_identity")
    assert legacy.url("admin") == "https://2.apim.mcp.workato.com"
    browser.post(switch, ACCESS, method="token")
    browser.post(f"/ai_hub/mcp/{UNFINISHED}/token", ACCESS)

    assert "You will not see this token again." in text_of(browser.get(ACCESS))
    assert legacy.url("admin") == "https://2.apim.mcp.workato.com"
    assert legacy.hub.read(McpServer, 2).token_sealed is None


@pytest.mark.requirement("MCP-44")
def test_a_client_calls_with_the_url_alone_and_no_log_has_its_token(
    mcp: Mcp, caplog: pytest.LogCaptureFixture
) -> None:
    """With the right one, and with a wrong one."""
    caplog.set_level(logging.DEBUG)
    with mcp.world.db.unit():
        server = servers.find_server_by_number(mcp.world, 2108)
        assert server is not None
        server.auth_type = LEGACY_TOKEN
        token = servers.generate_token(mcp.world, server)
        url = servers.add_token(mcp.world, server, FINANCE)

    right = mcp.send(LIST, None, url)
    wrong = mcp.send(LIST, None, url.replace(token, token[::-1]))

    assert (right.status_code, wrong.status_code) == (200, 401)
    assert "List_my_requisitions" in right.text
    lines = [record.getMessage() for record in caplog.records]
    assert any("POST / 200" in line or "POST /2108 200" in line for line in lines), lines
    assert not [line for line in lines if token in line or token[::-1] in line]
