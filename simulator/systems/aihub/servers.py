"""AI Hub: its Overview and MCP servers tabs, and the Overview tab of a server."""

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from sqlalchemy import func, select
from werkzeug.wrappers import Response

from simulator.connectors import CONNECTORS
from simulator.db.tables import Connection, McpServer, McpTool
from simulator.domain import end_user_groups, limits, recipes, servers, workspaces
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("servers", __name__)


@dataclass(frozen=True, kw_only=True)
class ToolRow:
    """A tool as the Overview tab lists it."""

    tool: McpTool
    kind: str
    apps: list[str]
    verified: bool
    lost: list[Connection]


@bp.get("/")
def home() -> Response:
    """Return the first page after sign-in."""
    return redirect(url_for("servers.overview"))


@bp.get("/ai_hub")
def overview() -> str:
    """Return what is set up, and what verified user access still lacks (our choice of contents)."""
    found = servers.list_servers(current_world(), person().workspace_id)
    groups = [
        group
        for environment in workspaces.list_environments(current_world(), person().workspace_id)
        for group in end_user_groups.list_groups(current_world(), environment.id)
    ]
    count = select(func.count()).where(Connection.workspace_id == person().workspace_id)
    ready = [one for one in found if one.uses_workato_identity and one.groups]
    tools = [tool for one in ready for tool in one.tools if recipes.needs_verified_access(tool)]
    return render_template(
        "aihub/ai_hub_overview.html",
        servers=found,
        groups=groups,
        tools=tools,
        ready=ready,
        shared=current_world().db.session.scalar(count.where(Connection.parent_id.is_(None))),
        children=current_world().db.session.scalar(count.where(Connection.parent_id.is_not(None))),
        has_members=any(
            end_user_groups.count_members(current_world(), [group.id for group in groups]).values()
        ),
    )


@bp.get("/ai_hub/mcp")
def listing() -> str:
    """Return the MCP servers tab; `q` filters by name, description and project."""
    text = request.args.get("q", "").strip()
    every = servers.list_servers(current_world(), person().workspace_id)
    found = [one for one in every if text.lower() in _searchable(one)]
    return render_template("aihub/mcp_servers.html", servers=found, q=text, total=len(every))


def _searchable(server: McpServer) -> str:
    return f"{server.name} {server.description} {server.project.name}".lower()


@bp.get("/ai_hub/mcp/<handle>")
def front(handle: str) -> Response:
    """Return a server's first tab."""
    return redirect(url_for("servers.server", handle=handle))


@bp.get("/ai_hub/mcp/<handle>/overview")
def server(handle: str) -> str:
    """Return the Overview tab of a server."""
    return _server_page(servers.get_server(current_world(), person().workspace_id, handle))


@bp.route("/ai_hub/mcp/<handle>/tools", methods=["GET", "POST"])
def start_or_stop(handle: str) -> Response | tuple[str, int]:
    """Start or stop the ticked tools (`tools`), as the pressed button (`do`) says."""
    one = servers.get_server(current_world(), person().workspace_id, handle)
    back = redirect(url_for("servers.server", handle=handle), 303)
    if request.method == "GET":  # somebody reloads the page that showed an error
        return back
    start = request.form.get("do") == "start"
    numbers = (parse_whole_number(value) for value in request.form.getlist("tools"))
    ids = [number for number in numbers if number is not None]
    try:
        changed = servers.set_tools_enabled(current_world(), one, ids, enabled=start)
    except FieldError as error:
        return _server_page(one, error.message), error.status
    names = ", ".join(tool.recipe.name for tool in changed)
    flash(f"{'Started' if start else 'Stopped'}: {names}.", "success")
    return back


def _server_page(server: McpServer, tools_error: str = "") -> str:
    rows = [_row(tool) for tool in server.tools]
    urls = [
        current_world().addresses.mcp_url(server.number),
        f"https://{server.number}.apim.mcp.workato.com",
    ]
    if person().is_admin:
        urls = [servers.add_token(current_world(), server, url) for url in urls]
    return render_template(
        "aihub/server_overview.html",
        server=server,
        rows=rows,
        mcp_url=urls[0],
        production_url=urls[1],
        limits=limits.get_limits(current_world(), server),
        asleep=[row for row in rows if row.tool.enabled and not row.tool.live],
        unsupported=[] if server.uses_workato_identity else [row for row in rows if row.verified],
        tools_error=tools_error,
    )


def _row(tool: McpTool) -> ToolRow:
    steps = list(recipes.iter_steps(tool.recipe))
    apps = dict.fromkeys(CONNECTORS[step.provider].name for step in steps if step.calls_app)
    trigger = tool.recipe.trigger_application
    return ToolRow(
        tool=tool,
        kind=recipes.TRIGGER_NAMES.get(trigger, trigger),
        apps=list(apps),
        verified=recipes.needs_verified_access(tool),
        lost=recipes.list_lost_connections(current_world(), tool.recipe),
    )
