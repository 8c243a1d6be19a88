"""The Settings tab of a server: its name and Location, its limits, and its end."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import McpServer
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.domain import (
    end_user_groups,
    limits,
    locations,
    server_deletion,
    server_lists,
    servers,
)
from simulator.domain.folders import Place
from simulator.errors import FieldError
from simulator.systems.aihub import meanwhile
from simulator.systems.aihub.context import person
from simulator.systems.aihub.permissions import SENTENCES
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("server_settings", __name__, url_prefix="/ai_hub/mcp/<handle>/settings")

_KINDS = {RATE_LIMIT: "Rate limit", USAGE_QUOTA: "Usage quota"}
#: Fields of the first form; the others are those of the limits.
_GENERAL = ("name", "location")
_LISTS = ("ip_allow_list", "ip_deny_list")


@bp.get("")
def tab(handle: str) -> str:
    """Return the tab; `dialog` opens its dialog without JavaScript."""
    return _page(_server(handle), dialog=request.args.get("dialog", ""))


@bp.post("")
def save(handle: str) -> Response | tuple[str, int]:
    """Save the name and the Location."""
    world, server = current_world(), _server(handle)
    errors: dict[str, str] = {}
    name = request.form.get("name", "")
    try:
        meanwhile.check(server, lambda: _general(_stored(server)))
        name = servers.check_name(name)
    except FieldError as error:
        errors[error.field] = error.message
    try:
        typed = request.form.get("location", "")
        place = locations.read_location(world, person().workspace_id, typed)
        if not errors:
            servers.move(world, server, place)
    except FieldError as error:
        errors[error.field] = error.message
    if errors:
        return _page(server, errors, request.form), 422
    servers.change(world, server, name=name)
    flash("Saved.", "success")
    return _back(handle)


@bp.post("/limits")
def save_limits(handle: str) -> Response | tuple[str, int]:
    """Save rate limit, usage quota and IP restrictions, all of them or none."""
    world, server = current_world(), _server(handle)
    try:
        meanwhile.check(server, lambda: _limits(_stored(server)))
    except FieldError as error:
        return _page(server, {error.field: error.message}, request.form), error.status
    errors: dict[str, str] = {}
    allowed: dict[str, int | None] = {}
    for kind in _KINDS:
        field = f"{kind}_tool_calls"
        typed = request.form.get(field, "").strip().replace(",", "")
        allowed[kind] = parse_whole_number(typed) if typed else None
        if typed and not allowed[kind]:
            errors[field] = "Enter how many tool calls are allowed: a whole number from 1, or none."
        if typed and request.form.get(f"{kind}_interval") not in limits.INTERVALS[kind]:
            errors[f"{kind}_interval"] = "Select one of these time intervals."
    lists = {name: request.form.get(name, "").replace(",", "\n").split() for name in _LISTS}
    errors |= limits.check_addresses(lists)
    if errors:
        return _page(server, errors, request.form), 422
    for kind, number in allowed.items():
        if number is None:
            limits.remove_limit(world, server, kind)
        else:
            interval = request.form.get(f"{kind}_interval", "")
            limits.set_limit(world, server, kind, number, interval)
    limits.restrict_addresses(
        world, server, allow=lists["ip_allow_list"], deny=lists["ip_deny_list"]
    )
    flash("Saved the limits. They hold from the next tool call on.", "success")
    return _back(handle)


@bp.post("/delete")
def delete(handle: str) -> Response | tuple[str, int]:
    """Delete the server, if its name was typed."""
    server = _server(handle)
    try:
        server_deletion.confirm_name(server, request.form.get("confirm", ""))
    except FieldError as error:
        return _page(server, {"confirm": error.message}, dialog="delete-server"), error.status
    name = server.name
    server_deletion.delete_server(current_world(), server, person().email)
    flash(f"Deleted the MCP server '{name}'.", "success")
    return redirect(url_for("servers.listing"), 303)


def _server(handle: str) -> McpServer:
    return servers.get_server(current_world(), person().workspace_id, handle)


def _back(handle: str) -> Response:
    return redirect(url_for("server_settings.tab", handle=handle), 303)


def _page(
    server: McpServer,
    errors: Mapping[str, str] | None = None,
    posted: Mapping[str, str] | None = None,
    dialog: str = "",
) -> str:
    world = current_world()
    place = _place(server)
    places = locations.list_locations(world, person().workspace_id, place)
    stored, errors = _stored(server), errors or {}
    is_of_limits = request.endpoint == "server_settings.save_limits"
    return render_template(
        "aihub/server_settings.html",
        server=server,
        typed=stored | dict(posted or {}),
        seen=meanwhile.mark(_general(stored), () if is_of_limits else errors),
        seen_limits=meanwhile.mark(_limits(stored), errors if is_of_limits else ()),
        is_of_limits=is_of_limits,
        errors=errors,
        dialog=dialog,
        places=[(each.number, locations.tell(each)) for each in places],
        kinds=_KINDS,
        intervals={
            kind: [(name, limits.LABELS[name]) for name in limits.INTERVALS[kind]]
            for kind in _KINDS
        },
        tools=server_lists.count_tools(world, [server.number])[server.number],
        groups=end_user_groups.list_with_access(world, server).count(),
        admins_only=SENTENCES["MCP servers", "manage_limits"],
    )


def _place(server: McpServer) -> Place:
    return locations.get_server_places(current_world(), [server])[server.number]


def _general(stored: Mapping[str, str]) -> dict[str, str]:
    return {name: stored[name] for name in _GENERAL}


def _limits(stored: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in stored.items() if name not in _GENERAL}


def _stored(server: McpServer) -> dict[str, str]:
    """What the fields say, as it is."""
    there = limits.get_limits(current_world(), server)
    fields = {"name": server.name, "location": str(_place(server).number)}
    fields |= {name: "\n".join(getattr(server, name)) for name in _LISTS}
    for kind in _KINDS:
        limit = there.get(kind)
        fields[f"{kind}_tool_calls"] = str(limit.tool_calls) if limit else ""
        fields[f"{kind}_interval"] = limit.interval if limit else ""
    return fields
