"""A collection of the API platform: its endpoints, added, activated and deleted."""

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import PackageAsset
from simulator.domain import (
    api_collections,
    api_endpoints,
    collection_servers,
    recipes,
)
from simulator.domain.api_endpoints import Endpoint
from simulator.errors import FieldError, NotFound
from simulator.systems.aihub.api_collections import get, list_clients
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint(
    "api_endpoints", __name__, url_prefix="/api_platform/collections/<int:collection_id>"
)

_FIELDS = ("recipe", "method", "name", "path")
#: What programs call a field otherwise.
_BY_MEMBER = {"flow_id": "recipe"}
#: Recipes in a drop-down menu.
_OFFERED = 100
_UNFIT = set(" ?#%&\\\t\r\n")


@bp.get("")
def listing(collection_id: int) -> str:
    """Return a page of a collection's endpoints, and what is made of it."""
    world, (_text, number), collection = current_world(), searched(), get(collection_id)
    found = api_endpoints.find_endpoints(world, person().workspace_id, collection).page(number)
    return render_template(
        "aihub/api_collection.html",
        collection=collection,
        version=(collection.document or {}).get("version") or "1.0",
        description=(collection.document or {}).get("description") or "",
        endpoints=api_endpoints.read(world, found.rows),
        page=found.page,
        url=api_collections.make_url(world, collection),
        server=api_collections.get_server(world, collection),
        clients=list_clients(collection),
    )


@bp.route("/endpoints/new", methods=["GET", "POST"])
def create(collection_id: int) -> Response | tuple[str, int]:
    """Add an endpoint that an API recipe of the collection's project answers."""
    world, collection = current_world(), get(collection_id)
    typed = {name: request.values.get(name, "").strip() for name in _FIELDS}
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _check(typed)
        if not errors:
            try:
                made = _create(collection, typed)
            except FieldError as error:
                errors = {_BY_MEMBER.get(error.field, error.field): error.sentence}
            else:
                flash(f"Added the endpoint '{made.row.name}'. It is inactive.", "success")
                return _back(collection)
    found = api_endpoints.find_recipes(world, collection.project_id).first(_OFFERED)
    page = render_template(
        "aihub/api_endpoint_new.html",
        collection=collection,
        typed=typed,
        errors=errors,
        offered=[(each.id, each.name) for each in found],
        methods=[(each, each) for each in api_endpoints.METHODS],
        longest=api_endpoints.LONGEST_PATH,
    )
    return page, 422 if errors else 200


@bp.post("/endpoints/<int:number>/state")
def change_state(collection_id: int, number: int) -> Response:
    """Activate or deactivate an endpoint, as the pressed button (`do`) says."""
    endpoint = _get(collection_id, number)
    name, active = endpoint.row.name, request.form.get("do") == "activate"
    try:
        api_endpoints.set_active(current_world(), endpoint, active=active)
        collection_servers.follow_endpoint(current_world(), endpoint)
    except FieldError:
        flash(
            f"'{name}' was not activated: its recipe '{endpoint.recipe.name}' is stopped. "
            "Start the recipe first.",
            "error",
        )
    else:
        flash(f"{'Activated' if active else 'Deactivated'} the endpoint '{name}'.", "success")
    return _back(endpoint.collection)


@bp.route("/endpoints/<int:number>/delete", methods=["GET", "POST"])
def delete(collection_id: int, number: int) -> Response | str:
    """Ask, and delete an endpoint, with its tool where an MCP server has the collection."""
    world, endpoint = current_world(), _get(collection_id, number)
    name, collection = endpoint.row.name, endpoint.collection
    if request.method == "POST":
        collection_servers.delete_endpoint(world, endpoint)
        flash(f"Deleted the endpoint '{name}'. Its recipe is still there.", "success")
        return _back(collection)
    return render_template(
        "aihub/api_endpoint_delete.html",
        endpoint=endpoint,
        server=api_collections.get_server(world, collection),
    )


def _get(collection_id: int, number: int) -> Endpoint:
    found = api_endpoints.get_endpoint(current_world(), person().workspace_id, number)
    if found.collection.id != collection_id:
        raise NotFound("This endpoint is of another API collection.")
    return found


def _check(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what is missing or cannot be, field by field."""
    errors = {}
    if not typed["recipe"]:
        errors["recipe"] = "Select the API recipe that answers."
    if typed["method"] not in api_endpoints.METHODS:
        errors["method"] = "Select an HTTP method."
    if not typed["name"]:
        errors["name"] = "Enter a name."
    path = typed["path"].strip("/")
    if not path:
        errors["path"] = "Enter a path, such as requisitions/{id}."
    elif _UNFIT & set(path) or len(path) > api_endpoints.LONGEST_PATH:
        errors["path"] = (
            f"A path has at most {api_endpoints.LONGEST_PATH} characters, without spaces, "
            "percent signs, backslashes, ?, # and &."
        )
    return errors


def _create(collection: PackageAsset, typed: Mapping[str, str]) -> Endpoint:
    world, number = current_world(), parse_whole_number(typed["recipe"]) or 0
    try:
        recipe = recipes.get_recipe(world, person().workspace_id, number)
    except NotFound:
        raise FieldError("flow_id", "this recipe does not exist any more") from None
    made = api_endpoints.create_endpoint(
        world,
        collection,
        name=typed["name"],
        method=typed["method"],
        path=typed["path"],
        recipe=recipe,
    )
    collection_servers.follow_endpoint(world, made)
    return made


def _back(collection: PackageAsset) -> Response:
    return redirect(url_for("api_endpoints.listing", collection_id=collection.id), 303)
