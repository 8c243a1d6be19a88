"""Comments of an issue."""

from typing import Any

from flask import Response, jsonify, request

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import edits, issue_shapes, shapes
from simulator.systems.apps.jira.api.access import authenticate
from simulator.systems.apps.jira.api.gateway import rest_views
from simulator.systems.apps.jira.api.reading import READ, WRITE, find_issue, read_body, read_number
from simulator.systems.apps.jira.planning import FieldError
from simulator.systems.apps.jira.refusals import Refused
from simulator.systems.apps.jira.tables import JiraIssue

views = rest_views("comments")


@views.get("/issue/<name>/comment")
def listing(name: str) -> Response:
    """A page of an issue's comments, the oldest first, or with `orderBy=-created` the newest."""
    row = find_issue(authenticate(READ).user, name)
    order = request.args.get("orderBy", "created").lstrip("+ ")  # an unescaped + is a space
    if order not in ("created", "-created"):
        raise Refused(400, "orderBy must be created, +created or -created.")
    start, most = read_number(request.args, "startAt", 0), _most()
    found = row.comments[::-1] if order == "-created" else row.comments
    page = [issue_shapes.comment(row, each) for each in found[start : start + most]]
    place = {"startAt": start, "maxResults": most, "total": len(found)}
    return jsonify({**place, "comments": page})


@views.get("/issue/<name>/comment/<number>")
def show(name: str, number: str) -> Response:
    """One comment."""
    row = find_issue(authenticate(READ).user, name)
    found = next((each for each in row.comments if str(each["id"]) == number), None)
    if found is None:
        raise Refused(404, f"Can not find a comment for the id: {number}.")
    return jsonify(issue_shapes.comment(row, found))


@views.post("/issue/<name>/comment")
def create(name: str) -> tuple[Response, int]:
    """Comment on an issue in the name of the token's person."""
    user = authenticate(WRITE).user
    row, sent = find_issue(user, name, to_change=True), read_body()
    try:
        text = edits.read_comment(sent.get("body"), shapes.has_documents())
    except FieldError as error:
        raise Refused(400, comment=str(error)) from None
    made = edits.add_comment(here().world, row, user, text)
    return jsonify(issue_shapes.comment(row, made)), 201


@views.put("/issue/<name>/comment/<number>")
def change(name: str, number: str) -> Response:
    """Change a comment of one's own."""
    user = authenticate(WRITE).user
    row, sent = find_issue(user, name, to_change=True), read_body()
    own = _own(row, user, number, "edit")
    try:
        text = edits.read_comment(sent.get("body"), shapes.has_documents())
    except FieldError as error:
        raise Refused(400, comment=str(error)) from None
    changed = edits.change_comment(here().world, row, own, text)
    return jsonify(issue_shapes.comment(row, changed))


@views.delete("/issue/<name>/comment/<number>")
def delete(name: str, number: str) -> tuple[str, int]:
    """Delete a comment of one's own."""
    user = authenticate(WRITE).user
    row = find_issue(user, name, to_change=True)
    edits.delete_comment(here().world, row, _own(row, user, number, "delete"))
    return "", 204


def _own(row: JiraIssue, user: AppUser, number: str, verb: str) -> dict[str, Any]:
    """A comment that the person may change: their own, or as an admin any."""
    found = next((each for each in row.comments if str(each["id"]) == number), None)
    if found is None:
        raise Refused(404, f"Can not find a comment for the id: {number}.")
    if found["author"] != user.id and not people.is_admin(user):
        raise Refused(400, f"You do not have the permission to {verb} this comment.")
    return dict(found)


def _most() -> int:
    return read_number(request.args, "maxResults", 100, 100)
