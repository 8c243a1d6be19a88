"""The demo's Salesforce org in memory, and a driver that tests talk to."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from simulator.db.tables import AppUser
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps._kit.provider import token_store
from simulator.systems.apps.salesforce.dialect import DIALECT
from tests.contract.browser import Browser

HOST = "acme.my.salesforce.com"
ORG, LOGIN, TEST = (f"https://{name}.salesforce.com" for name in ("acme.my", "login", "test"))
CLIENT = {
    "client_id": "3MVG9demoAcmeWorkato.5kQ0vR7yT2uXb8LwZ1cHsJ6pNfEg",
    "client_secret": "4F9A1C7BE2D85036B1E7C0A94D3F6285E9B7D016",
}
CALLBACK = "https://www.workato.com/oauth/callback"
SCOPES = "id api refresh_token"
DATA = "/services/data/v62.0"


@dataclass
class Salesforce:
    """The demo's org, and what people and programs do with it."""

    simulator: Simulator

    def consent(self, press: str = "Allow", at: str = LOGIN, **changes: str) -> dict[str, str]:
        """Sign in as Ada and decide; returns the query that the client gets back."""
        query = {
            "client_id": CLIENT["client_id"],
            "scope": SCOPES,
            "redirect_uri": CALLBACK,
            "state": "st4te",
            "response_type": "code",
        }
        query = {name: value for name, value in (query | changes).items() if value}
        browser = Browser(self.simulator).get(f"{at}/services/oauth2/authorize?{urlencode(query)}")
        browser.press("Log In", username="ada@acme.example", pw="force-Pass-1")
        self.shown = browser.text
        if press:
            browser.press(press)
        callback = next((url for url in browser.trail if url.startswith(CALLBACK)), "")
        return {name: one[0] for name, one in parse_qs(urlsplit(callback).query).items()}

    def token(self, at: str = LOGIN, **members: str) -> TestResponse:
        """A token request."""
        return self.request("POST", f"{at}/services/oauth2/token", data=CLIENT | members)

    def tokens(self, at: str = LOGIN, **changes: str) -> dict[str, Any]:
        """The token response after a whole consent."""
        code = self.consent(at=at, **changes)["code"]
        answer = self.token(at, grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def refresh(self, token: str) -> TestResponse:
        """Use a refresh token."""
        return self.token(grant_type="refresh_token", refresh_token=token)

    def request(self, method: str, url: str, **options: Any) -> TestResponse:
        """One request of a program."""
        return Browser(self.simulator).request(method, url, **options)

    def at(self, moment: str) -> None:
        """Stop the clock at a moment, `2026-08-26 12:00` in UTC."""
        self.simulator.world.clock.freeze(datetime.fromisoformat(f"{moment}+00:00"))

    def api(
        self,
        method: str,
        path: str,
        who: str = "ada",
        scope: str = SCOPES,
        headers: dict[str, str] | None = None,
        **options: Any,
    ) -> TestResponse:
        """Call the REST API with a token of somebody's, issued without a browser."""
        world = self.simulator.world
        with world.db.unit() as session:
            user = session.scalars(
                select(AppUser).where(AppUser.login == f"{who}@acme.example", AppUser.host == HOST)
            ).one()
            issued = token_store(world, HOST, DIALECT).issue(
                client_id=CLIENT["client_id"],
                subject=str(user.id),
                scope=scope,
                family=who,
                auth_time=world.clock.now(),
            )
        sent = {"Authorization": f"Bearer {issued['access_token']}", **(headers or {})}
        url = path if path.startswith("/services") else f"{DATA}{path}"
        return self.request(method, f"{ORG}{url}", headers=sent, **options)

    def query(self, text: str, who: str = "ada", **options: Any) -> dict[str, Any]:
        """What a query finds."""
        answer = self.api("GET", f"/query?{urlencode({'q': text})}", who, **options)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def names(self, text: str, who: str = "ada") -> list[Any]:
        """The names of the records that a query finds."""
        return [each["Name"] for each in self.query(text, who)["records"]]

    def refusal(self, text: str) -> tuple[str, str]:
        """Code and last line of what is wrong with a query."""
        answer = self.api("GET", f"/query?{urlencode({'q': text})}")
        assert answer.status_code == 400, answer.text
        (error,) = answer.get_json()
        return error["errorCode"], error["message"].split("\n")[-1]

    def id_of(self, kind: str, name: str, who: str = "marc") -> str:
        """The id of a record."""
        found = self.query(f"SELECT Id, Name FROM {kind}", who)["records"]
        return next(str(each["Id"]) for each in found if each["Name"] == name)


@pytest.fixture(scope="module")
def demo() -> Iterator[Simulator]:
    """A simulator without sockets."""
    with Simulator(Settings(database="memory")) as simulator:
        simulator.keep_snapshot("seeded")
        yield simulator


@pytest.fixture
def salesforce(demo: Simulator) -> Salesforce:
    """The demo as it is in its file."""
    demo.restore_snapshot("seeded")
    return Salesforce(demo)


@pytest.fixture(scope="module")
def reading() -> Iterator[Salesforce]:
    """The same, for tests that change nothing: they share it."""
    with Simulator(Settings(database="memory")) as simulator:
        yield Salesforce(simulator)
