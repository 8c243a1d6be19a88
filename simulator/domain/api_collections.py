"""API collections and their endpoints: files of projects, as packages have them.

A collection is an asset `api_group`, an endpoint an asset `api_endpoint`, which refers to its
collection and to the recipe that answers it; their ids are those of the files.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import func, select

from simulator.db.listing import Found
from simulator.db.tables import PackageAsset, Project, Recipe, Workspace
from simulator.domain import asset_folders, project_scope
from simulator.domain.engine.steps import API_PLATFORM
from simulator.domain.packages.model import ACTIVE
from simulator.domain.project_assets import (
    follow,
    get_of_kind,
    get_reference,
    refer,
    select_of_kind,
    store,
)
from simulator.errors import FieldError, NotFound
from simulator.world import World

COLLECTION = "api_group"
ENDPOINT = "api_endpoint"
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_LONGEST_NAME = 100


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An endpoint of a collection.

    Attributes:
        row: its file.
        collection: that it belongs to.
        recipe: that answers it.
    """

    row: PackageAsset
    collection: PackageAsset
    recipe: Recipe

    @property
    def active(self) -> bool:
        """Whether clients may call it."""
        return bool((self.row.document or {}).get(ACTIVE))


def find_collections(world: World, workspace_id: int) -> Found[PackageAsset]:
    """Return the API collections of a workspace, by id.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
    """
    return Found(world.db.session, select_of_kind(workspace_id, COLLECTION))


def get_collection(world: World, workspace_id: int, number: int) -> PackageAsset:
    """Return an API collection.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        number: its id.

    Raises:
        NotFound: there is none.
    """
    return get_of_kind(world, workspace_id, COLLECTION, number, "API collection")


def get_names(world: World, workspace_id: int, ids: Collection[int]) -> dict[int, str]:
    """Return the names of API collections, of those that are there: id → name.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        ids: of the collections.
    """
    found = select_of_kind(workspace_id, COLLECTION).where(PackageAsset.id.in_(ids))
    return {each.id: each.name for each in world.db.session.scalars(found)}


def create_collection(world: World, project: Project, name: str) -> PackageAsset:
    """Create an API collection without endpoints.

    Args:
        world: with an open unit of work.
        project: that it belongs to.
        name: 1 to 100 characters.

    Raises:
        FieldError: on `name`.
    """
    name = _check_name(name)
    taken = select_of_kind(project.workspace_id, COLLECTION).where(
        func.lower(PackageAsset.name) == name.lower()
    )
    with project_scope.lifted(world):  # its address is one of the workspace
        twin = world.db.session.scalar(taken.limit(1))
    if twin is not None:
        raise FieldError("name", "has already been taken")
    document = {
        "name": name,
        "version": "1.0",
        "description": "",
        "handle": f"{_slug(name)}-v1",
        "use_prefix": True,
    }
    return store(world, project, COLLECTION, name, document)


def make_path(world: World, collection: PackageAsset) -> str:
    """Return what the address of a collection's MCP server ends with: `acme/procurement-v1`.

    That is the workspace's namespace and the collection with its version (Workato MCP servers as
    seen live); the namespace is made of the workspace's name, and of the environment that the
    project was deployed to (our choice).

    Args:
        world: with an open unit of work.
        collection: the API collection.
    """
    session = world.db.session
    project = session.get_one(Project, collection.project_id)
    workspace = session.get_one(Workspace, project.workspace_id)
    handle = _slug(str((collection.document or {}).get("handle") or collection.name))
    versioned = handle if re.search(r"-v[0-9]+$", handle) else f"{handle}-v1"
    target = project.environment
    named = workspace.name if target is None else f"{workspace.name} {target.name}"
    return f"{_slug(named)}/{versioned}"


def _slug(name: str) -> str:
    return asset_folders.make_file_stem(name).replace("_", "-")


def delete_collection(world: World, collection: PackageAsset) -> None:
    """Delete an API collection with its endpoints; their recipes stay.

    Args:
        world: with an open unit of work.
        collection: to be deleted.
    """
    session = world.db.session
    for each in _list_rows(world, collection):
        session.delete(each)
    session.delete(collection)
    session.flush()


def list_endpoints(
    world: World, workspace_id: int, collection: PackageAsset | None
) -> list[Endpoint]:
    """Return the endpoints of a collection, or of a workspace, by id.

    Those are left out whose collection or recipe is not there. A workspace has few.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        collection: whose; None for all.
    """
    rows = world.db.session.scalars(select_of_kind(workspace_id, ENDPOINT)).all()
    found = [endpoint for row in rows if (endpoint := _read(world, row)) is not None]
    return [each for each in found if collection is None or each.collection.id == collection.id]


def get_endpoint(world: World, workspace_id: int, number: int) -> Endpoint:
    """Return an endpoint.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        number: its id.

    Raises:
        NotFound: there is none.
    """
    found = _read(world, get_of_kind(world, workspace_id, ENDPOINT, number, "API endpoint"))
    if found is None:
        raise NotFound(f"There is no API endpoint {number} in this workspace.")
    return found


def create_endpoint(
    world: World, collection: PackageAsset, *, name: str, method: str, path: str, recipe: Recipe
) -> Endpoint:
    """Create an endpoint; it is disabled.

    Args:
        world: with an open unit of work.
        collection: that it belongs to.
        name: 1 to 100 characters.
        method: of HTTP.
        path: below that of the collection.
        recipe: that answers it: an API recipe of the same project.

    Raises:
        FieldError: on what is wrong.
    """
    name, path = _check_name(name), path.strip().strip("/")
    if recipe.trigger_application != API_PLATFORM:
        raise FieldError("flow_id", f"the recipe '{recipe.name}' is no API recipe")
    if recipe.project_id != collection.project_id:
        raise FieldError("flow_id", f"the recipe '{recipe.name}' is of another project")
    for each in _list_rows(world, collection):
        document = each.document or {}
        if (document.get("method"), document.get("path")) == (method, path):
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
        world: with an open unit of work.
        endpoint: to be changed.
        active: True to enable it.

    Raises:
        FieldError: on `flow_id`, when its recipe does not run.
    """
    if active and not endpoint.recipe.running:
        raise FieldError("flow_id", f"start the recipe '{endpoint.recipe.name}' first")
    endpoint.row.document = {**(endpoint.row.document or {}), ACTIVE: active}
    endpoint.row.updated_at = world.clock.now()


def _list_rows(world: World, collection: PackageAsset) -> list[PackageAsset]:
    """Return the files of a collection's endpoints."""
    own = PackageAsset.project_id == collection.project_id, PackageAsset.kind == ENDPOINT
    rows = world.db.session.scalars(select(PackageAsset).where(*own).order_by(PackageAsset.id))
    return [
        each
        for each in rows
        if (reference := get_reference(each, "api_group_id")) is not None
        and reference.zip_name.endswith(collection.zip_name)
    ]


def _read(world: World, row: PackageAsset) -> Endpoint | None:
    collection = follow(world, row, "api_group_id")
    file = follow(world, row, "recipe_id")
    recipe = file.recipe if file is not None else None
    if collection is None or recipe is None:
        return None
    return Endpoint(row=row, collection=collection, recipe=recipe)


def _check_name(name: str) -> str:
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME:
        raise FieldError("name", f"must be 1 to {_LONGEST_NAME} characters")
    return name
