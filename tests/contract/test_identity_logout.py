"""Signing out at a client's request (OpenID Connect RP-Initiated Logout 1.0)."""

from typing import Any
from urllib.parse import urlencode

import pytest

from tests.contract.browser import Browser
from tests.contract.identity_world import ID, Identity, back, identity, office

__all__ = ["identity", "office"]  # the fixtures

BYE = "https://client.example/bye?from=identity"


def end_session(**query: str) -> str:
    """The address of a sign-out request."""
    return f"{ID}/oauth/end_session?{urlencode(query)}"


def is_signed_in(browser: Browser) -> bool:
    """Whether the browser still has a session."""
    return "Your account" in browser.get(f"{ID}/").text


@pytest.fixture
def client(identity: Identity) -> dict[str, Any]:
    """A client with an address for afterwards."""
    return identity.register(post_logout_redirect_uris=[BYE], client_name="Desk")


@pytest.mark.requirement("ID-210")
def test_a_client_with_the_persons_id_token_signs_her_out_at_once(
    identity: Identity, client: dict[str, Any]
) -> None:
    hint = identity.tokens(client)["id_token"]
    browser = identity.browser("ada").get(end_session(id_token_hint=hint))

    assert (browser.page.status_code, "You are signed out" in browser.text) == (200, True)
    assert ("Sign in" in browser.text, "Your account" in browser.text) == (True, False)
    assert not is_signed_in(browser)


@pytest.mark.requirement("ID-210")
@pytest.mark.parametrize("hinted", [False, True])
def test_without_her_id_token_the_person_is_asked(
    identity: Identity, client: dict[str, Any], hinted: bool
) -> None:
    """No page elsewhere can sign her out by a link, not with somebody else's id_token either."""
    query = {"client_id": client["client_id"]}
    if hinted:
        query["id_token_hint"] = identity.tokens(client, "bob")["id_token"]
    browser = identity.browser("ada").get(end_session(**query))

    assert "Sign out of Workato Identity? Signed in as Ada Reyes" in browser.text
    assert "Desk asks to sign you out" in browser.text
    assert is_signed_in(browser)

    browser.get(end_session(**query)).press("Sign out")
    assert "You are signed out" in browser.text
    assert not is_signed_in(browser)


@pytest.mark.requirement("ID-210")
def test_a_form_posted_from_the_clients_page_is_taken_too(
    identity: Identity, client: dict[str, Any]
) -> None:
    """It comes without our cookie and token: it is turned into a GET and changes nothing."""
    form = {"client_id": client["client_id"], "state": "s", "post_logout_redirect_uri": BYE}
    form |= {"_scheme": "http", "_external": "1", "_anchor": "x"}
    browser = identity.browser("ada")
    answer = identity.http("POST", "/oauth/end_session", data=form)

    assert answer.status_code == 303
    assert "Sign out of Workato Identity?" in browser.get(ID + answer.headers["Location"]).text
    assert back(browser.press("Sign out"))["state"] == "s"


@pytest.mark.requirement("ID-210")
def test_the_confirmation_needs_its_token(identity: Identity) -> None:
    browser = identity.browser("ada")

    answer = browser.request("POST", f"{ID}/oauth/end_session/confirm")

    assert (answer.status_code, "out of date" in answer.text) == (400, True)
    assert is_signed_in(browser)


@pytest.mark.requirement("ID-211")
@pytest.mark.parametrize("who", ["ada", ""])
def test_afterwards_the_browser_goes_where_the_client_registered(
    identity: Identity, client: dict[str, Any], who: str
) -> None:
    """With the state; also when nobody was signed in any more."""
    hint = identity.tokens(client)["id_token"]
    url = end_session(id_token_hint=hint, post_logout_redirect_uri=BYE, state="a b&c")

    browser = identity.browser(who).get(url)

    assert browser.left_for == f"{BYE}&state=a+b%26c"
    assert not is_signed_in(browser)


@pytest.mark.requirement("ID-212")
@pytest.mark.parametrize(
    "changes, sentence",
    [
        ({"post_logout_redirect_uri": f"{BYE}&x=1"}, "not one that the client registered"),
        ({"post_logout_redirect_uri": "https://evil.example/"}, "not one that the client regis"),
        ({"post_logout_redirect_uri": BYE, "client_id": "", "id_token_hint": ""}, "send client_id"),
        ({"client_id": "nobody"}, "not the one that the id_token_hint was made for"),
        ({"client_id": "nobody", "id_token_hint": ""}, "No client has this client_id"),
        ({"client_id": "https://evil.example/c", "id_token_hint": ""}, "client"),
        ({"id_token_hint": "made.up.token"}, "not issued by Workato Identity"),
    ],
)
def test_a_wrong_request_signs_nobody_out(
    identity: Identity, client: dict[str, Any], changes: dict[str, str], sentence: str
) -> None:
    """A page that says what is wrong, never a redirect; nothing is kept."""
    right = {
        "client_id": client["client_id"],
        "id_token_hint": identity.tokens(client)["id_token"],
        "post_logout_redirect_uri": BYE,
    }
    browser, before = identity.browser("ada"), identity.rows()

    browser.get(end_session(**(right | changes)))

    assert (browser.page.status_code, browser.left_for) == (400, "")
    assert "This sign-out request is not valid" in browser.text
    assert sentence in browser.text
    assert identity.rows() == before
    assert is_signed_in(browser)


@pytest.mark.requirement("ID-212")
@pytest.mark.parametrize(
    "uri", ["javascript:alert(1)", "http://a.example/", "/bye", "https://a/#x"]
)
def test_an_address_for_afterwards_must_be_a_right_one(identity: Identity, uri: str) -> None:
    body = {"redirect_uris": ["https://a.example/cb"], "post_logout_redirect_uris": [uri]}

    answer = identity.http("POST", "/oauth/register", json=body)

    assert (answer.status_code, answer.get_json()["error"]) == (400, "invalid_client_metadata")
