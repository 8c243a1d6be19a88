"""The End user access tab of a server > Add end users: single people, and groups, with access."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import McpServer
from simulator.domain import end_user_groups, server_access, servers
from simulator.systems.aihub.context import person, searched_in_form
from simulator.web.application import current_world

bp = Blueprint("server_end_users", __name__, url_prefix="/ai_hub/mcp/<handle>/end_users")


@bp.route("/add", methods=["GET", "POST"])
def add(handle: str) -> Response | tuple[str, int]:
    """Give the chosen people (`end_users`) and groups (`groups`) access; `do=find` looks for some.

    Enter in the field presses the form's first button, `do=enter`: that looks for end users where
    another text is sought than last time, and adds those who are chosen otherwise.
    """
    world, server = current_world(), _server(handle)
    chosen, groups = request.form.getlist("end_users"), request.form.getlist("groups")
    (sought, is_search), error = searched_in_form(), ""
    if request.method == "POST" and not is_search:
        if chosen or groups:
            return _add(server, chosen, groups)
        error = "Select at least one end user or user group."
    found = server_access.list_assignable(world, server, sought, except_ids=chosen).page(1)
    ticked = server_access.list_assignable(world, server, ids=chosen).first(len(chosen))
    page = render_template(
        "aihub/server_end_users_add.html",
        server=server,
        found=found,
        ticked=ticked if chosen else [],
        find=sought,
        is_search=is_search,
        chosen=chosen,
        error=error,
        offered=end_user_groups.list_assignable(world, server).page(1),
        groups=groups,
    )
    return page, 422 if error else 200


@bp.post("/<end_user_id>/remove")
def remove(handle: str, end_user_id: str) -> Response:
    """Take away the access that somebody has without a group."""
    server = _server(handle)
    user = server_access.remove_end_user(current_world(), server, end_user_id)
    flash(f"Removed: {user.name}. They keep the access that their groups have.", "success")
    return _back(handle)


def _add(server: McpServer, chosen: list[str], groups: list[str]) -> Response:
    world = current_world()
    people = server_access.add_end_users(world, server, chosen)
    added = [each.name for each in people]
    if groups:
        added += [each.name for each in servers.assign_groups(world, server, groups)]
    if added:
        waiting = [each.name for each in people if each.status != "active"]
        but = f", but for those who are not active yet: {', '.join(waiting)}" if waiting else ""
        can = f"They can sign in to this MCP server now{but}."
        flash(f"Added: {', '.join(added)}. {can}", "success")
    else:
        flash("They had access already.", "info")
    return _back(server.handle)


def _server(handle: str) -> McpServer:
    server = servers.get_server(current_world(), person().workspace_id, handle)
    server_access.check_takes_end_users(server)
    return server


def _back(handle: str) -> Response:
    return redirect(url_for("access.tab", handle=handle), 303)
