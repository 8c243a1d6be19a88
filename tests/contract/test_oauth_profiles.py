"""Custom OAuth profiles: by program, by hand, and as the client of whoever gives consent."""

import re
from typing import Any

import pytest
from sqlalchemy import select

from simulator.crypto import Purpose
from simulator.db.tables import Connection, CustomOAuthProfile, OAuthClient
from simulator.sandbox.simulator import Simulator
from simulator.testing.api_client import ApiClient
from tests.contract.browser import Browser
from tests.contract.slack_world import CLIENT, HOST

ALL, HUB = "/api/custom_oauth_profiles", "https://app.workato.com"
SECOND = {"client_id": "2210535565.second", "client_secret": "secret-of-the-second"}


@pytest.fixture
def second_client(simulator: Simulator, api_client: ApiClient) -> None:  # noqa: ARG001
    """Acme has another app at Slack."""
    world = simulator.world
    with world.db.unit() as session:
        first = session.scalars(select(OAuthClient).filter_by(client_id=CLIENT["client_id"])).one()
        values = {c.name: getattr(first, c.name) for c in OAuthClient.__table__.columns}
        secret = world.keys.seal(Purpose.OAUTH_CLIENT_SECRET, SECOND["client_secret"])
        values |= {"id": None, "client_id": SECOND["client_id"], "name": "Acme's own"}
        session.add(OAuthClient(**values | {"secret_sealed": secret}))


def make(api_client: ApiClient, **changes: Any) -> dict[str, Any]:
    """A profile of Slack's second app."""
    body = {"name": "Acme's own Slack app", "provider": "slack", "data": SECOND} | changes
    answer = api_client.post(ALL, json=body)
    assert answer.status_code == 200, answer.text
    return dict(answer.json()["result"])


@pytest.fixture
def marc(simulator: Simulator) -> Browser:
    """An admin's browser."""
    browser = Browser(simulator).get(f"{HUB}/users/sign_in")
    return browser.press("Sign in", email="marc@acme.example", password="demo-Pass-1")


def slack_connection(simulator: Simulator) -> int:
    """The demo's connection to Slack."""
    with simulator.world.db.unit() as session:
        own = select(Connection.id).filter_by(provider="slack", parent_id=None)
        return session.scalars(own.order_by(Connection.id)).first() or 0


@pytest.mark.requirement("PROF-1")
def test_programs_make_read_change_and_delete_them(api_client: ApiClient) -> None:
    made = make(api_client, data=SECOND | {"token": "verify-me"})

    assert made == {
        "id": 1,
        "user_id": made["user_id"],
        "name": "Acme's own Slack app",
        "provider": "slack",
        "data": {"client_id": SECOND["client_id"]},
        "shared_accounts_count": 0,
        "oem_customers_count": 0,
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
    }
    assert api_client.get(ALL).json() == {"result": [made]}
    changed = api_client.put(f"{ALL}/1", json={"name": "Renamed", "provider": "slack"}).json()
    assert changed["result"] | {"updated_at": ""} == made | {"name": "Renamed", "updated_at": ""}
    assert api_client.get(f"{ALL}/1").json() == changed
    assert api_client.delete(f"{ALL}/1").json() == {"result": {"success": True}}
    assert api_client.get(f"{ALL}/1").status_code == 404


@pytest.mark.requirement("PROF-1")
@pytest.mark.parametrize(
    "changes, member",
    [
        ({"provider": "coupa"}, "provider"),
        ({"name": "   "}, "name"),
        ({"data": {"client_id": "c"}}, "client_secret"),
    ],
    ids=["app-without", "no-name", "no-secret"],
)
def test_what_is_no_profile_is_refused(
    api_client: ApiClient, changes: dict[str, Any], member: str
) -> None:
    body = {"name": "P", "provider": "slack", "data": SECOND} | changes
    answer = api_client.post(ALL, json=body)

    assert 400 <= answer.status_code < 500
    assert member in answer.text
    assert api_client.get(ALL).json() == {"result": []}


@pytest.mark.requirement("PROF-2")
def test_a_vendor_lends_one_to_a_customer(api_client: ApiClient) -> None:
    made = make(api_client)
    body = {"name": "Alpha", "notification_email": "alpha@x.example", "external_id": "a"}
    below = f"/api/managed_users/{api_client.post('/api/managed_users', json=body).json()['id']}"
    wanted = {
        "name": "Chat",
        "provider": "slack",
        "input": {"custom_oauth_profile_id": made["id"], "scopes": ["users:read"]},
    }

    assert "names no profile" in api_client.post(f"{below}/connections", json=wanted).text
    at = f"/api/managed_users/Ea/custom_oauth_profiles/{made['id']}"
    for _ in range(2):
        assert api_client.post(f"{at}/assign").json() == {"result": {"success": True}}
    assert api_client.post(f"{below}/connections", json=wanted).status_code == 200
    told = api_client.get(f"{ALL}/{made['id']}").json()["result"]
    assert (told["shared_accounts_count"], told["oem_customers_count"]) == (1, 1)
    assert api_client.get(f"{below}/custom_oauth_profiles").json() == {"result": []}

    refused = api_client.delete(f"{at}/unassign")
    assert (refused.status_code, "'Chat'" in refused.text) == (409, True)
    assert "1 connection has" in api_client.delete(f"{ALL}/{made['id']}").text
    forced = api_client.delete(f"{at}/unassign?force=true")
    assert forced.json() == {"result": {"success": True}}
    assert api_client.delete(f"{ALL}/{made['id']}").status_code == 200


@pytest.mark.requirement("PROF-3")
@pytest.mark.usefixtures("second_client")
def test_another_client_is_asked_from_then_on(
    simulator: Simulator, api_client: ApiClient, marc: Browser
) -> None:
    wrong = make(api_client, data={"client_id": "unknown", "client_secret": "s"})
    number = slack_connection(simulator)
    given = {"input": {"custom_oauth_profile_id": wrong["id"]}}
    assert api_client.put(f"/api/connections/{number}", json=given).status_code == 200

    at = f"{HUB}/connections/{number}"
    form = {"auth_type": "Authorization code grant", "location": "1"}
    scopes: Any = ["channels:read", "chat:write", "users:read"]
    marc.get(at).press("Connect", **form, scopes=scopes, profile_id=str(wrong["id"]))
    assert "It is that of the custom OAuth profile 'Acme's own Slack app'." in marc.text

    assert api_client.put(f"{ALL}/{wrong['id']}", json={"data": SECOND}).status_code == 200
    marc.get(at).press("Connect", **form, scopes=scopes, profile_id=str(wrong["id"]))
    assert len(marc.trail) > 1
    assert f"client_id={SECOND['client_id']}" in marc.trail[1]


@pytest.mark.requirement("PROF-4")
def test_pages_make_show_change_and_delete_them(
    simulator: Simulator, api_client: ApiClient, marc: Browser
) -> None:
    marc.get(f"{HUB}/custom_oauth_keys/new").press("Save", provider="slack", name="Ours")
    assert "The client ID can't be blank." in marc.text
    marc.press("Save", provider="slack", name="Ours", **SECOND)
    assert "Created the custom OAuth profile 'Ours'." in marc.text
    assert SECOND["client_secret"] not in marc.page.text

    marc.press("Save", name="Ours, renamed", client_id="third", client_secret="")
    assert "Saved." in marc.text
    with simulator.world.db.unit() as session:
        row = session.get_one(CustomOAuthProfile, 1)
        kept = simulator.world.keys.unseal(Purpose.PROFILE_SECRET, row.client_secret_sealed)
        assert (row.name, row.client_id, kept) == ("Ours, renamed", "third", "secret-of-the-second")

    given = {"input": {"custom_oauth_profile_id": 1}}
    number = slack_connection(simulator)
    assert api_client.put(f"/api/connections/{number}", json=given).status_code == 200
    marc.get(f"{HUB}/custom_oauth_keys/1/delete")
    assert "cannot be deleted while connections have it" in marc.text
    assert not marc.has_button("Delete")
    assert api_client.delete(f"{ALL}/1").status_code == 409
    with simulator.world.db.unit() as session:
        session.get_one(Connection, number).custom_oauth_profile = None
    marc.get(f"{HUB}/custom_oauth_keys/1/delete").press("Delete")
    assert "This workspace has no custom OAuth profiles yet." in marc.text


@pytest.mark.requirement("PROF-4")
def test_create_new_app_opens_the_applications_own_page(marc: Browser) -> None:
    page = marc.get(f"{HUB}/custom_oauth_keys/new")
    (token,) = set(_tokens(page))

    marc.post(f"{HUB}/custom_oauth_keys/new_app", {"csrf_token": token, "provider": "slack"})
    assert f"https://{HOST}/apps" in marc.trail
    marc.get(f"{HUB}/custom_oauth_keys/new")
    marc.post(f"{HUB}/custom_oauth_keys/new_app", {"csrf_token": token, "provider": ""})
    assert "Select an application first" in marc.text


def _tokens(browser: Browser) -> list[str]:
    return re.findall(r'name="csrf_token" value="([^"]+)"', browser.page.text)
