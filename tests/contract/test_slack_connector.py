"""Slack's connector: what each action asks the Web API for, and what becomes a step's output."""

from typing import Any

import pytest

from simulator.systems.apps.slack.connector import CONNECTOR
from tests.contract.known_outputs import find_missing
from tests.contract.slack_world import GENERAL, Slack, demo, slack

__all__ = ["demo", "slack"]  # the fixtures
pytestmark = pytest.mark.requirement("SLACK-11")


def run(slack: Slack, name: str, **inputs: Any) -> Any:
    """The output of an action, run as Ada."""
    action = CONNECTOR.actions[name]
    request = action.request(inputs)
    given = action.output(slack.fine(request.path.removeprefix("/"), **request.form or {}))
    known = CONNECTOR.outputs.get(name)
    missing = list(find_missing(CONNECTOR, name, inputs, given)) if known else []
    assert missing in ([], [] if inputs.get("thread_ts") else ["thread_ts"]), (name, given)
    return given


@pytest.mark.requirement("EDIT-11")
def test_each_action_does_at_the_api_what_its_name_says(slack: Slack) -> None:
    bob = run(slack, "get_user_by_email", email="bob@acme.example")["id"]
    assert run(slack, "get_user_by_id", user=bob)["profile"]["email"] == "bob@acme.example"
    lab = run(slack, "create_conversation", conversation_name="lab", private=True)
    assert (lab["name"], lab["is_private"]) == ("lab", True)
    run(slack, "invite_user_to_conversation", channel=lab["id"], user=bob)
    run(slack, "invite_user_to_channel", channel=lab["id"], user=slack.user("carla"))
    run(slack, "set_conversation_topic", channel=lab["id"], topic="Lenses")
    assert run(slack, "set_conversation_purpose", channel=lab["id"], purpose="?")["purpose"] == "?"
    blocks = [{"type": "divider"}]
    posted = run(slack, "post_message_to_channel", channel=lab["id"], text="One", blocks=blocks)
    answer = run(slack, "post_message", channel=lab["id"], text="Two", thread_ts=posted["ts"])
    assert (posted["type"], answer["thread_ts"]) == ("message", posted["ts"])
    run(slack, "update_message", channel=lab["id"], ts=posted["ts"], text="Three")
    found = run(slack, "search_messages", query="Three", count=5)
    assert [each["ts"] for each in found["matches"]] == [posted["ts"]]
    run(slack, "delete_message", channel=lab["id"], ts=answer["ts"])
    history = run(slack, "get_conversation_history", channel=lab["id"], limit=5)
    assert [each["text"] for each in history["messages"]] == ["Three"]
    run(slack, "archive_conversation", channel=lab["id"])
    run(slack, "unarchive_conversation", channel=lab["id"])
    assert run(slack, "list_conversations", limit=1)["channels"][0]["id"] == GENERAL
    mine = run(slack, "list_my_conversations", types="private_channel")["channels"]
    assert [each["name"] for each in mine] == ["microscopes", "lab"]
    assert len(run(slack, "list_users")["members"]) == 5


def test_every_action_is_one_of_those() -> None:
    """A new one needs its line above."""
    assert set(CONNECTOR.actions) == {
        *("get_user_by_email", "get_user_by_id", "create_conversation", "list_users"),
        *("invite_user_to_conversation", "invite_user_to_channel", "set_conversation_topic"),
        *("set_conversation_purpose", "post_message_to_channel", "post_message"),
        *("update_message", "search_messages", "delete_message", "get_conversation_history"),
        *("archive_conversation", "unarchive_conversation", "list_conversations"),
        "list_my_conversations",
    }
