"""Attachments of issues (Jira Cloud REST API, Issue attachments)."""

from flask import Response, jsonify, request
from sqlalchemy import select

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import issue_shapes
from simulator.systems.apps.jira.api.access import authenticate
from simulator.systems.apps.jira.api.gateway import rest_views
from simulator.systems.apps.jira.api.reading import READ, WRITE, find_issue
from simulator.systems.apps.jira.refusals import Refused
from simulator.systems.apps.jira.tables import JiraAttachment
from simulator.validation.parsing import parse_whole_number

views = rest_views("attachments")
#: Octets of a request, as of any other to an app (our choice).
_LIMIT = 2 * 1024 * 1024


@views.post("/issue/<name>/attachments")
def create(name: str) -> Response:
    """Attach the files of a form, each a part called `file`."""
    user = authenticate(WRITE).user
    if request.headers.get("X-Atlassian-Token") not in ("no-check", "nocheck"):
        raise Refused(403, "XSRF check failed")
    row = find_issue(user, name, to_change=True)
    files = request.files.getlist("file")
    if not files:
        raise Refused(400, "No file was sent: each is a part of a form that is called 'file'.")
    now = here().world.clock.now()
    made = [
        JiraAttachment(
            issue_id=row.id,
            author_id=user.id,
            filename=(file.filename or "attachment")[:255],
            mime_type=file.mimetype or "application/octet-stream",
            size=len(sent),
            content=sent,
            created_at=now,
        )
        for file, sent in ((each, each.read()) for each in files)
    ]
    row.updated_at = now
    here().world.db.session.add_all(made)
    here().world.db.session.flush()
    return jsonify([issue_shapes.attachment(each) for each in made])


@views.get("/attachment/meta")
def meta() -> Response:
    """Whether files can be attached, and how large they may be."""
    authenticate(READ)
    return jsonify({"enabled": True, "uploadLimit": _LIMIT})


@views.get("/attachment/<number>")
def show(number: str) -> Response:
    """What is known of an attachment."""
    return jsonify(issue_shapes.attachment(_find(authenticate(READ).user, number)))


@views.get("/attachment/content/<number>")
def content(number: str) -> Response:
    """What is in an attachment, at once instead of by a redirect (our choice)."""
    found = _find(authenticate(READ).user, number)
    answer = Response(found.content, mimetype=found.mime_type)
    answer.headers.set("Content-Disposition", "attachment", filename=found.filename)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@views.delete("/attachment/<number>")
def delete(number: str) -> tuple[str, int]:
    """Delete an attachment of one's own, or as an admin any."""
    user = authenticate(WRITE).user
    found = _find(user, number)
    if found.author_id != user.id and not people.is_admin(user):
        raise Refused(403, "You do not have permission to delete this attachment.")
    here().world.db.session.delete(found)
    return "", 204


def _find(user: AppUser, number: str) -> JiraAttachment:
    """Return an attachment of an issue that the person may see."""
    own = select(JiraAttachment).where(JiraAttachment.id == (parse_whole_number(number) or 0))
    found = here().world.db.session.scalar(own)
    if found is None:
        raise Refused(404, f"The attachment with id '{number[:20]}' does not exist")
    find_issue(user, str(found.issue_id))
    return found
