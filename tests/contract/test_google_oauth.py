"""Google's authorization server: first consent, parts of scopes, account chooser, revocation."""

import json
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet

from simulator.errors import ScenarioError
from simulator.scenarios import load
from simulator.scenarios.files import folder
from tests.contract.browser import Browser
from tests.contract.google_world import (
    ACCOUNTS,
    APIS,
    AUTH,
    CALLBACK,
    CLIENT,
    GMAIL,
    MODIFY,
    MY_ACCOUNT,
    PASSWORD,
    READONLY,
    SEND,
    TOKENS,
    USERINFO,
    Google,
    callback,
    demo,
    google,
)

__all__ = ["demo", "google"]  # the fixtures
SIGN_IN = f"openid {AUTH}userinfo.email {AUTH}userinfo.profile"


@pytest.mark.requirement("GOOGLE-2")
def test_a_person_reads_who_wants_what_and_decides(google: Google) -> None:
    """Scopes with a checkbox each; what says who somebody is has none."""
    back = google.consent(scope=f"{MODIFY} {SEND} {SIGN_IN}")

    assert (back["state"], bool(back["code"])) == ("st4te", True)
    for text in ("Workato wants access to your Google Account", "ada@acme.example", MODIFY):
        assert text in google.shown
    assert "Workato will Know who you are on Google" in google.shown
    assert google.consent("Cancel", prompt="consent") == {
        "error": "access_denied",
        "error_description": "The user denied the request.",
        "state": "st4te",
    }


@pytest.mark.requirement("GOOGLE-3")
def test_a_refresh_token_comes_at_the_first_consent_alone(google: Google) -> None:
    """Who allowed the same before is not even asked; `prompt=consent` brings both again."""
    first = google.tokens()
    assert first.keys() == {"access_token", "expires_in", "refresh_token", "scope", "token_type"}
    assert first["access_token"].startswith("ya29.")
    assert (first["expires_in"], first["token_type"], first["scope"]) == (3599, "Bearer", MODIFY)

    second = google.tokens()
    assert "refresh_token" not in second
    assert "wants access" not in google.shown

    again = google.tokens(prompt="consent")
    assert again["refresh_token"] != first["refresh_token"]
    assert "wants access" in google.shown
    assert "refresh_token" not in google.tokens(who="bob", access_type="online")
    assert google.refresh(first["refresh_token"]).status_code == 200


@pytest.mark.requirement("GOOGLE-3")
def test_a_refresh_brings_an_access_token_and_no_refresh_token(google: Google) -> None:
    token = google.tokens()["refresh_token"]

    for _ in range(2):
        answer = google.refresh(token).get_json()
        assert answer.keys() == {"access_token", "expires_in", "scope", "token_type"}
        headers = {"Authorization": f"Bearer {answer['access_token']}"}
        url = f"{GMAIL}/gmail/v1/users/me/profile"
        assert google.request("GET", url, headers=headers).status_code == 200

    refused = google.refresh("unknown")
    assert (refused.status_code, refused.get_json()) == (
        400,
        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
    )
    wrong = google.token(grant_type="refresh_token", refresh_token=token, client_secret="wrong")
    assert (wrong.status_code, wrong.get_json()["error"]) == (401, "invalid_client")


@pytest.mark.requirement("GOOGLE-3")
def test_a_refresh_token_that_nobody_uses_for_six_months_ends(google: Google) -> None:
    token = google.tokens()["refresh_token"]

    google.simulator.clock.travel(days=182)
    assert google.refresh(token).status_code == 200
    google.simulator.clock.travel(days=182)
    assert google.refresh(token).status_code == 200
    google.simulator.clock.travel(days=184)

    assert google.refresh(token).status_code == 400


@pytest.mark.requirement("GOOGLE-4")
def test_a_part_of_the_scopes_may_be_granted(google: Google) -> None:
    """The token says which; a method that needs another one is refused with a challenge."""
    tokens = google.tokens(scope=f"{READONLY} {SEND}", granted=[READONLY])
    assert tokens["scope"] == READONLY
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    url = f"{GMAIL}/gmail/v1/users/me/messages"
    assert google.request("GET", url, headers=headers).status_code == 200
    refused = google.request("POST", f"{url}/send", headers=headers, json={"raw": ""})

    error = refused.get_json()["error"]
    assert (refused.status_code, error["status"]) == (403, "PERMISSION_DENIED")
    assert error["message"] == "Request had insufficient authentication scopes."
    assert error["errors"][0]["reason"] == "insufficientPermissions"
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    challenge = refused.headers["WWW-Authenticate"]
    assert challenge.startswith('Bearer realm="https://accounts.google.com/", ')
    assert 'error="insufficient_scope"' in challenge
    assert SEND in challenge


@pytest.mark.requirement("GOOGLE-4")
def test_who_ticks_nothing_grants_nothing(google: Google) -> None:
    assert google.consent(granted=[])["error"] == "access_denied"
    assert google.consent(scope=f"{MODIFY} {SIGN_IN}", granted=[])["error"] == "access_denied"
    assert google.consent(scope=SIGN_IN)["code"]


@pytest.mark.requirement("GOOGLE-4")
def test_scopes_that_were_granted_before_can_be_included(google: Google) -> None:
    google.tokens(scope=READONLY)

    plain = google.tokens(scope=SEND)
    added = google.tokens(scope=SEND, include_granted_scopes="true", prompt="consent")

    assert plain["scope"] == SEND
    assert added["scope"].split() == sorted([READONLY, SEND], key=added["scope"].index)
    assert {READONLY, SEND} == set(added["scope"].split())


@pytest.mark.requirement("GOOGLE-5")
def test_the_account_chooser_offers_whom_one_is_signed_in_as(google: Google) -> None:
    browser = google.signed_in().get(google.authorize_url(prompt="select_account"))
    assert "Choose an account" in browser.text
    assert "Ada Reyes ada@acme.example" in browser.text

    browser.press("Use another account")
    browser.press("Next", identifier="bob@acme.example", Passwd=PASSWORD)

    assert "wants access" in browser.text
    assert "bob@acme.example" in browser.text
    chosen = google.signed_in().get(google.authorize_url(prompt="select_account", authuser="0"))
    assert "wants access" in chosen.text


@pytest.mark.requirement("GOOGLE-5")
@pytest.mark.parametrize(
    "is_signed_in, prompt, error",
    [
        (False, "none", "login_required"),
        (True, "none", "consent_required"),
        (True, "none consent", "invalid_request"),
        (True, "always", "invalid_request"),
    ],
)
def test_a_prompt_that_cannot_be_is_told_to_the_client(
    google: Google, is_signed_in: bool, prompt: str, error: str
) -> None:
    browser = google.signed_in() if is_signed_in else Browser(google.simulator)
    browser.get(google.authorize_url(prompt=prompt))

    back = dict(parse_qsl(urlsplit(callback(browser) or browser.left_for).query))
    assert (back["error"], back["state"]) == (error, "st4te")


@pytest.mark.requirement("GOOGLE-2")
@pytest.mark.parametrize(
    "changes, code, sentence",
    [
        ({"client_id": "nobody"}, "invalid_client", "has no client with the client id “nobody”"),
        ({"redirect_uri": "https://a.example/"}, "redirect_uri_mismatch", "is not registered"),
    ],
    ids=["client", "redirect URI"],
)
def test_what_is_wrong_is_told_at_google_and_not_to_the_client(
    google: Google, changes: dict[str, str], code: str, sentence: str
) -> None:
    browser = google.signed_in().get(google.authorize_url(**changes))

    assert browser.page.status_code == 400
    assert "Access blocked: this app's request is invalid" in browser.text
    assert f"Error 400: {code}" in browser.text
    assert sentence in browser.text


@pytest.mark.requirement("GOOGLE-6")
def test_an_id_token_is_signed_with_a_published_key(google: Google) -> None:
    """With `openid` alone; it names the account, and what its scopes open."""
    issued = google.tokens(scope=f"openid email profile {MODIFY}", nonce="n0nce")
    discovered = google.request("GET", f"{ACCOUNTS}/.well-known/openid-configuration").get_json()
    assert discovered["issuer"] == ACCOUNTS
    assert discovered["jwks_uri"] == f"{APIS}/oauth2/v3/certs"
    keys = KeySet.import_key_set(google.request("GET", discovered["jwks_uri"]).get_json())

    claims = jwt.decode(issued["id_token"], keys, algorithms=["RS256"]).claims

    assert (claims["iss"], claims["aud"]) == (ACCOUNTS, CLIENT["client_id"])
    assert (claims["email"], claims["email_verified"]) == ("ada@acme.example", True)
    assert (claims["given_name"], claims["hd"], claims["nonce"]) == ("Ada", "acme.example", "n0nce")
    assert issued["scope"].split() == [*SIGN_IN.split(), MODIFY]
    headers = {"Authorization": f"Bearer {issued['access_token']}"}
    told = google.request("GET", f"{USERINFO}/v1/userinfo", headers=headers).get_json()
    assert told == {name: claims[name] for name in told}
    older = google.request("GET", f"{APIS}/oauth2/v2/userinfo", headers=headers).get_json()
    assert (older["id"], older["verified_email"]) == (claims["sub"], True)
    assert "id_token" not in google.tokens(who="bob")
    bare = {"Authorization": f"Bearer {google.access_token()}"}
    assert google.request("GET", f"{USERINFO}/v1/userinfo", headers=bare).status_code == 401
    assert google.request("GET", f"{USERINFO}/v1/userinfo").status_code == 401


@pytest.mark.requirement("GOOGLE-7")
def test_revoking_one_token_ends_all_of_the_client_s(google: Google) -> None:
    """And the next consent is a first one again."""
    one, other = google.tokens(), google.tokens(prompt="consent")
    about = google.request("GET", f"{TOKENS}/tokeninfo?access_token={one['access_token']}")
    assert about.get_json()["aud"] == CLIENT["client_id"]
    assert (about.get_json()["scope"], about.get_json()["access_type"]) == (MODIFY, "offline")

    answer = google.request("POST", f"{TOKENS}/revoke", data={"token": one["access_token"]})

    assert (answer.status_code, answer.get_json()) == (200, {})
    assert google.refresh(other["refresh_token"]).status_code == 400
    gone = google.request("GET", f"{TOKENS}/tokeninfo?access_token={one['access_token']}")
    assert (gone.status_code, gone.get_json()["error"]) == (400, "invalid_token")
    again = google.request("POST", f"{TOKENS}/revoke?token={one['access_token']}")
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_token")
    assert google.request("POST", f"{TOKENS}/revoke").get_json()["error"] == "invalid_request"
    assert "refresh_token" in google.tokens()


@pytest.mark.requirement("GOOGLE-7")
def test_a_person_takes_an_application_s_access_away(google: Google) -> None:
    """Under Third-party apps of their Google Account; the refresh token is refused then."""
    token = google.tokens()["refresh_token"]
    browser = google.signed_in().get(f"{MY_ACCOUNT}/connections")
    if browser.has_button("Next"):  # another host, another cookie
        browser.press("Next", identifier="ada@acme.example", Passwd=PASSWORD)
    assert "Workato Read, write and send Gmail messages" in browser.text

    browser.press("Remove access of Workato")

    assert "Workato has no access to your account any more." in browser.text
    assert "No application has access" in browser.text
    assert google.refresh(token).status_code == 400


@pytest.mark.requirement("GOOGLE-2")
def test_each_host_serves_its_own(google: Google) -> None:
    for url in (
        f"{ACCOUNTS}/token",
        f"{ACCOUNTS}/gmail/v1/users/me/profile",
        f"{GMAIL}/calendar/v3/users/me/calendarList",
        f"{TOKENS}/o/oauth2/v2/auth",
        f"{ACCOUNTS}/connections",
        f"{MY_ACCOUNT}/mail/0",
    ):
        assert google.request("GET", url).status_code == 404, url


@pytest.mark.requirement("GOOGLE-8")
def test_people_see_their_mail_and_search_it(google: Google) -> None:
    browser = google.signed_in().get(ACCOUNTS)
    assert "Cable trays for your standing desks" in browser.text
    assert "forklift" not in browser.text

    found = browser.get(f"{ACCOUNTS}/?q=from:bob").text
    assert "Supplier day" in found
    assert "Cable trays" not in found
    assert "No messages matched" in browser.get(f"{ACCOUNTS}/?q=nothing").text
    mine = google.find("has:attachment")
    assert "delivery-note.txt" in browser.get(f"{ACCOUNTS}/mail/{mine}").text
    theirs = google.find("has:attachment", "bob")
    assert browser.get(f"{ACCOUNTS}/mail/{theirs}").page.status_code == 404
    assert browser.get(f"{ACCOUNTS}/?before=x").page.status_code == 404


@pytest.mark.requirement("GOOGLE-8")
def test_an_admin_registers_a_client(google: Google) -> None:
    browser = google.signed_in("marc").get(f"{ACCOUNTS}/apis/credentials/new")
    browser.press("Save", name="")
    assert "Enter a name" in browser.text
    browser.press("Save", name="Reports", redirect_uris=CALLBACK, scopes=READONLY)
    assert "The client Reports was created" in browser.text
    assert "Client secret" in browser.press("Show secret").text
    refused = google.signed_in().get(f"{ACCOUNTS}/apis/credentials")
    assert refused.page.status_code == 403


@pytest.mark.requirement("GOOGLE-8")
@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("mailbox: bob@acme.example, name: W", "mailbox: rob@acme.example, name: W", "mailbox"),
        ("labels: [Travel]", "labels: [Trips]", "data.mail.3.labels.0: expected one of"),
        ("name: Travel}", "name: suppliers}", "data.labels.1.name"),
        ("from: Lumen Furniture <orders@lumen.example>", "from: nobody", "data.mail.0.from"),
        ("ends: 2026-09-10T16:00:00Z", "ends: 2026-09-10T08:00:00Z", "after 'starts'"),
        ("folder: Supplier day", "folder: Elsewhere", "data.files.1.folder"),
        ("shared_with: [bob@acme", "shared_with: [rob@acme", "data.files.1.shared_with.0"),
        ("host: accounts.google.com\n    name", "host: acme.example\n    name", "Google's own"),
    ],
)
def test_a_mistake_in_a_scenario_is_found(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ScenarioError) as raised:
        load(str(tmp_path / "mine.yaml"))

    assert sentence in json.dumps(str(raised.value), ensure_ascii=False)
