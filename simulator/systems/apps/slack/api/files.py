"""Files: announced, completed after their upload, listed, described, deleted."""

import operator
from collections.abc import Callable
from typing import Any

from simulator.db.listing import Found
from simulator.systems.apps.slack import conversations, file_shapes, files, ids, messages, shapes
from simulator.systems.apps.slack.api.calls import Call, method
from simulator.systems.apps.slack.refusals import Refused
from simulator.systems.apps.slack.tables import (
    SlackConversation,
    SlackFile,
    SlackFileShare,
    SlackMessage,
)
from simulator.validation.paging import Page
from simulator.validation.parsing import parse_whole_number

_USUAL, _MOST = 100, 1000
_LONGEST_NAME = 255
#: Files of one call, and conversations that they are shared in (our choice).
_MOST_FILES, _MOST_CHANNELS = 20, 20
_BETWEEN: dict[str, Callable[[Any, Any], Any]] = {"ts_from": operator.ge, "ts_to": operator.le}


# SLACK-15
@method("files.getUploadURLExternal", "files:write")
def announce(call: Call) -> dict[str, Any]:
    """Return where the content of a file is to be sent."""
    name, size = call.text("filename"), parse_whole_number(call.text("length"))
    if size is None or size < 1 or len(name) > _LONGEST_NAME or "/" in name:
        raise Refused("invalid_arguments")
    if size > files.LARGEST:
        raise Refused("file_upload_size_restricted")
    row = files.announce(call.world, call.user, name, size, call.maybe("alt_txt")[:1000])
    return {"upload_url": file_shapes.upload_url(call.world, row), "file_id": ids.file_id(row.id)}


@method("files.completeUploadExternal", "files:write")
def complete(call: Call) -> dict[str, Any]:
    """Have people see files that were uploaded, in the conversations that are named."""
    where = [(row, _parent(call, row)) for row in _targets(call)]
    named = _named(call)
    found = [_uploaded(call, each) for each in named]
    for row, each in zip(found, named, strict=True):
        title = str(each.get("title") or "")[:_LONGEST_NAME]
        if not files.complete(call.world, row, title):
            raise Refused("file_not_found")  # meanwhile, by another call, or named twice
    for conversation, parent in where:
        text, extras = call.maybe("initial_comment"), {"upload": True}
        made = messages.post(call.world, conversation, call.user, text, extras, parent)
        files.share(call.world, found, made)
    call.record(len(found))
    return {"files": file_shapes.files(call.world, found, call.user)}


def _parent(call: Call, row: SlackConversation) -> SlackMessage | None:
    ts = call.maybe("thread_ts")
    parent = messages.find(call.world, row, ts) if ts else None
    if ts and parent is None:
        raise Refused("thread_not_found")
    return parent


def _named(call: Call) -> list[dict[str, Any]]:
    found = call.json("files")
    is_fine = isinstance(found, list) and all(isinstance(each, dict) for each in found)
    if not is_fine or not 0 < len(found) <= _MOST_FILES:
        raise Refused("invalid_arguments")
    return list(found)


def _targets(call: Call) -> list[SlackConversation]:
    names = [*call.list("channels"), *call.list("channel_id")]
    if len(names) > _MOST_CHANNELS:
        raise Refused("invalid_arguments")
    found = [conversations.find(call.world, call.user, name) for name in dict.fromkeys(names)]
    rows = [row for row in found if row is not None]
    if len(rows) < len(found):
        raise Refused("channel_not_found")
    for row in rows:
        if row.is_archived:
            raise Refused("is_archived")
        if not conversations.is_member(call.world, row, call.user):
            raise Refused("not_in_channel")
    return rows


def _uploaded(call: Call, named: dict[str, Any]) -> SlackFile:
    number = ids.read_id(str(named.get("id", "")), "F")
    row = files.find_uploaded(call.world, call.user, number) if number else None
    if row is None:
        raise Refused("file_not_found")
    return row


@method("files.info", "files:read")
def info(call: Call) -> dict[str, Any]:
    """Describe a file."""
    (shown,) = file_shapes.files(call.world, [_file(call)], call.user)
    call.record(1)
    return {"file": shown, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.list", "files:read")
def listing(call: Call) -> dict[str, Any]:
    """List the files that somebody may see, the latest first."""
    every = files.visible(call.user)
    if call.maybe("channel"):
        own = SlackFileShare.conversation_id == call.conversation().id
        every = every.join(SlackFileShare, SlackFileShare.file_id == SlackFile.id).where(own)
    if name := call.maybe("user"):
        every = every.where(SlackFile.owner_id == call.person(name).id)
    for name, compare in _BETWEEN.items():
        if text := call.maybe(name):
            micros = ids.read_ts(text)
            if micros is None:
                raise Refused("invalid_arguments")
            every = every.where(compare(SlackFile.created_at, ids.moment(micros)))
    size, number = call.number("count", _USUAL, _MOST), call.number("page", 1, 10_000)
    found: Found[SlackFile] = Found(
        call.world.db.session, every.distinct().order_by(SlackFile.id.desc())
    )
    page = Page(number=number, size=size, total=found.count())
    rows = found.cut(page.offset, size)
    call.record(len(rows))
    return {"files": file_shapes.files(call.world, rows, call.user), "paging": shapes.paging(page)}


@method("files.delete", "files:write")
def delete(call: Call) -> dict[str, Any]:
    """Delete a file of one's own."""
    row = _file(call)
    if row.owner_id != call.user.id:
        raise Refused("cant_delete_file")
    files.remove(call.world, row)
    return {}


def _file(call: Call) -> SlackFile:
    number = ids.read_id(call.text("file", "file_not_found"), "F")
    row = files.find(call.world, call.user, number) if number else None
    if row is None:
        raise Refused("file_not_found")
    return row
