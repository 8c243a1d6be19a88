"""The End user access tab of a server: access method, MCP token, end-user groups."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.crypto import Purpose
from simulator.db.tables import McpServer
from simulator.domain import end_user_groups, servers, sign_ins
from simulator.errors import FieldError
from simulator.net.addresses import AIHUB
from simulator.systems.aihub.context import person, require_admin, searched
from simulator.web import sign_in_cookie
from simulator.web.application import current_world

bp = Blueprint("access", __name__, url_prefix="/ai_hub/mcp/<handle>")

#: Labels of the two access methods, by the value that forms post.
METHODS = {"workato_identity": "Workato Identity", "token": "Token-based access"}

_ADMINS_ONLY = (
    "Only owners and admins of the workspace can change who has access to an MCP server. "
    "Ask one of them."
)


@bp.get("/end_user_access")
def tab(handle: str) -> str:
    """Return the tab; `dialog` opens one of its dialogs without JavaScript."""
    return _page(_server(handle))


@bp.post("/access_method")
def switch(handle: str) -> Response:
    """Confirm in "Switch User Access Method": switch to the posted `method`."""
    server = _server_to_change(handle)
    method = request.form.get("method")
    if method not in METHODS or method == _method(server):
        flash(f"The access method is still {METHODS[_method(server)]}.", "info")
    elif method == "workato_identity":
        had_token = server.token_hash is not None
        servers.switch_to_workato_identity(current_world(), server)
        revoked = " The MCP token is revoked." if had_token else ""
        flash(f"The access method is now Workato Identity.{revoked}", "success")
    else:
        servers.switch_to_token_access(current_world(), server)
        flash("The access method is now Token-based access. Generate a token next.", "success")
    return _back(handle)


@bp.post("/token")
def generate_token(handle: str) -> Response:
    """Generate the MCP token; the next page shows it, once."""
    server = _server_to_change(handle)
    token = servers.generate_token(current_world(), server)
    sign_in = sign_in_cookie.find(current_world(), AIHUB)
    assert sign_in is not None, "every view of the web app has a person"
    # Not in the cookie: an old copy of that would show it again.
    text = f"{server.number} {token}"
    sign_ins.store_secret(sign_in, current_world().keys.seal(Purpose.NEW_MCP_TOKEN, text))
    return _back(handle)


@bp.route("/groups", methods=["GET", "POST"])
def add_groups(handle: str) -> Response | tuple[str, int]:
    """Add in "Add user groups": give the posted `groups` access; `do=find` looks for others."""
    if request.method == "GET":  # somebody reloads the page that showed an error
        return _back(handle)
    server = _server_to_change(handle)
    if request.form.get("do") == "find":
        return _page(server, dialog="add-groups"), 200
    try:
        added = servers.assign_groups(current_world(), server, request.form.getlist("groups"))
    except FieldError as error:
        return _page(server, dialog="add-groups", groups_error=error.message), error.status
    names = ", ".join(group.name for group in added)
    if added:
        flash(f"Added: {names}. Members can sign in to this MCP server now.", "success")
    else:
        flash("These user groups had access already.", "info")
    return _back(handle)


@bp.post("/groups/<group_id>/remove")
def remove_group(handle: str, group_id: str) -> Response:
    """Take a group's access away."""
    server = _server_to_change(handle)
    group = servers.remove_group(current_world(), server, group_id)
    flash(f"Removed: {group.name}. Its members have no access through it any more.", "success")
    return _back(handle)


def _server(handle: str) -> McpServer:
    return servers.get_server(current_world(), person().workspace_id, handle)


def _server_to_change(handle: str) -> McpServer:
    require_admin(_ADMINS_ONLY)
    return _server(handle)


def _method(server: McpServer) -> str:
    return "workato_identity" if server.uses_workato_identity else "token"


def _back(handle: str) -> Response:
    return redirect(url_for("access.tab", handle=handle), 303)


def _unseen_token(server: McpServer) -> str | None:
    """Return the token that was generated with this browser and not shown yet."""
    sign_in = sign_in_cookie.find(current_world(), AIHUB)
    sealed = sign_ins.take_secret(current_world(), sign_in) if sign_in else None
    if sealed is None:
        return None
    number, _, token = current_world().keys.unseal(Purpose.NEW_MCP_TOKEN, sealed).partition(" ")
    return token if number == str(server.number) else None


def _page(server: McpServer, *, dialog: str = "", groups_error: str = "") -> str:
    world, (text, number) = current_world(), searched()
    token = None if server.uses_workato_identity else _unseen_token(server)
    found = end_user_groups.list_with_access(world, server, text).page(number)
    sought = request.values.get("find", "").strip()
    chosen = request.form.getlist("groups")
    offered = end_user_groups.list_assignable(world, server, sought, except_ids=chosen).page(1)
    ticked = end_user_groups.list_assignable(world, server, ids=chosen).first(len(chosen))
    return render_template(
        "aihub/server_access.html",
        server=server,
        methods=METHODS,
        method=_method(server),
        dialog=dialog or request.args.get("dialog", ""),
        token=token,
        found=found,
        q=text,
        counts=end_user_groups.count_members(world, [group.id for group in found]),
        offered=offered,
        ticked=ticked if chosen else [],
        find=sought,
        groups_error=groups_error,
        doomed=end_user_groups.find_with_access(world, server, request.args.get("group", "")),
        admins_only=_ADMINS_ONLY,
    )
