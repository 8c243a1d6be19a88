"""Which web pages may read what: CORS answers, preflights, and who gets none (Fetch §3.2)."""

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.errors import StartupError
from simulator.settings import Settings
from tests.contract.browser import Browser
from tests.contract.identity_world import ID, PROCUREMENT, Identity, office_with

pytestmark = pytest.mark.requirement("ID-306")
PAGE, HERE = "https://client.example", "http://localhost:3000"
READABLE = [
    (ID, "GET", "/.well-known/oauth-authorization-server"),
    (ID, "GET", "/.well-known/openid-configuration"),
    (ID, "GET", "/oauth/jwks"),
    (ID, "POST", "/oauth/register"),
    (ID, "PUT", "/oauth/register/x"),
    (ID, "POST", "/oauth/token"),
    (ID, "POST", "/oauth/revoke"),
    (ID, "POST", "/oauth/introspect"),
    (ID, "GET", "/oauth/userinfo"),
    (PROCUREMENT, "GET", "/.well-known/oauth-protected-resource"),
    (PROCUREMENT, "GET", "/.well-known/oauth-authorization-server"),
    (PROCUREMENT, "POST", "/"),
    (PROCUREMENT, "DELETE", "/"),
]
PRIVATE = [
    (ID, "/login"),
    (ID, "/"),
    (ID, "/oauth/authorize"),
    (ID, "/oauth/end_session"),
    (ID, "/connections/x"),
    (ID, "/oauth/tokens"),
    ("https://app.workato.com", "/users/sign_in"),
    ("https://app.workato.com", "/api/mcp/mcp_servers"),
    ("https://acme.coupacloud.com", "/sessions/new"),
    ("https://acme.coupacloud.com", "/oauth2/authorizations/new"),
]


@pytest.fixture(scope="module")
def shared() -> Iterator[Identity]:
    """An office that lets pages of one host and of this machine read."""
    with office_with(allowed_origins=(PAGE, "loopback")) as own:
        yield own


def ask(identity: Identity, method: str, url: str, origin: str, **headers: str) -> TestResponse:
    """A request of a page."""
    sent = {"Origin": origin} | {name.replace("_", "-"): text for name, text in headers.items()}
    return Browser(identity.simulator).request(method, url, headers=sent)


def preflight(identity: Identity, method: str, url: str, origin: str) -> TestResponse:
    """What a browser asks before it sends more than any page may."""
    return ask(
        identity,
        "OPTIONS",
        url,
        origin,
        Access_Control_Request_Method=method,
        Access_Control_Request_Headers="authorization,mcp-session-id",
    )


def shares(answer: TestResponse) -> list[str]:
    """The CORS headers of an answer."""
    return [name for name, _ in answer.headers if name.startswith("Access-Control")]


@pytest.mark.parametrize("origin", [PAGE, HERE, "http://127.0.0.1:5173", "http://[::1]:1"])
@pytest.mark.parametrize("host, method, path", READABLE)
def test_a_page_of_an_allowed_origin_reads(
    shared: Identity, host: str, method: str, path: str, origin: str
) -> None:
    before = preflight(shared, method, host + path, origin)
    answer = ask(shared, method, host + path, origin)

    allowed = before.headers["Access-Control-Allow-Headers"].lower().split(", ")
    assert before.status_code == 204
    assert method in before.headers["Access-Control-Allow-Methods"]
    assert {
        "authorization",
        "content-type",
        "mcp-session-id",
        "mcp-protocol-version",
        "last-event-id",
    } <= set(allowed)
    for each in (before, answer):
        assert each.headers["Access-Control-Allow-Origin"] == origin
        assert "Origin" in each.headers["Vary"]
        assert "Access-Control-Allow-Credentials" not in each.headers
        assert "Set-Cookie" not in each.headers
    exposed = answer.headers["Access-Control-Expose-Headers"]
    assert "WWW-Authenticate" in exposed
    assert "Mcp-Session-Id" in exposed


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example",
        "null",
        "http://client.example",
        "https://client.example:8443",
        "https://client.example.evil.example",
        "http://localhost.evil.example",
        "http://127.0.0.1@evil.example",
        "http://127.0.0.1:x",
        "app://localhost",
    ],
)
@pytest.mark.parametrize("host, method, path", READABLE)
def test_no_other_page_reads(
    shared: Identity, host: str, method: str, path: str, origin: str
) -> None:
    """What it gets differs by origin all the same, so that no cache mixes them up."""
    before = preflight(shared, method, host + path, origin)
    answer = ask(shared, method, host + path, origin)

    assert shares(before) == shares(answer) == []
    assert "Origin" in answer.headers["Vary"]
    if host == PROCUREMENT and path == "/":
        assert answer.status_code == 403


@pytest.mark.parametrize("host, path", PRIVATE)
def test_pages_that_take_cookies_are_never_shared(shared: Identity, host: str, path: str) -> None:
    assert shares(preflight(shared, "POST", host + path, PAGE)) == []
    assert shares(ask(shared, "GET", host + path, PAGE)) == []


@pytest.mark.parametrize("host, method, path", READABLE)
def test_by_default_no_page_reads(host: str, method: str, path: str) -> None:
    with office_with() as closed:
        for origin in (PAGE, HERE):
            assert shares(preflight(closed, method, host + path, origin)) == []
            assert shares(ask(closed, method, host + path, origin)) == []


def test_an_allowed_origin_reaches_the_mcp_servers(shared: Identity) -> None:
    """Its request is looked at, and refused for want of a token, with the challenge to read."""
    answer = ask(shared, "POST", f"{PROCUREMENT}/", PAGE)

    assert answer.status_code == 401
    assert "resource_metadata" in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("host, method, path", READABLE)
@pytest.mark.parametrize(
    "fault", [{"status": 503}, {"status": 429, "headers": {"Retry-After": "1"}}]
)
def test_a_page_reads_what_a_fault_answers(
    shared: Identity, host: str, method: str, path: str, fault: dict[str, Any]
) -> None:
    """Else a client in a page could not tell it from a host that is down."""
    with shared.simulator.faults.during(**fault):
        answer = ask(shared, method, host + path, PAGE)
        foreign = ask(shared, method, host + path, "https://evil.example")

    assert answer.status_code == foreign.status_code == fault["status"]
    assert answer.headers["Access-Control-Allow-Origin"] == PAGE
    assert "Retry-After" in answer.headers["Access-Control-Expose-Headers"]
    assert shares(foreign) == []


def test_a_preflight_uses_up_no_fault(shared: Identity) -> None:
    """It is the browser's own question, not a request of the client that is tested."""
    with shared.simulator.faults.during("/oauth/token", status=503, times=1) as fault:
        before = preflight(shared, "POST", f"{ID}/oauth/token", PAGE)
        answer = ask(shared, "POST", f"{ID}/oauth/token", PAGE)

    assert (before.status_code, answer.status_code, fault.hits) == (204, 503, 1)


def test_a_fault_may_take_sharing_back(shared: Identity) -> None:
    headers = {"Access-Control-Allow-Origin": "https://other.example"}
    with shared.simulator.faults.during("/oauth/jwks", headers=headers):
        answer = ask(shared, "GET", f"{ID}/oauth/jwks", PAGE)

    assert answer.headers.getlist("Access-Control-Allow-Origin") == ["https://other.example"]


@pytest.mark.parametrize(
    "origin", ["*", "null", "client.example", "https://client.example/", "https://c.example/x", ""]
)
def test_what_is_no_origin_is_refused_at_the_start(origin: str) -> None:
    with pytest.raises(StartupError, match="allow-origin must be an origin"):
        Settings(allowed_origins=(origin,))
