"""The API gateway: accessible resources, and version 2 of the site's REST API."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, g, jsonify, request

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.bearer import TokenRefused, authenticate
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import issues, jql, shapes
from simulator.systems.apps.jira.tables import JiraIssue
from simulator.validation.parsing import NotJson, parse_strict_json, parse_whole_number

gateway = Blueprint("gateway", __name__)
rest = Blueprint("rest", __name__, url_prefix="/ex/jira/<cloud_id>/rest/api/2")
_READ, _WRITE = "read:jira-work", "write:jira-work"
_MOST = 32_767


class Refused(Exception):
    """A request that is refused: a sentence for all of it, or one for each field."""

    def __init__(self, status: int, *sentences: str, **fields: str) -> None:
        super().__init__(*sentences)
        self.answer = error_answer(status, {"errorMessages": sentences, "errors": fields})


def error_answer(status: int, body: Mapping[str, Any]) -> Response:
    """Return a refusal; the gateway's own, 401, has another shape."""
    answer = jsonify({"code": 401, "message": "Unauthorized", **body} if status == 401 else body)
    answer.status_code = status
    return answer


rest.register_error_handler(Refused, lambda error: error.answer)


@gateway.errorhandler(TokenRefused)
@rest.errorhandler(TokenRefused)
def _unauthorized(error: TokenRefused) -> Response:
    lacking = {"message": "Unauthorized; scope does not match"}
    return error_answer(401, lacking if error.error == "insufficient_scope" else {})


@rest.url_value_preprocessor
def _take_site(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.cloud_id = (values or {}).pop("cloud_id", None)


@rest.before_request
def _check_site() -> None:
    if g.cloud_id != issues.cloud_id(here().host):
        raise Refused(404, "No site with this cloud id is connected.")


@gateway.get("/oauth/token/accessible-resources")
def accessible_resources() -> Response:
    """The one site of this world, with the scopes that the token has for it."""
    scopes = sorted(authenticate().scopes)
    names = {"id": issues.cloud_id(here().host), "name": here().name}
    return jsonify([{**names, "url": f"https://{here().host}", "scopes": scopes}])


@rest.get("/myself")
def myself() -> Response:
    """Whose the token is, at this site."""
    return jsonify(shapes.person(authenticate("read:jira-user").user))


@rest.get("/project/search")
def search_projects() -> Response:
    """A page of the site's projects; everybody may see which there are."""
    authenticate(_READ)
    found = issues.projects(here().world, here().host, request.args.get("query", ""))
    start, most = _number(request.args, "startAt", 0), _number(request.args, "maxResults", 50)
    page = [shapes.project(each) for each in found[start : start + most]]
    place = {"startAt": start, "maxResults": most, "total": len(found)}
    return jsonify({**place, "isLast": start + most >= len(found), "values": page})


@rest.route("/search/jql", methods=["GET", "POST"])
def search() -> Response:
    """A page of issues; without `fields`, their ids alone."""
    user = authenticate(_READ).user
    sent = request.args.to_dict() if request.method == "GET" else _body()
    fields, text = sent.get("fields") or [], sent.get("jql") or ""
    if not isinstance(fields, str | list) or not isinstance(text, str):
        raise Refused(400, "Send jql as text, and fields as a list of names.")
    names = [each.strip() for each in fields.split(",")] if isinstance(fields, str) else fields
    most, start = _number(sent, "maxResults", 50), _number(sent, "nextPageToken", 0)
    try:
        condition, order = jql.parse(text, user, _find_user)
    except jql.JqlError as error:
        raise Refused(400, str(error)) from None
    query = issues.visible(user).where(condition).order_by(*order).offset(start).limit(most + 1)
    rows = here().world.db.session.scalars(query).all()
    _record(user, *rows[:most])
    more = {"nextPageToken": str(start + most)} if len(rows) > most else {}
    page = [shapes.chosen(shapes.issue(row), [*map(str, names)]) for row in rows[:most]]
    return jsonify({"issues": page, "isLast": not more, **more})


@rest.get("/issue/<name>")
def show(name: str) -> Response:
    """One issue; another person's is answered like one that does not exist."""
    return jsonify(shapes.issue(_find(authenticate(_READ).user, name)))


@rest.post("/issue")
def create() -> tuple[Response, int]:
    """Create an issue, which the token's person reports."""
    user, fields = authenticate(_WRITE).user, _member(_body(), "fields")
    world, now = here().world, here().world.clock.now()
    key, kind = _member(fields, "project").get("key"), _member(fields, "issuetype").get("name", "")
    project = next((one for one in issues.projects(world, user.host) if one.key == key), None)
    summary, text = fields.get("summary", ""), fields.get("description") or ""
    named = _member(fields, "assignee").get("accountId")
    assignee = _find_user(str(named)) if named else None
    checks = {
        "project": (project, "Specify a valid project ID or key"),
        "issuetype": (kind in issues.TYPES, "Specify a valid issue type"),
        "summary": (_is_text(summary, 255), "You must specify a summary of the issue."),
        "description": (not text or _is_text(text, _MOST), "Specify a shorter text"),
        "assignee": (assignee or not named, "Specify a valid 'id' for assignee"),
    }
    wrong = {name: sentence for name, (is_right, sentence) in checks.items() if not is_right}
    if wrong or project is None:
        raise Refused(400, **wrong)
    world.db.session.refresh(project, with_for_update=True)
    row = JiraIssue(project=project, number=issues.next_number(world, project))
    row.issue_type, row.status, row.comments = kind, "To Do", []
    row.summary, row.description, row.reporter, row.assignee = summary, text, user, assignee
    row.created_at = row.updated_at = now
    world.db.session.add(row)
    world.db.session.flush()
    _record(user, row)
    return jsonify({**shapes.names("issue/", row.id), "key": row.key}), 201


@rest.post("/issue/<name>/comment")
def comment(name: str) -> tuple[Response, int]:
    """Comment on an issue in the name of the token's person."""
    user = authenticate(_WRITE).user
    row, text = _find(user, name), _body().get("body")
    if not _is_text(text, _MOST):
        raise Refused(400, comment="Comment body can not be empty!")
    here().world.db.session.refresh(row, with_for_update=True)
    row.updated_at = here().world.clock.now()
    number, created = row.id * 10_000 + len(row.comments), shapes.moment(row.updated_at)
    made = {"id": number, "author": user.id, "body": text, "created": created}
    row.comments = [*row.comments, made]
    return jsonify(shapes.comment(row, made)), 201


@rest.get("/issue/<name>/transitions")
def transitions(name: str) -> Response:
    """Where an issue can go from where it is: everywhere."""
    _find(authenticate(_READ).user, name)
    found = [shapes.transition(number, to) for number, to in issues.TRANSITIONS.items()]
    return jsonify({"expand": "transitions", "transitions": found})


@rest.post("/issue/<name>/transitions")
def transition(name: str) -> tuple[str, int]:
    """Take an issue to another status."""
    row = _find(authenticate(_WRITE).user, name)
    target = issues.TRANSITIONS.get(str(_member(_body(), "transition").get("id")))
    if target is None:
        raise Refused(400, "The transition is not valid for this issue.")
    row.status, row.updated_at = target, here().world.clock.now()
    return "", 204


def _find(user: AppUser, name: str) -> JiraIssue:
    row = issues.find(here().world, user, name)
    if row is None:
        raise Refused(404, "Issue does not exist or you do not have permission to see it.")
    _record(user, row)
    return row


def _record(user: AppUser, *rows: JiraIssue) -> None:
    """Have the isolation oracle know whose rows are answered: what one may see counts as own."""
    every = people.is_admin(user)
    here().world.calls.record_rows(row.reporter.email if every else user.email for row in rows)


def _find_user(name: str) -> AppUser | None:
    return issues.find_user(here().world, here().host, name)


def _body() -> dict[str, Any]:
    try:
        found = parse_strict_json(request.get_data())
    except NotJson as error:
        raise Refused(400, str(error)) from None
    return _member({"": found}, "")


def _member(members: Mapping[str, Any], name: str) -> dict[str, Any]:
    found = members.get(name)
    return found if isinstance(found, dict) else {}


def _is_text(value: object, most: int) -> bool:
    return isinstance(value, str) and 0 < len(value.strip()) <= len(value) <= most


def _number(sent: Mapping[str, Any], name: str, default: int) -> int:
    value = sent.get(name)
    number = default if value is None else parse_whole_number(str(value))
    least = 1 if name == "maxResults" else 0  # an empty page would never be the last
    if number is None or number < least:
        raise Refused(400, f"The parameter {name} must be a whole number of at least {least}.")
    return min(number, 100) if name == "maxResults" else number
