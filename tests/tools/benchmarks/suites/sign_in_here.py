"""One sign-in with the plugin: discovery, registration, login, consent, token, userinfo."""

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import requests

CALLBACK = "http://127.0.0.1:1/callback"
VERIFIER = "v" * 43


def test_sign_in(workspace, end_user):  # type: ignore[no-untyped-def]
    issuer = workspace.description["systems"]["identity"]
    known = requests.get(f"{issuer}/.well-known/openid-configuration").json()
    about = {"redirect_uris": [CALLBACK], "token_endpoint_auth_method": "client_secret_post"}
    client = requests.post(known["registration_endpoint"], json=about).json()
    challenge = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest())
    authorization_params = {
        "response_type": "code",
        "client_id": client["client_id"],
        "redirect_uri": CALLBACK,
        "scope": "openid email",
        "code_challenge": challenge.rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    ada = end_user("Ada")
    browser = ada.forms.get(f"{known['authorization_endpoint']}?{urlencode(authorization_params)}")
    browser.submit("Sign in", email=ada.person["email"], password=ada.person["password"])
    browser.submit("Allow")
    granted = {
        "grant_type": "authorization_code",
        "code": parse_qs(urlsplit(browser.left_for).query)["code"][0],
        "redirect_uri": CALLBACK,
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
        "code_verifier": VERIFIER,
    }
    token = requests.post(known["token_endpoint"], data=granted).json()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    claims = requests.get(known["userinfo_endpoint"], headers=headers).json()
    assert claims["email"] == "ada@acme.example"
