"""The demo's Slack workspace in memory, and a driver that tests talk to."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from simulator.db.tables import AppUser
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps._kit.provider import token_store
from simulator.systems.apps.slack.dialect import BOT, DIALECT
from tests.contract.browser import Browser

HOST = "acme.slack.com"
WORKSPACE, SLACK = f"https://{HOST}", "https://slack.com"
CLIENT = {
    "client_id": "2210535565.4471836258210",
    "client_secret": "slk-demo-8c1f0d6b3a9e47528e60c4b7d2f19a35",
}
CALLBACK = "https://www.workato.com/oauth/callback"
SCOPES = "channels:read,channels:history,chat:write,search:read,users:read"
EVERY = " ".join(name for name in DIALECT.scopes if not name.startswith(BOT))
GENERAL, MICROSCOPES, WAREHOUSE = (f"C000000000{n}" for n in (1, 2, 3))


@dataclass
class Slack:
    """The demo's workspace, and what people and programs do with it."""

    simulator: Simulator

    def consent(self, press: str = "Allow", **changes: str) -> dict[str, str]:
        """Sign in as Ada and decide; returns the query that the client gets back."""
        query = {
            "client_id": CLIENT["client_id"],
            "user_scope": SCOPES,
            "redirect_uri": CALLBACK,
            "state": "st4te",
        }
        browser = Browser(self.simulator).get(
            f"{SLACK}/oauth/v2/authorize?{urlencode(query | changes)}"
        )
        browser.press("Sign In", email="ada@acme.example", password="slack-Pass-1")
        self.shown = browser.text
        browser.press(press)
        callback = next(url for url in browser.trail if url.startswith(CALLBACK))
        return {name: one[0] for name, one in parse_qs(urlsplit(callback).query).items()}

    def token(self, **members: str) -> dict[str, Any]:
        """The answer to a token request, a form as slack_sdk sends it."""
        sent = CLIENT | members
        answer = self.request("POST", f"{SLACK}/api/oauth.v2.access", data=sent)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def tokens(self, **changes: str) -> dict[str, Any]:
        """The token response after a whole consent."""
        return self.token(code=self.consent(**changes)["code"], redirect_uri=CALLBACK)

    def request(self, method: str, url: str, **options: Any) -> TestResponse:
        """One request of a program."""
        return Browser(self.simulator).request(method, url, **options)

    def bearer(self, who: str, scope: str = EVERY) -> str:
        """A token of somebody's, issued without a browser; scopes do not add up over tests."""
        world = self.simulator.world
        with world.db.unit() as session:
            login = f"{who}@acme.example"
            user = session.scalars(select(AppUser).filter_by(host=HOST, login=login)).one()
            issued = token_store(world, HOST, DIALECT).issue(
                client_id=CLIENT["client_id"],
                subject=str(user.id),
                scope=scope,
                family=who,
                auth_time=world.clock.now(),
            )
        return str(issued["access_token"])

    def answer(
        self, method: str, who: str = "ada", token: str = "", **arguments: Any
    ) -> TestResponse:
        """The answer to a call of the Web API, with its arguments in a form."""
        headers = {"Authorization": f"Bearer {token or self.bearer(who)}"}
        url = f"{SLACK}/api/{method}"
        return self.request("POST", url, data=arguments, headers=headers)

    def call(self, method: str, who: str = "ada", **arguments: Any) -> dict[str, Any]:
        """The same as JSON: what went well, and what did not, comes with status 200."""
        answer = self.answer(method, who, **arguments)
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def fine(self, method: str, who: str = "ada", **arguments: Any) -> dict[str, Any]:
        """The same, where it has to go well."""
        found = self.call(method, who, **arguments)
        assert found["ok"] is True, found
        return found

    def error(self, method: str, who: str = "ada", **arguments: Any) -> str:
        """The word with which a call is refused."""
        found = self.call(method, who, **arguments)
        assert found["ok"] is False, found
        return str(found["error"])

    def names(self, who: str, **arguments: Any) -> list[str]:
        """The names of the channels that somebody lists."""
        kinds = {"types": "public_channel,private_channel"}
        listed = self.fine("conversations.list", who, **kinds | arguments)["channels"]
        return [each["name"] for each in listed]

    def user(self, who: str) -> str:
        """The id of somebody."""
        return str(self.fine("auth.test", who)["user_id"])


@pytest.fixture(scope="module")
def demo() -> Iterator[Simulator]:
    """A simulator without sockets."""
    with Simulator(Settings(database="memory")) as simulator:
        simulator.keep_snapshot("seeded")
        yield simulator


@pytest.fixture
def slack(demo: Simulator) -> Slack:
    """The demo as it is in its file."""
    demo.restore_snapshot("seeded")
    return Slack(demo)
