"""A builder's connection that the app refuses: since when, why, and who is told what."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from simulator.crypto import Purpose, fingerprint
from simulator.db.tables import ApiClient, Connection, OAuthClient, OAuthToken, Recipe
from simulator.db.tables.connections import LostCause
from simulator.errors import Unreachable
from simulator.systems.apps._kit import clients
from tests.contract.browser import Browser
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.test_user_connections import APP, MINE, admin

__all__ = ["identity", "mcp", "office"]  # the fixtures
HOST = "office.coupacloud.com"
TOOL = "List_my_requisitions"
ASK = "Ask an admin or builder of your Workato workspace"
#: What an end user can do nothing with.
BUILDERS_WORDS = ("client", "secret", "Setup >", "Identifier")


def parent(mcp: Mcp) -> Connection:
    """The builder's connection as it is now."""
    with mcp.world.db.unit() as session:
        return session.scalars(select(Connection).where(Connection.parent_id.is_(None))).one()


def text_of_call(mcp: Mcp) -> str:
    """What Ada's client is told."""
    return str(mcp.call(TOOL)["content"][0]["text"])


def delete_client(mcp: Mcp) -> None:
    """As an admin of Coupa does."""
    with mcp.world.db.unit() as session:
        clients.remove(mcp.world, session.scalars(_client()).one())


def change_secret(mcp: Mcp) -> None:
    """The app issued another one; access tokens live on until they expire."""
    with mcp.world.db.unit() as session:
        sealed = mcp.world.keys.seal(Purpose.OAUTH_CLIENT_SECRET, "another")
        session.scalars(_client()).one().secret_sealed = sealed
    mcp.world.clock.travel(timedelta(days=2))


def change_grant(mcp: Mcp) -> None:
    """An admin of Coupa leaves the client client credentials alone."""
    with mcp.world.db.unit() as session:
        session.scalars(_client()).one().grant_types = ["client_credentials"]
    mcp.world.clock.travel(timedelta(days=2))


def _client() -> Any:
    return select(OAuthClient).where(OAuthClient.provider == f"app:{HOST}")


CAUSES = pytest.mark.parametrize(
    "refuse, cause, reason",
    [
        (delete_client, LostCause.CLIENT_DELETED, "client was deleted in the app"),
        (change_secret, LostCause.WRONG_SECRET, "does not accept this client secret"),
        (change_grant, LostCause.CLIENT_CHANGED, "may not use the authorization code grant"),
    ],
    ids=["deleted", "secret", "grant"],
)
Refuse = Callable[[Mcp], None]


@CAUSES
@pytest.mark.requirement("CONN-6")
def test_a_refused_client_is_lost_with_its_true_cause(
    mcp: Mcp, refuse: Refuse, cause: LostCause, reason: str
) -> None:
    mcp.connect()
    refuse(mcp)
    now = mcp.world.clock.now()

    answer_text = text_of_call(mcp)

    assert ASK in answer_text
    assert not [word for word in BUILDERS_WORDS if word in answer_text]
    lost = parent(mcp)
    assert (lost.status, lost.connection_lost_cause) == ("Connection lost", cause)
    assert reason in (lost.connection_lost_reason or "")
    assert lost.connection_lost_at is not None
    assert abs(lost.connection_lost_at - now) < timedelta(minutes=1)
    assert ASK in text_of_call(mcp), "and at the next call, without a prompt that leads nowhere"
    mine = mcp.browser("ada").get(MINE).text
    assert "Not available" in mine
    assert ASK in mine


@CAUSES
@pytest.mark.requirement("CONN-6")
def test_builders_see_it_in_the_editor_and_at_the_server(
    mcp: Mcp, refuse: Refuse, cause: LostCause, reason: str
) -> None:
    mcp.connect()
    refuse(mcp)
    text_of_call(mcp)
    moment = parent(mcp).connection_lost_at
    assert moment is not None
    since = f"{moment.day} {moment:%b %Y, %H:%M} UTC"
    browser = admin(mcp)

    editor = browser.get(f"{APP}/recipes/1/edit?step=1&connection=end_user").text
    assert f"Connection lost : 'Coupa (end users)', since {since}." in editor
    assert reason in editor
    assert "Acts as the end user (connection lost)" in editor
    assert ">Connected<" not in browser.page.text
    assert parent(mcp).connection_lost_cause == cause
    handle = browser.get(f"{APP}/ai_hub/mcp").page.text.split("/ai_hub/mcp/mcps-")[1]
    server = browser.get(f"{APP}/ai_hub/mcp/mcps-{handle.split('/')[0]}/overview").text
    assert f"The connection 'Coupa (end users)' is lost since {since}" in server
    assert reason in server


@pytest.mark.requirement("CONN-6")
def test_nobody_is_sent_to_an_app_that_has_no_client(mcp: Mcp) -> None:
    """Ada has not connected yet: the link tells whom to ask, and works once that is mended."""
    link = mcp.call(TOOL)["structuredContent"]["auth_url"]
    with mcp.world.db.unit() as session:
        row = session.scalars(_client()).one()
        client_id, row.client_id = row.client_id, "renamed"

    browser = mcp.browser("ada").get(link)

    assert browser.page.status_code == 503
    assert ASK in browser.text
    assert parent(mcp).connection_lost_cause == LostCause.CLIENT_DELETED
    assert ASK in text_of_call(mcp)
    with mcp.world.db.unit() as session:
        session.scalars(_client()).one().client_id = client_id
        mended = session.scalars(select(Connection)).one()
        mended.connection_lost_at = None
    assert "Connected" in mcp.decide(browser.get(link), "ada").text


@pytest.mark.requirement("CONN-6")
def test_an_end_user_is_not_told_of_the_secret_when_the_consent_comes_back(mcp: Mcp) -> None:
    link = mcp.call(TOOL)["structuredContent"]["auth_url"]
    change_secret_now = mcp.world.keys.seal(Purpose.OAUTH_CLIENT_SECRET, "another")
    with mcp.world.db.unit() as session:
        session.scalars(_client()).one().secret_sealed = change_secret_now

    page = mcp.open_link(link).text

    assert ASK in page
    assert not [word for word in ("secret", "Setup >", "Identifier") if word in page]
    assert parent(mcp).connection_lost_cause == LostCause.WRONG_SECRET
    assert mcp.children() == []


@pytest.mark.requirement("CONN-7")
def test_a_revoked_grant_is_the_end_users_own_affair(mcp: Mcp) -> None:
    mcp.connect()
    (own,) = mcp.children()
    with mcp.world.db.unit() as session:
        everything = update(OAuthToken).where(OAuthToken.provider == f"app:{HOST}")
        session.execute(everything.values(revoked_at=mcp.world.clock.now()))

    prompt = mcp.call(TOOL)

    assert prompt["structuredContent"]["error"] == "authentication_required"
    (own,) = mcp.children()
    assert own.connection_lost_cause == LostCause.GRANT_REVOKED
    assert "revoked or has expired" in (own.connection_lost_reason or "")
    assert parent(mcp).connected
    page = mcp.browser("ada").get(MINE).text
    assert "Connection lost" in page
    assert "Coupa does not accept the connection any more. Connect again." in page
    assert "Connection lost" in admin(mcp).get(f"{APP}/tools/runtime_user_connections").text


@pytest.mark.requirement("CONN-7")
def test_an_app_that_does_not_answer_loses_nothing(
    mcp: Mcp, monkeypatch: pytest.MonkeyPatch
) -> None:
    mcp.connect()
    mcp.world.clock.travel(timedelta(days=2))

    def silent(*_: Any, **__: Any) -> Any:
        raise Unreachable(HOST, "the connection was reset")

    with monkeypatch.context() as patch:
        patch.setattr(mcp.world.http, "request", silent)
        assert "does not answer" in text_of_call(mcp)
        link = mcp.call(TOOL, who="bob")["structuredContent"]["auth_url"]
        setup_page = mcp.browser("bob").get(link)
        assert "Coupa does not answer as it should. Try again in a few minutes." in setup_page.text
    assert parent(mcp).connected
    assert [own.connected for own in mcp.children()] == [True]
    assert "Connected" in mcp.decide(setup_page.get(link), "bob").text


@pytest.mark.requirement("CONN-7")
def test_a_deleted_client_is_found_out_without_a_refresh_token(mcp: Mcp) -> None:
    """The child's token is refused and there is no other: the client is asked for, not guessed."""
    mcp.connect()
    with mcp.world.db.unit() as session:
        own = session.scalars(select(Connection).where(Connection.parent_id.is_not(None))).one()
        own.refresh_token_sealed = None
    delete_client(mcp)

    assert ASK in text_of_call(mcp)
    assert parent(mcp).connection_lost_cause == LostCause.CLIENT_DELETED


@pytest.mark.requirement("CONN-6")
def test_a_shared_connection_that_is_refused_is_lost_for_its_builder(mcp: Mcp) -> None:
    """Your connection: the grant of the builder is gone, which end users cannot mend."""
    with mcp.world.db.unit() as session:
        recipe = session.scalars(select(Recipe).where(Recipe.name == "List my requisitions")).one()
        recipe.config = [entry | {"personalization": False} for entry in recipe.config]
        everything = update(OAuthToken).where(OAuthToken.provider == f"app:{HOST}")
        session.execute(everything.values(revoked_at=mcp.world.clock.now()))

    assert ASK in text_of_call(mcp)
    assert parent(mcp).connection_lost_cause == LostCause.GRANT_REVOKED
    editor = admin(mcp).get(f"{APP}/recipes/1/edit?step=1&connection=your").text
    assert "Connection lost : 'Coupa (end users)'" in editor
    assert "Your connection: Coupa (end users) (connection lost)" in editor


@pytest.mark.requirement("CONN-6")
def test_the_developer_api_tells_when_and_why(mcp: Mcp) -> None:
    mcp.connect()
    delete_client(mcp)
    text_of_call(mcp)
    row = _listed(mcp)
    assert row["connection_lost_at"] is not None
    assert "does not know this client ID" in row["connection_lost_reason"]


def _listed(mcp: Mcp) -> dict[str, Any]:
    with mcp.world.db.unit() as session:
        client = ApiClient(
            environment_id=parent(mcp).environment_id,
            name="test",
            token_hash=fingerprint("wrkaus-test"),
            created_at=mcp.world.clock.now(),
        )
        session.add(client)
    headers = {"Authorization": "Bearer wrkaus-test"}
    answer = Browser(mcp.simulator).request("GET", f"{APP}/api/connections", headers=headers)
    assert answer.status_code == 200, answer.text
    (row,) = answer.get_json()
    return dict(row)
