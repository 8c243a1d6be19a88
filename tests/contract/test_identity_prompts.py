"""How a client may ask for the sign-in: `prompt`, `max_age`, `id_token_hint` (OIDC Core)."""

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.browser import Browser
from tests.contract.identity_world import ID, PASSWORD, Identity, back, email_of, identity, office

__all__ = ["identity", "office"]  # the fixtures


def sign_in(browser: Browser, who: str) -> Browser:
    """Fill in the sign-in page that is open."""
    assert browser.url.startswith(f"{ID}/login?next="), browser.url
    return browser.press("Sign in", email=email_of(who), password=PASSWORD)


@pytest.fixture
def client(identity: Identity) -> dict[str, Any]:
    """A client that Ada consented to."""
    registered = identity.register()
    identity.tokens(registered)
    return registered


@pytest.mark.requirement("ID-207")
@pytest.mark.parametrize("terms", [{"prompt": "login"}, {"max_age": "0"}, {"max_age": "60"}])
def test_a_client_can_have_the_person_sign_in_again(
    identity: Identity, client: dict[str, Any], terms: dict[str, str]
) -> None:
    """Once: then there is a code; the same request later asks for another sign-in."""
    browser = identity.browser("ada")
    identity.world.clock.travel(timedelta(seconds=61))
    url = identity.authorize_url(client, scope="openid", **terms)

    assert "code" in back(sign_in(browser.get(url), "ada"))

    identity.world.clock.travel(timedelta(seconds=61))
    assert "code" in back(sign_in(browser.get(url), "ada"))


@pytest.mark.requirement("ID-207")
@pytest.mark.parametrize("prompt", ["login", "login consent"])
def test_after_the_new_sign_in_the_consent_page_may_come(identity: Identity, prompt: str) -> None:
    """Its form is taken without a third sign-in, and may be reloaded before."""
    client, browser = identity.register(), identity.browser("ada")
    url = identity.authorize_url(client, prompt=prompt, state="a ü+b")

    sign_in(browser.get(url), "ada")
    browser.get(url).press("Allow")

    assert back(browser)["state"] == "a ü+b"
    assert "code" in back(browser)


@pytest.mark.requirement("ID-207")
def test_a_sign_in_for_one_request_is_none_for_another(
    identity: Identity, client: dict[str, Any]
) -> None:
    browser = identity.browser()
    browser.get(identity.authorize_url(client, prompt="login", state="1"))
    sign_in(browser, "ada")

    other = identity.authorize_url(client, prompt="login", state="2")

    assert browser.get(other).url.startswith(f"{ID}/login?next=")


@pytest.mark.requirement("ID-207")
def test_a_sign_in_that_is_young_enough_will_do(identity: Identity, client: dict[str, Any]) -> None:
    """And the id_token says when it was."""
    then = identity.world.clock.timestamp()
    browser = identity.browser("ada")
    identity.world.clock.travel(timedelta(seconds=50))

    code = back(browser.get(identity.authorize_url(client, max_age="60")))["code"]
    tokens = identity.redeem(client, code).get_json()

    claims = identity.id_claims(tokens["id_token"])
    assert then <= claims["auth_time"] < then + 50 <= claims["iat"]


@pytest.mark.requirement("ID-207")
def test_select_account_shows_who_is_signed_in_and_the_way_to_another(
    identity: Identity, client: dict[str, Any]
) -> None:
    """On the consent page, though the consent is remembered."""
    browser = identity.browser("ada").get(identity.authorize_url(client, prompt="select_account"))

    assert "Signed in as Ada Reyes" in browser.text
    sign_in(browser.press("Not you? Sign out"), "bob")
    assert "Signed in as Bob Tanaka" in browser.text
    assert "code" in back(browser.press("Allow"))


@pytest.mark.requirement("ID-209")
@pytest.mark.parametrize(
    "terms, error",
    [
        ({}, ""),
        ({"max_age": "60"}, ""),
        ({"max_age": "10"}, "login_required"),
        (
            {"scope": "openid email", "resource": "https://2109.apim.mcp.workato.com"},
            "consent_required",
        ),
    ],
)
def test_without_a_page_the_client_gets_a_code_or_the_reason(
    identity: Identity, client: dict[str, Any], terms: dict[str, str], error: str
) -> None:
    browser = identity.browser("ada")
    identity.world.clock.travel(timedelta(seconds=30))

    query = back(browser.get(identity.authorize_url(client, prompt="none", **terms)))

    assert query.get("error", "") == error
    assert ("code" in query) == (not error)
    assert (query["state"], query["iss"]) == ("st4te", ID)


@pytest.mark.requirement("ID-209")
@pytest.mark.parametrize("scope", [None, "openid", "email"])
@pytest.mark.parametrize(
    "terms",
    [
        {"prompt": "none login"},
        {"prompt": "none consent"},
        {"prompt": "create"},
        {"prompt": 'a"b'},
        {"max_age": "-1"},
        {"max_age": "soon"},
        {"max_age": "1.5"},
        {"max_age": "²"},
        {"max_age": "9" * 30},
    ],
)
def test_values_that_mean_nothing_are_refused(
    identity: Identity, client: dict[str, Any], terms: dict[str, str], scope: str | None
) -> None:
    """Before anybody is asked to sign in, whatever the scope."""
    before = identity.rows()

    query = back(identity.browser().get(identity.authorize_url(client, scope=scope, **terms)))

    assert (query["error"], query["state"], query["iss"]) == ("invalid_request", "st4te", ID)
    assert query["error_description"]
    assert identity.rows() == before


@pytest.mark.requirement("ID-208")
def test_the_hinted_person_goes_on_and_anybody_else_does_not(
    identity: Identity, client: dict[str, Any]
) -> None:
    """Also with an id_token that has expired; without a page: login_required."""
    hint = identity.tokens(client)["id_token"]
    identity.world.clock.travel(timedelta(hours=2))
    url = identity.authorize_url(client, id_token_hint=hint)
    silent = identity.authorize_url(client, id_token_hint=hint, prompt="none")

    assert "code" in back(identity.browser("ada").get(silent))
    assert back(identity.browser("bob").get(silent))["error"] == "login_required"
    assert "code" in back(sign_in(identity.browser("bob").get(url), "ada"))
    still_bob = back(sign_in(identity.browser("bob").get(url), "bob"))
    assert still_bob["error"] == "login_required"


@pytest.mark.requirement("ID-208")
def test_a_hint_that_is_not_ours_is_refused(identity: Identity, client: dict[str, Any]) -> None:
    """Made up, changed, or another kind of token."""
    tokens = identity.tokens(client)
    head, claims, signature = tokens["id_token"].split(".")
    for hint in (
        "made up",
        "a.b.c",
        tokens["access_token"],
        tokens["refresh_token"],
        f"{head}.{claims}.{signature[::-1]}",
        f"{head}.{claims}.",
    ):
        url = identity.authorize_url(client, id_token_hint=hint)
        assert back(identity.browser("ada").get(url))["error"] == "invalid_request", hint
