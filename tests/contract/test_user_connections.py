"""A wrong connection is undone: by the person at Workato Identity, by an admin in the web app."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.listing import PAGE_SIZE
from simulator.db.tables import Connection, EndUser, GroupMember, OAuthToken
from simulator.db.tables.connections import LostCause
from simulator.domain import connections
from simulator.domain.tokens import ConnectionLost, get_live_access_token
from tests.contract.browser import Browser
from tests.contract.identity_world import ID, PASSWORD
from tests.contract.mcp_world import APP_PASSWORD, Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures
APP = "https://app.workato.com"
TOOLS = f"{APP}/tools/runtime_user_connections"
MINE = f"{ID}/my_connections"
TOOL = "List_my_requisitions"
BOB = "Bob Tanaka (bob, bob@office.example)"
ADA = "Ada Reyes (ada, ada@office.example)"


def connect_as(mcp: Mcp, login: str) -> Browser:
    """Ada's link, somebody's login at the app; returns their browser at the last page."""
    link = mcp.call(TOOL)["structuredContent"]["auth_url"]
    browser = mcp.browser("ada").get(link)
    return browser.press("Sign in", login=login, password=APP_PASSWORD).press("Allow")


def admin(mcp: Mcp) -> Browser:
    """Marc's browser, signed in to the web app."""
    browser = Browser(mcp.simulator).get(f"{APP}/users/sign_in")
    return browser.press("Sign in", email="marc@office.example", password=PASSWORD)


def live_tokens(mcp: Mcp, login: str) -> int:
    """How many tokens of the app this account has that were not revoked, builders' aside."""
    with mcp.world.db.unit() as session:
        subject = {"ada": "2", "bob": "3"}[login]
        found = select(OAuthToken).where(
            OAuthToken.provider == "app:office.coupacloud.com",
            OAuthToken.subject == subject,
            OAuthToken.revoked_at.is_(None),
        )
        return len(session.scalars(found).all())


def requesters(result: dict[str, Any]) -> set[str]:
    """Whose rows a call returned."""
    rows = result["structuredContent"]["requisitions"]
    return {row["requested-by"]["login"] for row in rows}


@pytest.mark.requirement("CONN-1", "CONN-2")
def test_a_wrong_account_is_seen_and_undone_before_it_does_harm(mcp: Mcp) -> None:
    browser = connect_as(mcp, "bob")
    assert f"Coupa: connected as {BOB}" in browser.text

    listed = browser.get(MINE)
    assert f"Account {BOB}" in listed.text
    assert "Connected" in listed.text
    assert "Last used Never" in listed.text
    (own,) = mcp.children()
    dialog = browser.get(f"{MINE}/{own.id}/disconnect")
    assert f"act in Coupa as {BOB}" in dialog.text
    assert mcp.children()[0].connected, "not before the person confirmed"
    dialog.press("Disconnect")

    assert "Disconnected from Coupa." in browser.text
    assert live_tokens(mcp, "bob") == 0
    assert mcp.call(TOOL)["structuredContent"]["error"] == "authentication_required"

    browser.press("Reconnect").press("Sign out and use another account")
    browser.press("Sign in", login="ada", password=APP_PASSWORD).press("Allow")
    assert f"Coupa: connected as {ADA}" in browser.text
    assert requesters(mcp.call(TOOL)) == {"ada"}
    assert len(mcp.children()) == 1


@pytest.mark.requirement("CONN-2")
def test_reconnecting_keeps_the_connection_until_the_consent_is_back(mcp: Mcp) -> None:
    connect_as(mcp, "ada")
    browser = mcp.browser("ada").get(MINE).press("Reconnect")
    browser.press("Sign in", login="ada", password=APP_PASSWORD).press("Deny")

    assert "Your connection is as it was before" in browser.text
    assert requesters(mcp.call(TOOL)) == {"ada"}


@pytest.mark.requirement("CONN-2")
def test_nobody_reaches_the_connections_of_another(mcp: Mcp) -> None:
    connect_as(mcp, "ada")
    (own,) = mcp.children()
    bob = mcp.browser("bob").get(MINE)
    assert "You have connected no account yet." in bob.text

    for address in (f"{MINE}/{own.id}/disconnect", f"{MINE}/1/disconnect", f"{MINE}/99/disconnect"):
        assert bob.get(address).page.status_code == 404
    token = _token(bob.get(f"{ID}/"))
    for verb in ("disconnect", "reconnect"):
        fields = {"csrf_token": token}
        assert bob.post(f"{MINE}/{own.id}/{verb}", fields).page.status_code == 404
    ada = mcp.browser("ada")
    for verb in ("disconnect", "reconnect"):
        assert ada.post(f"{MINE}/{own.id}/{verb}", {}).page.status_code == 400, "no CSRF token"
    assert mcp.children()[0].connected
    assert Browser(mcp.simulator).get(MINE).url.startswith(f"{ID}/login")


def _token(browser: Browser) -> str:
    return browser.page.text.split('name="csrf_token" value="')[1].split('"')[0]


@pytest.mark.requirement("CONN-2")
def test_whoever_lost_access_disconnects_and_does_not_reconnect(mcp: Mcp) -> None:
    connect_as(mcp, "ada")
    with mcp.world.db.unit() as session:
        for row in session.scalars(select(GroupMember)):
            session.delete(row)

    browser = mcp.browser("ada").get(MINE).press("Reconnect")

    assert browser.page.status_code == 503
    assert "You have access to no tool that uses this connection any more" in browser.text
    browser.get(f"{MINE}/{mcp.children()[0].id}/disconnect").press("Disconnect")
    assert [own.status for own in mcp.children()] == ["Disconnected"]


@pytest.mark.requirement("CONN-2")
def test_an_app_that_does_not_say_whose_account_it_is(mcp: Mcp) -> None:
    mcp.simulator.faults.add("GET /api/users/me", status=503)

    browser = connect_as(mcp, "ada")

    assert "Coupa did not say whose account it is" in browser.text
    assert "Unknown: Coupa did not say" in browser.get(MINE).text
    assert "Unknown: Coupa did not say" in admin(mcp).get(TOOLS).text


@pytest.mark.requirement("CONN-4")
def test_when_it_was_last_used_is_stored_once_a_minute(mcp: Mcp) -> None:
    connect_as(mcp, "ada")
    mcp.call(TOOL)
    first = mcp.children()[0].last_used_at
    assert first is not None
    mcp.call(TOOL)
    assert mcp.children()[0].last_used_at == first
    mcp.world.clock.travel(timedelta(minutes=2))
    mcp.call(TOOL)
    assert (mcp.children()[0].last_used_at or first) > first


@pytest.mark.requirement("CONN-4")
def test_a_disconnect_is_over_here_whatever_the_app_says(mcp: Mcp) -> None:
    connect_as(mcp, "ada")
    mcp.simulator.faults.add("POST /oauth2/token/revoke", status=503)
    browser = mcp.browser("ada").get(f"{MINE}/{mcp.children()[0].id}/disconnect")

    browser.press("Disconnect")

    assert "Coupa could not be reached to revoke the access" in browser.text
    (own,) = mcp.children()
    assert (own.access_token_sealed, own.refresh_token_sealed) == (None, None)
    assert own.status == "Disconnected"


@pytest.mark.requirement("CONN-4")
def test_a_refresh_that_is_under_way_does_not_undo_a_disconnect(
    mcp: Mcp, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if another process disconnected while the app was answering; its new token is revoked."""
    connect_as(mcp, "ada")
    mcp.world.clock.travel(timedelta(days=2))
    send = mcp.world.http.request

    def interrupted(method: str, url: str, **options: Any) -> Any:
        answer = send(method, url, **options)
        if url.endswith("/oauth2/token"):
            with mcp.world.db.unit() as session:
                own = session.scalars(
                    select(Connection).where(Connection.parent_id.is_not(None))
                ).one()
                connections.mark_lost(mcp.world, own, "Disconnected by somebody.")
        return answer

    monkeypatch.setattr(mcp.world.http, "request", interrupted)
    with mcp.world.db.unit() as session:
        own = session.scalars(select(Connection).where(Connection.parent_id.is_not(None))).one()
        with pytest.raises(ConnectionLost):
            get_live_access_token(mcp.world, own)

    assert not mcp.children()[0].connected
    assert live_tokens(mcp, "ada") == 0


@pytest.mark.requirement("CONN-3")
def test_an_admin_sees_who_uses_which_account_and_disconnects(mcp: Mcp) -> None:
    connect_as(mcp, "bob")
    browser = admin(mcp).get(APP).get(TOOLS)
    child = mcp.children()[0]
    assert f"Ada Reyes ada@office.example {child.end_user_id} Coupa {BOB} {child.id} " in (
        browser.text
    )
    assert f"{BOB} {child.id} Coupa (end users) Production Connected" in browser.text
    assert "Status Authorized Created Updated Last used" in browser.text

    browser.get(f"{TOOLS}/{mcp.children()[0].id}/disconnect").press("Disconnect")

    assert "Disconnected Ada Reyes from Coupa." in browser.text
    assert "Disconnected by marc@office.example." in browser.text
    assert live_tokens(mcp, "bob") == 0
    assert mcp.call(TOOL)["structuredContent"]["error"] == "authentication_required"
    assert browser.get(f"{TOOLS}/1/disconnect").page.status_code == 404, "a builder's"
    assert browser.get(f"{TOOLS}/99/disconnect").page.status_code == 404


@pytest.mark.requirement("CONN-3")
def test_runtime_user_connections_have_pages_and_filters(mcp: Mcp) -> None:
    assert "No end user has connected an account yet." in admin(mcp).get(TOOLS).text
    _many(mcp, 120)
    browser = admin(mcp)

    first = browser.get(TOOLS)
    assert "120 connections, page 1 of 3" in first.text
    assert first.page.text.count("<tr>") == 1 + PAGE_SIZE
    assert browser.get(f"{TOOLS}?page=3").page.text.count("<tr>") == 1 + 20
    assert "page 3 of 3" in browser.get(f"{TOOLS}?page=99999999").text
    assert "page 1 of 3" in browser.get(f"{TOOLS}?page=0").text
    assert "1 connection, page 1 of 1" in browser.get(f"{TOOLS}?q=USER7@Many").text
    assert "1 connection, page 1 of 1" in browser.get(f"{TOOLS}?q=100%25").text
    assert "120 connections" in browser.get(f"{TOOLS}?q=coupa").text
    assert "1 connection, page" in browser.get(f"{TOOLS}?status=Disconnected").text
    assert "No runtime user connection matches" in browser.get(f"{TOOLS}?status=nonsense").text


def _many(mcp: Mcp, number: int) -> None:
    with mcp.world.db.unit() as session:
        now = mcp.world.clock.now()
        parent = session.scalars(select(Connection)).one()
        for index in range(number):
            person = EndUser(
                id=f"eu-many-{index}",
                workspace_id=parent.workspace_id,
                name=f"User {index} ",
                email=f"user{index}@many.example",
                password_hash="-",
                created_at=now,
            )
            session.add(person)
            session.flush()
            own = connections.authorize_child(
                mcp.world,
                parent,
                parent.environment_id,
                person,
                {"access_token": "at"},
                "100% hers" if index == 3 else None,
            )
            if index == 5:
                connections.mark_lost(mcp.world, own, "Disconnected.", LostCause.DISCONNECTED)
