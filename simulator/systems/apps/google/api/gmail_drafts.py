"""Gmail's drafts (Gmail API, users.drafts)."""

from flask import Response, jsonify, request

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.access import needs, record_own, user
from simulator.systems.apps.google.api.gmail_messages import read_form, send_mail
from simulator.systems.apps.google.api.gmail_reading import (
    ALL,
    PREFIX,
    list_page,
    read_draft,
    read_filter,
    read_page,
    read_thread_id,
    refuse_page_token,
)
from simulator.systems.apps.google.api.reading import object_of, read_body, text_of
from simulator.systems.apps.google.api.refusals import NOT_FOUND, Refused
from simulator.systems.apps.google.api.views import api_views
from simulator.systems.apps.google.gmail import changes, drafts, mailbox, shapes
from simulator.systems.apps.google.gmail.mailbox import BadPageToken
from simulator.systems.apps.google.tables import GmailMessage

views = api_views("gmail_drafts", f"{PREFIX}/drafts")
uploads = api_views("gmail_draft_uploads", f"/upload{PREFIX}/drafts")
_COMPOSE = (ALL, "gmail.compose", "gmail.modify")
_READ = (*_COMPOSE, "gmail.readonly")


@views.get("")
@needs("gmail.users.drafts.list", *_READ)
def list_drafts() -> Response:
    """A page of drafts, the newest first."""
    chosen, (token, most) = read_filter(drafts_only=True), read_page()
    try:
        rows, following = mailbox.list_messages(here().world, user(), chosen, token, most)
    except BadPageToken:
        raise refuse_page_token() from None
    record_own(len(rows))
    total = mailbox.count(here().world, user(), chosen)
    found = [{"id": row.draft_id, "message": shapes.reference(row)} for row in rows]
    return jsonify(list_page("drafts", found, following, total))


@views.post("")
@uploads.post("")
@needs("gmail.users.drafts.create", *_COMPOSE)
def create() -> Response:
    """Make a draft."""
    raw, message, _ = read_draft()
    row = drafts.create(here().world, user(), raw, read_thread_id(message))
    record_own()
    return jsonify({"id": row.draft_id, "message": shapes.changed(row)})


@views.get("/<draft_id>")
@needs("gmail.users.drafts.get", *_READ)
def get(draft_id: str) -> Response:
    """One draft with its message."""
    form = read_form()
    row = _find(draft_id)
    record_own()
    return jsonify(shapes.draft(row, form))


@views.put("/<draft_id>")
@uploads.put("/<draft_id>")
@needs("gmail.users.drafts.update", *_COMPOSE)
def update(draft_id: str) -> Response:
    """Put another message into a draft."""
    raw, message, _ = read_draft()
    thread_id = read_thread_id(message)
    row = drafts.replace(here().world, user(), _find(draft_id, to_change=True), raw, thread_id)
    record_own()
    return jsonify({"id": row.draft_id, "message": shapes.changed(row)})


@views.delete("/<draft_id>")
@needs("gmail.users.drafts.delete", *_COMPOSE)
def delete(draft_id: str) -> tuple[str, int]:
    """Delete a draft for good."""
    changes.delete(here().world, [_find(draft_id, to_change=True)])
    return "", 204


@views.post("/send")
@uploads.post("/send")
@needs("gmail.users.drafts.send", *_COMPOSE)
def send() -> Response:
    """Send a draft, perhaps with another message; the draft is gone then."""
    row, raw, thread_id = _read_sent()
    sent = send_mail(raw, thread_id)
    if row is not None:
        changes.delete(here().world, [row])
    return jsonify(shapes.changed(sent))


def _read_sent() -> tuple[GmailMessage | None, bytes, str | None]:
    """The draft that is sent, if it is one, with the message and the thread that it belongs to."""
    is_upload = request.path.startswith("/upload/")
    if not is_upload and not object_of(members := read_body(), "message"):
        draft_id = text_of(members, "id")
        if not draft_id:
            raise Refused(400, "Draft id required")
        found = _find(draft_id, to_change=True)
        return found, found.raw, found.thread_id
    raw, message, members = read_draft()
    draft_id = text_of(members, "id")
    row = _find(draft_id, to_change=True) if draft_id else None
    return row, raw, read_thread_id(message) or (None if row is None else row.thread_id)


def _find(draft_id: str, *, to_change: bool = False) -> GmailMessage:
    row = mailbox.find_draft(here().world, user(), draft_id, to_change=to_change)
    if row is None:
        raise Refused(404, NOT_FOUND)
    return row
