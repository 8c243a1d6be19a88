"""A code goes where a page said that it goes, and what a token may not tell is not told."""

from typing import Any

import pytest

from tests.contract.coupa_world import Coupa, coupa
from tests.contract.identity_world import CALLBACK, Identity, back, identity, office

__all__ = ["coupa", "identity", "office"]  # the fixtures
OTHER_PORT = "http://127.0.0.1:19877/callback"


@pytest.mark.requirement("ID-307")
def test_another_port_of_this_machine_is_asked_for_once(identity: Identity) -> None:
    """Any program can listen there (RFC 8252 §8.6); the page names host and port."""
    client = identity.register()
    browser = identity.browser("ada")
    assert "code" in back(browser.get(identity.authorize_url(client)).press("Allow"))
    assert "code" in back(browser.get(identity.authorize_url(client))), "remembered"
    elsewhere = identity.authorize_url(client, redirect_uri=OTHER_PORT)

    browser.get(elsewhere)
    assert not browser.left_for
    assert "127.0.0.1:19877" in browser.text
    silent = identity.authorize_url(client, redirect_uri=OTHER_PORT, prompt="none")
    assert back(identity.browser("ada").get(silent))["error"] == "consent_required"
    assert "code" in back(browser.get(elsewhere).press("Allow"))

    for url in (elsewhere, identity.authorize_url(client)):
        assert "code" in back(browser.get(url)), "both are remembered"


@pytest.mark.requirement("ID-307")
def test_another_registered_host_is_asked_for_too(identity: Identity) -> None:
    uris = ["https://a.example/cb", "https://b.example/cb", "com.example.app:/cb"]
    client = identity.register(redirect_uris=uris)
    browser = identity.browser("ada")

    for uri in uris:
        url = identity.authorize_url(client, redirect_uri=uri)
        assert not browser.get(url).left_for, f"{uri} was named by no page"
        assert "code" in back(browser.press("Allow"))
        assert "code" in back(browser.get(url))


@pytest.mark.requirement("ID-308")
@pytest.mark.parametrize("scope", ["email", "profile offline_access"])
def test_userinfo_is_for_tokens_with_openid(identity: Identity, scope: str) -> None:
    """403 with the scope that lacks (RFC 6750 §3.1); the token is good for its server."""
    tokens = identity.tokens(identity.register(scope="openid email profile"), scope=scope)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    for method in ("GET", "POST"):
        answer = identity.http(method, "/oauth/userinfo", headers=headers)

        assert (answer.status_code, answer.get_json()["error"]) == (403, "insufficient_scope")
        assert answer.headers["WWW-Authenticate"] == (
            'Bearer realm="Workato Identity", error="insufficient_scope", scope="openid"'
        )


REFUSED = [
    ({"request": "e30.e30."}, "request_not_supported"),
    ({"request_uri": "https://client.example/request"}, "request_uri_not_supported"),
    ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "request_uri_not_supported"),
    ({"registration": "{}"}, "registration_not_supported"),
    ({"response_mode": "form_post"}, "invalid_request"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"response_mode": 'query"ü'}, "invalid_request"),
]


@pytest.mark.requirement("ID-309")
@pytest.mark.parametrize("changes, error", REFUSED)
@pytest.mark.parametrize("bare", [False, True])
def test_what_is_not_supported_is_refused_by_name(
    identity: Identity, changes: dict[str, Any], error: str, bare: bool
) -> None:
    """Also where the request object was to hold all the rest (RFC 9101 §5)."""
    client = identity.register()
    without = {"response_type": None, "code_challenge": None, "redirect_uri": None}

    url = identity.authorize_url(client, **((without if bare else {}) | changes))
    query = back(identity.browser("ada").get(url))

    assert (query["error"], query["state"]) == (error, "st4te")
    assert query["iss"] == "https://id.workato.com"


@pytest.mark.requirement("ID-309")
@pytest.mark.parametrize("changes, _error", REFUSED)
def test_it_is_refused_on_a_page_where_the_address_is_not_the_clients(
    identity: Identity, changes: dict[str, Any], _error: str
) -> None:
    client = identity.register()

    url = identity.authorize_url(client, redirect_uri="https://evil.example/cb", **changes)
    browser = identity.browser("ada").get(url)

    assert (browser.left_for, browser.page.status_code) == ("", 400)


@pytest.mark.requirement("ID-309")
@pytest.mark.parametrize(
    "changes",
    [
        {"response_mode": "query"},
        {"response_mode": ""},
        {"request": "", "request_uri": "", "registration": ""},
        {"claims": '{"userinfo": {"email": null}}', "ui_locales": "de", "display": "page"},
    ],
)
def test_what_may_be_passed_over_is(identity: Identity, changes: dict[str, str]) -> None:
    """One mode of response there is; claims are no more than the scope says (OIDC Core §5.5)."""
    assert "code" in identity.authorize(identity.register(redirect_uris=[CALLBACK]), **changes)


@pytest.mark.requirement("ID-309")
def test_discovery_says_so(identity: Identity, coupa: Coupa) -> None:
    for document in (
        identity.http("GET", "/.well-known/openid-configuration").get_json(),
        coupa.http.get("/.well-known/openid-configuration").get_json(),
    ):
        assert document["request_parameter_supported"] is False
        assert document["request_uri_parameter_supported"] is False
        assert document["claims_parameter_supported"] is False
        assert document["response_modes_supported"] == ["query"]


@pytest.mark.requirement("COUPA-41")
@pytest.mark.parametrize("changes, error", REFUSED)
def test_coupa_refuses_the_same_by_name(coupa: Coupa, changes: dict[str, Any], error: str) -> None:
    answer = coupa.browser().http.get(coupa.authorize_path(**changes))

    assert f"error={error}" in answer.headers["Location"]
    assert "state=st4te" in answer.headers["Location"]
