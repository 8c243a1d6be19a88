"""One issue, and where it can go."""

from flask import Response, jsonify, request

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import catalog, history, issue_shapes, shapes
from simulator.systems.apps.jira.api.access import authenticate
from simulator.systems.apps.jira.api.gateway import rest_views
from simulator.systems.apps.jira.api.reading import READ, find_issue, read_names, read_number

views = rest_views("reading_issues")


@views.get("/issue/<name>")
def show(name: str) -> Response:
    """One issue; another person's is answered like one that does not exist."""
    user = authenticate(READ).user
    row = find_issue(user, name)
    names, expand = (read_names(request.args.getlist(one), one) for one in ("fields", "expand"))
    shown = issue_shapes.Selection.of(names, "*all")
    about = issue_shapes.about_fields(shown, expand)
    return jsonify(issue_shapes.issue(row, user, shown, expand) | about)


@views.get("/issue/<name>/transitions")
def transitions(name: str) -> Response:
    """Where an issue can go from where it is: everywhere."""
    find_issue(authenticate(READ).user, name)
    only = request.args.get("transitionId")
    found = [
        shapes.transition(number, to)
        for number, to in catalog.TRANSITIONS.items()
        if only in (None, number)
    ]
    return jsonify({"expand": "transitions", "transitions": found})


@views.get("/issue/<name>/editmeta")
def editmeta(name: str) -> Response:
    """Which fields of an issue can be set."""
    row = find_issue(authenticate(READ).user, name)
    found = {one: each for one, each in shapes.settable(row.project).items() if one != "project"}
    return jsonify({"fields": found})


@views.get("/issue/<name>/changelog")
def changelog(name: str) -> Response:
    """A page of what edits made of an issue, the first one first."""
    row = find_issue(authenticate(READ).user, name)
    start = read_number(request.args, "startAt", 0)
    most = read_number(request.args, "maxResults", 100, 100)
    found = history.changes(here().world, row)
    total = found.count()
    place = {"startAt": start, "maxResults": most, "total": total}
    page = [issue_shapes.change(each) for each in found.cut(start, most)]
    url = shapes.names("issue/", f"{row.id}/changelog")["self"]
    return jsonify({"self": url, **place, "isLast": start + most >= total, "values": page})
