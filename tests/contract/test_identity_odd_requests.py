"""Characters, headers and addresses that no client should send to Workato Identity, and some do."""

from urllib.parse import urlsplit

import pytest

from tests.contract.browser import Browser
from tests.contract.identity_world import Identity, identity, office

__all__ = ["identity", "office"]  # the fixtures
ODD = ['"', "\\", "ü", "\x00", "\r\n", "😀", "%zz", "https://[bad", "http://a:b:c/", "x" * 5000]
PARAMETERS = (
    "response_type client_id redirect_uri scope state code_challenge code_challenge_method "
    "resource prompt nonce response_mode"
)


@pytest.mark.requirement("ID-31")
@pytest.mark.parametrize("parameter", PARAMETERS.split())
def test_odd_characters_in_an_authorization_request_break_nothing(
    identity: Identity, parameter: str
) -> None:
    """The person reads a page, or the client gets an error or a code."""
    browser, client = identity.browser("ada"), identity.register()
    for odd in ODD:
        browser.get(identity.authorize_url(client, **{parameter: odd}))
        if not browser.left_for and browser.has_button("Allow"):
            browser.press("Allow")

        assert browser.page.status_code < 500, odd
        assert not browser.left_for or urlsplit(browser.left_for).netloc == "127.0.0.1:19876"
        assert browser.request("GET", browser.url, headers={}).status_code < 500


@pytest.mark.requirement("ID-31")
@pytest.mark.parametrize("endpoint", ["token", "revoke", "introspect"])
def test_odd_characters_in_a_clients_request_break_nothing(
    identity: Identity, endpoint: str
) -> None:
    client = identity.register()
    right = {
        "grant_type": "refresh_token",
        "refresh_token": "x",
        "token": "x",
        "client_id": client["client_id"],
    }
    names = [*right, "client_secret", "code", "redirect_uri", "code_verifier", "resource", "scope"]
    for grant_type in ("refresh_token", "authorization_code"):
        for name in names:
            for odd in ODD:
                form = right | {"grant_type": grant_type, name: odd}
                answer = identity.http("POST", f"/oauth/{endpoint}", data=form)
                assert answer.status_code < 500, (name, odd)
                assert answer.is_json or answer.data == b""


@pytest.mark.requirement("ID-31", "AS-13")
@pytest.mark.parametrize("endpoint", ["token", "revoke", "introspect"])
@pytest.mark.parametrize(
    "header", ["Basic", "Basic ", "Basic !!!", "Basic //4=", "Basic IsO8XDp4", "Bearer x", "ü"]
)
def test_a_malformed_authorization_header_is_an_unknown_client(
    identity: Identity, endpoint: str, header: str
) -> None:
    form = {"grant_type": "authorization_code", "code": "x", "token": "x"}

    answer = identity.http(
        "POST", f"/oauth/{endpoint}", data=form, headers={"Authorization": header}
    )

    assert (answer.status_code, answer.get_json()["error"]) == (401, "invalid_client")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.requirement("ID-32", "PROC-10")
def test_plain_http_at_a_production_name_is_refused(identity: Identity) -> None:
    """OAuth asks for https; a loopback address, where the sandbox listens, is exempt."""
    browser, client = identity.browser(), identity.register()
    page = browser.request("GET", identity.authorize_url(client).replace("https:", "http:", 1))

    assert page.status_code == 400
    assert "have the proxy say so: X-Forwarded-Proto: https" in page.text
    for endpoint in ("token", "revoke", "introspect"):
        answer = Browser(identity.simulator).request(
            "POST", f"http://id.workato.com/oauth/{endpoint}", data={"token": "x"}
        )
        assert answer.status_code == 400
        assert answer.get_json()["error"] == "insecure_transport"
        assert "over plain http" in answer.get_json()["error_description"]
