"""Conversations: which there are, and what was said in them."""

from typing import Any

from sqlalchemy import ColumnElement, Select

from simulator.systems.apps.slack import conversations, ids, messages, shapes
from simulator.systems.apps.slack.api.calls import Call, method, page_of
from simulator.systems.apps.slack.conversations import KINDS, PUBLIC, SCOPES
from simulator.systems.apps.slack.refusals import Refused
from simulator.systems.apps.slack.tables import SlackConversation, SlackMessage


@method("conversations.list")
def listing(call: Call) -> dict[str, Any]:
    """List the conversations of the kinds asked for that the person may see."""
    return _page(call, conversations.visible(call.user))


@method("users.conversations")
def joined(call: Call) -> dict[str, Any]:
    """List the conversations that the person is in."""
    if (name := call.maybe("user")) and call.person(name).id != call.user.id:
        raise Refused("method_not_supported_for_channel_type")
    return _page(call, conversations.joined(call.user))


def _page(call: Call, found: Select[SlackConversation]) -> dict[str, Any]:
    kinds = call.list("types") or [PUBLIC]
    if any(kind not in KINDS for kind in kinds):
        raise Refused("invalid_types")
    for kind in kinds:
        call.require(f"{SCOPES[kind]}:read")
    found = found.where(SlackConversation.kind.in_(kinds))
    if call.flag("exclude_archived"):
        found = found.where(SlackConversation.is_archived.is_(False))
    most = call.limit()
    found = found.where(SlackConversation.id > (call.cursor() or 0)).order_by(SlackConversation.id)
    rows = call.world.db.session.scalars(found.limit(most + 1)).all()
    rows, more = page_of(rows, most, lambda row: int(row.id))
    call.record(len(rows))
    return {"channels": shapes.channels(call.world, call.user, rows), **more}


@method("conversations.info")
def info(call: Call) -> dict[str, Any]:
    """Describe a conversation."""
    row = call.conversation("read")
    call.record(1)
    return {"channel": shapes.channel(call.world, call.user, row)}


@method("conversations.members")
def members(call: Call) -> dict[str, Any]:
    """List who is in a conversation."""
    row, most = call.conversation("read"), call.limit()
    found = conversations.list_members(call.world, row, call.cursor() or 0, most + 1)
    found, more = page_of(found, most, int)
    return {"members": [ids.user_id(each) for each in found], **more}


# SLACK-6
@method("conversations.history")
def history(call: Call) -> dict[str, Any]:
    """Return messages, the latest first."""
    row, most = _readable(call), call.limit()
    rows = messages.history(call.world, row, *_between(call, is_latest_first=True), most=most + 1)
    rows, more = page_of(rows, most, lambda each: int(each.ts))
    call.record(len(rows))
    has_more = bool(more["response_metadata"]["next_cursor"])
    found = shapes.listed(call.world, rows, call.user)
    return {"messages": found, "has_more": has_more, "pin_count": 0, **more}


@method("conversations.replies")
def replies(call: Call) -> dict[str, Any]:
    """Return a thread."""
    row, most = _readable(call), call.limit()
    parent = messages.find(call.world, row, call.text("ts"))
    if parent is not None and parent.thread_ts not in (None, parent.ts):
        parent = messages.find(call.world, row, ids.write_ts(parent.thread_ts or 0))
    if parent is None:
        raise Refused("thread_not_found")
    rows = messages.replies(
        call.world, parent, *_between(call, is_latest_first=False), most=most + 1
    )
    rows, more = page_of(rows, most, lambda each: int(each.ts))
    call.record(len(rows))
    has_more = bool(more["response_metadata"]["next_cursor"])
    return {"messages": shapes.listed(call.world, rows, call.user), "has_more": has_more, **more}


def _readable(call: Call) -> SlackConversation:
    return call.conversation("history")


def _between(call: Call, *, is_latest_first: bool) -> list[ColumnElement[bool]]:
    """Conditions for `oldest`, `latest` and the cursor; bounds count with `inclusive` alone."""
    is_inclusive, ts = call.flag("inclusive"), SlackMessage.ts
    found: list[ColumnElement[bool]] = []
    if (oldest := _moment(call, "oldest")) is not None:
        found.append(ts >= oldest if is_inclusive else ts > oldest)
    if (latest := _moment(call, "latest")) is not None:
        found.append(ts <= latest if is_inclusive else ts < latest)
    if (cursor := call.cursor(ids.LARGEST_TS)) is not None:
        found.append(ts < cursor if is_latest_first else ts > cursor)
    return found


def _moment(call: Call, name: str) -> int | None:
    text = call.maybe(name)
    found = ids.read_ts(text) if text else None
    if text and found is None:
        raise Refused(f"invalid_ts_{name}")
    return found
