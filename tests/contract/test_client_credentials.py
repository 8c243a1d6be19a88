"""A connection to Coupa with client credentials: no person's consent, and no refresh token."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from simulator.crypto import Purpose
from simulator.db.tables import Connection, OAuthClient
from simulator.domain import tokens
from simulator.net.addresses import app_system
from simulator.sandbox.simulator import Simulator
from simulator.testing.api_client import ApiClient
from tests.contract.browser import Browser

HUB, HOST = "https://app.workato.com", "acme.coupacloud.com"
SECRET = "9d0c41b7e6a3f28550b4d97c1e8a6f3092c75de4b8a1f063"
FORM = {
    "name": "Coupa by itself",
    "location": "1",
    "auth_type": "Client credentials",
    "client_id": "machine",
    "client_secret": SECRET,
    "host": f"https://{HOST}",
    "scopes": "core.common.read",
}


@pytest.fixture
def marc(simulator: Simulator, api_client: ApiClient) -> Browser:  # noqa: ARG001
    """An admin's browser, in a fresh workspace whose Coupa has a client for machines."""
    with simulator.world.db.unit() as session:
        client = session.scalars(select(OAuthClient).filter_by(provider=app_system(HOST))).first()
        assert client is not None
        values = {each.name: getattr(client, each.name) for each in OAuthClient.__table__.columns}
        own = {"id": None, "client_id": "machine", "grant_types": ["client_credentials"]}
        sealed = simulator.world.keys.seal(Purpose.OAUTH_CLIENT_SECRET, SECRET)
        session.add(OAuthClient(**values | own | {"secret_sealed": sealed}))
    browser = Browser(simulator).get(f"{HUB}/users/sign_in")
    return browser.press("Sign in", email="marc@acme.example", password="demo-Pass-1")


@pytest.mark.requirement("AUTH-5")
def test_it_is_connected_at_once_and_renewed_with_the_client(
    simulator: Simulator, marc: Browser
) -> None:
    marc.get(f"{HUB}/connections/new/coupa").press("Connect", **FORM | {"client_secret": "wrong"})
    assert "Coupa does not accept this client secret." in marc.text
    marc.press("Connect", **FORM)

    assert "'Coupa by itself' is connected as" in marc.text
    world, number = simulator.world, int(marc.url.rsplit("/", 1)[1])
    with world.db.unit() as session:
        row = session.get_one(Connection, number)
        assert row.refresh_token_sealed is None
        before = tokens.get_live_access_token(world, row)
        world.clock.travel(timedelta(days=2))
        assert tokens.get_live_access_token(world, row) != before
        assert row.connected
