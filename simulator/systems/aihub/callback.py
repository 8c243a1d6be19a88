"""`/oauth/callback`: where every app sends the browser back to (Workato docs, connections)."""

from flask import Blueprint, redirect, request
from werkzeug.wrappers import Response

from simulator.domain import authorizations
from simulator.net.addresses import AIHUB, IDENTITY
from simulator.web.application import current_world

bp = Blueprint("callback", __name__)


@bp.get("/oauth/callback")
def handle_callback() -> Response:
    """Store the code or error, and redirect the browser to the system where its flow began.

    This address knows nobody: the cookie of a builder lives at the web app's host, that of an end
    user at Workato Identity. Each of the two finishes its own flows, so that nobody finishes
    somebody else's. An end user who comes back once more, or too late, is no user of the web app:
    Workato Identity shows them what became of their attempt.
    """
    try:
        flow, completion_token = authorizations.handle_callback(current_world(), request.args)
    except authorizations.NotStartedHere as error:
        if error.attempt_id is None:
            raise
        identity = current_world().addresses.base_url(IDENTITY)
        return redirect(f"{identity}/connections/{error.attempt_id}", 302)
    system = IDENTITY if flow.attempt_id else AIHUB
    return redirect(
        f"{current_world().addresses.base_url(system)}/connections/finish/{completion_token}", 302
    )
