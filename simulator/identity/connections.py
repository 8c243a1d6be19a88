"""The way from a connection setup link, through each app's consent, to the stored connections."""

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from simulator.db.tables import ConnectionAttempt
from simulator.domain import authorizations, connections, verified_access
from simulator.domain.verified_access import LinkNotUsable
from simulator.errors import SimulatorError
from simulator.identity.provider import Person
from simulator.identity.session import ask_to_sign_in, message, person, world

blueprint = Blueprint("connections", __name__, url_prefix="/connections")

_DENIED = {
    "denied": "You did not allow the connection",
    "failed": "The connection could not be made",
    "cancelled": "Connection cancelled",
}


@blueprint.get("/setup/<secret>")
def setup(secret: str) -> BaseResponse:
    """The setup link: sign in as the person it was made for, then on to the app."""
    who = person()
    if who is None:
        return ask_to_sign_in()
    try:
        attempt = verified_access.attempt_by_link(world(), secret, who.user)
    except LinkNotUsable as unusable:
        return _unusable(unusable)
    return redirect(url_for("connections.overview", attempt_id=attempt.id), code=302)


@blueprint.get("/<attempt_id>")
def overview(attempt_id: str) -> str | BaseResponse:
    """One missing app: straight to its consent. Several: the page that lists them in order."""
    who = person()
    if who is None:
        return ask_to_sign_in()
    try:
        attempt = verified_access.attempt_by_id(world(), attempt_id, who.user)
    except LinkNotUsable as unusable:
        return _unusable(unusable)
    missing = verified_access.still_missing(world(), attempt, who.user)
    if not missing:
        verified_access.close_attempt(attempt, "done")
        return _done()
    if len(attempt.parent_ids) == 1:
        return redirect(_authorization_url(attempt, who), code=302)
    waiting = {parent.id for parent in missing}
    apps = [
        (connections.connector_of(parent).name, parent, parent.id not in waiting)
        for parent in verified_access.parents_of_attempt(world(), attempt)
    ]
    return render_template(
        "identity/connections.html",
        user=who.user,
        attempt=attempt,
        apps=apps,
        next_app=connections.connector_of(missing[0]).name,
    )


@blueprint.post("/<attempt_id>/connect")
def connect(attempt_id: str) -> BaseResponse:
    """On to the consent page of the next app in the list."""
    who = person()
    if who is None:
        return redirect(url_for("connections.overview", attempt_id=attempt_id), code=303)
    try:
        attempt = verified_access.attempt_by_id(world(), attempt_id, who.user)
    except LinkNotUsable as unusable:
        return _unusable(unusable)
    if not verified_access.still_missing(world(), attempt, who.user):
        return redirect(url_for("connections.overview", attempt_id=attempt_id), code=303)
    return redirect(_authorization_url(attempt, who), code=303)


@blueprint.post("/<attempt_id>/cancel")
def cancel(attempt_id: str) -> BaseResponse:
    """ "Cancel connection": the link works no more; what was connected before stays."""
    who = person()
    if who is None:
        return ask_to_sign_in()
    try:
        attempt = verified_access.attempt_by_id(world(), attempt_id, who.user)
    except LinkNotUsable as unusable:
        return _unusable(unusable)
    verified_access.close_attempt(attempt, "cancelled", "The person cancelled the connection.")
    return _ended(attempt, "")


@blueprint.get("/finish/<secret>")
def finish(secret: str) -> BaseResponse:
    """Back from the app: store the connection for the person who started, and nobody else."""
    who = person()
    if who is None:
        return ask_to_sign_in()
    try:
        attempt, parent = verified_access.finish(world(), secret, who.user)
    except SimulatorError as error:
        return _unusable(error)
    if attempt.status == "done":
        return _done()
    if attempt.status != "pending":
        return _ended(attempt, connections.connector_of(parent).name)
    return redirect(url_for("connections.overview", attempt_id=attempt.id), code=302)


def _authorization_url(attempt: ConnectionAttempt, who: Person) -> str:
    parent = verified_access.still_missing(world(), attempt, who.user)[0]
    return world().addresses.local(authorizations.start(world(), parent, attempt))


def _done() -> BaseResponse:
    page = render_template("identity/done.html")
    return BaseResponse(page, mimetype="text/html")


def _ended(attempt: ConnectionAttempt, app: str) -> BaseResponse:
    reason = (attempt.error or "").removeprefix("access_denied: ")
    sentence = " ".join(
        part
        for part in (
            f"{app}: {reason}" if app and reason else "",
            "This connection was not stored. Call the tool again from your MCP client to get a "
            "new link.",
        )
        if part
    )
    return message(200, _DENIED[attempt.status], sentence)


def _unusable(error: SimulatorError) -> BaseResponse:
    return message(error.status, "This link cannot be used", str(error))
