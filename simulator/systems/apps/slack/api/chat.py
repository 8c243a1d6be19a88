"""Messages: post, change, delete, and where people read them."""

from typing import Any

from simulator.systems.apps.slack import conversations, ids, messages, rate_limits, shapes
from simulator.systems.apps.slack.api.calls import Call, method
from simulator.systems.apps.slack.refusals import Refused
from simulator.systems.apps.slack.tables import SlackConversation, SlackMessage

_LONGEST = 40_000


# SLACK-5
@method("chat.postMessage", "chat:write")
def post(call: Call) -> dict[str, Any]:
    """Post a message of the person or the bot to a conversation, a #channel or a person."""
    row = _recipient(call)
    rate_limits.check_posting(row, call.token)
    text, extras = _content(call)
    if row.is_archived:
        raise Refused("is_archived")
    is_public = row.kind == conversations.PUBLIC and "chat:write.public" in call.scopes
    if not is_public and not conversations.is_member(call.world, row, call.user):
        raise Refused("not_in_channel")
    parent = None
    if ts := call.maybe("thread_ts"):
        parent = messages.find(call.world, row, ts)
        if parent is None or parent.thread_ts not in (None, parent.ts):
            raise Refused("thread_not_found")
    made = messages.post(call.world, row, call.user, text, extras, parent)
    call.record(1)
    return _posted(row, made, call.user.host)


@method("chat.postEphemeral", "chat:write")
def post_ephemeral(call: Call) -> dict[str, Any]:
    """Show a message to one person in a conversation for a while; nothing of it is kept."""
    row = _recipient(call)
    _content(call)
    reader = call.person(call.text("user", "user_not_found"))
    for each, word in ((call.user, "not_in_channel"), (reader, "user_not_in_channel")):
        if not conversations.is_member(call.world, row, each):
            raise Refused(word)
    return {"message_ts": ids.write_ts(ids.micros(call.world.clock.now()))}


@method("chat.update", "chat:write")
def update(call: Call) -> dict[str, Any]:
    """Change a message of the person's own."""
    row, message = _own(call, "cant_update_message")
    message.text, extras = _content(call)
    message.extras = extras | ({"upload": True} if "upload" in message.extras else {})
    message.edited_ts = ids.micros(call.world.clock.now())
    call.world.db.session.flush()
    return {**_posted(row, message, call.user.host), "text": message.text}


@method("chat.delete", "chat:write")
def delete(call: Call) -> dict[str, Any]:
    """Delete a message of the person's own."""
    row, message = _own(call, "cant_delete_message")
    messages.delete_message(call.world, message)
    return {"channel": ids.conversation_id(row), "ts": ids.write_ts(message.ts)}


@method("chat.getPermalink")
def permalink(call: Call) -> dict[str, Any]:
    """Return where a message is read."""
    row = call.conversation()
    message = _find(call, row, call.text("message_ts"))
    link = shapes.permalink(call.user.host, row, message.ts)
    return {"channel": ids.conversation_id(row), "permalink": link}


def _recipient(call: Call) -> SlackConversation:
    name = call.text("channel", "channel_not_found")
    if ids.read_id(name, "UW"):
        other = call.person(name, "channel_not_found")
        return conversations.open_direct(call.world, call.user, [other])
    found = conversations.find(call.world, call.user, name)
    found = found or conversations.find_channel(call.world, call.user, name)
    if found is None:
        raise Refused("channel_not_found")
    return found


def _content(call: Call) -> tuple[str, dict[str, Any]]:
    text = call.maybe("text")
    found = {name: call.json(name) for name in ("blocks", "attachments")}
    for name, value in found.items():
        if value is not None and not isinstance(value, list):
            raise Refused(f"invalid_{name}")
    extras = {name: value for name, value in found.items() if value}
    if not text and not extras:
        raise Refused("no_text")
    if len(text) > _LONGEST:
        raise Refused("msg_too_long")
    return text, extras


def _own(call: Call, word: str) -> tuple[SlackConversation, SlackMessage]:
    row = call.conversation()
    message = _find(call, row, call.text("ts"))
    if message.author_id != call.user.id:
        raise Refused(word)
    return row, message


def _find(call: Call, row: SlackConversation, ts: str) -> SlackMessage:
    found = messages.find(call.world, row, ts)
    if found is None:
        raise Refused("message_not_found")
    return found


def _posted(row: SlackConversation, made: SlackMessage, host: str) -> dict[str, Any]:
    where = {"channel": ids.conversation_id(row), "ts": ids.write_ts(made.ts)}
    return {**where, "message": shapes.message(made, host)}
