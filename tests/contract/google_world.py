"""The demo's Google in memory, and a driver that tests talk to."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from simulator.db.tables import AppUser
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps._kit.provider import token_store
from simulator.systems.apps.google.dialect import DIALECT, OFFLINE
from tests.contract.browser import Browser

ACCOUNTS, MY_ACCOUNT = "https://accounts.google.com", "https://myaccount.google.com"
TOKENS, USERINFO = "https://oauth2.googleapis.com", "https://openidconnect.googleapis.com"
GMAIL, APIS = "https://gmail.googleapis.com", "https://www.googleapis.com"
AUTH = "https://www.googleapis.com/auth/"
CLIENT = {
    "client_id": "407408718192-acme.apps.googleusercontent.com",
    "client_secret": "GOCSPX-demo-7Qm2vX9cK4tB1nR8sW3zLp",
}
CALLBACK = "https://www.workato.com/oauth/callback"
MODIFY, READONLY, SEND = f"{AUTH}gmail.modify", f"{AUTH}gmail.readonly", f"{AUTH}gmail.send"
PASSWORD = "google-Pass-1"


@dataclass
class Google:
    """The demo's Google, and what people and programs do with it."""

    simulator: Simulator
    shown: str = ""
    issued: dict[tuple[str, str], str] = field(default_factory=dict)

    def authorize_url(self, scope: str = MODIFY, **changes: str) -> str:
        """The address that a client sends people to."""
        query = {
            "client_id": CLIENT["client_id"],
            "redirect_uri": CALLBACK,
            "response_type": "code",
            "scope": scope,
            "state": "st4te",
            "access_type": "offline",
        }
        chosen = {name: value for name, value in {**query, **changes}.items() if value}
        return f"{ACCOUNTS}/o/oauth2/v2/auth?{urlencode(chosen)}"

    def signed_in(self, who: str = "ada") -> Browser:
        """A browser of somebody's that is signed in to Google."""
        browser = Browser(self.simulator).get(f"{ACCOUNTS}/v3/signin/identifier")
        return browser.press("Next", identifier=f"{who}@acme.example", Passwd=PASSWORD)

    def consent(
        self, press: str = "Continue", *, who: str = "ada", granted: Any = None, **changes: str
    ) -> dict[str, str]:
        """Decide as somebody; returns the query that the client gets back."""
        browser = self.signed_in(who).get(self.authorize_url(**changes))
        self.shown = browser.text
        if callback(browser) is None:
            if granted is None:
                browser.press(press)
            else:
                self._tick(browser, granted)
            self.shown = browser.text if callback(browser) is None else self.shown
        found = callback(browser)
        return {name: one[0] for name, one in parse_qs(urlsplit(found or "").query).items()}

    @staticmethod
    def _tick(browser: Browser, scopes: list[str]) -> None:
        """Allow these scopes alone."""
        page = browser.page.text
        (token, *_) = re.findall(r'name="csrf_token" value="([^"]+)"', page)
        names = [f"granted {scope}" for scope in scopes]
        assert all(f'name="{name}"' in page for name in names), page
        ticked = dict.fromkeys(names, "yes")
        browser.post(browser.url, {"csrf_token": token, "decision": "allow", **ticked})

    def token(self, **form: str) -> TestResponse:
        """A token request."""
        return self.request("POST", f"{TOKENS}/token", data=CLIENT | form)

    def tokens(self, **options: Any) -> dict[str, Any]:
        """The token response after a whole consent."""
        code = self.consent(**options)["code"]
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

    def access_token(self, who: str = "ada", scope: str = MODIFY) -> str:
        """An access token of somebody's, issued without a browser."""
        world = self.simulator.world
        with world.db.unit() as session:
            user = session.scalars(
                select(AppUser).where(
                    AppUser.login == f"{who}@acme.example", AppUser.host == "accounts.google.com"
                )
            ).one()
            issued = token_store(world, "accounts.google.com", DIALECT).issue(
                client_id=CLIENT["client_id"],
                subject=str(user.id),
                scope=f"{scope} {OFFLINE}",
                family=who,
                auth_time=world.clock.now(),
            )
        return str(issued["access_token"])

    def call(
        self, method: str, url: str, who: str = "ada", scope: str = MODIFY, **options: Any
    ) -> TestResponse:
        """Call an API of Google's as somebody."""
        if (who, scope) not in self.issued:
            self.issued[who, scope] = self.access_token(who, scope)
        headers = {"Authorization": f"Bearer {self.issued[who, scope]}"}
        return self.request(method, url, headers=headers, **options)

    def gmail(self, method: str, path: str, who: str = "ada", **options: Any) -> TestResponse:
        """Call Gmail's API as somebody; the path is below `users/me`."""
        return self.call(method, f"{GMAIL}/gmail/v1/users/me{path}", who, **options)

    def get(self, path: str, who: str = "ada", **options: Any) -> Any:
        """The JSON that Gmail's API answers."""
        answer = self.gmail("GET", path, who, **options)
        assert answer.status_code == 200, answer.text
        return answer.get_json()

    def post(self, path: str, body: Any = None, who: str = "ada", **options: Any) -> Any:
        """The JSON that a POST is answered with."""
        answer = self.gmail("POST", path, who, json=body or {}, **options)
        assert answer.status_code in (200, 204), answer.text
        return answer.get_json() if answer.text else None

    def subjects(self, query: str = "", who: str = "ada", **parameters: str) -> list[str]:
        """The subjects of the messages that a search finds, the newest first."""
        found = self.get(f"/messages?{urlencode({'q': query, **parameters})}", who)
        return [self.subject(each["id"], who) for each in found.get("messages", [])]

    def subject(self, message_id: str, who: str = "ada") -> str:
        """The subject of a message."""
        return self.header(self.get(f"/messages/{message_id}", who), "Subject")

    @staticmethod
    def header(message: Any, name: str) -> str:
        """A header of a message; empty without it."""
        found = [one["value"] for one in message["payload"]["headers"] if one["name"] == name]
        return str(found[0]) if found else ""

    def find(self, query: str, who: str = "ada") -> str:
        """The id of the one message that a search finds."""
        (found,) = self.get(f"/messages?{urlencode({'q': query})}", who)["messages"]
        return str(found["id"])


def callback(browser: Browser) -> str | None:
    """Where the browser was sent back to, if it was."""
    return next((url for url in browser.trail if url.startswith(CALLBACK)), None)


def raw(text: str = "Hello", **headers: str) -> str:
    """A message as the API takes it."""
    message = EmailMessage()
    for name, value in {"To": "bob@acme.example", "Subject": "Hi", **headers}.items():
        if value:
            message[name.replace("_", "-")] = value
    message.set_content(text)
    return base64.urlsafe_b64encode(message.as_bytes()).decode().rstrip("=")


def words_of(page: str) -> str:
    """A page's text in one line."""
    return re.sub(r"\s+", " ", page)


@pytest.fixture(scope="module")
def demo() -> Iterator[Simulator]:
    """A simulator without sockets."""
    with Simulator(Settings(database="memory")) as simulator:
        simulator.keep_snapshot("seeded")
        yield simulator


@pytest.fixture
def google(demo: Simulator) -> Google:
    """The demo as it is in its file."""
    demo.restore_snapshot("seeded")
    return Google(demo)
