"""API platform > API collections: listed, made from recipes or a document, and deleted."""

from collections.abc import Mapping
from pathlib import PurePath

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.listing import Listing
from simulator.db.tables import ApiPlatformClient, PackageAsset, Recipe
from simulator.domain import (
    api_collections,
    api_endpoints,
    api_platform_clients,
    asset_folders,
    locations,
    openapi_collections,
)
from simulator.domain.folders import Place
from simulator.errors import FieldError
from simulator.systems.aihub.context import person, searched
from simulator.web.application import current_world

bp = Blueprint("api_collections", __name__, url_prefix="/api_platform")

#: Configuration types (Workato docs, API recipe collections); the last one is our choice.
RECIPES, DOCUMENT, EMPTY = "recipes", "document", "empty"
_FIELDS = ("name", "location", "source", "document")
#: Operations that nothing was made of, so many of which are named.
_NAMED = 3
_NAMED_CLIENTS = 5


@bp.get("", alias=True)
@bp.get("/collections")
def listing() -> str:
    """Return a page of the API collections; `q` filters by their name, and by their project's."""
    world, (text, number) = current_world(), searched()
    found = api_collections.find_collections(world, person().workspace_id, text).page(number)
    return render_template(
        "aihub/api_collections.html",
        found=found,
        q=text,
        counts=api_endpoints.count_endpoints(world, found.rows),
        servers=api_collections.get_servers(world, [each.id for each in found]),
    )


@bp.route("/collections/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a collection: of recipes that there are, of an OpenAPI document, or empty."""
    world = current_world()
    typed = {name: request.values.get(name, "") for name in _FIELDS}
    typed["source"] = typed["source"] or RECIPES
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors, made = _create(typed)
        if made is not None:
            return redirect(url_for("api_endpoints.listing", collection_id=made.id), 303)
        world.db.rollback()
    places = locations.list_locations(world, person().workspace_id)
    if len(places) == 1 and not typed["location"]:
        typed["location"] = str(places[0].number)
    page = render_template(
        "aihub/api_collection_new.html",
        typed=typed,
        errors=errors,
        places=[(each.number, locations.tell(each)) for each in places],
        most=openapi_collections.MOST_OPERATIONS,
    )
    return page, 422 if errors else 200


@bp.route("/collections/<int:collection_id>/delete", methods=["GET", "POST"])
def delete(collection_id: int) -> Response | tuple[str, int]:
    """Ask, and delete a collection of which no MCP server is made."""
    world, collection = current_world(), get(collection_id)
    name, error = collection.name, ""
    if request.method == "POST":
        try:
            api_collections.delete_collection(world, collection)
        except FieldError as refusal:
            error = refusal.message
        else:
            flash(f"Deleted the API collection '{name}'. Its recipes are still there.", "success")
            return redirect(url_for("api_collections.listing"), 303)
    page = render_template(
        "aihub/api_collection_delete.html",
        collection=collection,
        server=api_collections.get_server(world, collection),
        endpoints=api_endpoints.count_endpoints(world, [collection])[collection.id][1],
        clients=list_clients(collection),
        error=error,
    )
    return page, 409 if error else 200


def get(collection_id: int) -> PackageAsset:
    """Return a collection of the workspace.

    Args:
        collection_id: its id.

    Raises:
        NotFound: it does not exist.
    """
    return api_collections.get_collection(current_world(), person().workspace_id, collection_id)


def list_clients(collection: PackageAsset) -> Listing[ApiPlatformClient]:
    """Return the first clients that may call a collection, and how many there are.

    Args:
        collection: the collection of the workspace.
    """
    found = api_platform_clients.find_clients(
        current_world(), person().workspace_id, collection_id=collection.id
    )
    return found.page(1, _NAMED_CLIENTS)


def _create(typed: Mapping[str, str]) -> tuple[dict[str, str], PackageAsset | None]:
    """Return every mistake at once, or the collection."""
    world, errors, place, text, is_yaml = current_world(), {}, None, "", False
    try:
        api_endpoints.check_name(typed["name"])
    except FieldError as error:
        errors["name"] = error.sentence
    try:
        place = locations.read_location(world, person().workspace_id, typed["location"])
    except FieldError as error:
        errors["location"] = error.message
    try:
        if typed["source"] == DOCUMENT:
            text, is_yaml = _read_document(typed["document"])
        if errors or place is None:
            return errors, None
        if typed["source"] == DOCUMENT:
            return {}, _import(place, typed["name"], text, is_yaml=is_yaml)
        return {}, _create_of_recipes(place, typed)
    except FieldError as error:
        return errors | {error.field: error.sentence}, None


def _create_of_recipes(place: Place, typed: Mapping[str, str]) -> PackageAsset:
    made = api_collections.create_collection(current_world(), place.project, typed["name"])
    count = _add_recipes(made, place) if typed["source"] == RECIPES else 0
    flash(f"Created the API collection '{made.name}'. {_next(count)}", "success")
    return made


def _next(count: int) -> str:
    if not count:
        return "It has no endpoints yet."
    return "Activate its endpoint." if count == 1 else f"Activate its {count} endpoints."


def _add_recipes(collection: PackageAsset, place: Place) -> int:
    """Make an endpoint of each API recipe that lies in a folder itself; return how many."""
    world = current_world()
    inside = asset_folders.is_directly_in(Recipe, place)
    found = api_endpoints.find_recipes(world, place.project.id, inside)
    paths: set[str] = set()
    for recipe in found.first(openapi_collections.MOST_OPERATIONS):
        path = asset_folders.make_slug(recipe.name)
        if path in paths:
            path = f"{path}-{recipe.id}"
        paths.add(path)
        name = recipe.name[: api_endpoints.LONGEST_NAME]
        api_endpoints.create_endpoint(
            world, collection, name=name, method="POST", path=path, recipe=recipe
        )
    return len(paths)


def _read_document(text: str) -> tuple[str, bool]:
    """Return the posted file, else the text that was pasted; and whether it is YAML."""
    sent, is_yaml = request.files.get("file"), not text.lstrip().startswith("{")
    if sent is not None and sent.filename:
        is_yaml = PurePath(sent.filename).suffix.lower() != ".json"
        try:
            text = sent.read().decode("utf-8-sig")
        except UnicodeDecodeError:
            raise FieldError(
                "openapi_spec", "is not in UTF-8. Save it so, and try again."
            ) from None
    if not text.strip():
        raise FieldError("openapi_spec", "is missing: choose a file, or paste its text.")
    return text, is_yaml


def _import(place: Place, name: str, text: str, *, is_yaml: bool) -> PackageAsset:
    imported = openapi_collections.import_document(
        current_world(), place.project, name, text, is_yaml=is_yaml
    )
    name = imported.collection.name
    made, failed = imported.total - len(imported.failed), imported.failed
    flash(
        f"Created the API collection '{name}' with {made} endpoint{'s' if made != 1 else ''}. "
        "Each has a recipe of its own, which has no steps yet and is stopped.",
        "success",
    )
    if failed:
        more = f" And {len(failed) - _NAMED} more." if failed[_NAMED:] else ""
        flash(f"Nothing was made of: {'; '.join(failed[:_NAMED])}.{more}", "error")
    return imported.collection
