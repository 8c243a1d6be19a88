"""Slack's OAuth v2: user scopes with commas, tokens in `authed_user`, words instead of statuses."""

import base64
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest

from simulator.db.tables import AppInstance
from simulator.errors import ScenarioError
from simulator.scenarios import load
from simulator.scenarios.files import folder
from simulator.testing import acting
from tests.contract.browser import Browser
from tests.contract.slack_world import (
    CALLBACK,
    CLIENT,
    HOST,
    SCOPES,
    SLACK,
    WORKSPACE,
    Slack,
    demo,
    slack,
)

__all__ = ["demo", "slack"]  # the fixtures


def authorize(slack: Slack, **changes: str) -> dict[str, str]:
    """What a client is sent back with at once."""
    query = {
        "client_id": CLIENT["client_id"],
        "user_scope": SCOPES,
        "redirect_uri": CALLBACK,
        "state": "st4te",
    }
    url = f"{SLACK}/oauth/v2/authorize?{urlencode(query | changes)}"
    return dict(parse_qsl(urlsplit(slack.request("GET", url).headers["Location"]).query))


def have_tokens_rotated(slack: Slack) -> None:
    """Opt in to token rotation."""
    with slack.simulator.world.db.unit() as session:
        session.get_one(AppInstance, HOST).refresh_policy = "rotate"


@pytest.mark.requirement("SLACK-2")
def test_a_person_consents_for_a_workspace(slack: Slack) -> None:
    """The page names workspace, account and what is asked for; a cancel is told."""
    back = slack.consent()

    assert (back["state"], bool(back["code"])) == ("st4te", True)
    for text in (
        "Workato is requesting permission to access the Acme Slack workspace",
        "What will Workato be able to view?",
        "What will Workato be able to do?",
        "ada@acme.example",
        "channels:read",
    ):
        assert text in slack.shown
    assert slack.consent("Cancel")["error"] == "access_denied"


@pytest.mark.requirement("SLACK-2")
def test_the_token_stands_with_the_person_and_never_expires(slack: Slack) -> None:
    answer = slack.tokens()

    own = answer.pop("authed_user")
    assert own["access_token"].startswith("xoxp-")
    assert {**own, "access_token": ""} == {
        "id": slack.user("ada"),
        "scope": SCOPES,
        "access_token": "",
        "token_type": "user",
    }
    team = answer.pop("team")
    assert (team["name"], team["id"][0], answer.pop("app_id")[0]) == ("Acme", "T", "A")
    assert answer == {"ok": True, "enterprise": None, "is_enterprise_install": False}
    slack.simulator.clock.travel(days=3650)
    assert slack.answer("auth.test", token=own["access_token"]).get_json()["user"] == "ada"


@pytest.mark.requirement("SLACK-2")
def test_a_later_consent_adds_its_scopes(slack: Slack) -> None:
    """All tokens that the client has of the person have the scopes of all of them."""
    first = slack.tokens(user_scope="users:read")["authed_user"]["access_token"]
    token = slack.answer("search.messages", token=first, query="day").get_json()
    assert (token["error"], token["needed"], token["provided"]) == (
        "missing_scope",
        "search:read",
        "users:read",
    )

    second = slack.tokens(user_scope="search:read")["authed_user"]

    assert second["scope"] == "search:read,users:read"
    assert slack.answer("search.messages", token=first, query="day").get_json()["ok"] is True


@pytest.mark.requirement("SLACK-2")
@pytest.mark.parametrize(
    "word, members",
    [
        ("invalid_code", {"code": "unknown"}),
        ("invalid_code", {}),
        ("bad_client_secret", {"code": "c", "client_secret": "wrong"}),
        ("invalid_client_id", {"code": "c", "client_id": "1.2"}),
        ("invalid_client_id", {"code": "c", "client_id": ""}),
        ("invalid_grant_type", {"grant_type": "password"}),
        ("invalid_refresh_token", {"grant_type": "refresh_token", "refresh_token": "xoxe-1-a"}),
    ],
)
def test_a_token_request_is_refused_by_a_word(
    slack: Slack, word: str, members: dict[str, str]
) -> None:
    assert slack.token(**members) == {"ok": False, "error": word}


@pytest.mark.requirement("SLACK-2")
def test_a_code_works_once_at_its_own_redirect_uri(slack: Slack) -> None:
    code = slack.consent()["code"]

    elsewhere = slack.token(code=code, redirect_uri="https://elsewhere.example")
    basic = base64.b64encode(":".join(CLIENT.values()).encode()).decode()
    answer = slack.request(
        "POST",
        f"{SLACK}/api/oauth.v2.access",
        json={"code": code, "redirect_uri": CALLBACK},
        headers={"Authorization": f"Basic {basic}"},
    ).get_json()
    again = slack.token(code=code, redirect_uri=CALLBACK)

    assert (elsewhere["error"], answer["ok"]) == ("bad_redirect_uri", True)
    assert again["error"] == "code_already_used"
    token = answer["authed_user"]["access_token"]
    assert slack.answer("auth.test", token=token).get_json()["error"] == "token_revoked"


@pytest.mark.requirement("SLACK-2")
def test_scopes_that_an_app_was_not_given_are_refused_at_authorize(slack: Slack) -> None:
    bot, unknown = authorize(slack, scope="team:read"), authorize(slack, user_scope="admin")

    assert (bot["error"], bot["state"]) == ("invalid_scope", "st4te")
    assert "bot:team:read" in bot["error_description"]
    assert unknown["error"] == "invalid_scope"
    page = Browser(slack.simulator).get(
        f"{SLACK}/oauth/v2/authorize?client_id=1.2&scope=chat:write"
    )
    assert (page.page.status_code, "no client with the client id" in page.text) == (400, True)


@pytest.mark.requirement("SLACK-8")
def test_token_rotation_is_an_option(slack: Slack) -> None:
    """12 hours, prefixes of their own, and a refresh that replaces the refresh token."""
    have_tokens_rotated(slack)
    first = slack.tokens()["authed_user"]
    assert first["access_token"].startswith("xoxe.xoxp-")
    assert (first["refresh_token"][:7], first["expires_in"]) == ("xoxe-1-", 43_200)

    slack.simulator.clock.travel(hours=12)
    expired = slack.answer("auth.test", token=first["access_token"]).get_json()
    again = {"grant_type": "refresh_token", "refresh_token": first["refresh_token"]}
    second = slack.token(**again)

    assert expired["error"] == "token_expired"
    assert slack.answer("auth.test", token=second["access_token"]).get_json()["ok"] is True
    assert slack.token(**again)["error"] == "invalid_refresh_token"
    assert "expires_in" not in str(slack.token(code="c"))


@pytest.mark.requirement("SLACK-4")
def test_each_host_serves_its_own(slack: Slack) -> None:
    """A workspace's host has neither the authorization server nor the Web API."""
    for url in (
        f"{WORKSPACE}/oauth/v2/authorize",
        f"{WORKSPACE}/api/auth.test",
        f"{SLACK}/archives/C0000000001",
    ):
        assert slack.request("GET", url).get_json(silent=True) != {"ok": True}
        assert "user_id" not in slack.request("GET", url).text
    missing = slack.request("GET", f"{SLACK}/api/auth.test")
    assert missing.get_json() == {"ok": False, "error": "not_authed"}


@pytest.mark.requirement("SLACK-9")
def test_workato_connects_and_reconnects_with_a_token_that_never_expires(slack: Slack) -> None:
    """A revocation is the only end: the next call asks anew, and tells who is connected."""
    with acting(slack.simulator) as actor:
        ada = actor("Ada")
        ada.connect("Team chat")
        shown = ada.connect_account(ada.call("List_my_channels"))
        listed = ada.call("List_my_channels").structured_content["channels"]
        slack.simulator.faults.incident("app-token-revoked", person="ada@acme.example")
        again = ada.call("List_my_channels")
        ada.connect_account(again)
        posted = ada.call("Post_message", {"channel": "general", "text": "Hello"})
        refused = ada.call("Post_message", {"channel": "warehouse", "text": "Hello"})

    assert "Slack: connected as Ada Reyes (ada, ada@acme.example)" in shown
    assert [each["name"] for each in listed] == ["general", "microscopes"]
    assert again.structured_content["connections"][0]["app"] == "Slack"
    assert posted.structured_content["ts"]
    assert refused.is_error
    assert "Slack refused: channel_not_found" in refused.content[0].text


@pytest.mark.requirement("SLACK-9")
def test_whoever_connects_another_account_reads_which_it_is(slack: Slack) -> None:
    """At once, and under My connections; what was allowed there is not Workato's to end."""
    with acting(slack.simulator) as actor:
        ada = actor("Ada")
        ada.connect("Team chat")
        link = ada.call("List_my_channels").structured_content["auth_url"]
    browser = Browser(slack.simulator).get(link)
    browser.press("Sign in", email="ada@acme.example", password="demo-Pass-1")
    browser.press("Sign In", email="bob@acme.example", password="slack-Pass-1")
    shown = browser.press("Allow").text

    assert "Slack: connected as Bob Tanaka (bob, bob@acme.example)" in shown
    assert "Not your account?" in shown
    mine = browser.get("https://id.workato.com/my_connections").text
    assert "Account Bob Tanaka (bob, bob@acme.example)" in mine


@pytest.mark.requirement("SLACK-10")
@pytest.mark.parametrize(
    "old, new, sentence",
    [
        ("- name: microscopes", "- name: general", "data.channels.1.name: expected it once"),
        ("members: [bob@acme.example, marc", "members: [rob@acme.example, marc", "expected one of"),
        ("{author: bob@acme.example, at: 2026-08-26", "{author: ada@acme.example, at: 2026-08-26",
         "data.channels.2.messages.0.author"),
        ("at: 2026-08-27 12:00", "at: 2026-08-32 12:00", "expected a moment in UTC"),
        ("host: acme.slack.com\n    name", "host: acme.example\n    name", "slack.com"),
    ],
)  # fmt: skip
def test_a_mistake_in_a_scenario_is_found(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    text = (folder() / "demo.yaml").read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "mine.yaml").write_text(text.replace(old, new, 1), encoding="utf-8")

    with pytest.raises(ScenarioError) as raised:
        load(tmp_path / "mine.yaml")

    assert sentence in str(raised.value)


@pytest.mark.requirement("SLACK-10")
def test_people_read_their_conversations_on_the_workspace_s_pages(slack: Slack) -> None:
    browser = Browser(slack.simulator).get(WORKSPACE)
    browser.press("Sign In", email="ada@acme.example", password="slack-Pass-1")
    for text in ("# general", "# microscopes private", "Bob Tanaka"):
        assert text in browser.text
    assert "warehouse" not in browser.text
    assert "4 % off" in browser.get(f"{WORKSPACE}/archives/C0000000002").text
    assert browser.get(f"{WORKSPACE}/archives/C0000000003").page.status_code == 404
    assert browser.get(f"{WORKSPACE}/apps").page.status_code == 403


@pytest.mark.requirement("SLACK-10")
def test_an_admin_registers_an_app(slack: Slack) -> None:
    browser = Browser(slack.simulator).get(f"{WORKSPACE}/apps/new")
    browser.press("Sign In", email="marc@acme.example", password="slack-Pass-1")
    browser.press("Save Changes", name="")
    assert "Enter a name" in browser.text
    sent = {"name": "Reports", "redirect_uris": CALLBACK, "scopes": "users:read"}
    browser.press("Save Changes", **sent)
    assert "The client Reports was created" in browser.text
    assert "Client Secret" in browser.press("Show").text
    assert "Reports" in browser.get(f"{WORKSPACE}/apps").text
