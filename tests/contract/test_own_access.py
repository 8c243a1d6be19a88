"""My sign-ins and clients: what somebody signed in to, and how they end it."""

import pytest
from sqlalchemy import select

from simulator.db.tables import EndUser, OAuthConsent
from tests.contract.browser import Browser
from tests.contract.identity_world import ID, Identity, identity, office
from tests.contract.mcp_world import Mcp, mcp

__all__ = ["identity", "mcp", "office"]  # the fixtures
MINE = f"{ID}/my_access"
ASK = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}


@pytest.mark.requirement("USR-40")
def test_whoever_signs_out_everywhere_is_signed_out_in_every_browser(identity: Identity) -> None:
    here, there = identity.browser("ada"), identity.browser("ada")
    page = here.get(MINE).text
    assert page.count("Signed in 2") + page.count("Signed in ") >= 2
    assert page.count("This browser") == 1
    here.get(f"{MINE}/sign_out").press("Yes, sign out", clients="")
    assert "You are signed out everywhere." in here.text
    assert "Your account" not in there.get(f"{ID}/").text
    assert "Sign in" in Browser(identity.simulator).get(MINE).text


@pytest.mark.requirement("USR-40")
def test_clients_are_ended_one_by_one_or_all_at_once(mcp: Mcp) -> None:
    token = mcp.token_of("ada")
    other = mcp.token_of("bob")
    ada = mcp.browser("ada").get(MINE)
    assert "somebody" in ada.text
    assert mcp.send(ASK, token).status_code == 200
    ada.get(f"{MINE}/client?client_id=somebody").press("Yes, end access")
    assert "does not act for you any more" in ada.text
    assert "No MCP client acts for you." in ada.text
    assert mcp.send(ASK, token).status_code == 401
    assert mcp.send(ASK, other).status_code == 200, "somebody else's stays"
    assert ada.get(f"{MINE}/client?client_id=somebody").page.status_code == 404

    kept = mcp.browser("bob").get(f"{MINE}/sign_out").press("Yes, sign out", clients="")
    assert "signed out everywhere" in kept.text
    assert mcp.send(ASK, other).status_code == 200
    mcp.browser("bob").get(f"{MINE}/sign_out").press("Yes, sign out", clients="yes")
    assert mcp.send(ASK, other).status_code == 401


@pytest.mark.requirement("USR-40")
def test_more_clients_than_a_page_has_are_shown_on_further_pages_and_can_be_ended(mcp: Mcp) -> None:
    with mcp.simulator.world.db.unit() as session:
        ada = session.scalars(select(EndUser).where(EndUser.name == "Ada Reyes")).one()
        for number in range(120):
            session.add(
                OAuthConsent(
                    provider="identity",
                    client_id=f"https://agent.example/{number:03}",
                    subject=ada.id,
                    resource="",
                    scope="",
                    redirect_hosts=[],
                )
            )
    first = mcp.browser("ada").get(MINE)
    assert "120 clients, page 1 of 3" in first.text
    last = first.get(f"{MINE}?clients=99")
    assert "page 3 of 3" in last.text
    assert last.text.count("End access") > 0
    url = "https://agent.example/119"
    last.get(f"{MINE}/client?client_id={url}").press("Yes, end access")
    assert "119 clients" in last.text
