"""Gmail's history, by which clients keep a copy of a mailbox up to date (users.history)."""

import re
from typing import Any

from flask import Response, jsonify, request

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.access import needs, record_own, user
from simulator.systems.apps.google.api.gmail_reading import (
    PREFIX,
    READ,
    read_page,
    refuse_page_token,
)
from simulator.systems.apps.google.api.refusals import NOT_FOUND, Refused
from simulator.systems.apps.google.api.views import api_views
from simulator.systems.apps.google.gmail import history
from simulator.systems.apps.google.tables import GmailChange
from simulator.validation.parsing import parse_whole_number

views = api_views("gmail_history", PREFIX)
#: TYPE_UINT64, in which numbers of other mailboxes are longer than those here.
_NUMBER = re.compile(r"[0-9]{1,20}")


# GOOGLE-25
@views.get("/history")
@needs("gmail.users.history.list", *READ)
def listing() -> Response:
    """A page of what changed since a change, in the order in which it did."""
    start, (token, most) = request.args.get("startHistoryId", ""), read_page()
    if not _NUMBER.fullmatch(start):
        wrong = "Missing required parameter: startHistoryId" if not start else (
            f"Invalid value at 'start_history_id' (TYPE_UINT64), \"{start[:50]}\""
        )  # fmt: skip
        raise Refused(400, wrong, "invalidArgument")
    since = int(start)
    after = parse_whole_number(token) if token else since
    if after is None or after < since:
        raise refuse_page_token()
    types = request.args.getlist("historyTypes")
    if unknown := [name for name in types if name not in history.TYPES]:
        raise Refused(
            400, f"Invalid value at 'history_types': {unknown[0][:50]}", "invalidArgument"
        )
    try:
        rows, last = history.list_changes(
            *(here().world, user()),
            since=since,
            after=after,
            types=types,
            label_id=request.args.get("labelId", ""),
            most=most + 1,
        )
    except history.Unknown:
        raise Refused(404, NOT_FOUND) from None
    record_own(len(rows[:most]))
    page: dict[str, Any] = {"historyId": str(last)}
    if rows:
        page["history"] = [_entry(row, types or [*history.TYPES]) for row in rows[:most]]
    if len(rows) > most:
        page["nextPageToken"] = str(rows[most - 1].history_id)
    return jsonify(page)


def _entry(row: GmailChange, types: list[str]) -> dict[str, Any]:
    reference = {"id": row.message_id, "threadId": row.thread_id}
    message = {**reference, **({"labelIds": row.labels.split()} if row.labels else {})}
    found: dict[str, Any] = {"id": str(row.history_id), "messages": [reference]}
    if row.kind == history.ADDED:
        found["messagesAdded"] = [{"message": message}]
    if row.kind == history.DELETED:
        found["messagesDeleted"] = [{"message": message}]
    for name, column in (("labelAdded", row.added), ("labelRemoved", row.removed)):
        if column and name in types:
            key = name.replace("label", "labels")
            found[key] = [{"message": message, "labelIds": column.split()}]
    return found
