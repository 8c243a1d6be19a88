"""Bots of Slack: scopes of their own beside those of the person, a token, a name in channels."""

from typing import Any

import pytest

from simulator.db.tables import AppInstance
from tests.contract.slack_world import GENERAL, HOST, MICROSCOPES, Slack, demo, slack

__all__ = ["demo", "slack"]  # the fixtures

SCOPE = "channels:read,channels:history,channels:join,channels:manage,chat:write,users:read"


def call(slack: Slack, token: str, method: str, **arguments: Any) -> dict[str, Any]:
    """What a method answers to the bearer of a token."""
    return dict(slack.answer(method, token=token, **arguments).get_json())


@pytest.fixture
def bot(slack: Slack) -> str:
    """The token of the demo app's bot, after a consent to scopes for it alone."""
    return str(slack.tokens(scope=SCOPE, user_scope="")["access_token"])


@pytest.mark.requirement("SLACK-14")
def test_a_consent_for_bot_and_person_brings_two_tokens(slack: Slack) -> None:
    """The bot's stands at the top, the person's with the person; the page tells both apart."""
    answer = slack.tokens(scope="chat:write,channels:read", user_scope="users:read")

    assert answer["access_token"].startswith("xoxb-")
    assert answer["authed_user"]["access_token"].startswith("xoxp-")
    assert (answer["token_type"], answer["scope"]) == ("bot", "channels:read,chat:write")
    own = answer["authed_user"]
    assert (own["token_type"], own["scope"]) == ("user", "users:read")
    assert call(slack, own["access_token"], "chat.postMessage", channel=GENERAL, text="?") == {
        "ok": False,
        "error": "missing_scope",
        "needed": "chat:write",
        "provided": "users:read",
    }
    assert own["id"] == slack.user("ada") != answer["bot_user_id"]
    for text in ("As a bot: send messages", "View people in the workspace", "account of its own"):
        assert text in slack.shown
    me = call(slack, answer["access_token"], "auth.test")
    assert (me["user"], me["user_id"], me["bot_id"][0]) == ("workato", answer["bot_user_id"], "B")
    assert call(slack, own["access_token"], "auth.test")["user"] == "ada"


@pytest.mark.requirement("SLACK-14")
def test_who_asks_for_a_bot_alone_gets_no_token_of_the_person(slack: Slack) -> None:
    answer = slack.tokens(scope=SCOPE, user_scope="")
    again = slack.tokens(scope="reactions:write", user_scope="")

    assert answer["authed_user"] == {"id": slack.user("ada")}
    assert "acts in your name" not in slack.shown
    assert again["bot_user_id"] == answer["bot_user_id"]
    assert again["scope"] == f"{SCOPE.removesuffix(',users:read')},reactions:write,users:read"


@pytest.mark.requirement("SLACK-14")
def test_a_bot_posts_under_its_own_name_where_it_is(slack: Slack, bot: str) -> None:
    """In channels that it entered; private ones only when somebody invited it."""
    where = {"channel": GENERAL, "text": "From a bot"}
    assert call(slack, bot, "chat.postMessage", **where)["error"] == "not_in_channel"
    assert call(slack, bot, "conversations.join", channel=GENERAL)["channel"]["is_member"] is True
    posted = call(slack, bot, "chat.postMessage", **where)["message"]
    me = call(slack, bot, "auth.test")

    assert (posted["user"], posted["bot_id"]) == (me["user_id"], me["bot_id"])
    (seen,) = slack.fine("conversations.history", "bob", channel=GENERAL, limit=1)["messages"]
    assert seen["bot_profile"]["name"] == "Workato"
    assert slack.error("chat.delete", ts=posted["ts"], channel=GENERAL) == "cant_delete_message"
    private = {"channel": MICROSCOPES, "text": "Hello"}
    assert call(slack, bot, "chat.postMessage", **private)["error"] == "channel_not_found"
    slack.fine("conversations.invite", channel=MICROSCOPES, users=me["user_id"])
    assert call(slack, bot, "chat.postMessage", **private)["ok"] is True
    assert call(slack, bot, "chat.postMessage", channel=slack.user("bob"), text="x")["ok"] is True


@pytest.mark.requirement("SLACK-14")
def test_a_bot_needs_its_own_scopes_and_does_not_search(slack: Slack, bot: str) -> None:
    poor = slack.tokens(scope="chat:write,chat:write.public", user_scope="")  # adds up
    answer = slack.answer("search.messages", token=bot, query="day").get_json()
    group = call(slack, bot, "conversations.create", name="lab", is_private="true")

    assert answer["error"] == "not_allowed_token_type"
    assert (group["error"], group["needed"]) == ("missing_scope", "groups:write")
    assert call(slack, bot, "conversations.create", name="lab")["ok"] is True
    posted = call(slack, poor["access_token"], "chat.postMessage", channel="#general", text="Hi")
    assert posted["ok"] is True, "chat:write.public needs no membership"


@pytest.mark.requirement("SLACK-14")
def test_a_bot_is_listed_and_described_and_nobody_signs_in_as_it(slack: Slack, bot: str) -> None:
    me = call(slack, bot, "auth.test")
    listed = slack.fine("users.list")["members"]
    described = slack.fine("users.info", user=me["user_id"])["user"]
    about = slack.fine("bots.info", bot=me["bot_id"])["bot"]

    assert [each["name"] for each in listed if each["is_bot"]] == ["workato"]
    assert (described["profile"]["bot_id"], "email" in described["profile"]) == (
        me["bot_id"],
        False,
    )
    assert (about["user_id"], about["name"]) == (me["user_id"], "Workato")
    assert slack.error("bots.info", bot=ids_of(slack)) == "bot_not_found"
    assert slack.error("bots.info", bot="B0") == "bot_not_found"


def ids_of(slack: Slack) -> str:
    """Ada's id, as if she was a bot."""
    return "B" + slack.user("ada")[1:]


@pytest.mark.requirement("SLACK-8")
@pytest.mark.requirement("SLACK-14")
def test_tokens_of_bots_rotate_too(slack: Slack) -> None:
    with slack.simulator.world.db.unit() as session:
        session.get_one(AppInstance, HOST).refresh_policy = "rotate"
    first = slack.tokens(scope="chat:write", user_scope="users:read")
    refresh = {"grant_type": "refresh_token"}

    bot = slack.token(**refresh, refresh_token=first["refresh_token"])
    own = slack.token(**refresh, refresh_token=first["authed_user"]["refresh_token"])

    assert bot["access_token"].startswith("xoxe.xoxb-")
    assert (bot["token_type"], bot["bot_user_id"]) == ("bot", first["bot_user_id"])
    assert (own["token_type"], own["scope"]) == ("user", "users:read")
    assert "authed_user" not in bot
    assert call(slack, bot["access_token"], "auth.test")["user"] == "workato"
    assert call(slack, own["access_token"], "auth.test")["user"] == "ada"
