"""Slack's Web API: what people see is what they are in; every refusal is a word with status 200."""

import json
from datetime import timedelta
from typing import Any

import pytest

from simulator.systems.apps.slack import ids, rate_limits
from simulator.systems.apps.slack.api import METHODS
from simulator.systems.apps.slack.tables import SlackWorkspace
from tests.contract.slack_world import (
    GENERAL,
    HOST,
    MICROSCOPES,
    SLACK,
    WAREHOUSE,
    Slack,
    demo,
    slack,
)

__all__ = ["demo", "slack"]  # the fixtures


@pytest.mark.requirement("SLACK-3")
def test_everybody_sees_the_channels_that_they_are_in_and_no_admin_more(slack: Slack) -> None:
    assert slack.names("ada") == ["general", "microscopes"]
    assert slack.names("bob") == ["general", "warehouse"]
    assert slack.names("priya") == ["general"]
    assert slack.error("conversations.info", "priya", channel=WAREHOUSE) == "channel_not_found"
    assert slack.error("conversations.history", channel=WAREHOUSE) == "channel_not_found"


@pytest.mark.requirement("SLACK-3")
def test_pages_are_followed_by_their_cursor(slack: Slack) -> None:
    kinds = {"types": "public_channel, private_channel,im"}
    first = slack.fine("conversations.list", limit=2, **kinds)
    cursor = first["response_metadata"]["next_cursor"]
    second = slack.fine("conversations.list", limit=2, cursor=cursor, **kinds)

    assert [each["id"] for each in first["channels"]] == [GENERAL, MICROSCOPES]
    assert [each["user"] for each in second["channels"]] == [slack.user("bob")]
    assert second["response_metadata"]["next_cursor"] == ""
    for cursor in ("bmV4dDp4", "no", "bmV4dDo5OTk5OTk5OTk5OTk5OTk5"):
        assert slack.error("conversations.list", cursor=cursor) == "invalid_cursor"
    assert slack.error("conversations.list", types="secret") == "invalid_types"
    assert slack.error("conversations.list", limit="two") == "invalid_arguments"
    people = slack.fine("users.list", limit=1)
    assert people["members"][0]["name"] == "ada"
    more = slack.fine("users.list", cursor=people["response_metadata"]["next_cursor"])
    assert [each["name"] for each in more["members"]] == ["bob", "carla", "marc", "priya"]


@pytest.mark.requirement("SLACK-4")
def test_a_missing_scope_is_told_with_what_is_needed_and_what_is_there(slack: Slack) -> None:
    token = slack.bearer("ada", "channels:read users:read")

    answer = slack.answer("conversations.list", token=token, types="private_channel")
    found = slack.answer("conversations.history", token=token, channel=GENERAL).get_json()

    assert answer.get_json() == {
        "ok": False,
        "error": "missing_scope",
        "needed": "groups:read",
        "provided": "channels:read,users:read",
    }
    assert answer.headers["X-OAuth-Scopes"] == "channels:read,users:read"
    assert found["needed"] == "channels:history"
    posted = slack.answer("chat.postMessage", token=token, channel=GENERAL, text="?")
    assert posted.headers["X-Accepted-OAuth-Scopes"] == "chat:write"
    assert (
        slack.answer("users.info", token=token, user="U0").get_json()["error"] == "user_not_found"
    )


@pytest.mark.requirement("SLACK-4")
def test_tokens_that_are_not_taken_are_told_apart(slack: Slack) -> None:
    token = slack.bearer("ada")
    assert slack.error("auth.test", token="xoxp-unknown") == "invalid_auth"
    assert slack.fine("auth.revoke", token=token, test="true")["revoked"] is False
    assert slack.fine("auth.revoke", token=token)["revoked"] is True
    assert slack.error("auth.test", token=token) == "token_revoked"
    in_form = slack.request(
        "POST", f"{SLACK}/api/auth.test", data={"token": slack.bearer("bob")}
    ).get_json()
    assert in_form["user"] == "bob"


@pytest.mark.requirement("SLACK-1")
@pytest.mark.parametrize(
    "options, word",
    [
        ({"data": "{", "content_type": "application/json"}, "invalid_json"),
        ({"data": "[1]", "content_type": "application/json"}, "json_not_object"),
        ({"json": {"channel": {"a": 1}, "text": "x"}}, "invalid_arguments"),
        ({"json": {"channel": GENERAL, "text": ["x"]}}, "invalid_arguments"),
        ({"json": {"channel": GENERAL, "text": ""}}, "no_text"),
        ({"json": {"channel": GENERAL, "blocks": "[{"}}, "invalid_blocks"),
        ({"json": {"channel": GENERAL, "blocks": {"type": "section"}}}, "invalid_blocks"),
        ({"json": {"channel": GENERAL, "text": "x" * 40_001}}, "msg_too_long"),
        ({"json": {"channel": "nowhere", "text": "x"}}, "channel_not_found"),
        ({"json": {"channel": GENERAL, "text": "x", "thread_ts": "1.2"}}, "thread_not_found"),
        ({"json": {"text": "x"}}, "channel_not_found"),
    ],
)
def test_what_cannot_be_posted_is_refused(slack: Slack, options: dict[str, Any], word: str) -> None:
    headers = {"Authorization": f"Bearer {slack.bearer('ada')}"}
    answer = slack.request("POST", f"{SLACK}/api/chat.postMessage", headers=headers, **options)
    assert (answer.status_code, answer.get_json()["error"]) == (200, word)


@pytest.mark.requirement("SLACK-1")
def test_an_unknown_method_is_told_and_get_is_as_good_as_post(slack: Slack) -> None:
    headers = {"Authorization": f"Bearer {slack.bearer('ada')}"}
    odd = slack.request("GET", f"{SLACK}/api/chat.sing", headers=headers)
    got = slack.request("GET", f"{SLACK}/api/conversations.info?channel={GENERAL}", headers=headers)

    assert odd.get_json() == {"ok": False, "error": "unknown_method", "req_method": "chat.sing"}
    assert got.get_json()["channel"]["name"] == "general"
    assert slack.request("PUT", f"{SLACK}/api/auth.test").get_json()["ok"] is False
    assert slack.fine("api.test", foo="bar")["args"] == {"foo": "bar"}


@pytest.mark.requirement("SLACK-5")
def test_a_message_is_posted_changed_answered_and_deleted_by_its_author(slack: Slack) -> None:
    blocks = [{"type": "divider"}]
    made = slack.fine("chat.postMessage", channel="#general", text="One", blocks=json.dumps(blocks))
    ts, where = made["ts"], {"channel": GENERAL}
    assert (made["channel"], made["message"]["blocks"]) == (GENERAL, blocks)
    answer = slack.fine("chat.postMessage", "bob", text="Two", thread_ts=ts, **where)
    changed = slack.fine("chat.update", ts=ts, text="Three", **where)

    assert answer["message"]["thread_ts"] == ts
    assert changed["message"]["edited"]["user"] == slack.user("ada")
    assert slack.error("chat.update", "bob", ts=ts, text="x", **where) == "cant_update_message"
    assert slack.error("chat.delete", "bob", ts=ts, **where) == "cant_delete_message"
    thread = slack.fine("conversations.replies", "carla", ts=answer["ts"], **where)["messages"]
    assert [each["text"] for each in thread] == ["Three", "Two"]
    latest = slack.fine("conversations.history", limit=1, **where)
    assert [(each["text"], each["reply_count"]) for each in latest["messages"]] == [("Three", 1)]
    link = slack.fine("chat.getPermalink", message_ts=ts, **where)["permalink"]
    assert link == f"https://acme.slack.com/archives/{GENERAL}/p{ts.replace('.', '')}"
    slack.fine("chat.delete", ts=ts, **where)
    assert slack.error("chat.delete", ts=ts, **where) == "message_not_found"


@pytest.mark.requirement("SLACK-5")
def test_timestamps_grow_whatever_the_clock_says(slack: Slack) -> None:
    slack.simulator.world.clock.freeze()
    first, second = (
        slack.fine("chat.postMessage", channel=GENERAL, text=text)["ts"] for text in ("1", "2")
    )
    slack.simulator.clock.travel(days=-2)
    third = slack.fine("chat.postMessage", channel=GENERAL, text="3")["ts"]

    assert first < second < third


@pytest.mark.requirement("SLACK-6")
def test_history_is_read_between_moments_and_page_by_page(slack: Slack) -> None:
    first = slack.fine("conversations.history", channel=GENERAL, limit=1)
    rest = slack.fine(
        "conversations.history",
        channel=GENERAL,
        cursor=first["response_metadata"]["next_cursor"],
    )
    later, earlier = first["messages"][0], rest["messages"][0]
    assert (first["has_more"], rest["has_more"], later["reply_count"]) == (True, False, 2)
    bounds = {"oldest": earlier["ts"], "latest": later["ts"]}
    within = slack.fine("conversations.history", channel=GENERAL, **bounds)
    whole = slack.fine("conversations.history", channel=GENERAL, inclusive="true", **bounds)
    assert (within["messages"], len(whole["messages"])) == ([], 2)
    word = slack.error("conversations.history", channel=GENERAL, oldest="yesterday")
    assert word == "invalid_ts_oldest"
    assert slack.error("conversations.replies", channel=GENERAL, ts="1.0") == "thread_not_found"


@pytest.mark.requirement("SLACK-6")
def test_channels_are_created_entered_changed_and_archived(slack: Slack) -> None:
    bob = slack.user("bob")
    made = slack.fine("conversations.create", name="Lab", is_private="false")["channel"]
    where = {"channel": made["id"]}
    assert (made["name"], made["is_member"], made["num_members"]) == ("lab", True, 1)
    assert slack.error("conversations.create", "bob", name="lab") == "name_taken"
    assert slack.error("conversations.create", name="a b") == "invalid_name_specials"
    assert slack.error("chat.postMessage", "bob", text="x", **where) == "not_in_channel"
    slack.fine("conversations.join", "bob", **where)
    assert slack.fine("conversations.members", **where)["members"] == [slack.user("ada"), bob]
    assert slack.error("conversations.invite", users=bob, **where) == "already_in_channel"
    slack.fine("conversations.kick", user=bob, **where)
    assert slack.fine("conversations.leave", "bob", **where)["not_in_channel"] is True
    assert slack.error("conversations.setTopic", "bob", topic="x", **where) == "not_in_channel"
    topic = slack.fine("conversations.setTopic", topic="Lenses", **where)["channel"]["topic"]
    assert topic["value"] == "Lenses"
    assert slack.error("conversations.setPurpose", purpose="x" * 251, **where) == "too_long"
    slack.fine("conversations.archive", **where)
    assert slack.error("chat.postMessage", text="x", **where) == "is_archived"
    assert "lab" not in slack.names("ada", exclude_archived="true")
    slack.fine("conversations.unarchive", **where)
    assert slack.error("conversations.unarchive", **where) == "not_archived"
    private = slack.fine("conversations.create", name="den", is_private=True)["channel"]["id"]
    assert slack.error("conversations.join", "bob", channel=private) == "channel_not_found"
    slack.fine("conversations.invite", users=bob, channel=private)
    assert "den" in slack.names("bob")


@pytest.mark.requirement("SLACK-6")
def test_a_direct_message_is_opened_once(slack: Slack) -> None:
    bob, carla = slack.user("bob"), slack.user("carla")
    first = slack.fine("conversations.open", users=bob)["channel"]["id"]
    again = slack.fine("conversations.open", "bob", users=slack.user("ada"), return_im="true")
    group = slack.fine("conversations.open", users=f"{bob},{carla}")["channel"]["id"]
    posted = slack.fine("chat.postMessage", channel=carla, text="Hello")

    assert (first[0], again["channel"]["id"], group[0]) == ("D", first, "G")
    assert (posted["channel"][0], posted["channel"] != first) == ("D", True)
    assert slack.error("conversations.open") == "users_list_not_supplied"
    assert slack.error("conversations.open", users="U0000000ZZZ") == "user_not_found"
    assert slack.error("conversations.history", "marc", channel=first) == "channel_not_found"


@pytest.mark.requirement("SLACK-7")
@pytest.mark.parametrize(
    "who, query, texts",
    [
        ("ada", "batteries", []),
        ("bob", "batteries", ["Order two new", "The forklift"]),
        ("ada", "from:me", ["Helix Optics offers", "Thanks!"]),
        ("ada", "from:@marc in:#general", ["They are", "The price lists"]),
        ("ada", '"supplier day" before:2026-08-25', ["Supplier day"]),
        ("ada", "day on:2026-08-25", []),
        ("ada", "in:microscopes -spring", ["Helix Optics offers"]),
        ("ada", "in:warehouse", []),
        ("carla", "safety after:2026-08-26", ["Your safety boots"]),
        ("ada", "100%_", []),
        ("ada", "on:someday", []),
    ],
)
def test_search_finds_what_the_person_can_read(
    slack: Slack, who: str, query: str, texts: list[str]
) -> None:
    found = slack.fine("search.messages", who, query=query)["messages"]

    assert found["total"] == len(texts)
    for match, text in zip(found["matches"], texts, strict=True):
        assert match["text"].startswith(text)


@pytest.mark.requirement("SLACK-7")
def test_search_has_pages_and_says_where_a_message_stands(slack: Slack) -> None:
    found = slack.fine("search.messages", query="the", count=1, page=2, sort_dir="asc")["messages"]

    assert found["paging"] == {"count": 1, "total": 4, "page": 2, "pages": 4}
    (match,) = found["matches"]
    assert (match["username"], match["channel"]["name"]) == ("ada", "general")
    assert slack.fine("search.messages", query="the", page=9)["messages"]["matches"] == []
    assert slack.error("search.messages") == "no_query"
    assert slack.error("search.messages", query='"') == "no_query"
    assert slack.error("search.messages", query="x " * 3000) == "invalid_arguments"


@pytest.mark.requirement("SLACK-6")
def test_people_are_found_and_their_addresses_need_a_scope_of_their_own(slack: Slack) -> None:
    bob = slack.fine("users.lookupByEmail", email="BOB@acme.example")["user"]
    token = slack.bearer("marc", "users:read users.profile:read")

    assert bob["profile"]["email"] == "bob@acme.example"
    shown = slack.answer("users.info", token=token, user=bob["id"]).get_json()["user"]
    assert (shown["real_name"], "email" in shown["profile"]) == ("Bob Tanaka", False)
    own = slack.answer("users.profile.get", token=token).get_json()["profile"]
    assert own["email"] == "marc@acme.example"
    assert slack.error("users.lookupByEmail", email="x@acme.example") == "users_not_found"
    assert slack.fine("team.info")["team"]["domain"] == "acme"
    joined = slack.fine("users.conversations", types="im")["channels"]
    assert [each["user"] for each in joined] == [bob["id"]]


@pytest.mark.requirement("SLACK-6")
def test_reactions_are_counted_by_emoji(slack: Slack) -> None:
    ts = slack.fine("conversations.history", channel=GENERAL)["messages"][0]["ts"]
    where = {"channel": GENERAL, "timestamp": ts}
    for who in ("ada", "bob"):
        slack.fine("reactions.add", who, name=":tada:", **where)
    assert slack.error("reactions.add", name="tada", **where) == "already_reacted"
    slack.fine("reactions.add", name="+1", **where)
    slack.fine("reactions.remove", name="+1", **where)
    assert slack.error("reactions.remove", name="+1", **where) == "no_reaction"
    assert slack.error("reactions.add", name="no emoji!", **where) == "invalid_name"

    (found,) = slack.fine("reactions.get", **where)["message"]["reactions"]

    assert (found["name"], found["count"]) == ("tada", 2)


@pytest.mark.requirement("SLACK-4")
def test_whoever_calls_too_often_is_told_when_to_come_again(slack: Slack) -> None:
    slack.simulator.faults.incident("app-rate-limited")

    answer = slack.answer("auth.test")

    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert answer.get_json() == {"ok": False, "error": "ratelimited"}


def have_calls_counted(slack: Slack) -> None:
    """The workspace as a scenario with `rate_limits: true` makes it."""
    world = slack.simulator.world
    with world.db.unit() as session:
        session.get_one(SlackWorkspace, HOST).has_rate_limits = True
    slack.simulator.keep_snapshot("counted")
    slack.simulator.restore_snapshot("counted")
    world.clock.freeze()


@pytest.mark.requirement("SLACK-5")
def test_a_message_for_one_person_is_not_stored(slack: Slack) -> None:
    before = slack.fine("conversations.history", channel=MICROSCOPES)["messages"]
    own = {"channel": MICROSCOPES, "text": "Only you"}
    made = slack.fine("chat.postEphemeral", user=slack.user("carla"), **own)

    assert float(made["message_ts"]) > 0
    assert slack.fine("conversations.history", channel=MICROSCOPES)["messages"] == before
    bob = slack.user("bob")
    assert slack.error("chat.postEphemeral", user=bob, **own) == "user_not_in_channel"
    assert slack.error("chat.postEphemeral", **own) == "user_not_found"
    assert slack.error("chat.postEphemeral", "bob", user=bob, **own) == "channel_not_found"


@pytest.mark.requirement("SLACK-6")
def test_a_channel_is_renamed_by_its_creator(slack: Slack) -> None:
    where = {"channel": slack.fine("conversations.create", name="lab")["channel"]["id"]}
    slack.fine("conversations.join", "bob", **where)

    assert slack.fine("conversations.rename", name="#Lab-2", **where)["channel"]["name"] == "lab-2"
    assert slack.error("conversations.rename", "bob", name="mine", **where) == "not_authorized"
    assert slack.error("conversations.rename", name="general", **where) == "name_taken"
    assert slack.error("conversations.rename", name="a b", **where) == "invalid_name_specials"
    assert slack.error("conversations.rename", "marc", channel=GENERAL, name="x") == (
        "not_authorized"
    )


@pytest.mark.requirement("SLACK-13")
def test_calls_are_counted_by_method_and_app_where_a_scenario_says_so(slack: Slack) -> None:
    """Twenty searches in a minute; other methods and the next minute are not touched."""
    slack.simulator.world.clock.freeze()
    token = slack.bearer("ada")
    free = [slack.answer("search.messages", token=token, query="day") for _ in range(22)]
    have_calls_counted(slack)
    token, other = slack.bearer("ada"), slack.bearer("bob")

    found = [slack.answer("search.messages", token=token, query="day") for _ in range(20)]
    refused = slack.answer("search.messages", token=other, query="day")
    elsewhere = slack.answer("users.info", token=token, user=ids.user_id(1))
    wait = int(refused.headers["Retry-After"])
    slack.simulator.world.clock.tick(timedelta(seconds=wait))
    again = slack.answer("search.messages", token=token, query="day")

    assert {each.status_code for each in (*free, *found, elsewhere, again)} == {200}
    assert (refused.status_code, refused.get_json()) == (429, {"ok": False, "error": "ratelimited"})
    assert 1 <= wait <= 60


@pytest.mark.requirement("SLACK-13")
def test_a_conversation_takes_a_message_a_second_with_a_short_burst(slack: Slack) -> None:
    have_calls_counted(slack)
    token = slack.bearer("ada")

    def post(channel: str) -> int:
        return slack.answer(
            "chat.postMessage", token=token, channel=channel, text="Again"
        ).status_code

    assert [post(GENERAL) for _ in range(11)] == [200] * 10 + [429]
    assert post(MICROSCOPES) == 200
    slack.simulator.world.clock.tick(timedelta(seconds=10))
    assert post("#general") == 200


@pytest.mark.requirement("SLACK-13")
def test_every_method_has_the_tier_of_its_documentation() -> None:
    tiers = {name: rate_limits.tier(name) for name in METHODS}

    assert tiers["conversations.list"] == tiers["users.list"] == 2
    assert tiers["conversations.history"] == tiers["chat.update"] == 3
    assert tiers["users.info"] == tiers["conversations.members"] == 4
    assert tiers["auth.test"] is tiers["chat.postMessage"] is None
    known = {*rate_limits._TIER_2, *rate_limits._TIER_4, *rate_limits._SPECIAL}
    assert known <= set(METHODS)
