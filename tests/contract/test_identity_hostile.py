"""Requests that break a rule of OAuth at Workato Identity: a 4xx or an error redirect."""

import pytest
from werkzeug.test import Client

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings

ID = "https://id.workato.com"
URI = "https://client.example/cb"


@pytest.fixture(scope="module")
def visitor() -> Client:
    """Nobody is signed in."""
    return Client(Simulator(Settings(database="memory")))


@pytest.fixture(scope="module")
def client_id(visitor: Client) -> str:
    """A registered public client."""
    body = {"redirect_uris": [URI], "token_endpoint_auth_method": "none", "client_name": "C"}
    answer = visitor.post("/oauth/register", base_url=ID, json=body)
    assert answer.status_code == 201
    return str(answer.get_json()["client_id"])


def request(registered: str, changes: dict[str, str | None]) -> dict[str, str]:
    """A right authorization request, but for the changes; None leaves a parameter out."""
    right = {
        "response_type": "code",
        "client_id": registered,
        "redirect_uri": URI,
        "code_challenge": "x" * 43,
        "code_challenge_method": "S256",
        "resource": "https://2107.apim.mcp.workato.com",
        "state": "s",
    }
    return {name: value for name, value in (right | changes).items() if value is not None}


@pytest.mark.requirement("ID-1")
@pytest.mark.parametrize(
    "changes",
    [
        {"client_id": "nobody"},
        {"client_id": None},
        {"client_id": 'a"b'},
        {"client_id": "ü"},
        {"redirect_uri": "https://evil.example/cb"},
        {"redirect_uri": URI + "/"},
        {"redirect_uri": URI + "?x=1"},
        {"redirect_uri": "https://client.example\\@evil.example/cb"},
        {"redirect_uri": "https://client.example/cb\r\nX: 1"},
        {"redirect_uri": "javascript:alert(1)"},
        {"response_type": 'co"de'},
    ],
)
def test_a_client_that_cannot_be_trusted_gets_no_redirect(
    visitor: Client, client_id: str, changes: dict[str, str | None]
) -> None:
    """A page that explains (RFC 6749 §4.1.2.1)."""
    query = request(client_id, changes)

    answer = visitor.get("/oauth/authorize", base_url=ID, query_string=query)

    assert answer.status_code == 400
    assert "sign-in request is not valid" in answer.text


@pytest.mark.requirement("ID-2")
@pytest.mark.parametrize(
    "changes, error",
    [
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"resource": "https://9.apim.mcp.workato.com"}, "invalid_target"),
        ({"resource": "https://2108.apim.mcp.workato.com"}, "invalid_target"),
        ({"resource": "https://2107.apim.mcp.workato.com#x"}, "invalid_target"),
        ({"resource": "https://evil.example"}, "invalid_target"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_a_wrong_request_of_a_known_client_goes_back_with_an_error(
    visitor: Client, client_id: str, changes: dict[str, str | None], error: str
) -> None:
    """With `error`, `state` and `iss` (RFC 9207)."""
    query = request(client_id, changes)

    answer = visitor.get("/oauth/authorize", base_url=ID, query_string=query)

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(URI)
    assert f"error={error}" in answer.headers["Location"]
    assert "state=s" in answer.headers["Location"]
    assert "iss=https%3A%2F%2Fid.workato.com" in answer.headers["Location"]


@pytest.mark.requirement("ID-3", "AS-13")
@pytest.mark.parametrize(
    "form, error, status",
    [
        ({}, "invalid_request", 400),
        ({"grant_type": "password"}, "unsupported_grant_type", 400),
        ({"grant_type": 'x"y'}, "invalid_request", 400),
        ({"grant_type": "authorization_code"}, "invalid_client", 401),
        ({"grant_type": "authorization_code", "client_id": "CLIENT"}, "invalid_request", 400),
        (
            {"grant_type": "authorization_code", "client_id": "CLIENT", "code": "made-up"},
            "invalid_grant",
            400,
        ),
        (
            {"grant_type": "authorization_code", "client_id": "CLIENT", "client_secret": "x"},
            "invalid_client",
            401,
        ),
        (
            {"grant_type": "refresh_token", "client_id": "CLIENT", "refresh_token": "made-up"},
            "invalid_grant",
            400,
        ),
    ],
)
def test_the_token_endpoint_refuses_in_oauths_own_words(
    visitor: Client, client_id: str, form: dict[str, str], error: str, status: int
) -> None:
    """JSON, never stored by a cache (RFC 6749 §5.2)."""
    data = {name: client_id if value == "CLIENT" else value for name, value in form.items()}

    answer = visitor.post("/oauth/token", base_url=ID, data=data)

    assert (answer.status_code, answer.get_json()["error"]) == (status, error)
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.requirement("ID-4")
@pytest.mark.parametrize(
    "body",
    [
        {},
        {"redirect_uris": []},
        {"redirect_uris": "https://a.example/cb"},
        {"redirect_uris": ["http://a.example/cb"]},
        {"redirect_uris": ["https://a.example/cb#x"]},
        {"redirect_uris": ["/cb"]},
        {"redirect_uris": ["javascript:alert(1)"]},
        {"redirect_uris": ["data:text/html,x"]},
        {"redirect_uris": [URI], "token_endpoint_auth_method": "private_key_jwt"},
        {"redirect_uris": [URI], "grant_types": ["implicit"]},
        {"redirect_uris": [URI], "response_types": ["token"]},
        {"redirect_uris": [URI], "client_name": 7},
        [URI],
    ],
)
def test_a_registration_that_is_not_right_is_refused(visitor: Client, body: object) -> None:
    """With the codes of RFC 7591 §3.2.2."""
    answer = visitor.post("/oauth/register", base_url=ID, json=body)

    assert answer.status_code == 400
    assert answer.get_json()["error"] in (
        "invalid_redirect_uri",
        "invalid_client_metadata",
    )
    assert answer.get_json()["error_description"]
