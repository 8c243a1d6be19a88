"""The End user access tab of a server: access method, MCP token, end-user groups."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import McpServer
from simulator.domain import end_user_groups, server_access, servers
from simulator.domain.saml import setups
from simulator.errors import FieldError
from simulator.systems.aihub import navigation, shown_once
from simulator.systems.aihub.context import person, searched
from simulator.systems.aihub.permissions import SENTENCES
from simulator.web.application import current_world

bp = Blueprint("access", __name__, url_prefix="/ai_hub/mcp/<handle>")


@bp.get("/end_user_access")
def tab(handle: str) -> str:
    """Return the tab; `dialog` opens one of its dialogs without JavaScript."""
    return _page(_server(handle))


@bp.post("/access_method")
def switch(handle: str) -> Response:
    """Confirm in "Switch User Access Method": switch to the posted `method`."""
    server, methods = _server(handle), _methods()
    method = request.form.get("method")
    if method not in methods or method == _method(server):
        flash(f"The access method is still {methods[_method(server)]}.", "info")
    elif method == "workato_identity":
        had_token = server.token_hash is not None
        servers.switch_to_workato_identity(current_world(), server)
        revoked = " The MCP token is revoked." if had_token else ""
        flash(f"The access method is now Workato Identity.{revoked}", "success")
    else:
        servers.switch_to_token_access(current_world(), server)
        labels = navigation.get_labels()
        flash(
            f"The access method is now {labels.token_access}. Next: {labels.new_token}.", "success"
        )
    return _back(handle)


@bp.post("/token")
def generate_token(handle: str) -> Response:
    """Generate the MCP token; the next page shows it, once."""
    server = _server(handle)
    shown_once.keep(str(server.number), servers.generate_token(current_world(), server))
    return redirect(url_for(navigation.get_labels().token_page, handle=handle), 303)


@bp.get("/authentication")
def authentication(handle: str) -> str:
    """Return what "Authentication method" > "Edit" opens in today's navigation: the MCP token."""
    server = _server(handle)
    return render_template(
        "aihub/server_authentication.html",
        server=server,
        token=_take_token(server),
        mcp_url=servers.get_url(current_world(), server),
        dialog=request.args.get("dialog", ""),
    )


@bp.route("/groups", methods=["GET", "POST"])
def add_groups(handle: str) -> Response | tuple[str, int]:
    """Add in "Add user groups": give the posted `groups` access; `do=find` looks for others."""
    if request.method == "GET":  # somebody reloads the page that showed an error
        return _back(handle)
    server = _server(handle)
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
    server = _server(handle)
    group = servers.remove_group(current_world(), server, group_id)
    flash(f"Removed: {group.name}. Its members have no access through it any more.", "success")
    return _back(handle)


def _server(handle: str) -> McpServer:
    return servers.get_server(current_world(), person().workspace_id, handle)


def _methods() -> dict[str, str]:
    """Return the labels of the two access methods, by the value that forms post."""
    return {"workato_identity": "Workato Identity", "token": navigation.get_labels().token_access}


def _method(server: McpServer) -> str:
    return "workato_identity" if server.uses_workato_identity else "token"


def _back(handle: str) -> Response:
    return redirect(url_for("access.tab", handle=handle), 303)


def _explain_sign_in(server: McpServer) -> str:
    """Return how end users of the server sign in, as the methods are called (Workato docs, MCP)."""
    sso = setups.find_for_environment(current_world(), server.environment_id)
    if sso is None:
        return "They sign in with Username and password (Workato Identity)."
    whom = f" of {', '.join(sso.domains)}" if sso.domains else ""
    others = " Others have Username and password (Workato Identity)." if whom else ""
    return f"People{whom} sign in by SSO (external IdP): {sso.provider}.{others}"


def _take_token(server: McpServer) -> str:
    """Return the token that was generated with this browser and not shown yet; empty for none."""
    about, token = shown_once.take()
    return token if about == str(server.number) and not server.uses_workato_identity else ""


def _page(server: McpServer, *, dialog: str = "", groups_error: str = "") -> str:
    world, (text, number) = current_world(), searched()
    found = end_user_groups.list_with_access(world, server, text).page(number)
    sought = request.values.get("find", "").strip()
    chosen = request.form.getlist("groups")
    offered = end_user_groups.list_assignable(world, server, sought, except_ids=chosen).page(1)
    ticked = end_user_groups.list_assignable(world, server, ids=chosen).first(len(chosen))
    return render_template(
        "aihub/server_access.html",
        server=server,
        methods=_methods(),
        method=_method(server),
        dialog=dialog or request.args.get("dialog", ""),
        token=_take_token(server),
        found=found,
        q=text,
        counts=end_user_groups.count_members(world, [group.id for group in found]),
        offered=offered,
        ticked=ticked if chosen else [],
        find=sought,
        groups_error=groups_error,
        singles=server_access.list_end_users(world, server, text).page(1),
        leaving=server_access.list_end_users(
            world, server, ids=[request.args.get("end_user", "")]
        ).first(1),
        sign_in=_explain_sign_in(server),
        doomed=end_user_groups.find_with_access(world, server, request.args.get("group", "")),
        admins_only=SENTENCES["MCP servers", "manage_access"],
    )
