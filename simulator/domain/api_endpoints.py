"""Endpoints of API collections, stored as files `api_endpoint` of a project, as in packages.

Each file refers to its collection and to its recipe; the endpoint's id is that of the file.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select
from sqlalchemy.orm import aliased, joinedload

from simulator.db.listing import Found, contains
from simulator.db.tables import PackageAsset, Project, Recipe
from simulator.domain import asset_folders
from simulator.domain.engine.steps import API_PLATFORM
from simulator.domain.packages.model import ACTIVE
from simulator.domain.project_assets import get_of_kind, refer, select_of_kind, store
from simulator.errors import FieldError, NotFound
from simulator.world import World

Query = TypeVar("Query", bound=Select[*tuple[Any, ...]])

ENDPOINT = "api_endpoint"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
LONGEST_NAME = 100
LONGEST_PATH = 500

_GROUP, _FILE = aliased(PackageAsset), aliased(PackageAsset)
_OF_GROUP = PackageAsset.document["api_group_id"]["zip_name"].as_string()
_OF_FILE = PackageAsset.document["recipe_id"]["zip_name"].as_string()
_IN_GROUP = and_(_GROUP.project_id == PackageAsset.project_id, _GROUP.zip_name == _OF_GROUP)
_BY_RECIPE = and_(_FILE.project_id == PackageAsset.project_id, _FILE.zip_name == _OF_FILE)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint of a collection.

    Attributes:
        row: its file.
        collection: the collection that it belongs to.
        recipe: the recipe that answers it.
    """

    row: PackageAsset
    collection: PackageAsset
    recipe: Recipe

    @property
    def active(self) -> bool:
        """Whether clients may call it."""
        return bool((self.row.document or {}).get(ACTIVE))

    @property
    def method(self) -> str:
        """The method of HTTP."""
        return str((self.row.document or {}).get("method") or "")

    @property
    def path(self) -> str:
        """Its path below that of the collection, without a slash before and behind."""
        return str((self.row.document or {}).get("path") or "").strip("/")


def find_endpoints(
    world: World, workspace_id: int, collection: PackageAsset | None = None
) -> Found[PackageAsset]:
    """Return the files of endpoints, sorted by id; `read` returns their contents.

    Endpoints whose collection or recipe does not exist are left out.

    Args:
        workspace_id: the workspace's id.
        collection: the collection of the endpoints; None for all of the workspace.
    """
    found = _join(select_of_kind(workspace_id, ENDPOINT))
    if collection is not None:
        found = found.where(_GROUP.id == collection.id)
    return Found(world.db.session, found)


def list_endpoints(
    world: World, workspace_id: int, collection: PackageAsset | None
) -> list[Endpoint]:
    """Return the endpoints of a collection or a workspace, sorted by id.

    Args:
        workspace_id: the workspace's id.
        collection: the collection of the endpoints; None for all.
    """
    found = find_endpoints(world, workspace_id, collection)
    return read(world, found.cut(0, found.count()))


def read(world: World, rows: Iterable[PackageAsset]) -> list[Endpoint]:
    """Return the contents of files of endpoints that have a collection and a recipe.

    Args:
        rows: the files.
    """
    ids = [each.id for each in rows]
    found = _join(select(PackageAsset, _GROUP, _FILE).where(PackageAsset.id.in_(ids)))
    found = found.options(joinedload(_FILE.recipe)).order_by(PackageAsset.id)
    return [
        Endpoint(row=row, collection=group, recipe=file.recipe)
        for row, group, file in world.db.session.execute(found)
        if file.recipe is not None
    ]


def count_endpoints(
    world: World, collections: Collection[PackageAsset]
) -> dict[int, tuple[int, int]]:
    """Return the numbers of endpoints: id of the collection → (active endpoints, all endpoints).

    Args:
        collections: the collections.
    """
    ids = [each.id for each in collections]
    active = cast(PackageAsset.document[ACTIVE], String) == "true"
    counted = _join(select(_GROUP.id, active, func.count()).select_from(PackageAsset))
    counted = counted.where(PackageAsset.kind == ENDPOINT, _GROUP.id.in_(ids))
    counted = counted.group_by(_GROUP.id, active)
    found = dict.fromkeys(ids, (0, 0))
    for group_id, is_active, number in world.db.session.execute(counted):
        alive, total = found[group_id]
        found[group_id] = alive + (number if is_active else 0), total + number
    return found


def get_endpoint(world: World, workspace_id: int, number: int) -> Endpoint:
    """Return an endpoint.

    Args:
        workspace_id: the workspace's id.
        number: its id.

    Raises:
        NotFound: it does not exist.
    """
    row = get_of_kind(world, workspace_id, ENDPOINT, number, "API endpoint")
    found = read(world, [row])
    if not found:
        raise NotFound(f"There is no API endpoint {number} in this workspace.")
    return found[0]


def list_collections(world: World, recipe: Recipe) -> list[str]:
    """Return the names of the API collections with an endpoint that a recipe answers.

    Args:
        recipe: the recipe of the workspace.
    """
    found = _join(select(_GROUP.name).select_from(PackageAsset)).where(
        PackageAsset.kind == ENDPOINT, _FILE.recipe_id == recipe.id
    )
    return list(world.db.session.scalars(found.distinct().order_by(_GROUP.name)))


def find_recipes(
    world: World, project_id: int, inside: ColumnElement[bool] | None = None, text: str = ""
) -> Found[Recipe]:
    """Return the API recipes of a project, by name.

    Args:
        project_id: the id of the project.
        inside: a condition that they are in one folder.
        text: part of a name.
    """
    provider = cast(Recipe.code["provider"], String)
    found = select(Recipe).where(
        Recipe.project_id == project_id,
        provider == f'"{API_PLATFORM}"',  # as JSON writes a text
        *contains(text, Recipe.name),
    )
    if inside is not None:
        found = found.where(inside)
    return Found(world.db.session, found.order_by(Recipe.name, Recipe.id))


def create_endpoint(
    world: World, collection: PackageAsset, *, name: str, method: str, path: str, recipe: Recipe
) -> Endpoint:
    """Create an endpoint, which is disabled at first.

    Args:
        collection: the collection that it belongs to.
        name: 1 to 100 characters.
        method: the HTTP method.
        path: below that of the collection.
        recipe: the recipe that answers it: an API recipe of the same project.

    Raises:
        FieldError: on the field that is wrong.
    """
    name, path = check_name(name), path.strip().strip("/")
    if recipe.trigger_application != API_PLATFORM:
        raise FieldError("flow_id", f"the recipe '{recipe.name}' is not an API recipe")
    if recipe.project_id != collection.project_id:
        raise FieldError("flow_id", f"the recipe '{recipe.name}' belongs to another project")
    there = PackageAsset.document
    taken = select_files(collection).where(
        there["method"].as_string() == method, there["path"].as_string() == path
    )
    if world.db.session.scalar(taken.limit(1)) is not None:
        raise FieldError("path", f"the collection has {method} {path} already")
    project = world.db.session.get_one(Project, collection.project_id)
    document = {
        "name": name,
        "method": method,
        "path": path,
        "legacy": False,
        "validate_request": False,
        "recipe_id": refer(asset_folders.get_or_create_file(world, recipe)),
        "api_group_id": refer(collection),
        ACTIVE: False,
    }
    row = store(world, project, ENDPOINT, name, document)
    return Endpoint(row=row, collection=collection, recipe=recipe)


def set_active(world: World, endpoint: Endpoint, *, active: bool) -> None:
    """Enable or disable an endpoint.

    Args:
        endpoint: the endpoint to change.
        active: True to enable it.

    Raises:
        FieldError: on `flow_id`, if the recipe is not running.
    """
    if active and not endpoint.recipe.running:
        raise FieldError("flow_id", f"start the recipe '{endpoint.recipe.name}' first")
    endpoint.row.document = {**(endpoint.row.document or {}), ACTIVE: active}
    endpoint.row.updated_at = world.clock.now()


def select_files(collection: PackageAsset) -> Select[PackageAsset]:
    """Return the query for the files of all endpoints of a collection, sorted by id.

    Args:
        collection: the collection.
    """
    own = PackageAsset.project_id == collection.project_id, PackageAsset.kind == ENDPOINT
    found = select(PackageAsset).where(*own, collection.zip_name == _OF_GROUP)
    return found.order_by(PackageAsset.id)


def delete_of_recipe(world: World, recipe: Recipe) -> None:
    """Delete the endpoints of a recipe that is being deleted.

    Args:
        recipe: the recipe with its file, if it has one.
    """
    session = world.db.session
    own = select(PackageAsset.zip_name).where(PackageAsset.recipe_id == recipe.id)
    for zip_name in session.scalars(own).all():
        here = PackageAsset.project_id == recipe.project_id, PackageAsset.kind == ENDPOINT
        rows = select(PackageAsset).where(*here, zip_name == _OF_FILE)
        for each in session.scalars(rows).all():
            session.delete(each)


def check_name(name: str) -> str:
    """Check the name of a collection or an endpoint; return it as it is stored.

    Args:
        name: the name as it was typed.

    Raises:
        FieldError: on `name`.
    """
    name = name.strip()
    if not 0 < len(name) <= LONGEST_NAME:
        raise FieldError("name", f"must be 1 to {LONGEST_NAME} characters")
    return name


def _join(found: Query) -> Query:
    """Return a query for endpoints with the files that they refer to."""
    found = found.join(_GROUP, _IN_GROUP).join(_FILE, _BY_RECIPE)
    return found.where(_FILE.recipe_id.is_not(None))
