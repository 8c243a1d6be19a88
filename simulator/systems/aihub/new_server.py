"""Create an MCP server: how to begin, and the form of one from scratch."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.connectors import CONNECTORS
from simulator.db.tables import Environment, PackageAsset
from simulator.domain import (
    api_collections,
    asset_folders,
    collection_servers,
    locations,
    server_templates,
    server_tools,
    servers,
    workspaces,
)
from simulator.domain.folders import Place
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.systems.aihub.navigation import get_labels
from simulator.systems.aihub.tool_choice import ToolChoice
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("new_server", __name__, url_prefix="/ai_hub/mcp/new")

_FIELDS = ("name", "description", "location", "environment", "source", "asset_id")
#: Tool source (Workato docs, MCP servers).
_ASSETS, _COLLECTION = "project_assets", "api_collection"
_OFFERED = 100


@bp.get("")
def choose() -> str:
    """Return the ways to begin."""
    return render_template(
        "aihub/server_new.html",
        templates=[
            (each, [CONNECTORS[app].name for app in each.connections])
            for each in server_templates.list_templates()
        ],
    )


@bp.route("/scratch", methods=["GET", "POST"])
def scratch() -> Response | tuple[str, int]:
    """Create a server of project assets; `do=find` looks for recipes to be its tools."""
    choice = ToolChoice.read()
    errors: dict[str, str] = {}
    typed = {name: request.values.get(name, "") for name in _FIELDS}
    typed["source"] = typed["source"] or _ASSETS
    if request.method == "POST" and not choice.is_search:
        errors, made = _create(typed, choice)
        if made:
            return redirect(url_for("servers.server", handle=made), 303)
    world, workspace_id = current_world(), person().workspace_id
    places = locations.list_locations(world, workspace_id)
    if len(places) == 1 and not typed["location"]:
        typed["location"] = str(places[0].number)
    page = render_template(
        "aihub/server_scratch.html",
        typed=typed,
        errors=errors,
        places=[(each.number, locations.tell(each)) for each in places],
        environments=[
            (each.id, each.name) for each in workspaces.list_environments(world, workspace_id)
        ],
        collections=[
            (each.id, f"{each.name} ({each.project.name})")
            for each in api_collections.find_collections(world, workspace_id).first(_OFFERED)
        ],
        **choice.offer(),
    )
    return page, 422 if errors else 200


def _create(typed: dict[str, str], choice: ToolChoice) -> tuple[dict[str, str], str]:
    """Create the server; returns every mistake at once, or its handle."""
    world, workspace_id = current_world(), person().workspace_id
    errors, name, place = read_target(typed)
    if place is not None and typed["source"] != _COLLECTION:
        try:
            server_tools.check_assets(world, workspace_id, place.project.id, choice.assets)
        except FieldError as error:
            errors[error.field] = error.message
    collection = None
    if typed["source"] == _COLLECTION:
        try:
            collection = _collection(typed["asset_id"], place)
        except FieldError as error:
            errors[error.field] = error.message
    if errors or place is None:
        return errors, ""
    description = typed["description"].strip().replace("\r\n", "\n")
    environment = place.project.environment or find_environment(typed["environment"])
    if collection is not None:
        server = collection_servers.create_from_collection(
            world, collection, environment.id, name, description
        )
    else:
        server = servers.create(world, place.project, environment.id, name, description)
    asset_folders.move(world, server, place)
    if choice.assets and collection is None:
        server_tools.add_tools(world, server, choice.assets)
    flash(
        f"Created the MCP server '{name}'. Choose under {get_labels().access_tab} who may use it.",
        "success",
    )
    return {}, server.handle


def read_target(typed: Mapping[str, str]) -> tuple[dict[str, str], str, Place | None]:
    """Return what a new server is called and where it is stored, as a form has it.

    Args:
        typed: with `name` and `location`.

    Returns:
        Every mistake at once, the name, and the place where there is one.
    """
    errors: dict[str, str] = {}
    name, place = "", None
    try:
        name = servers.check_name(typed["name"])
    except FieldError as error:
        errors[error.field] = error.message
    try:
        place = locations.read_location(current_world(), person().workspace_id, typed["location"])
    except FieldError as error:
        errors[error.field] = error.message
    return errors, name, place


def find_environment(typed: str) -> Environment:
    """Return the environment that a form names, else the workspace's first.

    Args:
        typed: its id, as the form posted it.
    """
    world, number = current_world(), parse_whole_number(typed)
    if number is not None:
        return workspaces.get_environment(world, person().workspace_id, number)
    return workspaces.list_environments(world, person().workspace_id)[0]


def _collection(typed: str, place: Place | None) -> PackageAsset:
    """Return the API collection that the form names, if the server may have it."""
    number = parse_whole_number(typed)
    if number is None:
        raise FieldError("asset_id", "Select an API collection.")
    found = collection_servers.find_collection(current_world(), person().workspace_id, number)
    if place is not None and found.project_id != place.project.id:
        raise FieldError(
            "asset_id",
            "All assets of an MCP server must be in the same project, its Location. "
            f"'{found.name}' is in {found.project.name}.",
        )
    return found
