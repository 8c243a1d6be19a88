"""`/oauth/callback`: where every app sends the browser back to (Workato docs, connections)."""

from flask import Blueprint, make_response, redirect, render_template, request
from werkzeug.wrappers import Response

from simulator.domain import authorizations, runtime_connections
from simulator.domain.connections import get_connector
from simulator.net.addresses import AIHUB, IDENTITY
from simulator.web.application import current_world

bp = Blueprint("callback", __name__)


@bp.get("/oauth/callback")
def handle_callback() -> Response:
    """Store the code or error, and redirect the browser to the system where its flow began.

    This address has no session: a builder's cookie belongs to the web app's host, an end user's to
    Workato Identity. Each system finishes its own flows, so that nobody can finish another
    person's. An end user who returns twice or too late is redirected to Workato Identity, which
    shows the outcome of their attempt.
    """
    try:
        flow, completion_token = authorizations.handle_callback(current_world(), request.args)
    except authorizations.NotStartedHere as error:
        if error.attempt_id is None:
            raise
        identity = current_world().addresses.base_url(IDENTITY)
        return redirect(f"{identity}/connections/{error.attempt_id}", 302)
    if flow.runtime_connection_id:
        return _finish_for_program(completion_token)
    system = IDENTITY if flow.attempt_id else AIHUB
    return redirect(
        f"{current_world().addresses.base_url(system)}/connections/finish/{completion_token}", 302
    )


def _finish_for_program(completion_token: str) -> Response:
    """Finish a program's flow at once: whoever has its address may authorize it.

    On success the browser goes to its `redirect_url`, if it named one (Developer API).
    """
    world = current_world()
    world.db.commit()
    try:
        child = runtime_connections.finish(world, completion_token)
    except runtime_connections.NotAuthorized as refused:
        sentence = f"{refused.app}: {refused} Ask the application that sent you for a new link."
        return _page(refused.status, "The connection could not be made", sentence)
    if child.redirect_url:
        return redirect(child.redirect_url, 302)
    app, account = get_connector(child).name, child.account
    sentence = f"{app}: {f'connected as {account}' if account else 'connected'}."
    return _page(200, "Connected", f"{sentence} You can close this window.")


def _page(status: int, title: str, sentence: str) -> Response:
    return make_response(
        render_template("aihub/callback_done.html", title=title, sentence=sentence), status
    )
