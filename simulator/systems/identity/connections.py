"""Connection setup links: from the link through each app's consent to the stored connections."""

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from simulator.db.tables import Connection, ConnectionAttempt, EndUser
from simulator.db.tables.connections import AttemptStatus
from simulator.domain import (
    attempt_outcomes,
    authorizations,
    connection_attempts,
    connections,
    user_connections,
    verified_access,
)
from simulator.domain.authorizations import NotStartedHere
from simulator.domain.connection_attempts import LinkNotUsable
from simulator.domain.verified_access import Unavailable
from simulator.errors import SimulatorError
from simulator.systems.identity.session import SignInNeeded, ask_to_sign_in, message, signed_in
from simulator.validation.parsing import parse_whole_number
from simulator.web import headless
from simulator.web.application import current_world

blueprint = Blueprint("connections", __name__, url_prefix="/connections")

_DENIED = {
    AttemptStatus.DENIED: "You did not allow the connection",
    AttemptStatus.FAILED: "The connection could not be made",
    AttemptStatus.CANCELLED: "Connection cancelled",
}


@blueprint.errorhandler(SignInNeeded)
def sign_in_first(_error: SignInNeeded) -> BaseResponse:
    """Redirect to the sign-in page, which leads back to this address."""
    if request.method == "GET":
        return ask_to_sign_in()
    return redirect(url_for("session.sign_in"), code=303)


@blueprint.errorhandler(Unavailable)
def unavailable(error: Unavailable) -> BaseResponse:
    """Return a page that says whom to ask; the link works again once the problem is solved."""
    current_world().db.rollback()
    return message(error.status, "The app cannot be connected now", str(error))


@blueprint.errorhandler(LinkNotUsable)
@blueprint.errorhandler(NotStartedHere)
def unusable(error: SimulatorError) -> BaseResponse:
    """Return a page that says why the link does not work, and what to do."""
    current_world().db.rollback()
    return message(error.status, "This link cannot be used", str(error))


@blueprint.get("/setup/<secret>")
def setup(secret: str) -> BaseResponse:
    """Open a setup link: check that it was made for the signed-in person, then go on to the app."""
    attempt = connection_attempts.get_attempt_by_link(current_world(), secret, signed_in().user)
    return redirect(url_for("connections.overview", attempt_id=attempt.id), code=302)


@blueprint.get("/<attempt_id>")
def overview(attempt_id: str) -> str | BaseResponse:
    """Redirect to the app if one connection is missing, or list the apps if several are.

    If the attempt has ended, show its outcome; so do a reload, Back, and another window that was
    still at the app.
    """
    user = signed_in().user
    ended = connection_attempts.find_ended_attempt(current_world(), attempt_id, user)
    if ended is not None:
        return _done(ended, user) if ended.status == AttemptStatus.DONE else _ended(ended)
    attempt = connection_attempts.get_attempt(current_world(), attempt_id, user)
    missing = connection_attempts.list_still_missing(current_world(), attempt, user)
    if not missing and not attempt.tool:  # nothing came back from the app yet
        return redirect(url_for("my_connections.listing"), code=302)
    if not missing:
        attempt_outcomes.close_attempt(current_world(), attempt, AttemptStatus.DONE)
        return _done(attempt, user)
    if len(attempt.parent_ids) == 1 or headless.read_person(current_world()):
        return redirect(_authorization_url(attempt, missing[0]), code=302)
    waiting = {parent.id for parent in missing}
    apps = [
        (connections.get_connector(parent).name, parent, parent.id not in waiting)
        for parent in connection_attempts.list_attempt_parents(current_world(), attempt)
    ]
    return render_template(
        "identity/connections.html",
        user=user,
        attempt=attempt,
        apps=apps,
        accounts=user_connections.list_accounts(current_world(), attempt, user),
        next_app=connections.get_connector(missing[0]).name,
    )


@blueprint.post("/<attempt_id>/connect")
def connect(attempt_id: str) -> BaseResponse:
    """Redirect to the consent page of the next app in the list."""
    user = signed_in().user
    attempt = connection_attempts.get_attempt(current_world(), attempt_id, user)
    missing = connection_attempts.list_still_missing(current_world(), attempt, user)
    if not missing:
        return redirect(url_for("connections.overview", attempt_id=attempt_id), code=303)
    return redirect(_authorization_url(attempt, missing[0]), code=303)


@blueprint.post("/<attempt_id>/cancel")
def cancel(attempt_id: str) -> BaseResponse:
    """Cancel the attempt: the link stops working; existing connections are kept."""
    return _ended(connection_attempts.cancel(current_world(), attempt_id, signed_in().user))


@blueprint.get("/finish/<secret>")
def finish(secret: str) -> BaseResponse:
    """Store the connection when the browser returns from the app, for the person who started.

    This address works once; it redirects to the page of the attempt, which shows the outcome.
    """
    try:
        attempt, parent = connection_attempts.finish(current_world(), secret, signed_in().user)
    except LinkNotUsable as error:
        if error.ended_id is None:
            raise
        return redirect(url_for("connections.overview", attempt_id=error.ended_id), code=302)
    goes_on = attempt.is_pending or attempt.status == AttemptStatus.DONE
    refused_by = None if goes_on else parent.id
    target = url_for("connections.overview", attempt_id=attempt.id, app=refused_by)
    return redirect(target, code=302)


def _authorization_url(attempt: ConnectionAttempt, parent: Connection) -> str:
    verified_access.check_app(current_world(), parent)
    return current_world().addresses.local(authorizations.start(current_world(), parent, attempt))


def _done(attempt: ConnectionAttempt, user: EndUser) -> BaseResponse:
    accounts = user_connections.list_accounts(current_world(), attempt, user)
    page = render_template("identity/done.html", accounts=accounts, tool=attempt.tool)
    return BaseResponse(page, mimetype="text/html")


def _ended(attempt: ConnectionAttempt) -> BaseResponse:
    refused_by = parse_whole_number(request.args.get("app"))
    app = next(
        (
            connections.get_connector(parent).name
            for parent in connection_attempts.list_attempt_parents(current_world(), attempt)
            if parent.id == refused_by
        ),
        "",
    )
    sentence = " ".join(
        part
        for part in (
            f"{app}: {attempt.error}" if app and attempt.error else "",
            "This connection was not stored. Call the tool again from your MCP client to get a "
            "new link."
            if attempt.tool
            else "Your connection is as it was before; see My connections.",
        )
        if part
    )
    return message(200, _DENIED[AttemptStatus(attempt.status)], sentence)
