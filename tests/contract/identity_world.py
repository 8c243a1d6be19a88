"""Workato Identity in memory at its production address, and a driver that tests talk to."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from sqlalchemy import TextClause, select, text
from werkzeug.test import TestResponse

from simulator.crypto import Purpose
from simulator.db.app_tables import sorted_tables
from simulator.db.tables import EndUser, SignIn, SigningKey
from simulator.net.addresses import IDENTITY
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.world import World
from tests.contract.browser import Browser

ID = "https://id.workato.com"
PROCUREMENT = "https://2107.apim.mcp.workato.com"
FINANCE = "https://2108.apim.mcp.workato.com"
RESEARCH = "https://2109.apim.mcp.workato.com"
CALLBACK = "http://127.0.0.1:19876/callback"
PASSWORD = "demo-Pass-1"
VERIFIER = "v" * 43
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
)


@dataclass
class Identity:
    """The simulator, and what people and clients do with Workato Identity."""

    simulator: Simulator

    @property
    def world(self) -> World:
        """What the systems share."""
        return self.simulator.world

    def browser(self, who: str = "") -> Browser:
        """A browser; `who` (ada, bob …) is signed in with it."""
        browser = Browser(self.simulator)
        if who:
            browser.get(f"{ID}/login")
            browser.press("Sign in", email=email_of(who), password=PASSWORD)
            assert "Your account" in browser.text, browser.text
        return browser

    def http(self, method: str, path: str, **options: Any) -> TestResponse:
        """One request of a program."""
        return Browser(self.simulator).request(method, ID + path, **options)

    def register(self, **metadata: Any) -> dict[str, Any]:
        """Register a client, a public one unless told otherwise; returns its metadata."""
        body = {
            "client_name": "Test client",
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "none",
        }
        answer = self.http("POST", "/oauth/register", json=body | metadata)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())

    def authorize_url(self, client: dict[str, Any], **changes: str | list[str] | None) -> str:
        """The address of an authorization request; None leaves a parameter out."""
        query: dict[str, Any] = {
            "response_type": "code",
            "client_id": client["client_id"],
            "redirect_uri": client["redirect_uris"][0],
            "state": "st4te",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
            "resource": PROCUREMENT,
        }
        left = {name: value for name, value in (query | changes).items() if value is not None}
        return f"{ID}/oauth/authorize?{urlencode(left, doseq=True)}"

    def authorize(
        self, client: dict[str, Any], who: str = "ada", press: str = "Allow", **changes: Any
    ) -> dict[str, str]:
        """Sign in and decide; returns the query that the client gets back."""
        browser = self.browser(who).get(self.authorize_url(client, **changes))
        if not browser.left_for:
            browser.press(press)
        return back(browser)

    def token(self, client: dict[str, Any], **form: str) -> TestResponse:
        """A token request of this client, authenticated as it registered."""
        form = {"client_id": client["client_id"]} | form
        if client.get("client_secret"):
            form = {"client_secret": client["client_secret"]} | form
        return self.http("POST", "/oauth/token", data=form)

    def redeem(self, client: dict[str, Any], code: str, **changes: str) -> TestResponse:
        """Exchange a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": client["redirect_uris"][0],
            "code_verifier": VERIFIER,
        }
        return self.token(client, **(form | changes))

    def refresh(self, client: dict[str, Any], refresh_token: str, **changes: str) -> TestResponse:
        """Use a refresh token."""
        form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
        return self.token(client, **(form | changes))

    def tokens(self, client: dict[str, Any], who: str = "ada", **changes: Any) -> dict[str, Any]:
        """The token response after a whole sign-in."""
        answer = self.redeem(client, self.authorize(client, who, **changes)["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def is_live(self, access_token: str) -> bool:
        """Whether an access token still opens anything."""
        headers = {"Authorization": f"Bearer {access_token}"}
        return self.http("GET", "/oauth/userinfo", headers=headers).status_code == 200

    def id_claims(self, id_token: str) -> dict[str, Any]:
        """The claims of an id_token, its signature checked with the published keys."""
        keys = KeySet.import_key_set(self.http("GET", "/oauth/jwks").get_json())
        return dict(jwt.decode(id_token, keys, algorithms=["RS256"]).claims)

    def rows(self) -> dict[str, int]:
        """How many rows every table has: a refused request leaves none behind.

        But for sign-ins, which tests make in between.
        """
        with self.world.db.unit() as session:
            return {str(name): int(count) for name, count in session.execute(_count_rows())}

    def set_status(self, who: str, status: str) -> None:
        """Make an end user `active`, `invited` or `disabled`."""
        with self.world.db.unit() as session:
            statement = select(EndUser).where(EndUser.email == email_of(who))
            session.scalars(statement).one().status = status


def email_of(who: str) -> str:
    """The e-mail address of somebody of the office."""
    return f"{who}@office.example"


def back(browser: Browser) -> dict[str, str]:
    """The query with which a browser was sent back to the client."""
    assert browser.left_for, browser.text
    return {name: values[0] for name, values in parse_qs(urlsplit(browser.left_for).query).items()}


@cache
def _count_rows() -> TextClause:
    """One statement for all tables: a count of each was half of what many tests took."""
    tables = (each.name for each in sorted_tables() if each.name != SignIn.__tablename__)
    counts = (f"SELECT '{name}', count(*) FROM {name}" for name in tables)  # noqa: S608  # ours
    return text(" UNION ALL ".join(counts))


@cache
def _signing_key() -> dict[str, Any]:
    """One key for all tests: making one takes longer than most of them."""
    return dict(RSAKey.generate_key(2048, {"kid": "of-the-tests"}).as_dict(private=True))


@contextmanager
def office_with(**settings: Any) -> Iterator[Identity]:
    """An office of one's own, started with these settings."""
    scenario = Path(__file__).with_name("office.yaml")
    own = Settings(database="memory", scenario=str(scenario), **settings)
    with Simulator(own) as simulator:
        keep_signing_key(simulator.world)
        yield Identity(simulator)


@pytest.fixture(scope="module")
def office() -> Iterator[Simulator]:
    """A simulator without sockets."""
    with office_with() as own:
        yield own.simulator


@pytest.fixture
def identity(office: Simulator) -> Identity:
    """The office as it is in its file."""
    office.reset()
    keep_signing_key(office.world)
    return Identity(office)


def keep_signing_key(world: World, provider: str = IDENTITY) -> None:
    """Let Workato Identity, or another system, sign with the key that all tests share."""
    jwk = _signing_key() | {"kid": f"of-the-tests-{provider}"}
    with world.db.unit() as session:
        session.add(
            SigningKey(
                kid=jwk["kid"],
                provider=provider,
                private_jwk_sealed=world.keys.seal(Purpose.SIGNING_KEY, json.dumps(jwk)),
                created_at=world.clock.now(),
            )
        )
