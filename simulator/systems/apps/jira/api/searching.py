"""Search by JQL."""

from typing import Any

from flask import Response, jsonify, request
from sqlalchemy import func, select

from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.jira import issue_shapes, issues, jql
from simulator.systems.apps.jira.api.access import authenticate
from simulator.systems.apps.jira.api.gateway import rest_views
from simulator.systems.apps.jira.api.reading import (
    READ,
    read_body,
    read_names,
    read_number,
    record_rows,
)
from simulator.systems.apps.jira.jql_clauses import JqlError
from simulator.systems.apps.jira.jql_fields import Fields
from simulator.systems.apps.jira.refusals import Refused

views = rest_views("searching")
_REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full "
    "migration guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)


@views.route("/search/jql", methods=["GET", "POST"])
def search() -> Response:
    """A page of issues; without `fields`, their ids alone."""
    user = authenticate(READ).user
    sent: dict[str, Any] = request.args.to_dict() if request.method == "GET" else read_body()
    if request.method == "GET":
        sent["fields"], sent["expand"] = (request.args.getlist(n) for n in ("fields", "expand"))
    names = read_names(sent.get("fields"), "fields")
    expand = read_names(sent.get("expand"), "expand")
    most, start = read_number(sent, "maxResults", 50, 100), read_number(sent, "nextPageToken", 0)
    condition, order = _parse(sent.get("jql"), Fields(here().world, user))
    shown = issue_shapes.Selection.of(names, "id")
    query = issues.visible(user).where(condition).order_by(*order).offset(start).limit(most + 1)
    query = query.options(*issue_shapes.options(shown))
    rows = here().world.db.session.scalars(query).all()
    record_rows(user, rows[:most])
    more = {"nextPageToken": str(start + most)} if len(rows) > most else {}
    page = [issue_shapes.issue(row, user, shown, expand) for row in rows[:most]]
    about = issue_shapes.about_fields(shown, expand)
    return jsonify({"issues": page, "isLast": not more, **more, **about})


@views.post("/search/approximate-count")
def count() -> Response:
    """How many issues a query finds."""
    user = authenticate(READ).user
    condition, _ = _parse(read_body().get("jql"), Fields(here().world, user))
    found = issues.visible(user).where(condition).subquery()
    number = here().world.db.session.scalar(select(func.count()).select_from(found))
    return jsonify({"count": number})


@views.route("/search", methods=["GET", "POST"])
def removed() -> Response:
    """The search with `startAt` and `total`, which Jira Cloud has no more since 2025."""
    authenticate(READ)
    raise Refused(410, _REMOVED)


def _parse(text: object, fields: Fields) -> tuple[jql.Condition, list[Any]]:
    if not isinstance(text, str | None):
        raise Refused(400, "Send jql as text.")
    try:
        return jql.parse(text or "", fields)
    except JqlError as error:
        raise Refused(400, str(error)) from None
