"""Gmail's messages and the profile (Gmail API, users.messages)."""

from flask import Response, jsonify, request

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.access import needs, record_own, user
from simulator.systems.apps.google.api.gmail_reading import (
    ALL,
    MOST_IN_BATCH,
    PREFIX,
    READ,
    WRITE,
    check_labels,
    find_message,
    is_metadata_only,
    list_page,
    read_filter,
    read_labels,
    read_mail,
    read_page,
    read_thread_id,
    refuse_page_token,
)
from simulator.systems.apps.google.api.reading import read_body, read_choice, texts_of
from simulator.systems.apps.google.api.refusals import Refused
from simulator.systems.apps.google.api.views import api_views
from simulator.systems.apps.google.gmail import changes, mailbox, sending, shapes
from simulator.systems.apps.google.gmail.mailbox import BadPageToken, Filter
from simulator.systems.apps.google.gmail.mime import Mail, attachment_id, encode_base64url
from simulator.systems.apps.google.tables import GmailMessage

views = api_views("gmail_messages", PREFIX)
uploads = api_views("gmail_message_uploads", f"/upload{PREFIX}")
_SEND = (ALL, "gmail.compose", "gmail.modify", "gmail.send")
_INSERT = (ALL, "gmail.insert", "gmail.modify")


@views.get("/profile")
@needs("gmail.users.getProfile", *READ, "gmail.compose")
def profile() -> Response:
    """Whose mailbox it is, and how much is in it."""
    everything = Filter(has_hidden=True)
    counted = {
        name: mailbox.count(here().world, user(), everything, threads=name == "threadsTotal")
        for name in ("messagesTotal", "threadsTotal")
    }
    history = str(mailbox.get(here().world, user()).history_id)
    return jsonify({"emailAddress": user().email, **counted, "historyId": history})


@views.get("/messages")
@needs("gmail.users.messages.list", *READ)
def messages() -> Response:
    """A page of messages, ids alone, the newest first."""
    chosen, (token, most) = read_filter(), read_page()
    try:
        rows, following = mailbox.list_messages(here().world, user(), chosen, token, most)
    except BadPageToken:
        raise refuse_page_token() from None
    record_own(len(rows))
    total = mailbox.count(here().world, user(), chosen)
    found = [shapes.reference(row) for row in rows]
    return jsonify(list_page("messages", found, following, total))


@views.get("/messages/<message_id>")
@needs("gmail.users.messages.get", *READ)
def message(message_id: str) -> Response:
    """One message, in one of four formats."""
    form = read_form()
    record_own()
    row = find_message(message_id)
    return jsonify(shapes.message(row, form, request.args.getlist("metadataHeaders")))


def read_form() -> str:
    """The format that messages are answered in.

    Raises:
        Refused: it shows more than the token may see.
    """
    form = read_choice("format", ("full", "metadata", "minimal", "raw"))
    if form in ("full", "raw") and is_metadata_only():
        raise Refused(403, f"Metadata scope doesn't allow format {form.upper()}")
    return form


@views.get("/messages/<message_id>/attachments/<number>")
@needs("gmail.users.messages.attachments.get", ALL, "gmail.modify", "gmail.readonly")
def attachment(message_id: str, number: str) -> Response:
    """The content of an attachment."""
    row = find_message(message_id)
    for part in Mail(row.raw).files:
        if attachment_id(row.message_id, part.number) == number:
            record_own()
            return jsonify({"size": len(part.content), "data": encode_base64url(part.content)})
    raise Refused(400, "Invalid attachment token")


@views.post("/messages/send")
@uploads.post("/messages/send")
@needs("gmail.users.messages.send", *_SEND)
def send() -> Response:
    """Send a message."""
    raw, members = read_mail()
    return jsonify(shapes.changed(send_mail(raw, read_thread_id(members))))


def send_mail(raw: bytes, thread_id: str | None) -> GmailMessage:
    """Send a message of the person's.

    Raises:
        Refused: nobody would get it.
    """
    try:
        row = sending.send(here().world, user(), raw, thread_id)
    except sending.NoRecipient:
        raise Refused(400, "Recipient address required") from None
    record_own()
    return row


@views.post("/messages")
@uploads.post("/messages")
@needs("gmail.users.messages.insert", *_INSERT)
def insert() -> Response:
    """Put a message into the mailbox as it is, past all rules."""
    return _put("receivedTime")


@views.post("/messages/import")
@uploads.post("/messages/import")
@needs("gmail.users.messages.import", *_INSERT)
def import_message() -> Response:
    """Put a message into the mailbox as if it had been received."""
    return _put("dateHeader")


def _put(source: str) -> Response:
    other = "dateHeader" if source == "receivedTime" else "receivedTime"
    source = read_choice("internalDateSource", (source, other))
    raw, members = read_mail()
    label_ids = texts_of(members, "labelIds")
    check_labels([each for each in label_ids if each not in ("SENT", "DRAFT")])
    at = Mail(raw).date if source == "dateHeader" else None
    thread_id = read_thread_id(members)
    row = changes.store(here().world, user(), raw, label_ids, at=at, thread_id=thread_id)
    record_own()
    return jsonify(shapes.changed(row))


@views.post("/messages/<message_id>/modify")
@needs("gmail.users.messages.modify", *WRITE)
def modify(message_id: str) -> Response:
    """Give a message labels, and take some from it."""
    row = find_message(message_id, to_change=True)
    changes.modify(here().world, user(), [row], *read_labels(read_body()))
    record_own()
    return jsonify(shapes.changed(row))


@views.post("/messages/batchModify")
@needs("gmail.users.messages.batchModify", *WRITE)
def batch_modify() -> tuple[str, int]:
    """The same for several messages at once; ids that do not exist are ignored."""
    members = read_body()
    rows = _rows_of(members)
    changes.modify(here().world, user(), rows, *read_labels(members))
    record_own(len(rows))
    return "", 204


@views.post("/messages/batchDelete")
@needs("gmail.users.messages.batchDelete", ALL)
def batch_delete() -> tuple[str, int]:
    """Delete several messages for good."""
    changes.delete(here().world, _rows_of(read_body()))
    return "", 204


def _rows_of(members: dict[str, object]) -> list[GmailMessage]:
    ids = texts_of(members, "ids")
    if not ids:
        raise Refused(400, "No message ids specified")
    if len(ids) > MOST_IN_BATCH:
        raise Refused(400, f"Too many ids in one batch: {MOST_IN_BATCH} at most.")
    return mailbox.find_several(here().world, user(), ids)


@views.post("/messages/<message_id>/trash")
@needs("gmail.users.messages.trash", *WRITE)
def trash(message_id: str) -> Response:
    """Move a message to the trash."""
    row = find_message(message_id, to_change=True)
    changes.modify(here().world, user(), [row], ["TRASH"], ["INBOX", "SPAM"])
    record_own()
    return jsonify(shapes.changed(row))


@views.post("/messages/<message_id>/untrash")
@needs("gmail.users.messages.untrash", *WRITE)
def untrash(message_id: str) -> Response:
    """Take a message out of the trash."""
    row = find_message(message_id, to_change=True)
    changes.modify(here().world, user(), [row], (), ["TRASH"])
    record_own()
    return jsonify(shapes.changed(row))


@views.delete("/messages/<message_id>")
@needs("gmail.users.messages.delete", ALL)
def delete(message_id: str) -> tuple[str, int]:
    """Delete a message for good."""
    changes.delete(here().world, [find_message(message_id, to_change=True)])
    return "", 204
