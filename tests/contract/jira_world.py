"""The demo's Jira site in memory, and a driver that tests talk to."""

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
from simulator.systems.apps.jira.dialect import DIALECT
from simulator.systems.apps.jira.issues import cloud_id
from tests.contract.browser import Browser

HOST = "acme.atlassian.net"
SITE, AUTH, API = (
    f"https://{host}.atlassian.{end}"
    for host, end in (("acme", "net"), ("auth", "com"), ("api", "com"))
)
CLIENT = {
    "client_id": "Kq3vT7xN2bYd8LwR5mZc1HsJ6uPf0AgE",
    "client_secret": "atl-demo-4f9a1c7be2d85036b1e7c0a94d3f6285e9b7",
}
CALLBACK = "https://www.workato.com/oauth/callback"
SCOPES = "read:jira-work write:jira-work read:jira-user offline_access"
REST = f"/ex/jira/{cloud_id(HOST)}/rest/api/2"
KEYS_OF_ADA = ["BUY-1", "OPS-2", "BUY-2"]


@dataclass
class Jira:
    """The demo's site, and what people and programs do with it."""

    simulator: Simulator

    def consent(self, press: str = "Accept", **changes: str) -> dict[str, str]:
        """Sign in as Ada and decide; returns the query that the client gets back."""
        query = {
            "audience": "api.atlassian.com",
            "client_id": CLIENT["client_id"],
            "scope": SCOPES,
            "redirect_uri": CALLBACK,
            "state": "st4te",
            "response_type": "code",
            "prompt": "consent",
        }
        browser = Browser(self.simulator).get(f"{AUTH}/authorize?{urlencode(query | changes)}")
        browser.press("Log in", username="ada@acme.example", password="jira-Pass-1")
        self.shown = browser.text
        browser.press(press)
        callback = next(url for url in browser.trail if url.startswith(CALLBACK))
        return {name: one[0] for name, one in parse_qs(urlsplit(callback).query).items()}

    def token(self, **members: str) -> TestResponse:
        """A token request, in JSON."""
        return self.request("POST", f"{AUTH}/oauth/token", json=CLIENT | members)

    def tokens(self) -> dict[str, Any]:
        """The token response after a whole consent."""
        code = self.consent()["code"]
        answer = self.token(grant_type="authorization_code", code=code, redirect_uri=CALLBACK)
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

    def account(self, who: str) -> str:
        """The account id of somebody."""
        return str(self.api("GET", "/myself", who).get_json()["accountId"])

    def api(
        self,
        method: str,
        path: str,
        who: str = "ada",
        scope: str = SCOPES,
        version: int | str = 2,
        **options: Any,
    ) -> TestResponse:
        """Call the REST API with a token of somebody's, issued without a browser."""
        world = self.simulator.world
        with world.db.unit() as session:
            account = select(AppUser).filter_by(host=HOST, login=f"{who}@acme.example")
            user = session.scalars(account).one()
            issued = token_store(world, HOST, DIALECT).issue(
                client_id=CLIENT["client_id"],
                subject=str(user.id),
                scope=scope,
                family=who,
                auth_time=world.clock.now(),
            )
        headers = {"Authorization": f"Bearer {issued['access_token']}"}
        headers |= options.pop("headers", {})
        url = f"{API}{REST.removesuffix('2')}{version}{path}"
        return self.request(method, url, headers=headers, **options)

    def found(self, query: str, who: str = "ada") -> list[str]:
        """The keys of the issues that a query finds."""
        answer = self.api("GET", f"/search/jql?{urlencode({'jql': query, 'fields': 'key'})}", who)
        assert answer.status_code == 200, answer.text
        return [each["key"] for each in answer.get_json()["issues"]]


@pytest.fixture(scope="module")
def demo() -> Iterator[Simulator]:
    """A simulator without sockets."""
    with Simulator(Settings(database="memory")) as simulator:
        simulator.keep_snapshot("seeded")
        yield simulator


@pytest.fixture
def jira(demo: Simulator) -> Jira:
    """The demo as it is in its file."""
    demo.restore_snapshot("seeded")
    return Jira(demo)
