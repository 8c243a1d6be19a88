"""Emoji at messages."""

import re
from typing import Any

from simulator.systems.apps.slack import ids, messages, shapes
from simulator.systems.apps.slack.api.calls import Call, method
from simulator.systems.apps.slack.refusals import Refused
from simulator.systems.apps.slack.tables import SlackConversation, SlackMessage

_NAME = re.compile(r"[a-z0-9_'+-]{1,100}(::skin-tone-[2-6])?")


@method("reactions.add", "reactions:write")
def add(call: Call) -> dict[str, Any]:
    """Put an emoji to a message."""
    _, message = _target(call)
    if not messages.react(call.world, message, call.user, _emoji(call)):
        raise Refused("already_reacted")
    return {}


@method("reactions.remove", "reactions:write")
def remove(call: Call) -> dict[str, Any]:
    """Take one's emoji away."""
    _, message = _target(call)
    if not messages.take_back(call.world, message, call.user, _emoji(call)):
        raise Refused("no_reaction")
    return {}


@method("reactions.get", "reactions:read")
def get(call: Call) -> dict[str, Any]:
    """Return a message with its reactions."""
    row, message = _target(call)
    (shown,) = shapes.listed(call.world, [message], call.user)
    return {"type": "message", "channel": ids.conversation_id(row), "message": shown}


def _target(call: Call) -> tuple[SlackConversation, SlackMessage]:
    row = call.conversation()
    message = messages.find(call.world, row, call.text("timestamp", "no_item_specified"))
    if message is None:
        raise Refused("message_not_found")
    return row, message


def _emoji(call: Call) -> str:
    name = call.text("name", "invalid_name").strip(":")
    if not _NAME.fullmatch(name):
        raise Refused("invalid_name")
    return name
