"""What requests of Gmail's API have in common."""

from collections.abc import Sequence
from typing import Any

from flask import request

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.access import has_scope, user
from simulator.systems.apps.google.api.reading import (
    object_of,
    read_body,
    read_flag,
    read_number,
    text_of,
    texts_of,
)
from simulator.systems.apps.google.api.refusals import NOT_FOUND, Refused
from simulator.systems.apps.google.api.uploading import read_upload
from simulator.systems.apps.google.gmail import changes, mailbox
from simulator.systems.apps.google.gmail.mailbox import Filter
from simulator.systems.apps.google.gmail.mime import decode_base64url
from simulator.systems.apps.google.tables import GmailMessage

ALL = "https://mail.google.com/"
READ = (ALL, "gmail.metadata", "gmail.modify", "gmail.readonly")
WRITE = (ALL, "gmail.modify")
PREFIX = "/gmail/v1/users/<user_id>"
#: Of a list (Gmail API, messages.list).
PAGE, MOST = 100, 500
#: Messages in one batch (Gmail API, messages.batchModify).
MOST_IN_BATCH = 1000


def is_metadata_only() -> bool:
    """Whether the token may read no body, and so not search either (scope `gmail.metadata`)."""
    return not has_scope("gmail.modify", "gmail.readonly") and has_scope("gmail.metadata")


def read_filter(*, drafts_only: bool = False) -> Filter:
    """What a list is of.

    Raises:
        Refused: it is searched with a token that may not.
    """
    query = request.args.get("q", "")
    if query and is_metadata_only():
        raise Refused(403, "Metadata scope does not support 'q' parameter", "forbidden")
    return Filter(
        query=query[:2_000],
        label_ids=request.args.getlist("labelIds"),
        has_hidden=read_flag("includeSpamTrash"),
        drafts_only=drafts_only,
    )


def read_page() -> tuple[str, int]:
    """The token of a page, and how many are on it, at most."""
    return request.args.get("pageToken", ""), read_number("maxResults", PAGE, MOST)


def refuse_page_token() -> Refused:
    """The refusal of a token that no list gave."""
    return Refused(400, "Invalid pageToken", "invalidArgument")


def list_page(name: str, found: list[dict[str, Any]], token: str, total: int) -> dict[str, Any]:
    """A page of a list; without its list where that is empty, as Gmail has it."""
    page: dict[str, Any] = {name: found} if found else {}
    if token:
        page["nextPageToken"] = token
    return {**page, "resultSizeEstimate": total}


def find_message(message_id: str, *, to_change: bool = False) -> GmailMessage:
    """The message with an id.

    Raises:
        Refused: the person's mailbox has none.
    """
    row = mailbox.find(here().world, user(), message_id, to_change=to_change)
    if row is None:
        raise Refused(404, NOT_FOUND)
    return row


def find_thread(thread_id: str, *, to_change: bool = False) -> Sequence[GmailMessage]:
    """The messages of a thread.

    Raises:
        Refused: the person's mailbox has no such thread.
    """
    rows = mailbox.find_thread(here().world, user(), thread_id, to_change=to_change)
    if not rows:
        raise Refused(404, NOT_FOUND)
    return rows


def read_labels(members: dict[str, Any]) -> tuple[list[str], list[str]]:
    """Labels to be added and removed.

    Raises:
        Refused: there is none at all, or one that the mailbox does not have.
    """
    add, remove = texts_of(members, "addLabelIds"), texts_of(members, "removeLabelIds")
    if not add and not remove:
        raise Refused(400, "No label add or removes specified")
    if twice := set(add) & set(remove):
        raise Refused(400, f"Cannot both add and remove the same label: {sorted(twice)[0]}")
    check_labels([*add, *remove])
    return add, remove


def check_labels(label_ids: list[str]) -> None:
    """Check labels that a client wants to set.

    Raises:
        Refused: the mailbox does not have one of them, or Gmail alone sets it.
    """
    try:
        changes.check_labels(here().world, user(), label_ids)
    except changes.UnknownLabel as unknown:
        raise Refused(400, f"Invalid label: {unknown}") from None


def read_mail(members: dict[str, Any] | None = None) -> tuple[bytes, dict[str, Any]]:
    """The message that was sent, and what else was said of it.

    Args:
        members: the object that has it; by default the body's own.

    Raises:
        Refused: there is none, or it cannot be read.
    """
    upload = read_upload() if members is None else None
    if upload is not None:
        members, _, content = upload
        return _checked(content), members
    members = read_body() if members is None else members
    raw = text_of(members, "raw")
    if not raw:
        raise Refused(400, "'raw' RFC822 payload message string or uploading message via "
                      "/upload/* URL required")  # fmt: skip
    octets = decode_base64url(raw)
    if octets is None:
        raise Refused(400, "Invalid value for ByteString: the text is no base64url.")
    return _checked(octets), members


def _checked(octets: bytes) -> bytes:
    if not changes.can_be_read(octets):
        raise Refused(400, "The message cannot be read: its parts nest too deep.")
    return octets


def read_draft() -> tuple[bytes, dict[str, Any], dict[str, Any]]:
    """The message of a draft, what else was said of it, and the draft itself.

    Raises:
        Refused: there is none, or it cannot be read.
    """
    upload = read_upload()
    if upload is not None:
        members, _, content = upload
        return _checked(content), object_of(members, "message"), members
    members = read_body()
    raw, message = read_mail(object_of(members, "message"))
    return raw, message, members


def read_thread_id(members: dict[str, Any]) -> str | None:
    """The thread that a message belongs to.

    Raises:
        Refused: the person's mailbox has no such thread.
    """
    thread_id = text_of(members, "threadId")
    if not thread_id:
        return None
    return find_thread(thread_id)[0].thread_id
