"""Sign-ins at every system with pages: they end on the server, in time, and lock on guesses."""

import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from werkzeug.test import Client

from simulator.db.tables import McpServer
from tests.contract.browser import Browser
from tests.contract.identity_world import ID, Identity, identity, office

__all__ = ["identity", "office"]  # the fixtures

HOST = "office.coupacloud.com"


@dataclass(frozen=True)
class Site:
    """A system that people sign in to.

    Attributes:
        origin: its production address.
        sign_in: the path of its sign-in page.
        inside: a path that is shown to who is signed in alone.
        field: of the sign-in form, for who it is.
        who: may sign in.
        password: of theirs.
        sign_out: the words of its button.
    """

    origin: str
    sign_in: str
    inside: str
    field: str
    who: str
    password: str
    sign_out: str

    def browser(self, identity: Identity) -> Browser:
        """A browser that is signed in."""
        browser = self.attempt(identity, self.who, self.password)
        assert self.is_inside(browser)
        return browser

    def attempt(self, identity: Identity, who: str, password: str) -> Browser:
        """A browser after a sign-in, good or not."""
        browser = Browser(identity.simulator).get(self.origin + self.sign_in)
        return browser.press("Sign in", **{self.field: who, "password": password})

    def is_inside(self, browser: Browser) -> bool:
        """Whether it is shown what is inside."""
        return browser.request("GET", self.origin + self.inside).status_code == 200

    def end(self, browser: Browser) -> None:
        """Sign out by the form of a page inside."""
        browser.get(self.origin + self.inside)
        browser.press(self.sign_out)


SITES = {
    "identity": Site(
        ID, "/login", "/", "email", "ada@office.example", "demo-Pass-1", "Not you? Sign out"
    ),
    "aihub": Site(
        "https://app.workato.com",
        "/users/sign_in",
        "/ai_hub/mcp",
        "email",
        "marc@office.example",
        "demo-Pass-1",
        "Sign out",
    ),
    "coupa": Site(
        f"https://{HOST}",
        "/sessions/new",
        "/requisitions",
        "login",
        "ada",
        "coupa-Pass-1",
        "Sign out",
    ),
}


@pytest.fixture(params=[*SITES.values()], ids=[*SITES])
def site(request: pytest.FixtureRequest) -> Site:
    """Each of them."""
    found: Site = request.param
    return found


def copy_of(browser: Browser, site: Site) -> Browser:
    """Another browser that somebody put the same cookies into."""
    other = Browser(browser.simulator)
    host = site.origin.removeprefix("https://")
    for cookie in browser._http._cookies.values():  # type: ignore[union-attr]
        if cookie.domain == host:
            jar: Client = other._http
            jar.set_cookie(cookie.key, cookie.value, domain=host)
    return other


@pytest.mark.requirement("CORE-27")
def test_signing_out_ends_every_copy_of_the_cookie(identity: Identity, site: Site) -> None:
    browser = site.browser(identity)
    other = copy_of(browser, site)
    assert site.is_inside(other), "the copy is as good as the cookie, until"

    site.end(browser)

    assert not site.is_inside(browser)
    assert not site.is_inside(other)


@pytest.mark.requirement("CORE-27")
def test_signing_out_ends_no_other_browser(identity: Identity, site: Site) -> None:
    first, second = site.browser(identity), site.browser(identity)

    site.end(first)

    assert site.is_inside(second)


@pytest.mark.requirement("CORE-27")
def test_signing_in_anew_ends_the_sign_in_from_before(identity: Identity, site: Site) -> None:
    browser = site.browser(identity)
    other = copy_of(browser, site)
    answer = browser.request("GET", site.origin + site.sign_in)
    if answer.status_code == 200:  # Workato Identity shows the form to who is signed in, too
        browser.get(site.origin + site.sign_in)
        browser.press("Sign in", **{site.field: site.who, "password": site.password})
        assert not site.is_inside(other)
    assert site.is_inside(browser)


@pytest.mark.requirement("CORE-27")
def test_a_client_that_ends_the_session_ends_every_copy_too(identity: Identity) -> None:
    site = SITES["identity"]
    browser = site.browser(identity)
    other = copy_of(browser, site)

    browser.get(f"{ID}/oauth/end_session").press("Sign out")

    assert not site.is_inside(other)


@pytest.mark.requirement("CORE-27")
def test_a_sign_in_ends_after_eight_hours_wherever_it_is(identity: Identity, site: Site) -> None:
    """And stays ended when the clock goes back."""
    browser = site.browser(identity)

    identity.world.clock.travel(timedelta(hours=7, minutes=59))
    assert site.is_inside(browser)
    identity.world.clock.travel(timedelta(minutes=1))
    assert not site.is_inside(browser)
    site.browser(identity)
    identity.world.clock.travel(-timedelta(hours=4))
    assert not site.is_inside(browser)


@pytest.mark.requirement("CORE-28")
@pytest.mark.parametrize("known", [True, False])
def test_five_wrong_passwords_lock_a_name_wherever_it_is(
    identity: Identity, site: Site, known: bool
) -> None:
    """One that nobody has, too, in the same words; in any case and with spaces; for 15 minutes."""
    who = site.who if known else f"x{site.who}"

    pages = [site.attempt(identity, f" {who.upper()} ", f"wrong {n}") for n in range(5)]
    locked = site.attempt(identity, who, site.password)

    assert all("wrong. Check both" in page.text for page in pages)
    assert "is locked for 15 minutes" in locked.text
    assert not site.is_inside(locked)
    identity.world.clock.travel(timedelta(minutes=15))
    assert site.is_inside(site.attempt(identity, who, site.password)) == known


@pytest.mark.requirement("PAGE-3")
def test_a_lock_says_how_long_it_lasts_and_what_ends_it(identity: Identity, site: Site) -> None:
    """With the fifth wrong password already, and fewer minutes as time goes by."""
    pages = [site.attempt(identity, site.who, f"wrong {n}") for n in range(5)]

    assert [("locked" in page.text) for page in pages] == [False] * 4 + [True]
    for way in ("POST /_simulator/clock/travel", "'simulator reset'"):
        assert way in pages[-1].text
    identity.world.clock.travel(timedelta(minutes=10, seconds=30))
    assert "is locked for 5 minutes. Try again" in site.attempt(identity, site.who, "x").text
    identity.world.clock.travel(timedelta(minutes=4))
    assert "is locked for 1 minute. Try again" in site.attempt(identity, site.who, "x").text


@pytest.mark.requirement("CORE-28")
def test_the_right_password_ends_the_row_of_wrong_ones(identity: Identity, site: Site) -> None:
    for _ in range(3):
        for n in range(4):
            site.attempt(identity, site.who, f"wrong {n}")
        site.browser(identity)


@pytest.mark.requirement("CORE-28")
def test_a_lock_at_one_system_is_none_at_another(identity: Identity) -> None:
    """The same address is another account there."""
    for n in range(5):
        SITES["identity"].attempt(identity, "marc@office.example", f"wrong {n}")
        SITES["coupa"].attempt(identity, "marc@office.example", f"wrong {n}")

    SITES["aihub"].browser(identity)
    assert "locked" in SITES["coupa"].attempt(identity, "marc", "coupa-Pass-1").text


@pytest.mark.requirement("CORE-28")
def test_login_name_and_address_of_an_account_are_locked_together(identity: Identity) -> None:
    site = SITES["coupa"]
    for name in ("ada", "ada@office.example", "ADA", "Ada@Office.Example", "ada"):
        site.attempt(identity, name, "wrong")

    for name in ("ada", "ada@office.example"):
        assert "locked" in site.attempt(identity, name, site.password).text


@pytest.mark.requirement("HUB-7")
def test_a_token_is_shown_on_one_page_whatever_cookie_comes_back(identity: Identity) -> None:
    """Neither after a reload, nor to a browser with a cookie from before it was shown."""
    site = SITES["aihub"]
    browser = site.browser(identity)
    with identity.world.db.unit() as session:
        handle = session.get_one(McpServer, 2108).handle
    page = f"{site.origin}/ai_hub/mcp/{handle}/end_user_access"
    form = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).page.text)
    assert form
    url, headers = f"{site.origin}/ai_hub/mcp/{handle}/token", {"Referer": page}
    browser.request("POST", url, data={"csrf_token": form[1]}, headers=headers)
    other = copy_of(browser, site)
    shown = "You will not see this token again."

    assert shown in browser.get(page).text
    assert shown not in browser.get(page).text
    assert shown not in other.get(page).text
