"""Conversations: created, opened, joined, left, changed."""

import re
from typing import Any

from simulator.systems.apps._kit import people
from simulator.systems.apps.slack import conversations, ids, shapes
from simulator.systems.apps.slack.api.calls import Call, method
from simulator.systems.apps.slack.conversations import CHANNELS, PRIVATE, PUBLIC, SCOPES
from simulator.systems.apps.slack.refusals import Refused
from simulator.systems.apps.slack.tables import SlackConversation

_NAME = re.compile(r"[a-z0-9_-]{1,80}")
_LONGEST, _MOST_PEOPLE = 250, 8


@method("conversations.create")
def create(call: Call) -> dict[str, Any]:
    """Create a channel; its name is taken in lower case."""
    kind = PRIVATE if call.flag("is_private") else PUBLIC
    call.require(f"{SCOPES[kind]}:write")
    name = _read_name(call)
    row = conversations.create(call.world, call.user, name, kind)
    if row is None:
        raise Refused("name_taken")
    return {"channel": shapes.channel(call.world, call.user, row)}


def _read_name(call: Call) -> str:
    name = call.text("name", "invalid_name_required").removeprefix("#").lower()
    if len(name) > 80:
        raise Refused("invalid_name_maxlength")
    if not _NAME.fullmatch(name):
        raise Refused("invalid_name_specials")
    return name


@method("conversations.rename")
def rename(call: Call) -> dict[str, Any]:
    """Give a channel of one's own, or as an admin any, another name."""
    row, name = _own(call), _read_name(call)
    if row.creator_id != call.user.id and not people.is_admin(call.user):
        raise Refused("not_authorized")
    if row.name == "general":
        raise Refused("not_authorized")
    if not conversations.rename(call.world, row, name):
        raise Refused("name_taken")
    return {"channel": shapes.channel(call.world, call.user, row)}


@method("conversations.open")
def open_direct(call: Call) -> dict[str, Any]:
    """Open the direct message with one person or several."""
    if call.maybe("channel"):
        row = call.conversation("write")
    else:
        names = call.list("users")
        if not names:
            raise Refused("users_list_not_supplied")
        if len(names) > _MOST_PEOPLE:
            raise Refused("too_many_users")
        others = [call.person(name) for name in names]
        call.require("im:write" if len(others) == 1 else "mpim:write")
        row = conversations.open_direct(call.world, call.user, others)
    whole = shapes.channel(call.world, call.user, row)
    return {"channel": whole if call.flag("return_im") else {"id": whole["id"]}}


@method("conversations.join")
def join(call: Call) -> dict[str, Any]:
    """Enter a public channel."""
    call.require("channels:join" if call.is_bot else "channels:write")
    row = call.conversation()
    if row.is_archived:
        raise Refused("is_archived")
    if row.kind != PUBLIC:
        raise Refused("method_not_supported_for_channel_type")
    is_new = conversations.join(call.world, row, call.user.id)
    again = {} if is_new else {"warning": "already_in_channel"}
    return {"channel": shapes.channel(call.world, call.user, row), **again}


@method("conversations.leave")
def leave(call: Call) -> dict[str, Any]:
    """Leave a channel."""
    row = call.conversation("write")
    if row.kind not in CHANNELS:
        raise Refused("method_not_supported_for_channel_type")
    if row.name == "general":
        raise Refused("cant_leave_general")
    was_in = conversations.leave(call.world, row, call.user.id)
    return {} if was_in else {"not_in_channel": True}


@method("conversations.invite")
def invite(call: Call) -> dict[str, Any]:
    """Put people into a channel that the person is in."""
    row, names = _own(call), call.list("users")
    if not names:
        raise Refused("no_user")
    for user in [call.person(name) for name in names]:
        if user.id == call.user.id:
            raise Refused("cant_invite_self")
        if not conversations.join(call.world, row, user.id):
            raise Refused("already_in_channel")
    return {"channel": shapes.channel(call.world, call.user, row)}


@method("conversations.kick")
def kick(call: Call) -> dict[str, Any]:
    """Take somebody out of a channel that the person is in."""
    row, user = _own(call), call.person(call.text("user", "user_not_found"))
    if user.id == call.user.id:
        raise Refused("cant_kick_self")
    if not conversations.leave(call.world, row, user.id):
        raise Refused("not_in_channel")
    return {}


@method("conversations.archive")
def archive(call: Call) -> dict[str, Any]:
    """Archive a channel."""
    row = _own(call, "already_archived")
    if row.name == "general":
        raise Refused("cant_archive_general")
    row.is_archived = True
    return {}


@method("conversations.unarchive")
def unarchive(call: Call) -> dict[str, Any]:
    """Undo that."""
    row = call.conversation("write")
    if not row.is_archived:
        raise Refused("not_archived")
    row.is_archived = False
    return {}


@method("conversations.setTopic")
def set_topic(call: Call) -> dict[str, Any]:
    """Say what a channel is about now."""
    row = _own(call)
    row.topic = _short(call, "topic")
    return {"channel": shapes.channel(call.world, call.user, row)}


@method("conversations.setPurpose")
def set_purpose(call: Call) -> dict[str, Any]:
    """Say what a channel is for."""
    row = _own(call)
    row.purpose = _short(call, "purpose")
    return {"purpose": row.purpose, "channel": {"id": ids.conversation_id(row)}}


def _short(call: Call, name: str) -> str:
    text = call.maybe(name)
    if len(text) > _LONGEST:
        raise Refused("too_long")
    return text


def _changeable(call: Call, word: str = "is_archived") -> SlackConversation:
    row = call.conversation("write")
    if row.is_archived:
        raise Refused(word)
    return row


def _own(call: Call, word: str = "is_archived") -> SlackConversation:
    row = _changeable(call, word)
    if row.kind not in CHANNELS:
        raise Refused("method_not_supported_for_channel_type")
    if not conversations.is_member(call.world, row, call.user):
        raise Refused("not_in_channel")
    return row
