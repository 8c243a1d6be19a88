"""What came of an attempt to connect: shown again to whom it concerns, and truly."""

import pytest

from tests.contract.identity_world import ID
from tests.contract.mcp_world import APP_PASSWORD, Mcp, identity, mcp, office
from tests.contract.test_user_connections import ADA, MINE, TOOL, TOOLS, admin, connect_as

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("CONN-9")


def test_a_reload_shows_the_connection_and_the_way_back_is_good_once(mcp: Mcp) -> None:
    browser = connect_as(mcp, "ada")
    (finish,) = (url for url in browser.trail if "/connections/finish/" in url)

    for _ in range(2):
        browser.get(browser.url)
        assert browser.page.status_code == 200
        assert f"Coupa: connected as {ADA}" in browser.text
    assert "There is nothing to finish here" in browser.get(finish).text
    assert browser.page.status_code == 400


def test_a_reload_shows_the_denial_and_who_denied(mcp: Mcp) -> None:
    link = mcp.call(TOOL)["structuredContent"]["auth_url"]
    browser = mcp.open_link(link, press="Deny")
    page_text = browser.text

    assert "You did not allow the connection Coupa: The user denied" in page_text
    assert browser.get(browser.url).text == page_text


def test_back_to_the_consent_page_ends_at_the_outcome(mcp: Mcp) -> None:
    """Denied, Back, Allow: what was decided first holds, and it is no matter of the web app."""
    link = mcp.call(TOOL)["structuredContent"]["auth_url"]
    browser = mcp.browser("ada").get(link)
    browser.press("Sign in", login="ada", password=APP_PASSWORD)
    consent = browser.url
    browser.press("Deny")
    browser.get(consent).press("Allow")

    assert browser.url.startswith(f"{ID}/connections/")
    assert "You did not allow the connection" in browser.text
    assert "Call the tool again from your MCP client to get a new link." in browser.text
    assert not mcp.children()


def test_other_windows_of_the_same_link_end_at_the_outcome(mcp: Mcp) -> None:
    """The first consent counts, also where another window is signed in as somebody else."""
    link = mcp.call(TOOL)["structuredContent"]["auth_url"]
    first, second = mcp.browser("ada").get(link), mcp.browser("ada").get(link)
    mcp.decide(first, "ada")
    mcp.decide(second, "bob")

    assert f"Coupa: connected as {ADA}" in second.text
    assert len(mcp.children()) == 1


def test_what_was_disconnected_is_not_shown_as_connected(mcp: Mcp) -> None:
    browser = connect_as(mcp, "ada")
    outcome = browser.url
    (own,) = mcp.children()
    browser.get(f"{MINE}/{own.id}/disconnect").press("Disconnect")

    assert browser.get(outcome).page.status_code == 410
    assert "used before. Call the tool again" in browser.text


def test_the_outcome_is_the_persons_own(mcp: Mcp) -> None:
    outcome = connect_as(mcp, "ada").url
    bob = mcp.browser("bob").get(outcome)

    assert bob.page.status_code == 410
    assert "made for somebody else" in bob.text
    assert ADA not in bob.text


def test_a_reconnect_that_was_not_finished_is_not_said_to_be_done(mcp: Mcp) -> None:
    """Bob allowed at the page that Ada had opened: her connection is what it was."""
    connect_as(mcp, "ada")
    browser = mcp.browser("ada").get(MINE).press("Reconnect")
    mcp.decide(mcp.browser("bob").get(browser.url), "bob")
    mcp.decide(browser, "ada")

    assert browser.url == MINE
    assert f"Account {ADA}" in browser.text


def test_nobody_is_asked_to_end_what_has_ended(mcp: Mcp) -> None:
    browser = connect_as(mcp, "ada")
    (own,) = mcp.children()
    browser.get(f"{MINE}/{own.id}/disconnect").press("Disconnect")

    assert browser.get(f"{MINE}/{own.id}/disconnect").url == MINE
    assert "Coupa is not connected any more: there is nothing to disconnect." in browser.text
    marc = admin(mcp).get(f"{TOOLS}/{own.id}/disconnect")
    assert marc.url == TOOLS
    assert "Ada Reyes is not connected to Coupa any more" in marc.text
