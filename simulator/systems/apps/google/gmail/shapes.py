"""Messages, threads, drafts and labels as the API answers them."""

from collections.abc import Sequence
from typing import Any

from simulator.systems.apps.google.gmail import labels
from simulator.systems.apps.google.gmail.mime import Mail, encode_base64url
from simulator.systems.apps.google.tables import GmailLabel, GmailMessage


def reference(row: GmailMessage) -> dict[str, Any]:
    """A message in a list."""
    return {"id": row.message_id, "threadId": row.thread_id}


def message(row: GmailMessage, form: str = "full", headers: Sequence[str] = ()) -> dict[str, Any]:
    """A message.

    Args:
        row: the row of the message.
        form: `full`, `metadata`, `minimal` or `raw`.
        headers: which ones, with `metadata`.
    """
    found = {
        **reference(row),
        "labelIds": row.label_ids,
        "snippet": row.snippet,
        "sizeEstimate": row.size,
        "historyId": str(row.history_id),
        "internalDate": str(row.at),
    }
    if form == "raw":
        found["raw"] = encode_base64url(row.raw)
    elif form == "full":
        found["payload"] = Mail(row.raw).payload(row.message_id)
    elif form == "metadata":
        found["payload"] = Mail(row.raw).head(list(headers))
    return found


def changed(row: GmailMessage) -> dict[str, Any]:
    """A message as changes of it are answered."""
    return {**reference(row), "labelIds": row.label_ids}


def thread(
    rows: Sequence[GmailMessage], form: str = "full", headers: Sequence[str] = ()
) -> dict[str, Any]:
    """A thread with its messages, the oldest first."""
    return {
        "id": rows[0].thread_id,
        "historyId": str(max(row.history_id for row in rows)),
        "messages": [message(row, form, headers) for row in rows],
    }


def changed_thread(rows: Sequence[GmailMessage]) -> dict[str, Any]:
    """A thread as changes of it are answered."""
    return {"id": rows[0].thread_id, "messages": [changed(row) for row in rows]}


def draft(row: GmailMessage, form: str = "full") -> dict[str, Any]:
    """A draft with its message."""
    return {"id": row.draft_id, "message": message(row, form)}


def system_label(label_id: str) -> dict[str, Any]:
    """One of Gmail's own labels."""
    found = {"id": label_id, "name": label_id, "type": "system"}
    if label_id.startswith("CATEGORY_") or label_id in ("CHAT", "TRASH", "SPAM"):
        found |= {"messageListVisibility": "hide", "labelListVisibility": "labelHide"}
    return found


def label(row: GmailLabel) -> dict[str, Any]:
    """A label that a person made."""
    return {"id": row.label_id, "name": row.name, **row.looks, "type": "user"}


def is_system(label_id: str) -> bool:
    """Whether a label is one of Gmail's own."""
    return label_id in labels.SYSTEM
