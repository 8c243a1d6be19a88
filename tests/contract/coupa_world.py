"""One Coupa instance in memory, with its people, a client, and drivers that tests talk to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from simulator.crypto import Purpose
from simulator.db.tables import AppInstance, AppUser, OAuthClient
from simulator.net.addresses import AIHUB, app_system
from simulator.systems.apps._kit.instance import EXTENSION
from simulator.systems.apps.coupa.app import create_app
from simulator.systems.apps.coupa.tables import CoupaInvoice, CoupaPurchaseOrder, CoupaRequisition
from simulator.world import World
from tests.contract.browser import ApplicationBrowser
from tests.memory_worlds import MemoryWorlds

HOST = "acme.coupacloud.com"
OTHER_HOST = "other.coupacloud.com"
LOCAL_WORKATO = "http://127.0.0.1:8700"
CALLBACK = "https://www.workato.com/oauth/callback"
CLIENT_ID, SECRET = "c0ffee", "s3cret-of-the-client"
PASSWORD = "correct horse"
SCOPES = (
    "core.common.read",
    "core.requisition.read",
    "core.requisition.write",
    "core.purchase_order.read",
    "core.invoice.read",
    "openid",
    "profile",
    "email",
    "offline_access",
)


class CoupaBrowser(ApplicationBrowser):
    """A person's browser at one instance."""

    def login(self, login: str, password: str = PASSWORD, target: str = "/") -> TestResponse:
        """Sign in by the login form."""
        at = f"/sessions/new?{urlencode({'next': target})}"
        return self.submit(at, "/sessions/new", login=login, password=password, next=target)


@dataclass
class Coupa:
    """The world and what a test does with it."""

    world: World
    app: Any
    ids: dict[str, int] = field(default_factory=dict)

    def browser(self) -> CoupaBrowser:
        """A new browser, nobody signed in."""
        return CoupaBrowser(self.app.test_client())

    @property
    def http(self) -> FlaskClient:
        """A client without cookies."""
        client: FlaskClient = self.app.test_client(use_cookies=False)
        return client

    def authorize_path(self, **changes: str | None) -> str:
        """The address of an authorization request; None leaves a parameter out."""
        query = {
            "response_type": "code",
            "client_id": CLIENT_ID,
            "redirect_uri": CALLBACK,
            "scope": " ".join(SCOPES),
            "state": "st4te",
        } | changes
        left = {name: value for name, value in query.items() if value is not None}
        return f"/oauth2/authorizations/new?{urlencode(left)}"

    def consent(self, login: str, /, *, decision: str = "allow", **changes: Any) -> dict[str, str]:
        """Sign in, decide on the consent page; returns the query that the client gets back."""
        browser, path = self.browser(), self.authorize_path(**changes)
        browser.login(login)
        return back(browser.submit(path, decision=decision))

    def redeem(self, code: str, **changes: str) -> TestResponse:
        """Exchange a code."""
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": CALLBACK,
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
        }
        return self.http.post("/oauth2/token", data=form | changes)

    def refresh(self, refresh_token: str, **changes: str) -> TestResponse:
        """Use a refresh token."""
        form = {
            "grant_type": "refresh_token",
            "refresh_token": refresh_token,
            "client_id": CLIENT_ID,
            "client_secret": SECRET,
        }
        return self.http.post("/oauth2/token", data=form | changes)

    def tokens(self, login: str, **changes: Any) -> dict[str, Any]:
        """The token response after a whole consent."""
        answer = self.redeem(self.consent(login, **changes)["code"])
        assert answer.status_code == 200, answer.text
        return dict(answer.get_json())

    def access_token(self, login: str, scope: str = " ".join(SCOPES)) -> str:
        """An access token issued without a browser."""
        with self.world.db.unit():
            store = self.app.extensions[EXTENSION].store
            token: str = store.issue(
                client_id=CLIENT_ID,
                subject=str(self.ids[login]),
                scope=scope,
                family=f"family of {login} {scope}",
                auth_time=self.world.clock.now(),
            )["access_token"]
        return token

    def api(self, method: str, path: str, token: str | None, **options: Any) -> TestResponse:
        """Call the REST API with a bearer token."""
        headers = {"Accept": "application/json"} | options.pop("headers", {})
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        return self.http.open(path, method=method, headers=headers, **options)


def back(answer: TestResponse) -> dict[str, str]:
    """The query of the redirect to the client's local address."""
    location = urlsplit(answer.headers["Location"])
    assert f"{location.scheme}://{location.netloc}" == LOCAL_WORKATO
    assert location.path == "/oauth/callback"
    return {name: values[0] for name, values in parse_qs(location.query).items()}


@pytest.fixture
def coupa(memory_worlds: MemoryWorlds) -> Iterator[Coupa]:
    """Ada and Bob are users, Root is admin; each user has documents; Ada also lives elsewhere."""
    with memory_worlds.copy(_seed, [HOST, OTHER_HOST], {AIHUB: LOCAL_WORKATO}) as (world, ids):
        yield Coupa(world, create_app(world, HOST), ids)


def _seed(world: World) -> dict[str, int]:
    session, now = world.db.session, world.clock.now()
    for host, name in ((HOST, "Acme"), (OTHER_HOST, "Other")):
        session.add(AppInstance(host=host, provider="coupa", name=name))
    people = {
        login: AppUser(
            host=host,
            login=login.removesuffix("@other"),
            name=f"{login.split('@')[0].title()} Example",
            email=f"{login.removesuffix('@other')}@example.com",
            password_hash=world.keys.hash_password(PASSWORD),
            role=role,
        )
        for login, host, role in (
            ("ada", HOST, "user"),
            ("bob", HOST, "user"),
            ("root", HOST, "admin"),
            ("new", HOST, "user"),
            ("ada@other", OTHER_HOST, "user"),
        )
    }
    session.add_all(people.values())
    session.add(
        OAuthClient(
            provider=app_system(HOST),
            client_id=CLIENT_ID,
            secret_sealed=world.keys.seal(Purpose.OAUTH_CLIENT_SECRET, SECRET),
            name="Workato",
            redirect_uris=[CALLBACK],
            grant_types=["authorization_code", "refresh_token"],
            scopes=list(SCOPES),
            token_endpoint_auth_method="client_secret_post",
            client_metadata={},
            created_at=now,
        )
    )
    session.flush()
    for login in ("ada", "bob", "ada@other"):
        _documents(world, people[login])
    session.flush()
    return {login: person.id for login, person in people.items()}


def _documents(world: World, person: AppUser) -> None:
    session, now = world.db.session, world.clock.now()
    common = {
        "host": person.host,
        "requester_id": person.id,
        "currency": "EUR",
        "total_cents": 2550,
        "created_at": now,
        "updated_at": now,
    }
    line = {"line-num": 1, "description": "Desk lamp", "quantity": "2", "unit-price": "12.75"}
    requisition = CoupaRequisition(
        status="approved",
        justification=f"Lamps for {person.name}",
        department="Facilities",
        lines=[line],
        need_by_date=date(2026, 12, 1),
        submitted_at=now,
        **common,
    )
    session.add(requisition)
    session.flush()
    order = CoupaPurchaseOrder(
        requisition_id=requisition.id,
        po_number=f"PO-{requisition.id}",
        status="issued",
        supplier="Lamps Ltd",
        lines=[line],
        **common,
    )
    session.add(order)
    session.flush()
    session.add(
        CoupaInvoice(
            purchase_order_id=order.id,
            invoice_number=f"INV-{order.id}",
            status="approved",
            supplier="Lamps Ltd",
            invoice_date=date(2026, 11, 20),
            **common,
        )
    )
