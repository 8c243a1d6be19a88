"""Create a proxy MCP server, in front of an external one, and take over that one's tools."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Collaborator, Connection, McpServer
from simulator.domain import (
    authorizations,
    external_servers,
    locations,
    proxy_servers,
    servers,
    workspaces,
)
from simulator.domain.external_servers import CannotList
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.systems.aihub.new_server import find_environment
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
            builder = authorizations.Builder(collaborator_id=person().id)
            url = authorizations.start(current_world(), connection, builder)
            return redirect(current_world().addresses.local(url), 303)
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


def _create(typed: dict[str, str]) -> tuple[dict[str, str], Connection | None]:
    """Create the server; returns every mistake at once, or its connection."""
    world, workspace_id = current_world(), person().workspace_id
    errors: dict[str, str] = {}
    place = None
    try:
        servers.check_name(typed["name"])
    except FieldError as error:
        errors[error.field] = error.message
    try:
        place = locations.read_location(world, workspace_id, typed["location"])
    except FieldError as error:
        errors[error.field] = error.message
    environment_id = find_environment(typed["environment"]).id
    if errors or place is None:
        return errors, None
    try:
        sign_in = external_servers.prepare_sign_in(world, typed["url"], f"Workato: {typed['name']}")
    except FieldError as error:
        return {error.field: error.message}, None
    _server, connection = proxy_servers.create(
        world,
        world.db.session.get_one(Collaborator, person().id),
        environment_id,
        locations.read_location(world, workspace_id, typed["location"]),
        name=servers.check_name(typed["name"]),
        description=typed["description"].replace("\r\n", "\n"),
        url=typed["url"],
        sign_in=sign_in,
    )
    return {}, connection


@bp.post("/<handle>/refresh")
def refresh(handle: str) -> Response:
    """Take over the tools that the external server has now."""
    server = servers.get_server(current_world(), person().workspace_id, handle)
    connection = proxy_servers.get_connection(current_world(), server)
    if connection is None:
        flash("This server is in front of no external MCP server.", "error")
        return redirect(url_for("servers.server", handle=handle), 303)
    return take_over_tools(server, connection)


def take_over_tools(server: McpServer, connection: Connection) -> Response:
    """Take over the external server's tools, and go to the Overview tab.

    Args:
        server: a proxy server.
        connection: its own, authorized.
    """
    handle = server.handle
    try:
        count = proxy_servers.refresh_tools(current_world(), server, connection)
        flash(f"The external MCP server has {count} tool{'s' if count != 1 else ''}.", "success")
    except CannotList as error:
        flash(str(error), "error")
    return redirect(url_for("servers.server", handle=handle), 303)
