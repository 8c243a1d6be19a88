"""Workato and an app that has one host for all: absolute addresses, JSON, and a discovery."""

import json
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from werkzeug.wrappers import Request, Response

from simulator.connectors import CONNECTORS
from simulator.connectors.base import AccountEndpoint, Action, Discovery
from simulator.db.tables import Connection
from simulator.domain import tokens
from simulator.systems.apps.coupa.connector import CONNECTOR as COUPA
from tests.contract.aihub_world import (
    APP_HOST,
    SECRET,
    FakeCoupa,
    Hub,
    connection,
    field_error,
    hub,
    text_of,
)

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("APP-5")
ACCOUNTS, API = "accounts.apps.example", "api.apps.example"
NEW = 4


class GlobalApp(FakeCoupa):
    """Answers at two hosts of its own.

    Attributes:
        sites: what it answers when it is asked where its API is.
        asked: (method, URL, JSON) of every request.
    """

    sites: Any = ("acme",)
    status = 200

    def _answer(self, request: Request) -> Response:
        body = request.get_json(silent=True)
        self.asked = [*getattr(self, "asked", []), (request.method, request.base_url, body)]
        if request.path == "/sites":
            return Response(json.dumps(list(self.sites)), self.status, mimetype="application/json")
        if request.path == "/api/acme/me":
            return Response(json.dumps({"name": "Olga"}), mimetype="application/json")
        if request.path == "/tokens":
            if not body or body["client_secret"] != SECRET:
                return Response(json.dumps({"error": "access_denied"}), 401)
            return Response(json.dumps({"access_token": "at-1", "refresh_token": "rt-1"}))
        return super()._answer(request)


CONNECTOR = replace(
    COUPA,
    host_field=None,
    authorize_url=f"https://{ACCOUNTS}/oauth2/authorizations/new",
    authorize_parameters={"audience": API},
    token_url=f"https://{ACCOUNTS}/tokens",
    json_tokens=True,
    client_errors=("invalid_client", "access_denied"),
    client_id_label="Client ID",
    revoke_url=None,
    discovery=Discovery(
        url=f"https://{API}/sites",
        find=lambda sites, host: next((f"https://{API}/api/{one}" for one in sites), None),
        missing="Your account has no site.",
    ),
    account_endpoints=(AccountEndpoint(path="/me", scopes=frozenset(), members=("name", "", "")),),
)


@pytest.fixture
def app(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> GlobalApp:
    """It takes Coupa's place."""
    monkeypatch.setitem(CONNECTORS, "coupa", CONNECTOR)
    hub.world.addresses.place({APP_HOST: APP_HOST, ACCOUNTS: APP_HOST, API: APP_HOST})
    hub.coupa = app = GlobalApp()
    hub.world.http.mount(app)
    return app


def connected(hub: Hub) -> Connection:
    """The connection after Connect and consent."""
    browser = hub.browser("builder")
    sent = hub.connect(browser, host="")
    assert sent.status_code == 303, text_of(sent)
    browser.get(hub.come_back(browser, sent.headers["Location"], code="c0de"))
    return connection(hub, NEW)


def test_the_way_leads_over_its_hosts_to_the_address_of_its_api(hub: Hub, app: GlobalApp) -> None:
    """The form asks for no host; the token request is JSON; the API says where it is, and who."""
    page = hub.browser("builder").get("/recipes/1/edit?step=1&connection=end_user")
    assert 'id="client_id"' in page.text
    assert 'id="host"' not in page.text

    stored = connected(hub)

    assert (stored.connected, stored.account) == (True, "Olga")
    assert (stored.input["host"], stored.api_url) == ("", f"https://{API}/api/acme")
    (_, authorize, _), (_, token, body), *more = app.asked
    assert authorize == f"https://{ACCOUNTS}/oauth2/authorizations/new"
    assert token == f"https://{ACCOUNTS}/tokens"
    assert (body["grant_type"], body["code"]) == ("authorization_code", "c0de")
    assert [url for _, url, _ in more] == [f"https://{API}/sites", f"https://{API}/api/acme/me"]


@pytest.mark.usefixtures("app")
def test_the_app_gets_the_parameters_that_it_needs(hub: Hub) -> None:
    sent = hub.connect(hub.browser("builder"), host="")

    query = parse_qs(urlsplit(sent.headers["Location"]).query)
    assert (query["audience"], query["response_type"]) == ([API], ["code"])


@pytest.mark.parametrize(
    "sites, status, sentence",
    [
        ((), 200, "Your account has no site."),
        (("acme",), 503, "Coupa answered 503 when it was asked where its API is."),
    ],
)
def test_an_account_that_has_nothing_there_is_not_stored(
    hub: Hub, app: GlobalApp, sites: Any, status: int, sentence: str
) -> None:
    app.sites, app.status = sites, status

    stored = connected(hub)

    assert (stored.connected, stored.api_url) == (False, None)
    assert stored.authorization_error == sentence


@pytest.mark.usefixtures("app")
def test_an_api_that_cannot_be_reached_is_told(hub: Hub) -> None:
    hub.world.addresses.place({APP_HOST: APP_HOST, ACCOUNTS: APP_HOST})

    assert "no such host" in str(connected(hub).authorization_error)


@pytest.mark.usefixtures("app")
def test_a_wrong_secret_is_known_by_the_app_s_own_word(hub: Hub) -> None:
    browser = hub.browser("builder")
    sent = hub.connect(browser, host="", client_secret="wrong")
    done = browser.get(hub.come_back(browser, sent.headers["Location"], code="c0de"))

    page = browser.get(done.headers["Location"])
    assert "does not accept this client secret" in field_error(page, "client_secret")


def test_an_app_without_a_discovery_is_asked_nothing(hub: Hub) -> None:
    with hub.world.db.unit() as session:
        assert tokens.discover(hub.world, session.get_one(Connection, 1), "at") is None


def test_members_of_members_are_sent_as_such() -> None:
    action = Action(
        name="create",
        title="Create",
        method="POST",
        path="/issue",
        body={"key": "fields.project.key", "text": "fields.summary", "other": "update"},
    )

    assert action.request({"key": "OPS", "text": "Printer", "other": None}).json == {
        "fields": {"project": {"key": "OPS"}, "summary": "Printer"}
    }
