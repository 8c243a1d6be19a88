"""Attempts to connect that fail or are given up: nothing piles up, and what is left can go."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from simulator.db.tables import Connection, EndUser, OAuthState, Recipe
from simulator.domain import connections
from tests.contract.aihub_world import Hub, connection, hub, text_of
from tests.contract.test_aihub_connect import NEW

__all__ = ["hub"]  # the fixture
EDITOR = "/recipes/1/edit?step=1&connection=end_user"


def count(hub: Hub, table: Any = Connection) -> int:
    """How many rows a table has."""
    with hub.world.db.unit() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def newest(hub: Hub) -> Connection:
    """The connection that was made last: PostgreSQL does not give an id twice, SQLite does."""
    with hub.world.db.unit() as session:
        return session.scalars(select(Connection).order_by(Connection.id.desc()).limit(1)).one()


def give_up(hub: Hub, how: str) -> None:
    """One attempt of the builder to connect, which leads to nothing."""
    browser = hub.browser("builder")
    if how == "unknown client":
        assert hub.connect(browser, client_id="nobody").status_code == 422
        return
    secret: dict[str, Any] = {}
    if how == "wrong secret":
        secret = {"client_secret": "not-the-secret"}
    target = hub.connect(browser, **secret).headers["Location"]
    if how == "denied":
        browser.get(hub.come_back(browser, target, error="access_denied"))
    elif how == "wrong secret":
        browser.get(hub.come_back(browser, target, code="c0de"))
    elif how == "too late":
        finish = hub.come_back(browser, target, code="c0de")
        hub.world.clock.travel(timedelta(minutes=11))
        assert browser.get(finish).status_code == 400
    else:
        assert how == "window closed"


WAYS = pytest.mark.parametrize(
    "how", ["unknown client", "denied", "wrong secret", "window closed", "too late"]
)


@WAYS
@pytest.mark.requirement("CONN-8")
def test_attempts_that_lead_to_nothing_do_not_pile_up(hub: Hub, how: str) -> None:
    for _attempt in range(3):
        give_up(hub, how)

    assert count(hub) == NEW, "one more than there were, however often"
    assert count(hub, OAuthState) <= 1
    assert not newest(hub).connected


@WAYS
@pytest.mark.requirement("CONN-8")
def test_what_is_left_is_not_offered_as_connected_and_can_be_deleted(hub: Hub, how: str) -> None:
    give_up(hub, how)
    browser = hub.browser("builder")

    page = browser.get(EDITOR)
    assert "Connections to Coupa that are not connected" in text_of(page)
    offered = page.text.split('name="connection_id"')[1].split("</select>")[0]
    assert f'value="{NEW}"' not in offered
    refused = browser.post(
        "/recipes/1/steps/1/connection", EDITOR, connection_id=str(NEW), **{"as": "end_user"}
    )
    assert refused.status_code == 422
    assert "is not connected" in text_of(refused)

    address = f"/connections/{NEW}/delete?recipe=1&step=1"
    assert "Delete Coupa (end users)?" in text_of(browser.get(address))
    assert count(hub) == NEW
    assert browser.http.post(address).status_code == 400, "no CSRF token"
    done = browser.post(address, address)
    assert done.status_code == 303
    assert done.headers["Location"] == "/recipes/1/edit?step=1&connection=end_user"
    assert "Deleted the connection 'Coupa (end users)'." in text_of(
        browser.get(done.headers["Location"])
    )
    assert count(hub) == NEW - 1


@pytest.mark.requirement("CONN-8")
def test_a_consent_page_of_an_attempt_that_was_replaced_leads_nowhere(hub: Hub) -> None:
    browser = hub.browser("builder")
    first = hub.connect(browser).headers["Location"]
    hub.connect(browser, name="Another name")
    state = first.split("state=")[1].split("&")[0]

    assert browser.get(f"/oauth/callback?state={state}&code=c0de").status_code == 400
    assert not newest(hub).connected


@pytest.mark.requirement("CONN-8")
def test_another_builders_attempt_stays(hub: Hub) -> None:
    give_up(hub, "window closed")
    hub.connect(hub.browser("admin"))

    assert count(hub) == NEW + 1


@pytest.mark.requirement("CONN-8")
def test_a_connection_in_use_is_not_deleted(hub: Hub) -> None:
    browser = hub.browser("builder")
    address = "/connections/2/delete"
    dialog = text_of(browser.get(address))
    assert "Running recipes use this connection: Recipe 2. Choose another connection" in dialog

    refused = browser.post(address)
    assert refused.status_code == 409
    assert connection(hub, 2).connected


@pytest.mark.requirement("CONN-8")
def test_deleting_takes_the_runtime_user_connections_along_and_revokes_them(hub: Hub) -> None:
    """And no recipe names it any more: SQLite gives its id out again."""
    with hub.world.db.unit() as session:
        for recipe in session.scalars(select(Recipe)):
            recipe.running = False
        parent = session.get_one(Connection, 2)
        answer = {"access_token": "at-of-ada", "refresh_token": "rt-of-ada"}
        ada = session.get_one(EndUser, "eu-ada")
        connections.authorize_child(hub.world, parent, 1, ada, answer)
    browser = hub.browser("builder")
    address = "/connections/2/delete"
    assert "The 1 runtime user connection of end users" in text_of(browser.get(address))

    assert browser.post(address, address).status_code == 303

    assert count(hub) == NEW - 2
    assert sorted(hub.coupa.revoked) == ["old-rt", "rt-of-ada"]
    assert [hub.read(Recipe, number).config[0]["account_id"] for number in (2, 3)] == [None, None]


@pytest.mark.requirement("CONN-8")
@pytest.mark.parametrize("number", [99, NEW])
def test_only_builders_connections_of_the_workspace_are_deleted(hub: Hub, number: int) -> None:
    with hub.world.db.unit() as session:
        parent = session.get_one(Connection, 2)
        ada = session.get_one(EndUser, "eu-ada")
        connections.authorize_child(hub.world, parent, 1, ada, {"access_token": "at"})
    browser = hub.browser("admin")

    assert browser.get(f"/connections/{number}/delete").status_code == 404
    assert browser.post(f"/connections/{number}/delete").status_code == 404
    assert count(hub) == NEW


@pytest.mark.requirement("CONN-6")
def test_an_established_connection_that_the_app_refuses_is_lost_when_a_builder_finds_out(
    hub: Hub,
) -> None:
    """Reconnect with the same settings: the app has deleted the client since."""
    browser = hub.browser("builder")
    same: dict[str, Any] = {
        "connection_id": "2",
        "client_secret": "",
        "scopes": ["core.common.read"],
    }
    hub.coupa.client = False

    refused = hub.connect(browser, recipe=2, **same)

    assert refused.status_code == 422
    assert "does not know this client ID" in (connection(hub, 2).connection_lost_reason or "")
    assert connection(hub, 2).connection_lost_cause == "client_deleted"
