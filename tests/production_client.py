"""A program that knows production addresses alone, and has nothing but `requests`."""

import base64
import hashlib
from typing import Any
from urllib.parse import parse_qs, urlsplit

import requests

from simulator.visits.forms import FormBrowser

SERVER = "https://2107.apim.mcp.workato.com"
IDENTITY = "https://id.workato.com"
CALLBACK = "http://127.0.0.1:1/callback"
VERIFIER = "v" * 43
HOSTS = {"id.workato.com", "www.workato.com", "acme.coupacloud.com"}


def sign_in(browser: FormBrowser) -> str:
    """Registration, authorization with PKCE, token: a program that knows no other addresses."""
    metadata = requests.get(f"{SERVER}/.well-known/oauth-protected-resource").json()
    issuer = metadata["authorization_servers"][0]
    endpoints = requests.get(f"{issuer}/.well-known/oauth-authorization-server").json()
    client = requests.post(
        endpoints["registration_endpoint"],
        json={
            "client_name": "Plain program",
            "redirect_uris": [CALLBACK],
            "token_endpoint_auth_method": "none",
        },
    ).json()["client_id"]
    digest = hashlib.sha256(VERIFIER.encode()).digest()
    question = {
        "response_type": "code",
        "client_id": client,
        "redirect_uri": CALLBACK,
        "resource": SERVER,
        "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
        "code_challenge_method": "S256",
    }
    query = requests.Request("GET", endpoints["authorization_endpoint"], params=question).prepare()
    browser.get(str(query.url))
    browser.submit("Sign in", email="ada@acme.example", password="demo-Pass-1")
    browser.submit("Allow")
    (code,) = parse_qs(urlsplit(browser.left_for).query)["code"]
    answer = requests.post(
        endpoints["token_endpoint"],
        data={
            "grant_type": "authorization_code",
            "client_id": client,
            "code": code,
            "redirect_uri": CALLBACK,
            "code_verifier": VERIFIER,
            "resource": SERVER,
        },
    )
    return str(answer.json()["access_token"])


def call(token: str) -> dict[str, Any]:
    """The structured content of a tool call."""
    message = {
        "jsonrpc": "2.0",
        "id": 1,
        "method": "tools/call",
        "params": {"name": "List_my_requisitions"},
    }
    answer = requests.post(SERVER, json=message, headers={"Authorization": f"Bearer {token}"})
    found: dict[str, Any] = answer.json()["result"]["structuredContent"]
    return found


def connect(browser: FormBrowser, link: str) -> str:
    """Follow a prompt's link, sign in at the app and consent; the text of the last page."""
    browser.get(link)
    browser.submit("Sign in", login="ada", password="coupa-Pass-1")
    return browser.submit("Allow").text


def whole_way() -> tuple[str, str, list[dict[str, Any]]]:
    """Sign in, be asked to connect, connect, get the rows.

    Returns:
        The prompt's link, the text of the page that the consent ends on, Ada's requisitions.
    """
    browser = FormBrowser(HOSTS)
    token = sign_in(browser)
    link = str(call(token)["auth_url"])
    page = connect(browser, link)
    return link, page, call(token)["requisitions"]
