"""Signing in and out at Workato Identity, as a person without JavaScript does it."""

import re

import pytest

from tests.contract.browser import Browser
from tests.contract.identity_world import ID, PASSWORD, Identity, email_of, identity, office

__all__ = ["identity", "office"]  # the fixtures


def session_of(browser: Browser) -> str:
    """The session cookie that the last answer set."""
    cookies = browser.page.headers.getlist("Set-Cookie")
    (found,) = [cookie for cookie in cookies if "_session_" in cookie]
    return found


@pytest.mark.requirement("ID-21")
@pytest.mark.parametrize(
    "email, password, sentence",
    [
        ("ada@office.example", "wrong", "The e-mail or password is wrong."),
        ("nobody@office.example", PASSWORD, "The e-mail or password is wrong."),
        ("ada@office.example", "", "Enter your password."),
        ("  ", PASSWORD, "Enter your e-mail address."),
    ],
)
def test_a_failed_sign_in_says_why_and_keeps_the_typed_email(
    identity: Identity, email: str, password: str, sentence: str
) -> None:
    browser = identity.browser().get(f"{ID}/login")

    browser.press("Sign in", email=email, password=password)

    assert browser.page.status_code == 422
    assert sentence in browser.text
    assert f'value="{email}"' in browser.page.text
    assert 'aria-invalid="true"' in browser.page.text
    assert f'value="{PASSWORD}"' not in browser.page.text


@pytest.mark.requirement("ID-21")
@pytest.mark.parametrize("email", ["ADA@Office.Example", "  ada@office.example "])
def test_an_email_may_be_typed_in_any_case_and_with_spaces(identity: Identity, email: str) -> None:
    browser = identity.browser().get(f"{ID}/login")

    browser.press("Sign in", email=email, password=PASSWORD)

    assert "Signed in as Ada Reyes" in browser.text


@pytest.mark.requirement("ID-22")
@pytest.mark.parametrize(
    "who, sentence", [("ian", "invitation was not accepted"), ("dina", "account is disabled")]
)
def test_only_active_people_sign_in(identity: Identity, who: str, sentence: str) -> None:
    """The reason is told to nobody but the one who knows the password."""
    browser = identity.browser().get(f"{ID}/login")

    browser.press("Sign in", email=email_of(who), password="wrong")
    assert sentence not in browser.text
    browser.press("Sign in", email=email_of(who), password=PASSWORD)

    assert browser.page.status_code == 422
    assert sentence in browser.text
    assert "Sign in" in browser.get(f"{ID}/").text


@pytest.mark.requirement("ID-22")
def test_a_person_who_is_disabled_is_signed_out(identity: Identity) -> None:
    """With the next page he opens."""
    browser = identity.browser("ada")

    identity.set_status("ada", "disabled")

    assert browser.get(f"{ID}/").url == f"{ID}/login"


@pytest.mark.requirement("ID-23")
def test_a_session_from_before_the_sign_in_is_worth_nothing_after_it(identity: Identity) -> None:
    """Fixation: the cookie that an attacker planted holds no person, and is replaced."""
    browser = identity.browser().get(f"{ID}/login")
    planted = session_of(browser).partition(";")[0]

    token = re.search(r'name="csrf_token" value="([^"]+)"', browser.page.text)
    assert token is not None
    form = {"csrf_token": token[1], "email": email_of("ada"), "password": PASSWORD}
    browser.page = browser.request("POST", f"{ID}/login", data=form, headers={"Referer": ID})
    own = session_of(browser)

    attacker = identity.http("GET", "/", headers={"Cookie": planted})
    assert own.partition(";")[0] != planted
    assert attacker.status_code == 302
    assert {"HttpOnly", "SameSite=Lax"} <= set(own.split("; "))


@pytest.mark.requirement("ID-24")
@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "\\\\evil.example",
        "/\t/evil.example/",
        "javascript:alert(1)",
        "evil.example",
        "",
    ],
)
def test_after_the_sign_in_the_way_leads_nowhere_else(identity: Identity, target: str) -> None:
    """No open redirect: whatever is not a path of this host becomes the home page."""
    browser = identity.browser().get(f"{ID}/login")

    browser.press("Sign in", email=email_of("ada"), password=PASSWORD, next=target)

    assert (browser.url, browser.left_for) == (f"{ID}/", "")


@pytest.mark.requirement("ID-24")
def test_the_sign_in_leads_back_to_where_it_was_asked_for(identity: Identity) -> None:
    client = identity.register()
    browser = identity.browser().get(identity.authorize_url(client))

    browser.press("Sign in", email=email_of("ada"), password=PASSWORD)

    assert browser.url == identity.authorize_url(client)
    assert "Allow Test client to act for you?" in browser.text


@pytest.mark.requirement("ID-25", "AS-18")
@pytest.mark.parametrize("path", ["/login", "/logout", "/oauth/authorize", "/connections/x/cancel"])
def test_no_form_is_taken_without_its_token(identity: Identity, path: str) -> None:
    browser = identity.browser("ada")

    answer = browser.request("POST", ID + path, data={"decision": "allow"})

    assert answer.status_code == 400
    assert "This page is out of date" in answer.text


@pytest.mark.requirement("ID-26")
def test_signing_out_ends_the_session_and_can_go_on_as_somebody_else(identity: Identity) -> None:
    """From the consent page: Ada leaves, Bob signs in and sees the same question."""
    client = identity.register()
    browser = identity.browser("ada").get(identity.authorize_url(client))

    browser.press("Not you? Sign out")
    assert browser.url.startswith(f"{ID}/login?next=")
    browser.press("Sign in", email=email_of("bob"), password=PASSWORD)

    assert "Allow Test client to act for you? Signed in as Bob Tanaka" in browser.text
    browser.get(f"{ID}/").press("Not you? Sign out")
    assert browser.get(f"{ID}/").url == f"{ID}/login"
