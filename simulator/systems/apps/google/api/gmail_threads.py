"""Gmail's threads (Gmail API, users.threads)."""

from flask import Response, jsonify, request

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.access import needs, record_own, user
from simulator.systems.apps.google.api.gmail_messages import read_form
from simulator.systems.apps.google.api.gmail_reading import (
    ALL,
    PREFIX,
    READ,
    WRITE,
    find_thread,
    list_page,
    read_filter,
    read_labels,
    read_page,
    refuse_page_token,
)
from simulator.systems.apps.google.api.reading import read_body
from simulator.systems.apps.google.api.views import api_views
from simulator.systems.apps.google.gmail import changes, mailbox, shapes
from simulator.systems.apps.google.gmail.mailbox import BadPageToken

views = api_views("gmail_threads", f"{PREFIX}/threads")


@views.get("")
@needs("gmail.users.threads.list", *READ)
def threads() -> Response:
    """A page of threads, those with the newest messages first."""
    chosen, (token, most) = read_filter(), read_page()
    try:
        rows, following = mailbox.list_threads(here().world, user(), chosen, token, most)
    except BadPageToken:
        raise refuse_page_token() from None
    record_own(len(rows))
    total = mailbox.count(here().world, user(), chosen, threads=True)
    found = [
        {"id": row.thread_id, "snippet": row.snippet, "historyId": str(row.history_id)}
        for row in rows
    ]
    return jsonify(list_page("threads", found, following, total))


@views.get("/<thread_id>")
@needs("gmail.users.threads.get", *READ)
def thread(thread_id: str) -> Response:
    """One thread with its messages."""
    form = read_form()
    rows = find_thread(thread_id)
    record_own(len(rows))
    return jsonify(shapes.thread(rows, form, request.args.getlist("metadataHeaders")))


@views.post("/<thread_id>/modify")
@needs("gmail.users.threads.modify", *WRITE)
def modify(thread_id: str) -> Response:
    """Give all messages of a thread labels, and take some from them."""
    rows = find_thread(thread_id, to_change=True)
    changes.modify(here().world, user(), rows, *read_labels(read_body()))
    record_own(len(rows))
    return jsonify(shapes.changed_thread(rows))


@views.post("/<thread_id>/trash")
@needs("gmail.users.threads.trash", *WRITE)
def trash(thread_id: str) -> Response:
    """Move a thread to the trash."""
    rows = find_thread(thread_id, to_change=True)
    changes.modify(here().world, user(), rows, ["TRASH"], ["INBOX", "SPAM"])
    record_own(len(rows))
    return jsonify(shapes.changed_thread(rows))


@views.post("/<thread_id>/untrash")
@needs("gmail.users.threads.untrash", *WRITE)
def untrash(thread_id: str) -> Response:
    """Take a thread out of the trash."""
    rows = find_thread(thread_id, to_change=True)
    changes.modify(here().world, user(), rows, (), ["TRASH"])
    record_own(len(rows))
    return jsonify(shapes.changed_thread(rows))


@views.delete("/<thread_id>")
@needs("gmail.users.threads.delete", ALL)
def delete(thread_id: str) -> tuple[str, int]:
    """Delete a thread for good."""
    changes.delete(here().world, find_thread(thread_id, to_change=True))
    return "", 204
