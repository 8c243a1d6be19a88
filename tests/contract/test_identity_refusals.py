"""Each rule of the authorization server, broken from outside: refused with a reason."""

import re
from typing import Any
from urllib.parse import urlencode

import pytest

from simulator.net.addresses import IDENTITY
from simulator.oauth import AccessTokens
from tests.contract.browser import Browser, plain
from tests.contract.identity_world import (
    CALLBACK,
    ID,
    PASSWORD,
    PROCUREMENT,
    VERIFIER,
    Identity,
    back,
    email_of,
    identity,
    office,
)

__all__ = ["identity", "office"]  # the fixtures

COUPA = "https://office.coupacloud.com"


@pytest.mark.requirement("AS-1")
@pytest.mark.parametrize(
    "response_type", ["token", "id_token", "code token", "code id_token", "none", "CODE", ""]
)
def test_there_is_no_way_to_a_token_but_a_code(identity: Identity, response_type: str) -> None:
    client, browser = identity.register(), identity.browser("ada")
    before = identity.rows()

    query = back(browser.get(identity.authorize_url(client, response_type=response_type)))

    assert query["error"] == "unsupported_response_type"
    assert query["error_description"] == "The response_type must be 'code'."
    assert not {"code", "access_token", "id_token"} & query.keys()
    assert identity.rows() == before


@pytest.mark.requirement("AS-1")
def test_a_page_about_a_request_says_what_has_to_be_corrected(identity: Identity) -> None:
    """Where there is nobody to send the error to, a person reads it."""
    page = identity.browser("ada").get(f"{ID}/oauth/authorize")

    assert page.page.status_code == 400
    assert "The response_type must be 'code'. The application that sent you here has" in page.text


@pytest.mark.requirement("AS-1")
def test_an_address_that_is_none_is_a_page_that_is_not_there(identity: Identity) -> None:
    page = identity.browser("ada").get(f"{ID}/nowhere")

    assert page.page.status_code == 404
    assert "Page not found There is no page at this address." in page.text


@pytest.mark.requirement("AS-1", "AS-13")
@pytest.mark.parametrize(
    "grant_type",
    [
        "password",
        "client_credentials",
        "implicit",
        "urn:ietf:params:oauth:grant-type:device_code",
        "urn:ietf:params:oauth:grant-type:token-exchange",
        "urn:ietf:params:oauth:grant-type:jwt-bearer",
    ],
)
def test_no_other_grant_is_taken(identity: Identity, grant_type: str) -> None:
    """Not from a confidential client either, and not with a right password."""
    client = identity.register(token_endpoint_auth_method="client_secret_post")
    before = identity.rows()

    answer = identity.token(
        client, grant_type=grant_type, username=email_of("ada"), password=PASSWORD
    )

    assert (answer.status_code, answer.get_json()["error"]) == (400, "unsupported_grant_type")
    assert answer.headers["Cache-Control"] == "no-store"
    assert identity.rows() == before


@pytest.mark.requirement("AS-3")
@pytest.mark.parametrize("issuer", [f"{ID}/", "http://id.workato.com", "https://ID.workato.com"])
def test_an_issuer_is_the_same_to_the_byte_or_another(identity: Identity, issuer: str) -> None:
    """A token that our own key signed under another spelling opens nothing and hints at nobody."""
    client = identity.register()
    tokens = identity.tokens(client)
    claims = identity.id_claims(tokens["access_token"])
    id_claims = identity.id_claims(tokens["id_token"])
    assert claims["iss"] == id_claims["iss"] == ID
    with identity.world.db.unit():
        signer = AccessTokens(identity.world, IDENTITY).signer
        access = signer.sign(claims | {"iss": issuer}, AccessTokens.TYPE)
        hint = signer.sign(id_claims | {"iss": issuer})

    answer = Browser(identity.simulator).request(
        "POST", PROCUREMENT, json={}, headers={"Authorization": f"Bearer {access}"}
    )
    query = back(identity.browser("ada").get(identity.authorize_url(client, id_token_hint=hint)))

    assert answer.status_code == 401
    assert (query["error"], query["iss"]) == ("invalid_request", ID)


@pytest.mark.requirement("AS-4")
@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"code_challenge": None}, "Code challenge is required"),
        ({"code_challenge": ""}, "Code challenge is required"),
        ({"code_challenge": None, "code_challenge_method": None}, "Code challenge is required"),
        ({"code_challenge_method": None}, "must be S256"),
        ({"code_challenge_method": "plain", "code_challenge": VERIFIER}, "must be S256"),
        ({"code_challenge_method": "s256"}, "must be S256"),
        ({"code_challenge": "short"}, "code_challenge"),
    ],
)
@pytest.mark.parametrize("method", ["none", "client_secret_basic"])
def test_no_code_without_a_challenge(
    identity: Identity, method: str, changes: dict[str, Any], sentence: str
) -> None:
    """Of a confidential client either (OAuth 2.1)."""
    client, browser = (
        identity.register(token_endpoint_auth_method=method),
        identity.browser("ada"),
    )
    before = identity.rows()

    query = back(browser.get(identity.authorize_url(client, **changes)))

    assert query["error"] == "invalid_request"
    assert sentence in query["error_description"]
    assert identity.rows() == before


@pytest.mark.requirement("AS-4", "AS-12")
@pytest.mark.parametrize(
    "verifier, error",
    [
        ("w" * 43, "invalid_grant"),
        ("", "invalid_request"),
        ("short", "invalid_request"),
        (VERIFIER + "=", "invalid_request"),
    ],
)
def test_no_token_without_the_verifier(identity: Identity, verifier: str, error: str) -> None:
    client = identity.register()
    code, before = identity.authorize(client)["code"], identity.rows()

    answer = identity.redeem(client, code, code_verifier=verifier)

    assert (answer.status_code, answer.get_json()["error"]) == (400, error)
    assert answer.get_json()["error_description"]
    assert identity.rows() == before


@pytest.mark.requirement("AS-6")
@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"redirect_uris": "https://a.example/cb"}',
        b'{"redirect_uris": [""]}',
        b'{"redirect_uris": [7]}',
        b'{"redirect_uris": ["https://a.example/cb#x"]}',
        b'{"redirect_uris": ["https://a.example/cb"], "token_endpoint_auth_method": "tls"}',
        b'{"redirect_uris": ["https://a.example/cb"], "grant_types": ["refresh_token"]}',
        b'{"redirect_uris": ["https://a.example/cb"], "scope": ["openid"]}',
        b'{"redirect_uris": ["https://a.example/cb"], "client_name": ""}',
        b'{"redirect_uris": ["https://a.example/cb"], "client_name": "\\ud800"}',
        b"[" * 100_000,
    ],
)
def test_a_registration_that_is_refused_leaves_no_client(identity: Identity, body: bytes) -> None:
    before = identity.rows()

    answer = identity.http(
        "POST", "/oauth/register", data=body, headers={"Content-Type": "application/json"}
    )

    assert answer.status_code == 400
    assert answer.get_json()["error"] in ("invalid_client_metadata", "invalid_redirect_uri")
    assert answer.get_json()["error_description"]
    assert identity.rows() == before


@pytest.mark.requirement("AS-7")
def test_a_clients_credentials_hold_where_they_were_issued_alone(identity: Identity) -> None:
    """Those of the app are unknown here, and ours are unknown to the app."""
    app = identity.simulator.describe()["apps"][0]["clients"][0]
    ours = identity.register(token_endpoint_auth_method="client_secret_post")
    before = identity.rows()

    for origin, client in ((ID, app), (COUPA, ours)):
        form = {"grant_type": "authorization_code", "code": "x", "redirect_uri": CALLBACK}
        form |= {"client_id": client["client_id"], "client_secret": client["client_secret"]}
        path = "/oauth/token" if origin == ID else "/oauth2/token"
        answer = Browser(identity.simulator).request("POST", origin + path, data=form)
        assert answer.status_code in (400, 401)
        assert answer.get_json()["error"] == "invalid_client"
    page = identity.browser("ada").get(
        identity.authorize_url({"client_id": app["client_id"], "redirect_uris": [CALLBACK]})
    )
    assert page.page.status_code == 400
    assert identity.rows() == before


@pytest.mark.requirement("AS-8")
@pytest.mark.parametrize(
    "registered, requested",
    [
        ("https://a.example/cb", "https://a.example/cb/"),
        ("https://a.example/cb", "https://a.example/cb?x=1"),
        ("https://a.example/cb", "https://a.example/CB"),
        ("https://a.example/cb", "https://A.example/cb"),
        ("https://a.example/cb", "https://a.example:443/cb"),
        ("https://a.example/cb", "https://a.example:8443/cb"),
        ("https://a.example/cb", "http://a.example/cb"),
        ("https://a.example/cb", "https://a.example/x/../cb"),
        ("https://a.example/cb", "https://a.example.evil.example/cb"),
        ("https://a.example/cb", "https://a.example@evil.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:9/other"),
        ("http://127.0.0.1/cb", "http://localhost:9/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:9@evil.example/cb"),
        ("http://127.0.0.1/cb", "http://127.0.0.1.evil.example:9/cb"),
        ("http://127.0.0.1/cb", "https://127.0.0.1:9/cb"),
    ],
)
def test_a_redirect_uri_that_only_resembles_gets_a_page(
    identity: Identity, registered: str, requested: str
) -> None:
    """Never a redirect, not even with the error."""
    client, browser = identity.register(redirect_uris=[registered]), identity.browser("ada")
    before = identity.rows()

    browser.get(identity.authorize_url(client, redirect_uri=requested))

    assert (browser.page.status_code, browser.left_for) == (400, "")
    assert "This sign-in request is not valid" in browser.text
    assert identity.rows() == before


@pytest.mark.requirement("AS-9")
@pytest.mark.parametrize(
    "changes",
    [
        {"response_type": "token"},
        {"code_challenge": None},
        {"resource": "https://evil.example"},
        {"prompt": "none"},
        {"max_age": "x"},
        {"iss": "https://evil.example"},
    ],
)
def test_every_answer_says_who_gave_it(identity: Identity, changes: dict[str, Any]) -> None:
    """Errors and codes alike (RFC 9207); nobody can put another issuer there."""
    client, browser = identity.register(), identity.browser("ada")

    browser.get(identity.authorize_url(client, **changes))
    if not browser.left_for:
        browser.press("Deny")

    assert re.findall(r"[?&]iss=([^&]*)", browser.left_for) == ["https%3A%2F%2Fid.workato.com"]
    assert "error" in back(browser)


@pytest.mark.requirement("AS-14")
@pytest.mark.parametrize("changes", [{"prompt": "none"}, {"decision": "allow"}])
def test_nobody_gets_past_the_consent_page(identity: Identity, changes: dict[str, str]) -> None:
    """A new client is always asked for, though the person allowed another of the same name."""
    identity.tokens(identity.register())
    client, browser = identity.register(), identity.browser("ada")
    before = identity.rows()

    browser.get(identity.authorize_url(client, **changes))

    if browser.left_for:
        assert back(browser)["error"] == "consent_required"
    else:
        assert "Allow Test client to act for you?" in browser.text
        assert "sent back to 127.0.0.1:19876" in browser.text
    assert identity.rows() == before


@pytest.mark.requirement("AS-17")
@pytest.mark.parametrize("endpoint", ["revoke", "introspect"])
def test_a_stranger_learns_and_ends_nothing(identity: Identity, endpoint: str) -> None:
    """Without credentials, with wrong ones, and with those of another client."""
    client = identity.register(token_endpoint_auth_method="client_secret_post")
    tokens, other = identity.tokens(client), identity.register()
    before = identity.rows()
    for who in (
        {},
        {"client_id": client["client_id"]},
        {"client_id": client["client_id"], "client_secret": "wrong"},
        {"client_id": other["client_id"]},
    ):
        answer = identity.http(
            "POST", f"/oauth/{endpoint}", data=who | {"token": tokens["access_token"]}
        )
        assert "sub" not in answer.text
        inactive = endpoint == "introspect" and who.get("client_id") == other["client_id"]
        assert answer.status_code in ((200,) if inactive else (400, 401))
    assert identity.is_live(tokens["access_token"])
    assert identity.rows() == before


@pytest.mark.requirement("AS-18")
def test_every_page_is_plain_forms_with_plain_words(identity: Identity) -> None:
    """Nothing waits for a script: each button is in a form with an address and a CSRF token."""
    client, ada = identity.register(), identity.browser("ada")
    sign_out = f"/oauth/end_session?{urlencode({'client_id': client['client_id']})}"
    pages = {
        "Sign in": identity.browser().get(f"{ID}/login"),
        "Allow": ada.get(identity.authorize_url(client)),
        "Sign out": identity.browser("ada").get(ID + sign_out),
        "Sign in as somebody else": identity.browser("ada").get(f"{ID}/connections/x"),
    }
    for word, browser in pages.items():
        markup = browser.page.text
        assert browser.has_button(word)
        assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", markup)
        outside = re.sub(r"<form\b.*?</form>", "", markup, flags=re.S)
        assert "<button" not in outside
        for form in re.findall(r"<form\b.*?</form>", markup, re.S):
            assert re.search(r'method="post"[^>]*action="/', form)
            assert 'name="csrf_token"' in form
        labelled = set(re.findall(r'<label[^>]*\bfor="([^"]+)"', markup))
        shown = re.findall(r'<input(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', markup)
        assert set(shown) == labelled, plain(markup)
