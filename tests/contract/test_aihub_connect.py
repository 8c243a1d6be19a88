"""Connect: the builder's flow to the app's consent page and back, and /oauth/callback."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from simulator.crypto import fingerprint
from simulator.db.tables import Connection, ConnectionAttempt, OAuthState, Recipe
from simulator.domain import authorizations
from tests.contract.aihub_world import (
    COUPA_ORIGIN,
    IDENTITY_ORIGIN,
    ORIGIN,
    RIGHT,
    SECRET,
    Hub,
    connection,
    field_error,
    hub,
    text_of,
)

__all__ = ["hub"]  # the fixture
NEW = 4  # the id of the first connection that a test makes


def _count(hub: Hub) -> int:
    with hub.world.db.unit() as session:
        return session.scalar(select(func.count()).select_from(Connection)) or 0


@pytest.mark.requirement("HUB-13")
def test_connect_asks_the_app_for_consent_and_stores_the_connection(hub: Hub) -> None:
    """Connect · consent at the app · callback · finish · the editor shows it as connected."""
    browser = hub.browser("builder")
    sent = hub.connect(browser)
    assert sent.status_code == 303
    target = sent.headers["Location"]
    assert target.startswith(f"{COUPA_ORIGIN}/oauth2/authorizations/new?")
    query = parse_qs(urlsplit(target).query)
    assert query["client_id"] == ["known-client"]
    assert query["scope"] == ["core.common.read core.invoice.read"]
    assert query["redirect_uri"] == ["https://www.workato.com/oauth/callback"]
    assert not connection(hub, NEW).connected

    finish = hub.come_back(browser, target, code="c0de")
    assert finish.startswith(f"{ORIGIN}/connections/finish/")
    done = browser.get(finish)
    assert done.status_code == 303
    assert hub.coupa.token_requests == [
        {
            "grant_type": "authorization_code",
            "code": "c0de",
            "redirect_uri": "https://www.workato.com/oauth/callback",
            "client_id": "known-client",
            "client_secret": SECRET,
        }
    ]
    assert connection(hub, NEW).connected
    entry = hub.read(Recipe, 1).config[0]
    assert (entry["account_id"], entry["personalization"]) == (NEW, True)
    page = browser.get(done.headers["Location"])
    assert "Coupa (end users) Connected" in text_of(page)
    assert SECRET not in page.text
    assert browser.get(finish).status_code == 400  # once


@pytest.mark.requirement("HUB-14")
@pytest.mark.parametrize(
    "name,value,sentence",
    [
        ("name", " ", "Enter a name"),
        ("name", "x" * 101, "at most 100"),
        ("location", "", "Select the project"),
        ("location", "2", "Select the project"),  # another workspace's
        ("auth_type", "", "Authorization code grant"),
        ("auth_type", "Client credentials", "Authorization code grant"),
        ("client_id", "", "Enter the client ID"),
        ("client_secret", "", "Enter the client secret"),
        ("host", "", "Host is required"),
        ("host", "http://acme.coupacloud.com", "https://your-instance-name"),
        ("scopes", ["core.invoice.read"], "core.common.read"),
    ],
)
def test_a_wrong_field_is_told_and_nothing_is_stored(
    hub: Hub, name: str, value: object, sentence: str
) -> None:
    changes: dict[str, Any] = {name: value}
    answer = hub.connect(hub.browser("builder"), **changes)
    assert answer.status_code == 422
    assert sentence in field_error(answer, name)
    assert answer.text.count('aria-invalid="true"') == 1
    assert _count(hub) == NEW - 1
    assert SECRET not in answer.text
    if name != "host":
        assert f'value="{RIGHT["host"]}"' in answer.text


@pytest.mark.requirement("HUB-14")
@pytest.mark.parametrize(
    "name,value,sentence",
    [
        ("client_id", "nobody", "does not know this client ID"),
        ("host", "https://elsewhere.coupacloud.com", "does not answer"),
    ],
)
def test_what_the_app_refuses_is_told_and_put_right_without_the_secret(
    hub: Hub, name: str, value: str, sentence: str
) -> None:
    browser = hub.browser("builder")
    changes: dict[str, Any] = {name: value}
    answer = hub.connect(browser, **changes)
    assert answer.status_code == 422
    assert sentence in field_error(answer, name)
    assert "A secret is stored." in text_of(answer)
    assert SECRET not in answer.text
    again = hub.connect(browser, client_secret="", connection_id=str(NEW))
    assert again.status_code == 303
    assert _count(hub) == NEW


@pytest.mark.requirement("HUB-15")
def test_a_denied_consent_leads_back_to_the_filled_in_form(hub: Hub) -> None:
    browser = hub.browser("builder")
    target = hub.connect(browser).headers["Location"]
    finish = hub.come_back(browser, target, error="access_denied", error_description="No.")
    page = browser.get(browser.get(finish).headers["Location"])
    assert "Coupa: the consent was denied. Connect again when you are ready." in text_of(page)
    assert 'value="known-client"' in page.text
    assert not hub.read(Recipe, 1).config[0].get("personalization")
    assert connection(hub, NEW).authorization_status == "failed"


@pytest.mark.requirement("HUB-15")
def test_another_answer_of_the_app_is_passed_on(hub: Hub) -> None:
    browser = hub.browser("builder")
    target = hub.connect(browser).headers["Location"]
    finish = hub.come_back(browser, target, error="server_error", error_description="Down.")
    page = browser.get(browser.get(finish).headers["Location"])
    assert "Coupa gave no consent: Down." in text_of(page)


@pytest.mark.requirement("HUB-15")
def test_a_wrong_secret_is_told_next_to_its_field(hub: Hub) -> None:
    browser = hub.browser("builder")
    target = hub.connect(browser, client_secret="not-the-secret").headers["Location"]
    finish = hub.come_back(browser, target, code="c0de")
    page = browser.get(browser.get(finish).headers["Location"])
    assert "does not accept this client secret" in field_error(page, "client_secret")
    assert "not-the-secret" not in page.text


@pytest.mark.requirement("HUB-15")
def test_reconnecting_keeps_a_connection_established_until_its_settings_change(hub: Hub) -> None:
    browser = hub.browser("builder")
    same: dict[str, Any] = {
        "connection_id": "2",
        "client_secret": "",
        "scopes": ["core.common.read"],
    }
    unknown = hub.connect(browser, recipe=2, **(same | {"client_id": "nobody"}))
    assert unknown.status_code == 422
    assert connection(hub, 2).input["client_id"] == "known-client"
    denied = hub.connect(browser, recipe=2, **same).headers["Location"]
    browser.get(hub.come_back(browser, denied, error="access_denied"))
    assert connection(hub, 2).connected
    assert hub.connect(browser, recipe=2, **(same | RIGHT)).status_code == 303
    assert not connection(hub, 2).connected


@pytest.mark.requirement("MCP-45")
def test_it_is_kept_who_authorized_a_connection_until_its_settings_change(hub: Hub) -> None:
    browser = hub.browser("builder")
    sent = hub.connect(browser).headers["Location"]
    browser.get(hub.come_back(browser, sent, code="c0de"))

    assert connection(hub, NEW).authorized_by == "builder@acme.example"
    hub.connect(browser, connection_id=str(NEW), scopes=["core.common.read"])
    assert connection(hub, NEW).authorized_by is None


@pytest.mark.requirement("HUB-16")
def test_only_the_builder_who_started_can_finish(hub: Hub) -> None:
    builder, admin = hub.browser("builder"), hub.browser("admin")
    target = hub.connect(builder).headers["Location"]
    finish = hub.come_back(admin, target, code="c0de")
    refused = admin.get(finish)
    assert refused.status_code == 403
    assert "Somebody else started this connection." in text_of(refused)
    assert not connection(hub, NEW).connected
    assert builder.get(finish).status_code == 400, "the code is gone, whoever came with it"
    assert not connection(hub, NEW).connected


@pytest.mark.requirement("HUB-16")
def test_the_callback_takes_each_state_once_and_in_time(hub: Hub) -> None:
    browser = hub.browser("builder")
    unknown = hub.browser().get("/oauth/callback?state=made-up&code=c0de")
    assert unknown.status_code == 400
    assert "not started here" in text_of(unknown)
    target = hub.connect(browser).headers["Location"]
    hub.come_back(browser, target, code="c0de")
    state = parse_qs(urlsplit(target).query)["state"][0]
    assert browser.get(f"/oauth/callback?state={state}&code=other").status_code == 400
    late = hub.connect(browser).headers["Location"]
    hub.world.clock.travel(timedelta(minutes=11))
    state = parse_qs(urlsplit(late).query)["state"][0]
    assert browser.get(f"/oauth/callback?state={state}&code=c0de").status_code == 400


@pytest.mark.requirement("HUB-16")
def test_an_end_users_trip_goes_on_at_workato_identity(hub: Hub) -> None:
    with hub.world.db.unit() as session:
        now = hub.world.clock.now()
        attempt = ConnectionAttempt(
            id="rca-1",
            link_hash="-",
            server_number=1,
            end_user_id="eu-ada",
            tool="Recipe_2",
            parent_ids=[2],
            created_at=now,
            expires_at=now + timedelta(minutes=10),
        )
        session.add(attempt)
        session.flush()
        url = authorizations.start(hub.world, session.get_one(Connection, 2), attempt)
    finish = hub.come_back(hub.browser(), url, code="c0de")
    with hub.world.db.unit() as session:
        state = session.scalars(select(OAuthState)).one()
        way, completion_token = finish.rsplit("/", 1)
        assert way == f"{IDENTITY_ORIGIN}/connections/finish"
        assert fingerprint(completion_token) == state.completion_token_hash != state.state_hash
        assert state.code_sealed != "c0de"
