"""My sign-ins and clients: what somebody signed in to, and how they end it."""

import pytest

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
