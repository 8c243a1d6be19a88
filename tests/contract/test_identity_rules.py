"""Workato Identity: lock-out, length of a session, introspection, discovery at the MCP server."""

import re
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from sqlalchemy import select
from werkzeug.test import Client, TestResponse

from simulator.db.tables import EndUser, FailedSignIns, OAuthClient
from simulator.net.addresses import IDENTITY
from simulator.oauth import AccessTokens
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.identity_world import Identity, identity, office
from tests.contract.mcp_refusals import check_refusal

__all__ = ["identity", "office"]  # the fixtures
ID = "https://id.workato.com"
MCP = "https://2107.apim.mcp.workato.com"
ADA = "ada@acme.example"


@pytest.fixture
def simulator() -> Iterator[Simulator]:
    """The demo world, at production names."""
    with Simulator(Settings(database="memory")) as simulator:
        yield simulator


def sign_in(browser: Client, password: str, email: str = ADA) -> TestResponse:
    """Fill in an e-mail and a password."""
    page = browser.get("/login", base_url=ID).text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    form = {"csrf_token": token[1], "email": email, "password": password}
    return browser.post("/login", base_url=ID, data=form, headers={"Referer": f"{ID}/login"})


@pytest.mark.requirement("ID-101")
def test_five_wrong_passwords_lock_the_account_for_fifteen_minutes(simulator: Simulator) -> None:
    """The right one is not looked at until then, and the page says so."""
    browser = Client(simulator)
    for _ in range(5):
        assert "password is wrong" in sign_in(browser, "no").text

    locked = sign_in(browser, "demo-Pass-1")
    simulator.world.clock.travel(timedelta(minutes=15, seconds=1))
    opened = sign_in(browser, "demo-Pass-1")

    assert locked.status_code == 422
    assert "locked for 15 minutes" in locked.text
    assert opened.status_code == 303


@pytest.mark.requirement("ID-101", "ID-203")
def test_the_lock_does_not_tell_whether_the_account_exists(simulator: Simulator) -> None:
    """Letter case and spaces make no other address; each address has its own count."""
    browser = Client(simulator)

    def tries(*emails: str) -> list[str]:
        return [
            re.sub(r'value="[^"]*"', "", sign_in(browser, "no", email).text) for email in emails
        ]

    known = tries(*[ADA, ADA.upper(), f" {ADA}"] * 2)
    unknown = tries(*["nobody@acme.example", "NOBODY@acme.example", "nobody@acme.example "] * 2)

    assert unknown == known
    assert "locked for 15 minutes" in known[-1]
    assert "locked" not in sign_in(browser, "no", "bob@acme.example").text


@pytest.mark.requirement("ID-203")
def test_addresses_that_were_tried_are_kept_for_a_day_and_not_in_clear(
    simulator: Simulator,
) -> None:
    """Whatever people type into the field, a password perhaps."""
    browser = Client(simulator)
    for email in ("typed-by-mistake", "nobody@acme.example"):
        sign_in(browser, "no", email)
    with simulator.world.db.unit() as session:
        rows = session.scalars(select(FailedSignIns)).all()
    assert not [row for row in rows if "typed" in row.email_hash or "nobody" in row.email_hash]
    assert len(rows) == 2

    simulator.world.clock.travel(timedelta(days=1))
    sign_in(browser, "no")

    with simulator.world.db.unit() as session:
        assert session.scalars(select(FailedSignIns.count)).all() == [1]


@pytest.mark.requirement("ID-101")
def test_the_right_password_forgets_the_wrong_ones(simulator: Simulator) -> None:
    """Only failures in a row count."""
    browser = Client(simulator)
    for password in ("no", "no", "no", "no", "demo-Pass-1", "no"):
        answer = sign_in(browser, password)

    assert "password is wrong" in answer.text
    assert sign_in(browser, "demo-Pass-1").status_code == 303


@pytest.mark.requirement("ID-102")
def test_a_sign_in_lasts_eight_hours(simulator: Simulator) -> None:
    """Then the sign-in page comes again."""
    browser = Client(simulator)
    sign_in(browser, "demo-Pass-1")

    assert "Your account" in browser.get("/", base_url=ID).text
    simulator.world.clock.travel(timedelta(hours=8))
    assert browser.get("/", base_url=ID).status_code == 302


@pytest.mark.requirement("ID-103", "AS-17")
def test_a_client_may_ask_about_its_own_tokens_alone(simulator: Simulator) -> None:
    """RFC 7662: active with its claims; anybody else's is just not active."""
    token = _token(simulator, "mine")
    _token(simulator, "other")
    browser = Client(simulator)

    def ask(client_id: str) -> dict[str, object]:
        form = {"token": token, "client_id": client_id}
        answer = browser.post("/oauth/introspect", base_url=ID, data=form).get_json()
        assert isinstance(answer, dict)
        return answer

    mine = ask("mine")
    assert (mine["active"], mine["aud"], mine["client_id"]) == (True, MCP, "mine")
    assert ask("other") == {"active": False}
    simulator.world.clock.travel(timedelta(hours=1))
    assert ask("mine") == {"active": False}


@pytest.mark.requirement("ID-105")
def test_introspection_follows_what_a_token_can_still_do(identity: Identity) -> None:
    """An access token for an hour, a refresh token until it is used; neither of a disabled person.

    RFC 7662 §2.2.
    """
    client = identity.register()
    issued = identity.tokens(client)

    def active(token: str) -> bool:
        form = {"token": issued[token], "client_id": client["client_id"]}
        return bool(identity.http("POST", "/oauth/introspect", data=form).get_json()["active"])

    assert active("access_token")
    assert active("refresh_token")
    identity.set_status("ada", "disabled")
    assert not active("access_token")
    assert not active("refresh_token")
    identity.set_status("ada", "active")
    identity.world.clock.travel(timedelta(hours=1))
    assert not active("access_token")
    assert active("refresh_token")
    assert identity.refresh(client, issued["refresh_token"]).status_code == 200
    assert not active("refresh_token")


@pytest.mark.requirement("ID-104")
@pytest.mark.parametrize("name", ["oauth-authorization-server", "openid-configuration"])
def test_the_mcp_server_shows_the_same_document_as_workato_identity(
    simulator: Simulator, name: str
) -> None:
    """Older clients look there; the issuer stays Workato Identity."""
    browser, path = Client(simulator), f"/.well-known/{name}"

    there = browser.get(path, base_url=MCP).get_json()

    query = urlencode({"resource": MCP})
    assert there.pop("registration_endpoint") == f"{ID}/oauth/register?{query}"
    own = browser.get(path, base_url=ID).get_json()
    assert own.pop("registration_endpoint") == f"{ID}/oauth/register"
    assert there == own
    assert there["issuer"] == ID
    assert browser.get(path, base_url="https://2108.apim.mcp.workato.com").status_code == 404


@pytest.mark.requirement("ID-104", "AS-2")
@pytest.mark.parametrize("name", ["oauth-authorization-server", "openid-configuration"])
def test_on_a_host_with_several_servers_all_forms_of_the_address_work(
    simulator: Simulator, name: str
) -> None:
    """Before and after the server's path, and at the root, where no server is named."""
    mcp, identity = "http://127.0.0.1:8703", "http://127.0.0.1:8702"
    simulator.set_addresses({"identity": identity, "mcp": mcp})
    browser = Client(simulator)

    for path in (f"/.well-known/{name}/2107", f"/2107/.well-known/{name}"):
        found = browser.get(path, base_url=mcp).get_json()
        query = urlencode({"resource": f"{mcp}/2107"})
        assert found["registration_endpoint"] == f"{identity}/oauth/register?{query}"
    root = browser.get(f"/.well-known/{name}", base_url=mcp).get_json()
    assert root["registration_endpoint"] == f"{identity}/oauth/register"
    assert root["issuer"] == found["issuer"] == identity


@pytest.mark.requirement("AS-2")
@pytest.mark.parametrize(
    "path",
    [
        "/.well-known/webfinger",
        "/.well-known/openid-configuration/nowhere",
        "/.well-known/oauth-authorization-server/99999",
        "/.well-known/",
    ],
)
def test_a_well_known_address_that_is_not_known_says_so_in_json(
    simulator: Simulator, path: str
) -> None:
    """To a browser too: programs look there. MCP servers refuse in the shape of theirs."""
    answers = [
        Client(simulator).get(path, base_url=base, headers={"Accept": "text/html"})
        for base in (ID, MCP)
    ]

    assert [(each.status_code, each.is_json) for each in answers] == [(404, True)] * 2
    assert answers[0].get_json()["error_description"]
    check_refusal(answers[1])


def _token(simulator: Simulator, client_id: str) -> str:
    """A public client of this name, and an access token of Ada's for it."""
    world = simulator.world
    with world.db.unit() as session:
        session.add(
            OAuthClient(
                provider=IDENTITY,
                client_id=client_id,
                name=client_id,
                redirect_uris=["http://127.0.0.1/callback"],
                grant_types=["authorization_code"],
                scopes=[],
                token_endpoint_auth_method="none",
                client_metadata={},
                created_at=world.clock.now(),
            )
        )
        ada = session.scalars(select(EndUser).where(EndUser.email == ADA)).one()
        answer = AccessTokens(world, IDENTITY).store.issue(
            client_id=client_id,
            subject=ada.id,
            scope="openid",
            family=client_id,
            auth_time=world.clock.now(),
            resource=MCP,
        )
    return str(answer["access_token"])
