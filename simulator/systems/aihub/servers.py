"""AI Hub: its Overview and MCP servers tabs, and the Overview tab of a server."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.connectors import CONNECTORS
from simulator.db.tables import Connection, McpServer, McpTool
from simulator.domain import (
    connections,
    end_user_groups,
    installation,
    limits,
    mcp_apps,
    proxy_servers,
    recipe_lists,
    recipes,
    server_access,
    server_lists,
    server_tools,
    servers,
    verified_recipes,
)
from simulator.domain.engine.steps import TRIGGER_NAMES
from simulator.domain.verified_recipes import Incompatibility
from simulator.errors import FieldError
from simulator.systems.aihub import meanwhile, navigation
from simulator.systems.aihub.context import person, require, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("servers", __name__)

#: Servers on a page of the MCP servers tab.
_CARDS = 24
#: Groups that are named beside a server.
_NAMED_GROUPS = 5


@dataclass(frozen=True, kw_only=True)
class ToolRow:
    """A tool as the Overview tab lists it."""

    tool: McpTool
    kind: str
    apps: list[str]
    verified: bool
    lost: list[Connection]
    obstacles: list[Incompatibility]


@bp.get("/")
def home() -> Response:
    """Return the first page after sign-in."""
    return redirect(url_for("servers.overview"))


@bp.get("/ai_hub")
def overview() -> str | Response:
    """Return the page that AI Hub opens on."""
    home = navigation.get_labels().home
    return overview_beside() if home == "servers.overview" else redirect(url_for(home))


@bp.get("/ai_hub/overview")
def overview_beside() -> str:
    """Return what is set up, and what verified user access still lacks (our choice of contents)."""
    world, workspace_id = current_world(), person().workspace_id
    every = server_lists.list_servers(world, workspace_id)
    ready = server_lists.find_ready(world, workspace_id)
    return render_template(
        "aihub/ai_hub_overview.html",
        has_recipes=bool(recipe_lists.find_recipes(world, workspace_id).first(1)),
        servers=every.count(),
        groups=end_user_groups.count_in_workspace(world, workspace_id),
        ready=ready,
        shown=ready or next(iter(every.first(1)), None),
        tools=server_lists.has_verified_tool(world, workspace_id),
        shared=connections.count_in_workspace(world, workspace_id, of_end_users=False),
        children=connections.count_in_workspace(world, workspace_id, of_end_users=True),
        has_members=end_user_groups.has_members(world, workspace_id),
    )


@bp.get("/ai_hub/mcp")
def listing() -> str:
    """Return a page of the MCP servers tab; `q` filters by name, description and project."""
    world, (text, number) = current_world(), searched()
    found = server_lists.list_servers(world, person().workspace_id, text).page(number, _CARDS)
    numbers = [one.number for one in found]
    return render_template(
        "aihub/mcp_servers.html",
        found=found,
        q=text,
        tools=server_lists.count_tools(world, numbers),
        groups=end_user_groups.get_groups_with_access(world, numbers, _NAMED_GROUPS),
        group_counts=server_lists.count_groups(world, numbers),
        singles=server_access.get_end_users(world, numbers, _NAMED_GROUPS),
        single_counts=server_lists.count_end_users(world, numbers),
    )


@bp.get("/ai_hub/mcp/<handle>")
def front(handle: str) -> Response:
    """Return a server's first tab."""
    return redirect(url_for("servers.server", handle=handle))


@bp.get("/ai_hub/mcp/<handle>/overview")
def server(handle: str) -> str:
    """Return the Overview tab of a server."""
    return _server_page(servers.get_server(current_world(), person().workspace_id, handle))


@bp.post("/ai_hub/mcp/<handle>/description")
def describe(handle: str) -> Response | tuple[str, int]:
    """Save the description, unless somebody else did meanwhile."""
    one = servers.get_server(current_world(), person().workspace_id, handle)
    text = request.form.get("description", "").strip().replace("\r\n", "\n")
    try:
        meanwhile.check(one, lambda: one.description)
    except FieldError as error:
        return _server_page(one, typed=text, stale=error.message), error.status
    servers.change(current_world(), one, description=text)
    flash("Saved the description. Clients read it when they connect.", "success")
    return redirect(url_for("servers.server", handle=handle), 303)


@bp.route("/ai_hub/mcp/<handle>/tools", methods=["GET", "POST"])
def start_or_stop(handle: str) -> Response | tuple[str, int]:
    """Start or stop the ticked tools (`tools`), as the pressed button (`do`) says, or ask back."""
    one = servers.get_server(current_world(), person().workspace_id, handle)
    back = redirect(url_for("servers.server", handle=handle), 303)
    if request.method == "GET":  # somebody reloads the page that showed an error
        return back
    start = request.form.get("do") == "start"
    require("server_tools.remove" if request.form.get("do") == "remove" else "recipe_state.change")
    ids = _numbers(request.form.getlist("tools"))
    if request.form.get("do") == "remove" and ids:
        return redirect(url_for("servers.server", handle=handle, remove=ids), 303)
    try:
        changed = servers.set_tools_enabled(current_world(), one, ids, enabled=start)
    except FieldError as error:
        return _server_page(one, error.message), error.status
    names = ", ".join(tool.recipe.name for tool in changed)
    flash(f"{'Started' if start else 'Stopped'}: {names}.", "success")
    return back


def _numbers(texts: Iterable[str]) -> list[int]:
    return [number for text in texts if (number := parse_whole_number(text)) is not None]


def _server_page(
    server: McpServer, tools_error: str = "", typed: str | None = None, stale: str = ""
) -> str:
    _text, number = searched()
    tools = server_lists.list_tools(current_world(), server).page(number)
    lost = recipes.get_lost_connections(current_world(), [tool.recipe for tool in tools])
    # The session has them as long as somebody holds them.
    held = recipes.load_connections(current_world(), [tool.recipe for tool in tools])
    rows = [_row(tool, lost[tool.recipe_id]) for tool in tools]
    del held
    urls = [
        servers.get_url(current_world(), server),
        current_world().addresses.production_mcp_url(server.number) + server.url_path,
    ]
    if person().may("access.authentication"):
        urls = [servers.add_token(current_world(), server, url) for url in urls]
    return render_template(
        "aihub/server_overview.html",
        server=server,
        rows=rows,
        page=tools.page,
        groups=end_user_groups.list_with_access(current_world(), server).page(1, _NAMED_GROUPS),
        singles=server_access.list_end_users(current_world(), server).page(1, _NAMED_GROUPS),
        mcp_url=urls[0],
        production_url=urls[1],
        proxied=proxy_servers.get_connection(current_world(), server),
        installation_link=installation.make_link(current_world(), server),
        apps=mcp_apps.list_apps(current_world(), server),
        limits=limits.get_limits(current_world(), server),
        asleep=[row for row in rows if row.tool.enabled and not row.tool.live],
        unsupported=[] if server.uses_workato_identity else [row for row in rows if row.verified],
        tools_error=tools_error,
        is_editing=typed is not None or request.args.get("edit") == "description",
        description=server.description if typed is None else typed,
        seen=meanwhile.mark(server.description, {"seen"} if stale else ()),
        stale=stale,
        doomed=server_tools.list_tools(
            current_world(), server, _numbers(request.args.getlist("remove"))
        ),
    )


def _row(tool: McpTool, lost: list[Connection]) -> ToolRow:
    steps = list(recipes.iter_steps(tool.recipe))
    apps = dict.fromkeys(CONNECTORS[step.provider].name for step in steps if step.calls_app)
    trigger = tool.recipe.trigger_application
    return ToolRow(
        tool=tool,
        kind=TRIGGER_NAMES.get(trigger, trigger),
        apps=list(apps),
        verified=recipes.needs_verified_access(tool),
        lost=lost,
        obstacles=verified_recipes.explain_use(current_world(), tool.recipe),
    )
