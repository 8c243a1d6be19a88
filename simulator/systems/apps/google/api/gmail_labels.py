"""Gmail's labels (Gmail API, users.labels)."""

from typing import Any

from flask import Response, jsonify

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.access import needs, user
from simulator.systems.apps.google.api.gmail_reading import ALL, PREFIX, READ
from simulator.systems.apps.google.api.reading import object_of, read_body, text_of
from simulator.systems.apps.google.api.refusals import NOT_FOUND, Refused
from simulator.systems.apps.google.api.views import api_views
from simulator.systems.apps.google.gmail import labels, mailbox, own_labels, shapes
from simulator.systems.apps.google.gmail.mailbox import Filter
from simulator.systems.apps.google.tables import GmailLabel

views = api_views("gmail_labels", f"{PREFIX}/labels")
_READ = (*READ, "gmail.labels")
_WRITE = (ALL, "gmail.labels", "gmail.modify")
_CHOICES = {
    "messageListVisibility": ("show", "hide"),
    "labelListVisibility": ("labelShow", "labelShowIfUnread", "labelHide"),
}
_COLORS = ("textColor", "backgroundColor")


@views.get("")
@needs("gmail.users.labels.list", *_READ)
def list_labels() -> Response:
    """Gmail's own labels and the person's."""
    own = [shapes.label(row) for row in own_labels.every(here().world, user())]
    return jsonify({"labels": [*map(shapes.system_label, labels.SYSTEM), *own]})


@views.get("/<label_id>")
@needs("gmail.users.labels.get", *_READ)
def get(label_id: str) -> Response:
    """One label, and how much has it."""
    is_system = shapes.is_system(label_id)
    found = shapes.system_label(label_id) if is_system else shapes.label(_find(label_id))
    return jsonify({**found, **_count(label_id)})


def _count(label_id: str) -> dict[str, int]:
    counted = {}
    for name, names in (("Total", [label_id]), ("Unread", [label_id, "UNREAD"])):
        chosen = Filter(label_ids=names, has_hidden=True)
        for kind in ("messages", "threads"):
            threads = kind == "threads"
            counted[kind + name] = mailbox.count(here().world, user(), chosen, threads=threads)
    return counted


@views.post("")
@needs("gmail.users.labels.create", *_WRITE)
def create() -> Response:
    """Make a label."""
    members = read_body()
    name = _name(members)
    row = own_labels.create(here().world, user(), name, _looks(members, {}))
    if row is None:
        raise Refused(409, "Label name exists or conflicts")
    return jsonify(shapes.label(row))


@views.put("/<label_id>")
@needs("gmail.users.labels.update", *_WRITE)
def update(label_id: str) -> Response:
    """Change a label, all of it."""
    return _change(label_id, is_whole=True)


@views.patch("/<label_id>")
@needs("gmail.users.labels.patch", *_WRITE)
def patch(label_id: str) -> Response:
    """Change what is given of a label."""
    return _change(label_id, is_whole=False)


def _change(label_id: str, *, is_whole: bool) -> Response:
    if shapes.is_system(label_id):
        raise Refused(400, "Invalid update request")
    row, members = _find(label_id), read_body()
    name = _name(members) if is_whole or "name" in members else row.name
    looks = _looks(members, {} if is_whole else row.looks)
    if not own_labels.change(here().world, user(), row, name, looks):
        raise Refused(409, "Label name exists or conflicts")
    return jsonify(shapes.label(row))


@views.delete("/<label_id>")
@needs("gmail.users.labels.delete", *_WRITE)
def delete(label_id: str) -> tuple[str, int]:
    """Delete a label; messages lose it."""
    if shapes.is_system(label_id):
        raise Refused(400, "Invalid delete request")
    own_labels.delete(here().world, _find(label_id))
    return "", 204


def _find(label_id: str) -> GmailLabel:
    row = own_labels.find(here().world, user(), label_id)
    if row is None:
        raise Refused(404, NOT_FOUND)
    return row


def _name(members: dict[str, Any]) -> str:
    name = text_of(members, "name").strip()
    if not name or len(name) > 225 or not name.isprintable():
        raise Refused(400, "Invalid label name")
    if labels.find_system(name) or name.startswith("/") or name.endswith("/"):
        raise Refused(400, "Invalid label name")
    return name


def _looks(members: dict[str, Any], before: dict[str, Any]) -> dict[str, Any]:
    found = dict(before)
    for name, choices in _CHOICES.items():
        value = text_of(members, name, str(before.get(name, choices[0])))
        if value not in choices:
            raise Refused(400, f"Invalid value at '{name}': {value[:100]}")
        found[name] = value
    if color := object_of(members, "color"):
        found["color"] = {name: text_of(color, name) for name in _COLORS if name in color}
    return found
