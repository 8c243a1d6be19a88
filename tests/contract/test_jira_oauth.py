"""Jira Cloud: authorization at one server for all sites, a gateway with cloud ids, pages."""

import re
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from simulator.errors import ScenarioError
from simulator.scenarios import load
from simulator.scenarios.files import folder
from simulator.testing import acting
from tests.contract.browser import Browser
from tests.contract.jira_world import (
    API,
    AUTH,
    CALLBACK,
    CLIENT,
    REST,
    SCOPES,
    SITE,
    Jira,
    demo,
    jira,
)

__all__ = ["demo", "jira"]  # the fixtures


@pytest.mark.requirement("JIRA-2")
def test_a_person_consents_at_the_one_authorization_server(jira: Jira) -> None:
    """The page names the account, the site and what is asked for; a cancel is told."""
    back = jira.consent()

    assert back["state"] == "st4te"
    assert back["code"]
    for text in ("Workato is requesting access", "ada@acme.example", "acme.atlassian.net"):
        assert text in jira.shown
    assert "read:jira-work" in jira.shown
    assert jira.consent("Cancel")["error"] == "access_denied"


@pytest.mark.requirement("JIRA-2")
def test_tokens_lead_to_the_cloud_id_and_from_there_to_the_api(jira: Jira) -> None:
    tokens = jira.tokens()
    assert (tokens["expires_in"], tokens["scope"]) == (3600, SCOPES)
    headers = {"Authorization": f"Bearer {tokens['access_token']}"}

    (site,) = jira.request(
        "GET", f"{API}/oauth/token/accessible-resources", headers=headers
    ).get_json()

    assert (site["url"], site["name"]) == (SITE, "Acme Jira")
    assert set(site["scopes"]) == set(SCOPES.split())
    url = f"{API}/ex/jira/{site['id']}/rest/api/2/myself"
    assert (
        jira.request("GET", url, headers=headers).get_json()["emailAddress"] == "ada@acme.example"
    )
    other = url.replace(site["id"], "0" * 36)
    assert jira.request("GET", other, headers=headers).status_code == 404


@pytest.mark.requirement("JIRA-2")
def test_each_host_serves_its_own(jira: Jira) -> None:
    """A site's host has neither the authorization server nor the API."""
    for url in (
        f"{SITE}/authorize",
        f"{SITE}{REST}/myself",
        f"{API}/authorize",
        f"{AUTH}/browse/A-1",
    ):
        assert jira.request("GET", url).status_code == 404, url
    assert jira.request("GET", f"{API}{REST}/myself").get_json() == {
        "code": 401,
        "message": "Unauthorized",
    }


@pytest.mark.requirement("JIRA-3")
def test_a_refresh_token_is_renewed_with_ten_minutes_leeway(jira: Jira) -> None:
    jira.simulator.world.clock.freeze()
    first = jira.tokens()["refresh_token"]
    second = jira.refresh(first).get_json()["refresh_token"]
    assert second != first

    jira.simulator.clock.travel(minutes=9)
    assert jira.refresh(first).status_code == 200
    jira.simulator.clock.travel(minutes=1)
    refused = jira.refresh(first)

    assert refused.status_code == 403
    assert refused.get_json()["error"] == "invalid_grant"
    assert refused.get_json()["error_description"].startswith("Unknown or invalid refresh token.")
    assert jira.refresh("unknown").get_json() == {
        "error": "invalid_grant",
        "error_description": "Unknown or invalid refresh token.",
    }


@pytest.mark.requirement("JIRA-3")
def test_a_refresh_token_that_nobody_uses_for_ninety_days_ends(jira: Jira) -> None:
    token = jira.tokens()["refresh_token"]

    jira.simulator.clock.travel(days=89)
    token = jira.refresh(token).get_json()["refresh_token"]
    jira.simulator.clock.travel(days=90)

    assert jira.refresh(token).status_code == 403
    wrong = jira.token(grant_type="refresh_token", refresh_token=token, client_secret="wrong")
    assert (wrong.status_code, wrong.get_json()["error"]) == (401, "access_denied")


@pytest.mark.requirement("JIRA-18")
def test_a_refresh_that_asks_for_less_keeps_the_grant(jira: Jira) -> None:
    """RFC 6749 §6: the refresh token has the scope that was granted."""
    first = jira.tokens()["refresh_token"]

    less = jira.token(grant_type="refresh_token", refresh_token=first, scope="read:jira-work")
    assert less.get_json()["scope"] == "read:jira-work"
    whole = jira.refresh(less.get_json()["refresh_token"])

    assert whole.get_json()["scope"] == SCOPES
    assert whole.get_json()["refresh_token"]


@pytest.mark.requirement("JIRA-18")
def test_a_refresh_token_that_is_used_after_its_leeway_ends_the_grant_and_says_so(
    jira: Jira, caplog: pytest.LogCaptureFixture
) -> None:
    jira.simulator.world.clock.freeze()
    first = jira.tokens()["refresh_token"]
    second = jira.refresh(first).get_json()["refresh_token"]
    jira.simulator.clock.travel(minutes=10)

    refused = jira.refresh(first)

    sentence = "used before more than 10 minutes ago, so that every token of this grant has ended"
    assert (refused.status_code, refused.get_json()["error"]) == (403, "invalid_grant")
    assert sentence in refused.get_json()["error_description"]
    assert sentence in caplog.text
    assert first not in caplog.text
    (exchange,) = [
        each
        for each in jira.simulator.journal
        if each.path == "/oauth/token" and each.status == 403
    ]
    assert "ended" in str(exchange.answer)
    assert jira.refresh(second).status_code == 403
    assert "ended" not in jira.refresh("unknown").get_json()["error_description"]


@pytest.mark.requirement("JIRA-18")
@pytest.mark.parametrize("audience", ["", "api.example.com"])
def test_the_audience_is_demanded_at_authorize(jira: Jira, audience: str) -> None:
    """The client is told, with its state."""
    query = {
        "client_id": CLIENT["client_id"],
        "scope": SCOPES,
        "redirect_uri": CALLBACK,
        "state": "st4te",
        "response_type": "code",
        "audience": audience,
    }
    answer = jira.request("GET", f"{AUTH}/authorize?{urlencode(query)}")

    back = dict(parse_qsl(urlsplit(answer.headers["Location"]).query))
    assert (back["error"], back["state"]) == ("invalid_request", "st4te")
    assert back["error_description"] == (
        "The parameter audience is missing or wrong: send api.atlassian.com."
    )


@pytest.mark.requirement("JIRA-1")
def test_people_see_their_issues_on_the_site_s_pages(jira: Jira) -> None:
    browser = Browser(jira.simulator).get(SITE)
    browser.press("Log in", username="ada@acme.example", password="jira-Pass-1")
    assert "BUY-1 Standing desks arrived" in browser.text
    assert "BUY-3" not in browser.text
    assert "none of the trays" in browser.get(f"{SITE}/browse/BUY-1").text
    assert browser.get(f"{SITE}/browse/BUY-3").page.status_code == 404
    assert browser.get(f"{SITE}/console/myapps").page.status_code == 403


@pytest.mark.requirement("JIRA-1")
def test_an_admin_registers_an_app_in_the_developer_console(jira: Jira) -> None:
    browser = Browser(jira.simulator).get(f"{SITE}/console/myapps/new")
    browser.press("Log in", username="marc@acme.example", password="jira-Pass-1")
    browser.press("Save", name="")
    assert "Enter a name" in browser.text
    sent = {"name": "Reports", "redirect_uris": CALLBACK, "scopes": "read:jira-work"}
    browser.press("Save", **sent)
    assert "The client Reports was created" in browser.text
    assert "Secret" in browser.press("Show secret").text
    assert "Reports" in browser.get(f"{SITE}/console/myapps").text


@pytest.mark.requirement("JIRA-1")
@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("key: BUY-2,", "key: BUY-1,", "data.issues.1.key: expected"),
        ("key: BUY-2,", "key: NIL-2,", "data.issues.1.key: expected one of 'BUY', 'OPS'"),
        ("assignee: bob@", "assignee: rob@", "data.issues.2.assignee: expected one of"),
        ("{key: OPS, name", "{key: BUY, name", "data.projects.1.key"),
        ("[read:jira-work, write:jira-work, read:jira-user,", "[read:all,", "clients.0.scopes.0"),
        ("host: acme.atlassian.net\n    name", "host: acme.example\n    name", "your-site"),
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


@pytest.mark.requirement("APP-3")
def test_a_second_site_would_need_the_hosts_of_the_first(tmp_path: Path) -> None:
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    begin, end = text.index("  - kind: jira"), text.index("  - kind: slack")
    second = text[begin:end].replace("acme.atlassian.net", "other.atlassian.net")
    (tmp_path / "mine.yaml").write_text(text[:end] + second + text[end:], encoding="utf-8")

    with pytest.raises(ScenarioError, match=r"apps\.\d\.host: expected one app that has the host"):
        load(tmp_path / "mine.yaml")


@pytest.mark.requirement("JIRA-19")
def test_whoever_disconnects_reads_that_atlassian_cannot_be_told(jira: Jira) -> None:
    """It has no revocation endpoint; where to end it there, people read before and after."""
    sentence = (
        "Jira has no way to be told: what was allowed there lives on until it expires, or until "
        "you end it there under Connected apps at id.atlassian.com."
    )
    with acting(jira.simulator) as actor:
        ada = actor("Ada")
        ada.connect("Service desk")
        ada.connect_account(ada.call("List_my_issues"))
    browser = Browser(jira.simulator).get("https://id.workato.com/my_connections")
    browser.press("Sign in", email="ada@acme.example", password="demo-Pass-1")

    (link,) = re.findall(r"/my_connections/\d+/disconnect", browser.page.text)
    asked = browser.get(f"https://id.workato.com{link}").text
    answer = browser.press("Disconnect").text

    assert f"Workato forgets this access. {sentence}" in asked
    assert f"Disconnected from Jira. {sentence}" in answer
