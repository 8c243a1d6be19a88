"""Salesforce: two login hosts and a My Domain, a token response of its own, identity, pages."""

import base64
import hashlib
import hmac
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from simulator.errors import ScenarioError
from simulator.sandbox.simulator import Simulator
from simulator.scenarios import load
from simulator.scenarios.files import folder
from simulator.settings import Settings
from simulator.systems.apps.salesforce import ids
from tests.contract.browser import Browser
from tests.contract.salesforce_world import (
    CALLBACK,
    CLIENT,
    DATA,
    LOGIN,
    ORG,
    TEST,
    Salesforce,
    demo,
    salesforce,
)

__all__ = ["demo", "salesforce"]  # the fixtures


@pytest.mark.requirement("SALESFORCE-2")
@pytest.mark.parametrize("at", [LOGIN, ORG])
def test_a_person_allows_access_at_the_login_host_or_the_org_s_own(
    salesforce: Salesforce, at: str
) -> None:
    """The page names the app, what it asks for, and the user; a denial is told in its words."""
    back = salesforce.consent(at=at)

    assert (back["state"], bool(back["code"])) == ("st4te", True)
    for text in (
        *("Allow Access?", "Workato is asking to:", "Manage user data via APIs"),
        *("Perform requests at any time", "allow access for ada@acme.example?", "Not you?"),
    ):
        assert text in salesforce.shown
    denied = salesforce.consent("Deny", at=at)
    assert denied["error"] == "access_denied"
    assert denied["error_description"] == "end-user denied authorization"


@pytest.mark.requirement("SALESFORCE-2")
def test_the_other_login_host_knows_nobody_of_this_org(salesforce: Salesforce) -> None:
    """The demo's org is no sandbox."""
    assert salesforce.consent("", at=TEST) == {}
    assert "Please check your username and password." in salesforce.shown
    assert "sign in at login.salesforce.com" in salesforce.shown


@pytest.mark.requirement("SALESFORCE-2")
def test_without_scopes_a_client_asks_for_all_that_it_was_given(salesforce: Salesforce) -> None:
    assert "full api web id" in salesforce.tokens(scope="")["scope"]
    given = salesforce.tokens(scope="api offline_access")
    assert (given["scope"], "refresh_token" in given) == ("api refresh_token", True)
    assert "refresh_token" not in salesforce.tokens(scope="api")


@pytest.mark.requirement("SALESFORCE-3")
def test_the_token_response_says_where_the_api_is_and_no_lifetime(salesforce: Salesforce) -> None:
    salesforce.at("2026-08-26 12:00")
    tokens = salesforce.tokens()

    assert set(tokens) == {
        *("access_token", "refresh_token", "signature", "scope", "instance_url", "id"),
        *("token_type", "issued_at"),
    }
    assert (tokens["instance_url"], tokens["token_type"]) == (ORG, "Bearer")
    assert tokens["issued_at"] == "1787745600000"
    assert tokens["id"].startswith(f"{LOGIN}/id/00D")
    signed = (tokens["id"] + tokens["issued_at"]).encode()
    proof = hmac.digest(CLIENT["client_secret"].encode(), signed, "sha256")
    assert tokens["signature"] == base64.b64encode(proof).decode()


@pytest.mark.requirement("SALESFORCE-3")
def test_a_refresh_brings_no_other_refresh_token(salesforce: Salesforce) -> None:
    first = salesforce.tokens()
    again = salesforce.refresh(first["refresh_token"]).get_json()

    assert "refresh_token" not in again
    assert again["access_token"] != first["access_token"]
    assert (again["instance_url"], again["id"]) == (ORG, first["id"])
    assert salesforce.refresh(first["refresh_token"]).status_code == 200


@pytest.mark.requirement("SALESFORCE-3")
def test_nothing_tells_before_that_a_session_will_end(salesforce: Salesforce) -> None:
    token = salesforce.tokens()["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    salesforce.simulator.clock.travel(minutes=119)
    assert salesforce.request("GET", f"{ORG}{DATA}/limits", headers=headers).status_code == 200

    salesforce.simulator.clock.travel(minutes=1)
    answer = salesforce.request("GET", f"{ORG}{DATA}/limits", headers=headers)

    assert answer.status_code == 401
    assert answer.get_json() == [
        {"message": "Session expired or invalid", "errorCode": "INVALID_SESSION_ID"}
    ]


@pytest.mark.requirement("SALESFORCE-4")
@pytest.mark.parametrize(
    "members, error, description",
    [
        ({"client_id": "3MVG9nobody"}, "invalid_client_id", "client identifier invalid"),
        ({"client_secret": "wrong"}, "invalid_client", "invalid client credentials"),
        ({"code": "nothing"}, "invalid_grant", "invalid authorization code"),
        (
            {"redirect_uri": "https://elsewhere.example/"},
            "redirect_uri_mismatch",
            "redirect_uri must match configuration",
        ),
        ({"grant_type": "magic"}, "unsupported_grant_type", "grant type not supported"),
        (
            {"grant_type": "refresh_token", "refresh_token": "nothing"},
            "invalid_grant",
            "expired access/refresh token",
        ),
    ],
)
def test_a_refused_token_request_is_told_in_salesforce_s_words(
    salesforce: Salesforce, members: dict[str, str], error: str, description: str
) -> None:
    code = salesforce.consent()["code"]
    request = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    answer = salesforce.token(**(request | members))

    assert answer.status_code == 400
    assert answer.get_json() == {"error": error, "error_description": description}


@pytest.mark.requirement("SALESFORCE-4")
def test_a_code_works_once(salesforce: Salesforce) -> None:
    code = salesforce.consent()["code"]
    request = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}
    assert salesforce.token(**request).status_code == 200

    assert salesforce.token(**request).get_json()["error_description"] == (
        "expired authorization code"
    )


@pytest.mark.requirement("SALESFORCE-5")
@pytest.mark.parametrize(
    "verifier, error",
    [("v" * 43, ""), ("w" * 43, "invalid_request"), ("", "invalid_grant")],
)
def test_pkce_means_s256_where_no_method_is_named(
    salesforce: Salesforce, verifier: str, error: str
) -> None:
    digest = hashlib.sha256(b"v" * 43).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    code = salesforce.consent(code_challenge=challenge)["code"]
    request = {"grant_type": "authorization_code", "code": code, "redirect_uri": CALLBACK}

    answer = salesforce.token(**request, **({"code_verifier": verifier} if verifier else {}))

    assert answer.get_json().get("error", "") == error


@pytest.mark.requirement("SALESFORCE-6")
def test_the_identity_url_and_userinfo_say_whose_a_token_is(salesforce: Salesforce) -> None:
    tokens = salesforce.tokens()
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    identity = salesforce.request("GET", tokens["id"], headers=headers).get_json()
    url = f"{LOGIN}/services/oauth2/userinfo"
    info = salesforce.request("GET", url, headers=headers).get_json()

    assert (identity["username"], identity["display_name"]) == ("ada@acme.example", "Ada Reyes")
    assert identity["organization_id"] == ids.org_id("acme.my.salesforce.com")
    assert identity["urls"]["rest"] == f"{ORG}/services/data/v{{version}}/"
    assert (info["sub"], info["user_id"]) == (tokens["id"], identity["user_id"])
    assert (info["preferred_username"], info["given_name"]) == ("ada@acme.example", "Ada")
    other = tokens["id"][:-18] + salesforce.id_of("User", "Bob Tanaka")
    assert salesforce.request("GET", other, headers=headers).status_code == 404
    bare = salesforce.request("GET", tokens["id"])
    assert (bare.status_code, bare.text) == (403, "Missing_OAuth_Token")
    wrong = salesforce.request("GET", url, headers={"Authorization": "Bearer x"})
    assert (wrong.status_code, wrong.text) == (403, "Bad_OAuth_Token")


@pytest.mark.requirement("SALESFORCE-6")
def test_a_client_asks_what_its_tokens_are_good_for(salesforce: Salesforce) -> None:
    tokens = salesforce.tokens()
    url = f"{LOGIN}/services/oauth2/introspect"

    found = salesforce.request("POST", url, data=CLIENT | {"token": tokens["access_token"]})
    unknown = salesforce.request("POST", url, data=CLIENT | {"token": "nothing"})

    told = found.get_json()
    assert (told["active"], told["username"], told["sub"]) == (
        *(True, "ada@acme.example"),
        tokens["id"],
    )
    assert unknown.get_json() == {"active": False}


@pytest.mark.requirement("SALESFORCE-7")
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_whoever_has_a_token_can_revoke_it(salesforce: Salesforce, method: str) -> None:
    """A refresh token takes its access tokens along, and an access token nothing."""
    tokens = salesforce.tokens()
    url = f"{LOGIN}/services/oauth2/revoke"
    later = salesforce.refresh(tokens["refresh_token"]).get_json()["access_token"]

    assert _revoke(salesforce, method, later).status_code == 200
    assert salesforce.refresh(tokens["refresh_token"]).status_code == 200
    answer = _revoke(salesforce, method, tokens["refresh_token"])
    assert (answer.status_code, answer.text) == (200, "")
    assert salesforce.refresh(tokens["refresh_token"]).status_code == 400
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}
    assert salesforce.request("GET", f"{ORG}{DATA}/limits", headers=headers).status_code == 401
    gone = _revoke(salesforce, method, "nothing")
    assert (gone.status_code, gone.get_json()["error"]) == (400, "invalid_token")
    jsonp = salesforce.request("GET", f"{url}?token=nothing&callback=done")
    assert jsonp.text.startswith("done({")


def _revoke(salesforce: Salesforce, method: str, token: str) -> TestResponse:
    url = f"{LOGIN}/services/oauth2/revoke"
    if method == "GET":
        return salesforce.request("GET", f"{url}?token={token}")
    return salesforce.request("POST", url, data={"token": token})


@pytest.mark.requirement("SALESFORCE-2")
def test_each_host_serves_its_own(salesforce: Salesforce) -> None:
    for url in (f"{LOGIN}/", f"{LOGIN}{DATA}/limits", f"{TEST}/setup/apps"):
        assert salesforce.request("GET", url).status_code == 404, url
    found = salesforce.request("GET", f"{LOGIN}/.well-known/openid-configuration").get_json()
    assert found["authorization_endpoint"] == f"{LOGIN}/services/oauth2/authorize"


@pytest.mark.requirement("SALESFORCE-1")
def test_people_see_their_records_on_the_org_s_pages(salesforce: Salesforce) -> None:
    browser = Browser(salesforce.simulator).get(ORG)
    browser.press("Log In", username="", pw="")
    assert "Enter your login name" in browser.text
    browser.press("Log In", username="ada@acme.example", pw="force-Pass-1")
    assert "Equipment" in browser.text
    listed = browser.get(f"{ORG}/lightning/o/Opportunity/list").text
    assert "Standing desks for the Harbor Clinic" in listed
    assert "Shelves for the archive" not in listed
    own = salesforce.id_of("Opportunity", "Chairs for two waiting rooms")
    assert "Prospecting" in browser.get(f"{ORG}/lightning/r/Opportunity/{own}/view").text
    other = salesforce.id_of("Opportunity", "Shelves for the archive")
    hidden = browser.get(f"{ORG}/lightning/r/Opportunity/{other}/view")
    assert hidden.page.status_code == 404
    assert browser.get(f"{ORG}/lightning/o/Nothing/list").page.status_code == 404
    assert browser.get(f"{ORG}/setup/apps").page.status_code == 403


@pytest.mark.requirement("SALESFORCE-1")
def test_an_admin_registers_an_external_client_app(salesforce: Salesforce) -> None:
    browser = Browser(salesforce.simulator).get(f"{ORG}/setup/apps/new")
    browser.press("Log In", username="marc@acme.example", pw="force-Pass-1")
    browser.press("Save", name="")
    assert "Enter a name" in browser.text
    browser.press("Save", name="Reports", redirect_uris=CALLBACK, scopes="api")
    assert "The client Reports was created" in browser.text
    assert "Consumer Key" in browser.press("Show consumer secret").text
    assert "Reports" in browser.get(f"{ORG}/setup/apps").text


@pytest.mark.requirement("SALESFORCE-1")
@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("key: nordlicht, owner", "key: harbor, owner", "records.1.key: expected it once"),
        ("AccountId: harbor, Customer", "AccountId: none, Customer", "fields.AccountId: expected"),
        ("{object: Lead, key: kestrel", "{object: Led, key: kestrel", "records.14.object"),
        ("Industry: Transportation", "Indust: Transportation", "fields.Indust: expected one of"),
        ("Amount: 91000", "Amount: much", "fields.Amount: expected another value"),
        ("Serial_Number__c: PL-0007, ", "", "expected a value for Serial_Number__c"),
        ("refers_to: Account, children", "refers_to: Acount, children", "refers_to: expected"),
        ("shared_with: [ada@acme", "shared_with: [eva@acme", "shared_with.0: expected one of"),
        ("host: acme.my.salesforce.com\n    name", "host: acme.example\n    name", "your-domain"),
        ("[full, id, api, refresh_token]", "[full, all]", "scopes.1: expected one of"),
    ],
)
def test_a_mistake_in_a_scenario_is_found(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ScenarioError) as raised:
        load(tmp_path / "mine.yaml")

    assert sentence in str(raised.value)


@pytest.mark.requirement("SALESFORCE-2")
def test_people_of_a_sandbox_sign_in_at_the_test_host(tmp_path: Path) -> None:
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    sandbox = text.replace("acme.my.salesforce.com", "acme--uat.sandbox.my.salesforce.com")
    (tmp_path / "mine.yaml").write_text(sandbox, encoding="utf-8")
    with Simulator(Settings(database="memory", scenario=str(tmp_path / "mine.yaml"))) as simulator:
        org = Salesforce(simulator)

        assert org.consent("", at=LOGIN) == {}
        assert "This org is a sandbox: sign in at test.salesforce.com" in org.shown
        tokens = org.tokens(at=TEST)

    assert tokens["instance_url"] == "https://acme--uat.sandbox.my.salesforce.com"
    assert tokens["id"].startswith(f"{TEST}/id/")
