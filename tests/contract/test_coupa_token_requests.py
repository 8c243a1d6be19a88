"""What Coupa's token and revocation endpoints take of a request before they look at it."""

import base64
from typing import Any

import pytest

from tests.contract.coupa_world import CALLBACK, CLIENT_ID, HOST, SECRET, Coupa, coupa

__all__ = ["coupa"]  # the fixture

ENDPOINTS = ("/oauth2/token", "/oauth2/token/revoke")
FORM = {"grant_type": "refresh_token", "refresh_token": "made-up", "token": "made-up"}
CLIENT = {"client_id": CLIENT_ID, "client_secret": SECRET}
BASIC = {"Authorization": f"Basic {base64.b64encode(f'{CLIENT_ID}:{SECRET}'.encode()).decode()}"}


@pytest.mark.requirement("COUPA-40")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize(
    "form, headers, error",
    [
        (CLIENT, BASIC, "invalid_request"),
        ({"client_id": "another"}, BASIC, "invalid_request"),
        ({"client_assertion": "x"}, BASIC, "invalid_request"),
        (CLIENT | {"client_assertion": "x"}, {}, "invalid_request"),
        ({"client_id": CLIENT_ID}, {}, "invalid_client"),
        (CLIENT | {"client_secret": ""}, {}, "invalid_client"),
        ({}, {"Authorization": "Bearer x"}, "invalid_client"),
    ],
)
def test_a_client_authenticates_in_one_way(
    coupa: Coupa, path: str, form: dict[str, str], headers: dict[str, str], error: str
) -> None:
    answer = coupa.http.post(path, data=FORM | form, headers=headers)

    assert answer.get_json()["error"] == error, answer.text
    challenge = answer.headers.get("WWW-Authenticate", "")
    assert challenge.startswith(f'Basic realm="{HOST}", ') == (error == "invalid_client")


@pytest.mark.requirement("COUPA-40")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("headers", [{}, BASIC])
def test_a_secret_is_taken_by_header_or_body(
    coupa: Coupa, path: str, headers: dict[str, str]
) -> None:
    """The form of a client has no choice between them."""
    answer = coupa.http.post(path, data=FORM | ({} if headers else CLIENT), headers=headers)

    assert answer.get_json().get("error") in (None, "invalid_grant")


@pytest.mark.requirement("COUPA-40")
@pytest.mark.parametrize("path", ENDPOINTS)
@pytest.mark.parametrize("name", [*FORM, *CLIENT, "x_own"])
@pytest.mark.parametrize("place", ["body", "query", "both"])
def test_every_parameter_is_there_once(coupa: Coupa, path: str, name: str, place: str) -> None:
    form: dict[str, Any] = {"x_own": "x"} | FORM | CLIENT
    twice = form | {name: [form[name]] * 2}
    parts = {"body": ({}, twice), "query": (twice, {}), "both": ({name: form[name]}, form)}
    query, body = parts[place]

    answer = coupa.http.post(path, query_string=query, data=body)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_request")
    assert name in answer.get_json()["error_description"]


@pytest.mark.requirement("COUPA-40")
@pytest.mark.parametrize("name", ["nonce", "code_challenge", "x_own"])
def test_the_same_of_authorization_requests(coupa: Coupa, name: str) -> None:
    answer = coupa.browser().http.get(f"{coupa.authorize_path()}&{name}=a&{name}=a")

    assert "error=invalid_request" in answer.headers["Location"]
    assert f"{name}+was+sent+more+than+once" in answer.headers["Location"]


@pytest.mark.requirement("COUPA-40")
def test_some_parameters_in_the_query_and_some_in_the_body(coupa: Coupa) -> None:
    code = coupa.consent("ada")["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    answer = coupa.http.post("/oauth2/token", query_string=CLIENT, data=form)

    assert answer.status_code == 200, answer.text
