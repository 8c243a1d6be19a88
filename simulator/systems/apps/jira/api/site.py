"""What a site has beside issues: the server, projects, people, and the lists of values."""

from typing import Any

from flask import Response, jsonify, request
from sqlalchemy import select

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import catalog, issues, shapes
from simulator.systems.apps.jira.api.access import authenticate
from simulator.systems.apps.jira.api.gateway import rest_views
from simulator.systems.apps.jira.api.reading import PEOPLE, READ, read_names, read_number
from simulator.systems.apps.jira.refusals import Refused
from simulator.systems.apps.jira.tables import JiraIssue, JiraLabel, JiraProject

views = rest_views("site")


@views.get("/serverInfo")
def server_info() -> Response:
    """What stands here: Jira Cloud, of a version of its own."""
    authenticate(READ)
    return jsonify(shapes.server_info())


@views.get("/myself")
def myself() -> Response:
    """Whose the token is, at this site."""
    return jsonify(shapes.person(authenticate(PEOPLE).user))


@views.get("/user")
def user() -> Response:
    """The account with an id."""
    authenticate(PEOPLE)
    number = request.args.get("accountId", "")
    found = issues.find_user(here().world, here().host, number)
    if not number:
        raise Refused(400, "The parameter accountId is missing.")
    if found is None:
        raise Refused(404, "Specified user does not exist or you do not have required permissions")
    return jsonify(shapes.person(found))


@views.get("/user/search")
@views.get("/user/assignable/search")
def search_users() -> Response:
    """Accounts whose name or e-mail address has a text, or the one with an id."""
    authenticate(PEOPLE)
    number, text = request.args.get("accountId"), request.args.get("query")
    if number is None and text is None and not request.path.endswith("/assignable/search"):
        raise Refused(400, "Either query or accountId must be provided.")
    start, most = read_number(request.args, "startAt", 0), _most()
    if number is not None:
        one = issues.find_user(here().world, here().host, number)
        found = [one][start : start + most] if one else []
    else:
        found = [*issues.users(here().world, here().host, text or "").cut(start, most)]
    return jsonify([shapes.person(each) for each in found])


@views.get("/project")
def projects() -> Response:
    """The site's projects; everybody may see which there are."""
    authenticate(READ)
    return jsonify([shapes.project(each) for each in issues.projects(here().world, here().host)])


@views.get("/project/search")
def search_projects() -> Response:
    """A page of the site's projects."""
    authenticate(READ)
    found = issues.projects(here().world, here().host, request.args.get("query", ""))
    keys = [key.upper() for key in read_names(request.args.getlist("keys"), "keys")]
    found = [each for each in found if not keys or each.key in keys]
    start, most = read_number(request.args, "startAt", 0), _most()
    page = [shapes.project(each) for each in found[start : start + most]]
    place = {"startAt": start, "maxResults": most, "total": len(found)}
    return jsonify({**place, "isLast": start + most >= len(found), "values": page})


@views.get("/project/<name>")
def project(name: str) -> Response:
    """One project, by key or id, with the types that its issues can have."""
    authenticate(READ)
    return jsonify(shapes.whole_project(_project(name)))


@views.get("/project/<name>/components")
def components(name: str) -> Response:
    """The components of a project."""
    authenticate(READ)
    return jsonify(
        [shapes.component(each) for each in issues.components(here().world, _project(name))]
    )


@views.get("/project/<name>/versions")
def versions(name: str) -> Response:
    """The versions of a project, of which there are none."""
    authenticate(READ)
    _project(name)
    return jsonify([])


@views.get("/project/<name>/statuses")
def statuses_of_project(name: str) -> Response:
    """The statuses of each type of a project's issues."""
    authenticate(READ)
    _project(name)
    known = [shapes.status(each) for each in catalog.STATUSES]
    return jsonify([shapes.issue_type(each) | {"statuses": known} for each in catalog.TYPES])


@views.get("/label")
def labels() -> Response:
    """A page of the labels that issues have which the person may see."""
    own = select(issues.visible(authenticate(READ).user).with_only_columns(JiraIssue.id).subquery())
    found = select(JiraLabel.label).where(JiraLabel.issue_id.in_(own)).distinct()
    every = here().world.db.session.scalars(found.order_by(JiraLabel.label)).all()
    page = _page("values", [*every])
    return jsonify(page | {"isLast": page["startAt"] + page["maxResults"] >= page["total"]})


@views.get("/field")
def fields() -> Response:
    """Every field of issues."""
    authenticate(READ)
    return jsonify([shapes.field(name) for name in catalog.FIELDS])


@views.get("/status")
def statuses() -> Response:
    """Every status."""
    authenticate(READ)
    return jsonify([shapes.status(name) for name in catalog.STATUSES])


@views.get("/statuscategory")
def categories() -> Response:
    """Every group of statuses."""
    authenticate(READ)
    return jsonify([shapes.category(each) for each in catalog.CATEGORIES])


@views.get("/priority")
def priorities() -> Response:
    """Every priority, the highest first."""
    authenticate(READ)
    return jsonify([shapes.priority(name) for name in catalog.PRIORITIES])


@views.get("/resolution")
def resolutions() -> Response:
    """What issues are resolved as."""
    authenticate(READ)
    return jsonify([shapes.names("resolution/", catalog.RESOLUTION["id"]) | catalog.RESOLUTION])


@views.get("/issuetype")
def types() -> Response:
    """Every type of issues."""
    authenticate(READ)
    return jsonify([shapes.issue_type(name) for name in catalog.TYPES])


@views.get("/issue/createmeta")
def createmeta() -> Response:
    """Projects with the types of their issues, and with `expand` the fields of each."""
    authenticate(READ)
    keys = [key.upper() for key in read_names(request.args.getlist("projectKeys"), "projectKeys")]
    kinds_named = read_names(request.args.getlist("issuetypeNames"), "issuetypeNames")
    has_fields = "projects.issuetypes.fields" in request.args.get("expand", "")
    found = []
    for row in issues.projects(here().world, here().host):
        if keys and row.key not in keys:
            continue
        own = {"fields": shapes.settable(row)} if has_fields else {}
        known = [name for name in catalog.TYPES if not kinds_named or name in kinds_named]
        kinds = [shapes.issue_type(name) | own for name in known]
        found.append(shapes.project(row) | {"issuetypes": kinds})
    return jsonify({"expand": "projects", "projects": found})


@views.get("/issue/createmeta/<name>/issuetypes")
def createmeta_types(name: str) -> Response:
    """A page of the types that a project's issues can have."""
    authenticate(READ)
    _project(name)
    known = [shapes.issue_type(each) for each in catalog.TYPES]
    return jsonify(_page("issueTypes", known))


@views.get("/issue/createmeta/<name>/issuetypes/<kind>")
def createmeta_fields(name: str, kind: str) -> Response:
    """A page of the fields that can be set when an issue of a type is created."""
    authenticate(READ)
    row = _project(name)
    if kind not in catalog.TYPES.values():
        raise Refused(404, "Issue type does not exist in this project.")
    return jsonify(_page("fields", [*shapes.settable(row).values()]))


def _page(name: str, found: list[Any]) -> dict[str, Any]:
    start, most = read_number(request.args, "startAt", 0), _most()
    place = {"startAt": start, "maxResults": most, "total": len(found)}
    return {**place, name: found[start : start + most]}


def _project(name: str) -> JiraProject:
    row = issues.find_project(here().world, here().host, name)
    if row is None:
        raise Refused(404, f"No project could be found with key '{name}'.")
    return row


def _most() -> int:
    return read_number(request.args, "maxResults", 50, 100)
