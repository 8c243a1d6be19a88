"""One issue, and where it can go."""

from flask import Response, jsonify, request

from simulator.systems.apps._kit.bearer import authenticate
from simulator.systems.apps.jira import catalog, issue_shapes, shapes
from simulator.systems.apps.jira.api.gateway import rest_views
from simulator.systems.apps.jira.api.reading import READ, find_issue, read_names

views = rest_views("reading_issues")


@views.get("/issue/<name>")
def show(name: str) -> Response:
    """One issue; another person's is answered like one that does not exist."""
    row = find_issue(authenticate(READ).user, name)
    names, expand = (read_names(request.args.getlist(one), one) for one in ("fields", "expand"))
    shown = issue_shapes.Selection.of(names, "*all")
    about = issue_shapes.about_fields(shown, expand)
    return jsonify(issue_shapes.issue(row, shown, expand) | about)


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
