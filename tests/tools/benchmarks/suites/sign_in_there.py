"""One sign-in with oidc-provider-mock: discovery, registration, login, token, userinfo."""

from urllib.parse import parse_qs, urlencode, urlsplit

import oidc_provider_mock
import pytest
import requests

CALLBACK = "http://127.0.0.1:1/callback"


@pytest.fixture
def issuer():  # type: ignore[no-untyped-def]
    with oidc_provider_mock.run_server_in_thread() as server:
        yield f"http://localhost:{server.server_port}"


def test_sign_in(issuer):  # type: ignore[no-untyped-def]
    claims = {"email": "ada@acme.example"}
    assert requests.put(f"{issuer}/users/ada", json=claims).status_code == 204
    known = requests.get(f"{issuer}/.well-known/openid-configuration").json()
    about = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_post"}
    client = requests.post(known["registration_endpoint"], json=about).json()
    authorization_params = {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": CALLBACK,
        "scope": "openid email",
    }
    page = f"{known['authorization_endpoint']}?{urlencode(authorization_params)}"
    assert requests.get(page).status_code == 200
    back = requests.post(page, data={"sub": "ada"}, allow_redirects=False)
    granted = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(back.headers["Location"]).query)["code"][0],
        "redirect_uri": CALLBACK,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    token = requests.post(known["token_endpoint"], data=granted).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    found = requests.get(known["userinfo_endpoint"], headers=headers).json()
    assert found["email"] == "ada@acme.example"
