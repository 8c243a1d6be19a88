"""An MCP server's installation link: the page that says how to add it to a client."""

from flask import Blueprint, render_template

from simulator.domain import installation
from simulator.systems.identity.connections import sign_in_first
from simulator.systems.identity.session import SignInNeeded, signed_in
from simulator.web.application import current_world

blueprint = Blueprint("installation", __name__)
blueprint.register_error_handler(SignInNeeded, sign_in_first)


@blueprint.get("/install/<handle>")
def show(handle: str) -> str:
    """Return the Remote MCP URL of a server, and what to do with it."""
    user = signed_in().user
    found = installation.read_link(current_world(), handle, user)
    return render_template("identity/installation.html", user=user, found=found)
