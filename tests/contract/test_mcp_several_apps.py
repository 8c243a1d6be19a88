"""A tool that needs two apps: one prompt, one page, one consent after the other."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from simulator.connectors import CONNECTORS
from simulator.db.tables import Connection, Recipe
from simulator.systems.apps.coupa.connector import CONNECTOR as COUPA
from tests.contract.browser import Browser
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures
TOOL = "List_my_requisitions"
CONTRACTS = replace(COUPA, provider="contracts", name="Coupa Contracts")


@pytest.fixture
def two_apps(mcp: Mcp, monkeypatch: pytest.MonkeyPatch) -> Mcp:
    """The tool's recipe searches in Coupa Contracts first, then in Coupa."""
    monkeypatch.setitem(CONNECTORS, CONTRACTS.provider, CONTRACTS)
    with mcp.world.db.unit() as session:
        coupa = session.scalars(select(Connection)).one()
        columns = {c.key: getattr(coupa, c.key) for c in Connection.__table__.columns}
        row = {"id": 99, "name": "Contracts (end users)", "provider": CONTRACTS.provider}
        session.add(Connection(**(columns | row)))
        recipe = session.scalars(select(Recipe).where(Recipe.name == "List my requisitions")).one()
        search, returns = recipe.code["block"]
        first = search | {"provider": CONTRACTS.provider}
        blocks = [first, search | {"number": 2}, returns | {"number": 3}]
        recipe.code = recipe.code | {"block": blocks}
        entry = recipe.config[0] | {"provider": CONTRACTS.provider, "account_id": 99}
        recipe.config = [*recipe.config, entry]
    return mcp


def listed(browser: Browser) -> str:
    """What the page of apps says after its introduction."""
    return browser.text.split("one after the other. ")[1].split(" A simulation")[0]


@pytest.mark.requirement("MCP-35")
def test_two_apps_are_connected_one_after_the_other(two_apps: Mcp) -> None:
    """One link; a page lists both in the recipe's order and says which is connected."""
    result = two_apps.call(TOOL)
    prompt = result["structuredContent"]
    assert [one["app"] for one in prompt["connections"]] == ["Coupa Contracts", "Coupa"]
    assert "connect your Coupa Contracts and Coupa accounts" in result["content"][0]["text"]

    browser = two_apps.browser("ada").get(prompt["auth_url"])
    both = "Coupa Contracts Contracts (end users) {} Coupa Coupa (end users) Not connected"
    assert listed(browser).startswith(both.format("Not connected"))

    two_apps.decide(browser.press("Connect Coupa Contracts"), "ada")
    assert listed(browser).startswith(both.format("Connected"))
    two_apps.decide(browser.press("Connect Coupa"), "ada")

    assert "Your connection is stored" in browser.text
    assert [row.provider for row in two_apps.children()] == ["contracts", "coupa"]
    assert "requisitions" in two_apps.call(TOOL)["structuredContent"]


@pytest.mark.requirement("MCP-36")
def test_cancelling_ends_the_link_and_keeps_what_was_connected(two_apps: Mcp) -> None:
    """The next prompt asks for the rest alone."""
    link = two_apps.call(TOOL)["structuredContent"]["auth_url"]
    browser = two_apps.browser("ada").get(link)
    two_apps.decide(browser.press("Connect Coupa Contracts"), "ada")

    browser.press("Cancel connection")

    assert "Connection cancelled" in browser.text
    assert browser.get(link).page.status_code == 410
    prompt = two_apps.call(TOOL)["structuredContent"]
    assert [one["app"] for one in prompt["connections"]] == ["Coupa"]
    assert "Connected" in two_apps.open_link(prompt["auth_url"]).text


@pytest.mark.requirement("MCP-36")
def test_denying_one_app_ends_the_link(two_apps: Mcp) -> None:
    link = two_apps.call(TOOL)["structuredContent"]["auth_url"]
    browser = two_apps.browser("ada").get(link)

    two_apps.decide(browser.press("Connect Coupa Contracts"), "ada", press="Deny")

    assert "You did not allow the connection" in browser.text
    assert "Coupa Contracts" in browser.text
    assert browser.get(link).page.status_code == 410
    assert two_apps.children() == []


@pytest.mark.requirement("MCP-35")
def test_a_modern_client_gets_one_link_for_each_app(two_apps: Mcp) -> None:
    """Each leads straight to its app; the retry with both answers goes through."""
    first_result = two_apps.ask_modern("tools/call", {"name": TOOL}).get_json()["result"]
    requests = first_result["inputRequests"]
    assert first_result["resultType"] == "input_required"
    assert len(requests) == 2

    browser = two_apps.browser("ada")
    for request in requests.values():
        two_apps.decide(browser.get(request["params"]["url"]), "ada")
    responses = {key: {"action": "accept"} for key in requests}
    retry = {
        "name": TOOL,
        "requestState": first_result["requestState"],
        "inputResponses": responses,
    }

    result = two_apps.ask_modern("tools/call", retry).get_json()["result"]
    assert result["resultType"] == "complete"
    assert "requisitions" in result["structuredContent"]
    foreign = two_apps.ask_modern("tools/call", retry, who="bob").get_json()
    assert foreign["error"]["code"] == -32602
