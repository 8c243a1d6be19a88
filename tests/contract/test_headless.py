"""Headless consent: a header signs somebody in and grants; loud if it is on, refused if not."""

import logging
from collections.abc import Iterator

import pytest
import requests

from tests.contract.identity_world import PROCUREMENT, back, email_of, identity, office, office_with
from tests.contract.mcp_world import Mcp, mcp
from tests.contract.test_mcp_several_apps import two_apps

__all__ = ["identity", "mcp", "office", "two_apps"]  # the fixtures

TOOL = "List_my_requisitions"
IDENTITY, AIHUB = "https://id.workato.com", "https://app.workato.com"
COUPA = "https://office.coupacloud.com"
SIGN_IN_PAGES = (f"{IDENTITY}/login", f"{COUPA}/sessions/new", f"{AIHUB}/users/sign_in")


@pytest.fixture(scope="module")
def headless_office() -> Iterator[Mcp]:
    """One that was started with the switch."""
    with office_with(headless_consent=True) as own:
        yield Mcp(own.simulator)


@pytest.fixture
def headless(headless_office: Mcp) -> Mcp:
    """It, as it is in its file."""
    headless_office.simulator.reset()
    return headless_office


def fetch(mcp: Mcp, url: str, who: str = "", *, follow: bool = True) -> requests.Response:
    """What a program gets that names somebody, and follows redirects."""
    named = {"Simulator-Person": email_of(who)} if who else {}
    with mcp.simulator.intercept():
        return requests.get(url, headers=named, allow_redirects=follow, timeout=10)


@pytest.mark.requirement("HEAD-1")
def test_a_person_signs_in_without_a_page(headless: Mcp, caplog: pytest.LogCaptureFixture) -> None:
    client = headless.register()

    with caplog.at_level(logging.WARNING, "simulator.headless"):
        answer = fetch(headless, headless.authorize_url(client), "ada", follow=False)

    sent = back_of(answer)
    tokens = headless.redeem(client, sent["code"]).get_json()
    assert sent["state"]
    assert headless.id_claims(tokens["id_token"])["email"] == email_of("ada")
    assert "Headless consent: ada@office.example signs in" in caplog.text


def back_of(answer: requests.Response) -> dict[str, str]:
    """The query that a client gets back."""
    assert answer.is_redirect, answer.text
    browser = type("At", (), {"left_for": answer.headers["Location"]})
    return back(browser)  # type: ignore[arg-type]


@pytest.mark.requirement("HEAD-1")
def test_a_login_that_is_asked_for_is_one(headless: Mcp) -> None:
    """`prompt=login` and `max_age=0` are met by a sign-in on this very way."""
    url = headless.authorize_url(headless.register(), prompt="login", max_age="0")

    assert back_of(fetch(headless, url, "ada", follow=False))["code"]


@pytest.mark.requirement("HEAD-1")
def test_an_account_is_connected_without_a_page(headless: Mcp) -> None:
    link = headless.call(TOOL)["structuredContent"]["auth_url"]

    page = fetch(headless, link, "ada")

    assert "Your connection is stored" in page.text
    rows = headless.call(TOOL)["structuredContent"]["requisitions"]
    assert {row["requested-by"]["email"] for row in rows} == {email_of("ada")}


@pytest.mark.requirement("HEAD-1")
def test_several_accounts_are_connected_one_after_the_other(
    headless: Mcp, monkeypatch: pytest.MonkeyPatch
) -> None:
    both: Mcp = two_apps.__wrapped__(headless, monkeypatch)  # type: ignore[attr-defined]
    link = both.call(TOOL)["structuredContent"]["auth_url"]

    page = fetch(both, link, "ada")

    assert "Your connection is stored" in page.text
    assert [row.provider for row in both.children()] == ["contracts", "coupa"]


@pytest.mark.requirement("HEAD-2")
def test_it_opens_nothing_that_is_closed(headless: Mcp) -> None:
    """Another person's link, a group that has no access, a denied consent: all as ever."""
    link = headless.call(TOOL)["structuredContent"]["auth_url"]
    assert "made for somebody else" in fetch(headless, link, "bob").text
    assert headless.children() == []

    headless.simulator.faults.incident("app-consent-denied", times=1)
    assert "You did not allow" in fetch(headless, link, "ada").text

    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    assert headless.send(message, headless.token_of("eve"), PROCUREMENT).status_code == 403


@pytest.mark.requirement("HEAD-2")
@pytest.mark.parametrize("who", ["nobody", "dina"], ids=["unknown", "disabled"])
def test_only_active_people_are_signed_in(headless: Mcp, who: str) -> None:
    answer = fetch(headless, headless.authorize_url(headless.register()), who, follow=False)

    assert answer.status_code == 400
    assert f"no active end user with the e-mail address {email_of(who)}" in answer.text


@pytest.mark.requirement("HEAD-2")
def test_who_has_no_account_in_the_app_connects_none(headless: Mcp) -> None:
    answer = fetch(headless, f"{COUPA}/", "eve")

    assert answer.status_code == 400
    assert "Nobody has an account with the e-mail address eve@office.example" in answer.text


@pytest.mark.requirement("HEAD-2")
@pytest.mark.parametrize("url", [f"{IDENTITY}/", f"{COUPA}/"])
def test_where_it_is_off_the_header_is_refused(mcp: Mcp, url: str) -> None:
    answer = fetch(mcp, url, "ada")

    assert answer.status_code == 400
    assert "Start the simulator with --headless-consent, or leave it out." in answer.text


@pytest.mark.requirement("HEAD-3")
@pytest.mark.parametrize("page", SIGN_IN_PAGES)
def test_every_page_says_so_where_it_is_on(headless: Mcp, mcp: Mcp, page: str) -> None:
    on, off = fetch(headless, page), fetch(mcp, page)

    assert on.status_code == off.status_code == 200
    assert "Headless consent is on:" in on.text
    assert "Headless consent" not in off.text


@pytest.mark.requirement("HEAD-3")
def test_the_log_and_the_description_say_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING, "simulator"), office_with(headless_consent=True) as own:
        assert own.simulator.describe()["headless_consent"] is True

    assert "Headless consent is on: a header signs anybody in and grants." in caplog.text
