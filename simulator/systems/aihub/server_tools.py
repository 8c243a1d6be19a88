"""The tools of a server by page: added, taken over, described, given hints and removed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Connection, McpServer
from simulator.domain import proxy_servers, server_tools, servers
from simulator.domain.external_servers import CannotList
from simulator.errors import FieldError, Forbidden
from simulator.systems.aihub import meanwhile
from simulator.systems.aihub.context import person
from simulator.systems.aihub.tool_choice import ToolChoice
from simulator.web.application import current_world

bp = Blueprint("server_tools", __name__, url_prefix="/ai_hub/mcp/<handle>/tools")

#: Hint → what the page calls it (our choice; MCP specification, tool annotations).
HINT_LABELS = {
    "read_only": "Reads only: changes nothing",
    "destructive": "May delete or overwrite something",
    "idempotent": "Calling it again with the same input changes nothing more",
    "open_world": "Reaches systems outside of Workato",
}


@bp.route("/add", methods=["GET", "POST"])
def add(handle: str) -> Response | tuple[str, int]:
    """Add recipes of the server's project as tools; `do=find` looks for some."""
    server, choice, error = _server(handle), ToolChoice.read(), ""
    if request.method == "POST" and not choice.is_search:
        try:
            added = server_tools.add_tools(current_world(), server, choice.assets)
        except FieldError as refusal:
            error = refusal.message
        else:
            names = ", ".join(tool.recipe.name for tool in added)
            flash(f"Added: {names}." if added else "They were tools already.", "success")
            return redirect(url_for("servers.server", handle=handle), 303)
    page = render_template(
        "aihub/server_tools_add.html", server=server, error=error, **choice.offer(server)
    )
    return page, 422 if error else 200


@bp.route("/<int:tool_id>", methods=["GET", "POST"])
def edit(handle: str, tool_id: int) -> Response | tuple[str, int]:
    """Change a tool's description and hints."""
    world, server = current_world(), _server(handle)
    tool = servers.get_tool(world, server, tool_id)
    description, error, stale = tool.description, "", ""
    hints = dict(tool.hints) or None
    if request.method == "POST":
        description = request.form.get("description", "").strip().replace("\r\n", "\n")
        ticked = request.form.getlist("hints")
        has_hints = bool(request.form.get("has_hints") or ticked)
        hints = {name: name in ticked for name in HINT_LABELS} if has_hints else None
        try:
            meanwhile.check(tool, lambda: [tool.description, tool.hints])
        except FieldError as outdated:
            stale = outdated.message
        if description and not stale:
            servers.describe_tool(world, tool, description)
            server_tools.set_hints(world, tool, hints)
            flash(f"Saved: {tool.recipe.name}.", "success")
            return redirect(url_for("servers.server", handle=handle), 303)
        error = (
            ""
            if description
            else "Enter a description: models know by nothing else when to call the tool."
        )
    page = render_template(
        "aihub/server_tool.html",
        server=server,
        tool=tool,
        seen=meanwhile.mark([tool.description, tool.hints], {"seen"} if stale else error),
        stale=stale,
        description=description,
        hints=hints,
        labels=HINT_LABELS,
        error=error,
    )
    return page, 422 if error or stale else 200


@bp.post("/remove")
def remove(handle: str) -> Response:
    """Remove the posted `tools`, as the dialog asked; what is gone already is no mistake."""
    world, server = current_world(), _server(handle)
    removed = server_tools.list_tools(world, server, ToolChoice.read().chosen)
    names = ", ".join(tool.recipe.name for tool in removed)
    if removed and server.collection_id is not None:
        raise Forbidden(server_tools.OF_A_COLLECTION)
    for tool in removed:
        server_tools.remove_tool(world, tool)
    flash(f"Removed: {names}." if removed else "These tools were removed already.", "success")
    return redirect(url_for("servers.server", handle=handle), 303)


@bp.post("/refresh")
def refresh(handle: str) -> Response:
    """Take over the tools that the external server has now."""
    server = _server(handle)
    connection = proxy_servers.get_connection(current_world(), server)
    if connection is None:
        flash("This server is in front of no external MCP server.", "error")
        return redirect(url_for("servers.server", handle=handle), 303)
    return take_over(server, connection)


def take_over(server: McpServer, connection: Connection) -> Response:
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


def _server(handle: str) -> McpServer:
    return servers.get_server(current_world(), person().workspace_id, handle)
