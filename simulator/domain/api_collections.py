"""API collections: files `api_group` of projects, as packages have them; ids are the files'."""

import re
from collections.abc import Collection

from sqlalchemy import func, select

from simulator.db.listing import Found, contains
from simulator.db.tables import McpServer, PackageAsset, Project, Workspace
from simulator.domain import api_endpoints, api_platform_clients, asset_folders, project_scope
from simulator.domain.project_assets import get_of_kind, select_of_kind, store
from simulator.errors import FieldError
from simulator.net.addresses import APIM_HOST
from simulator.world import World

COLLECTION = "api_group"


def find_collections(world: World, workspace_id: int, text: str = "") -> Found[PackageAsset]:
    """Return the API collections of a workspace, by id.

    Args:
        workspace_id: the workspace's id.
        text: part of the name, or of that of the project.
    """
    found = select_of_kind(workspace_id, COLLECTION)
    found = found.where(*contains(text, PackageAsset.name, Project.name))
    return Found(world.db.session, found)


def get_collection(world: World, workspace_id: int, number: int) -> PackageAsset:
    """Return an API collection.

    Args:
        workspace_id: the workspace's id.
        number: its id.

    Raises:
        NotFound: it does not exist.
    """
    return get_of_kind(world, workspace_id, COLLECTION, number, "API collection")


def get_names(world: World, workspace_id: int, ids: Collection[int]) -> dict[int, str]:
    """Return the names of API collections, of those that are there: id → name.

    Args:
        workspace_id: the workspace's id.
        ids: the ids of the collections.
    """
    found = select_of_kind(workspace_id, COLLECTION).where(PackageAsset.id.in_(ids))
    return {each.id: each.name for each in world.db.session.scalars(found)}


def create_collection(world: World, project: Project, name: str) -> PackageAsset:
    """Create an API collection without endpoints.

    Args:
        project: the project that it belongs to.
        name: 1 to 100 characters.

    Raises:
        FieldError: on `name`.
    """
    name = api_endpoints.check_name(name)
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
        "handle": f"{asset_folders.make_slug(name)}-v1",
        "use_prefix": True,
    }
    return store(world, project, COLLECTION, name, document)


def make_path(world: World, collection: PackageAsset) -> str:
    """Return what the address of a collection's MCP server ends with: `acme/procurement-v1`.

    That is the workspace's namespace and the collection with its version (Workato MCP servers as
    seen live); the namespace is made of the workspace's name, and of the environment that the
    project was deployed to (our choice).

    Args:
        collection: the API collection.
    """
    session = world.db.session
    project = session.get_one(Project, collection.project_id)
    workspace = session.get_one(Workspace, project.workspace_id)
    handle = asset_folders.make_slug(
        str((collection.document or {}).get("handle") or collection.name)
    )
    versioned = handle if re.search(r"-v[0-9]+$", handle) else f"{handle}-v1"
    target = project.environment
    named = workspace.name if target is None else f"{workspace.name} {target.name}"
    return f"{asset_folders.make_slug(named)}/{versioned}"


def make_url(world: World, collection: PackageAsset, below: str = "") -> str:
    """Return the address at which a collection is called over HTTP, or one of its endpoints.

    Args:
        collection: the API collection.
        below: the endpoint's path, with a slash before it.
    """
    return world.addresses.local(f"https://{APIM_HOST}/{make_path(world, collection)}{below}")


def get_servers(world: World, ids: Collection[int]) -> dict[int, McpServer]:
    """Return the MCP servers whose tools are the endpoints of collections: collection → server.

    Args:
        ids: the ids of the collections; each has one server at most.
    """
    found = select(McpServer).where(McpServer.collection_id.in_(ids))
    rows = world.db.session.scalars(found.order_by(McpServer.number))
    return {each.collection_id: each for each in rows if each.collection_id is not None}


def get_server(world: World, collection: PackageAsset) -> McpServer | None:
    """Return the MCP server whose tools are a collection's endpoints; None where there is none.

    Args:
        collection: the API collection.
    """
    return get_servers(world, [collection.id]).get(collection.id)


def delete_collection(world: World, collection: PackageAsset) -> None:
    """Delete an API collection with its endpoints; their recipes stay, and clients lose it.

    Args:
        collection: the collection to delete.

    Raises:
        FieldError: on `base`, when an MCP server is made of it (our choice).
    """
    session = world.db.session
    server = get_server(world, collection)
    if server is not None:
        raise FieldError(
            "base",
            f"The MCP server '{server.name}' is made of this API collection. Delete it first.",
        )
    for each in session.scalars(api_endpoints.select_files(collection)).all():
        session.delete(each)
    api_platform_clients.withdraw(world, collection)
    session.delete(collection)
    session.flush()
