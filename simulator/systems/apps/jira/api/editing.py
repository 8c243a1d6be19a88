"""Create an issue, change it, assign it and move it on."""

from typing import Any

from flask import Response, jsonify, request

from simulator.db.tables import AppUser
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import catalog, edits, history, issue_shapes, issues, shapes
from simulator.systems.apps.jira.api.access import authenticate
from simulator.systems.apps.jira.api.gateway import rest_views
from simulator.systems.apps.jira.api.reading import (
    WRITE,
    find_issue,
    member,
    read_body,
    record_rows,
)
from simulator.systems.apps.jira.refusals import Refused
from simulator.systems.apps.jira.tables import JiraIssue, JiraLabel

views = rest_views("editing")


@views.post("/issue")
def create() -> tuple[Response, int]:
    """Create an issue, which the token's person reports."""
    user = authenticate(WRITE).user
    world, edit = here().world, _read(user, read_body())
    values = edit.complete()
    _refuse(edit)
    project, labels = values.pop("project"), values.pop("labels", ())
    world.db.session.refresh(project, with_for_update=True)
    now = world.clock.now()
    row = JiraIssue(project=project, number=issues.next_number(world, project), **values)
    row.status, row.comments, row.reporter = "To Do", [], user
    row.labels = [JiraLabel(label=each) for each in labels]
    row.created_at = row.updated_at = now
    world.db.session.add(row)
    world.db.session.flush()
    for text in edit.comments:
        edits.add_comment(world, row, user, text)
    record_rows(user, [row])
    return jsonify({**shapes.names("issue/", row.id), "key": row.key}), 201


@views.put("/issue/<name>")
def change(name: str) -> tuple[Response | str, int]:
    """Set fields of an issue, and comment on it."""
    user, sent = authenticate(WRITE).user, read_body()
    row = find_issue(user, name, to_change=True)
    _apply(user, row, _read(user, sent, row))
    if request.args.get("returnIssue") == "true":
        return jsonify(
            issue_shapes.issue(row, user, issue_shapes.Selection.of([], "*all"), [])
        ), 200
    return "", 204


@views.delete("/issue/<name>")
def delete(name: str) -> tuple[str, int]:
    """Delete an issue, with its subtasks where `deleteSubtasks` says so."""
    user = authenticate(WRITE).user
    row = find_issue(user, name, to_change=True)
    subtasks = [each for each in row.children if each.issue_type == catalog.SUBTASK]
    if subtasks and request.args.get("deleteSubtasks", "false").lower() != "true":
        raise Refused(
            400,
            f"The issue '{row.key}' has subtasks. You must specify the 'deleteSubtasks' "
            "parameter to delete this issue and all its subtasks.",
        )
    edits.delete_issues(here().world, [row, *subtasks])
    return "", 204


@views.put("/issue/<name>/assignee")
def assign(name: str) -> tuple[str, int]:
    """Assign an issue to an account, to nobody (null), or as its project does (-1): to nobody."""
    user, sent = authenticate(WRITE).user, read_body()
    row = find_issue(user, name, to_change=True)
    if not {"accountId", "name"} & sent.keys():
        raise Refused(400, "Send the account as accountId; null for nobody.")
    if sent.get("accountId") == "-1":
        sent["accountId"] = None
    _apply(user, row, _read(user, {"fields": {"assignee": sent}}, row))
    return "", 204


@views.post("/issue/<name>/transitions")
def transition(name: str) -> tuple[str, int]:
    """Take an issue to another status, comment on it, and set fields of it."""
    user, sent = authenticate(WRITE).user, read_body()
    row = find_issue(user, name, to_change=True)
    number = member(sent, "transition").get("id")
    if number is None:
        raise Refused(400, "You must specify a valid transition id to transition the issue.")
    target = catalog.TRANSITIONS.get(str(number))
    if target is None:
        raise Refused(400, f"Transition id '{number}' is not valid for this issue.")
    edit = _read(user, sent, row)
    edit.forbid_fields()  # the transitions here have no screen
    _apply(user, row, edit, status=target)
    return "", 204


def _read(user: AppUser, sent: dict[str, Any], row: JiraIssue | None = None) -> edits.Edit:
    """What `fields` and `update` of a body set."""
    edit = edits.Edit(here().world, user, row, documents=shapes.has_documents())
    fields, update = member(sent, "fields"), member(sent, "update")
    for name, value in fields.items():
        edit.set(name, value)
    for name, operations in update.items():
        edit.operate(name, operations)
    return edit


def _apply(user: AppUser, row: JiraIssue, edit: edits.Edit, status: str = "") -> None:
    world = here().world
    edit.check()
    _refuse(edit)
    before = history.read_values(row)
    for name, value in edit.values.items():
        if name == "labels":
            known = {each.label: each for each in row.labels}
            row.labels = [known.get(each) or JiraLabel(label=each) for each in value]
        else:
            setattr(row, name, value)
    row.status = status or row.status
    row.updated_at = world.clock.now()
    for text in edit.comments:
        edits.add_comment(world, row, user, text)
    history.record(world, row, user, before)


def _refuse(edit: edits.Edit) -> None:
    if edit.errors:
        raise Refused(400, **edit.errors)
