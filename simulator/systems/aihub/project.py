"""A project: its folders, recipes, connections and MCP servers; and how new ones begin."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.connectors import CONNECTORS
from simulator.db.listing import Found, Listing
from simulator.db.tables import Connection, McpServer, Recipe, Tag
from simulator.domain import (
    asset_folders,
    connection_lists,
    data_tables,
    folder_changes,
    folders,
    locations,
    recipe_lists,
    server_lists,
    tags,
    workspaces,
)
from simulator.domain.engine.steps import TRIGGER_NAMES
from simulator.domain.folders import Place
from simulator.domain.recipe_lists import Criteria
from simulator.errors import FieldError, Forbidden, NotFound
from simulator.systems.aihub.context import person, searched
from simulator.systems.aihub.trail import trail_to
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("project", __name__, url_prefix="/projects")

#: Connections of a page of them, and MCP servers that are named; others are in AI Hub.
_ROWS = 50
#: Tags that are offered to filter by.
_OFFERED = 200


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a project."""
    world, error = current_world(), ""
    name = request.form.get("name", "")
    if request.method == "POST":
        try:
            made = folders.create(world, person().workspace_id, name, None)
        except FieldError as refusal:
            error = refusal.sentence
        else:
            made.project.description = request.form.get("description", "").strip()
            flash(f"Created the project '{made.name}'.", "success")
            return redirect(url_for("project.view", project_id=made.project.id), 303)
    description = request.form.get("description", "")
    page = render_template(
        "aihub/project_new.html", name=name, description=description, error=error
    )
    return page, 422 if error else 200


@bp.get("/<int:project_id>")
def view(project_id: int) -> str:
    """Return what is in a project, or in the folder of it that `folder` names."""
    return _page(_place(project_id))


@bp.post("/<int:project_id>/folders")
def create_folder(project_id: int) -> Response | tuple[str, int]:
    """Create a folder in the project, or in the folder of it that `folder` names."""
    world, place = current_world(), _place(project_id)
    name = request.form.get("name", "")
    try:
        made = folders.create(world, person().workspace_id, name, place.number)
    except FieldError as refusal:
        return _page(place, dialog="new-folder", error=refusal.sentence), 422
    flash(f"Created the folder '{made.name}'.", "success")
    return redirect(url_for("project.view", project_id=project_id, folder=made.number), 303)


@bp.post("/<int:project_id>/rename")
def rename(project_id: int) -> Response | tuple[str, int]:
    """Give the project another name and description, or the folder of it that `folder` names."""
    world, place, name = current_world(), _place(project_id), request.form.get("name", "")
    description = request.form.get("description")
    try:
        if place.folder is None:
            folder_changes.change_project(world, place.project, name=name, description=description)
        else:
            place = folder_changes.rename(world, place, name)
    except FieldError as refusal:
        return _page(place, dialog="rename", error=refusal.sentence), 422
    flash("Saved.", "success")
    return _back(place)


@bp.post("/<int:project_id>/move")
def move(project_id: int) -> Response | tuple[str, int]:
    """Move the folder that `folder` names into the project or folder that `into` names."""
    world, place = current_world(), _place(project_id)
    try:
        typed = request.form.get("into", "")
        into = locations.read_location(world, person().workspace_id, typed)
        if place.folder is None:
            raise FieldError("into", "A project stays where it is.")
        place = folder_changes.move(world, place, into)
    except FieldError as refusal:
        return _page(place, dialog="move", error=_tell(refusal)), 422
    flash(f"Moved '{place.name}' to {locations.tell(into)}.", "success")
    return _back(place)


@bp.route("/<int:project_id>/delete", methods=["GET", "POST"])
def delete(project_id: int) -> Response | tuple[str, int]:
    """Ask, and delete the project, or the folder of it that `folder` names, with all in it."""
    world, place = current_world(), _place(project_id)
    name, error = place.name, ""
    is_project, project = place.folder is None, place.project
    if request.method == "POST":
        try:
            folder_changes.delete_place(world, place, person().email, force=True)
        except Forbidden as refusal:
            error = f"It cannot be deleted: {refusal}"
        else:
            flash(f"Deleted {'the project' if is_project else 'the folder'} '{name}'.", "success")
            return _back(None if is_project else Place(project=project))
    page = render_template(
        "aihub/project_delete.html",
        place=place,
        recipes=_find_recipes(place).count(),
        connections=connection_lists.find_connections(world, place).count(),
        servers=_find_servers(place).count(),
        error=error,
    )
    return page, 409 if error else 200


def _tell(refusal: FieldError) -> str:
    match refusal.field:
        case "parent_id":
            return "This is the folder itself, or a folder in it. Select another one."
        case "name":
            return "There is a folder with this name already. Rename one of them first."
    return refusal.message


def _back(place: Place | None) -> Response:
    if place is None:
        return redirect(url_for("projects.listing"), 303)
    folder = place.number if place.folder else None
    return redirect(url_for("project.view", project_id=place.project.id, folder=folder), 303)


def _place(project_id: int) -> Place:
    world = current_world()
    project = workspaces.get_project(world, person().workspace_id, project_id)
    number = parse_whole_number(request.values.get("folder"))
    if number is None:
        return Place(project=project)
    place = folders.get_place(world, person().workspace_id, number)
    if place.project.id != project_id:
        raise NotFound("This folder is in another project.")
    return place


def _page(place: Place, dialog: str = "", error: str = "") -> str:
    world, workspace_id = current_world(), person().workspace_id
    _text, number = searched()
    part = parse_whole_number(request.args.get("connections")) or 1
    tag = _find_tag()
    recipes = _find_recipes(place, tag).page(number)
    own = connection_lists.find_connections(world, place, tag_id=tag.id if tag else None)
    found: Listing[Connection] = own.page(part, _ROWS)
    return render_template(
        "aihub/project.html",
        place=place,
        above=trail_to(place)[:-1],
        inside=folders.list_places(world, workspace_id, place.number),
        tag=tag,
        offered=_list_tags(tag),
        recipes=recipes,
        recipe_tags=tags.list_of_recipes(world, [each.id for each in recipes]),
        connection_tags=tags.list_of_connections(world, [each.id for each in found]),
        kinds=TRIGGER_NAMES,
        connections=found,
        apps={each.provider: each.name for each in CONNECTORS.values()},
        servers=_find_servers(place).page(1, _ROWS),
        tables=data_tables.find_tables(world, workspace_id, place.project.id).page(1, _ROWS),
        dialog=dialog or request.args.get("dialog", ""),
        places=[(each.number, locations.tell(each)) for each in _list_targets(place)],
        name=request.form.get("name", ""),
        error=error,
    )


def _list_targets(place: Place) -> list[Place]:
    """Return where a folder can be moved; a project nowhere."""
    if place.folder is None:
        return []
    world, start = current_world(), f"{place.path}/"
    return [
        each
        for each in locations.list_locations(world, person().workspace_id)
        if each.project.id != place.project.id or not f"{each.path}/".startswith(start)
    ]


def _find_tag() -> Tag | None:
    """Return the tag that `tag` names, of those that the list is filtered by."""
    handle = request.args.get("tag", "")
    return tags.get_tag(current_world(), person().workspace_id, handle) if handle else None


def _list_tags(chosen: Tag | None) -> list[Tag]:
    """Return the tags that the list can be filtered by, as far as they are offered."""
    world, workspace_id = current_world(), person().workspace_id
    found = tags.find_tags(world, workspace_id, only_assigned=True).first(_OFFERED)
    return [*found, *([chosen] if chosen and chosen not in found else ())]


def _find_recipes(place: Place, tag: Tag | None = None) -> Found[Recipe]:
    inside = asset_folders.is_inside(Recipe, place)
    criteria = Criteria(inside=inside, tag_id=tag.id if tag else None)
    return recipe_lists.find_recipes(current_world(), person().workspace_id, criteria)


def _find_servers(place: Place) -> Found[McpServer]:
    inside = asset_folders.is_inside(McpServer, place)
    return server_lists.list_servers(current_world(), person().workspace_id, inside=inside)
