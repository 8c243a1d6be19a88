"""Create a proxy MCP server, in front of an external one, and sign in to that again."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Collaborator, Connection
from simulator.domain import (
    external_servers,
    locations,
    proxy_servers,
    servers,
    workspaces,
)
from simulator.errors import FieldError
from simulator.systems.aihub.connect import send_to_app
from simulator.systems.aihub.context import person
from simulator.systems.aihub.new_server import find_environment, read_target
from simulator.web.application import current_world

bp = Blueprint("proxy_server", __name__, url_prefix="/ai_hub/mcp")

_FIELDS = ("name", "description", "url", "location", "environment")


@bp.route("/new/proxy", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create the server, and send the builder to the external server's sign-in."""
    typed = {name: request.values.get(name, "").strip() for name in _FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors, connection = _create(typed)
        if connection is not None:
            return send_to_app(connection)
    world, workspace_id = current_world(), person().workspace_id
    places = locations.list_locations(world, workspace_id)
    page = render_template(
        "aihub/server_proxy.html",
        typed=typed,
        errors=errors,
        places=[(each.number, locations.tell(each)) for each in places],
        environments=[
            (each.id, each.name) for each in workspaces.list_environments(world, workspace_id)
        ],
    )
    return page, 422 if errors else 200


@bp.post("/<handle>/proxy/sign_in")
def sign_in(handle: str) -> Response:
    """Send the builder to the external server's sign-in again; register there, if it forgot us."""
    world = current_world()
    server = servers.get_server(world, person().workspace_id, handle)
    connection = proxy_servers.get_connection(world, server)
    page = redirect(url_for("servers.server", handle=handle), 303)
    if connection is None:
        flash("This server's connection to an external MCP server was deleted.", "error")
        return page
    if not proxy_servers.knows_client(connection):
        url, name = str(connection.input["host"]), f"Workato: {server.name}"
        try:
            found = external_servers.prepare_sign_in(world, url, name)
        except FieldError as error:
            flash(error.message, "error")
            return page
        builder = world.db.session.get_one(Collaborator, person().id)
        proxy_servers.change_sign_in(world, builder, connection, found)
    return send_to_app(connection)


def _create(typed: dict[str, str]) -> tuple[dict[str, str], Connection | None]:
    """Create the server; returns every mistake at once, or its connection."""
    world = current_world()
    errors, name, place = read_target(typed)
    if errors or place is None:
        return errors, None
    environment_id = find_environment(typed["environment"]).id
    builder = world.db.session.get_one(Collaborator, person().id)
    try:
        sign_in = external_servers.prepare_sign_in(world, typed["url"], f"Workato: {name}")
    except FieldError as error:
        return {error.field: error.message}, None
    _server, connection = proxy_servers.create(
        world,
        builder,
        environment_id,
        place,
        name=name,
        description=typed["description"].replace("\r\n", "\n"),
        url=typed["url"],
        sign_in=sign_in,
    )
    return {}, connection
