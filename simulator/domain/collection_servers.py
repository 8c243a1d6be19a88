"""MCP servers whose tools are the endpoints of an API collection (Workato docs, MCP servers)."""

from sqlalchemy import select

from simulator.db.tables import McpServer, McpTool, PackageAsset
from simulator.domain import api_collections, servers
from simulator.domain.packages.model import ACTIVE
from simulator.domain.recipes import make_tool_name
from simulator.domain.server_tools import make_unique
from simulator.errors import FieldError
from simulator.world import World


def find_collection(world: World, workspace_id: int, number: int) -> PackageAsset:
    """Return the API collection that a new server is to have.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        number: of the collection.

    Raises:
        NotFound: there is none.
        FieldError: on `asset_id`: another server has it; each needs one of its own.
    """
    collection = api_collections.get_collection(world, workspace_id, number)
    taken = select(McpServer.name).where(McpServer.collection_id == collection.id).limit(1)
    if (other := world.db.session.scalar(taken)) is not None:
        raise FieldError(
            "asset_id",
            f"The API collection '{collection.name}' is the MCP server '{other}' already. Each "
            "server needs a collection of its own.",
        )
    return collection


def create_from_collection(
    world: World, collection: PackageAsset, environment_id: int, name: str, description: str
) -> McpServer:
    """Create a server with a tool for each endpoint of a collection, in the collection's project.

    An endpoint that is disabled is a tool that is stopped; endpoints that come later are no tools
    (our choice).

    Args:
        world: with an open unit of work.
        collection: as `find_collection` returned it.
        environment_id: where the server is.
        name: for people.
        description: for models.
    """
    project = collection.project
    server = servers.create(world, project, environment_id, name, description)
    server.collection_id = collection.id
    names: set[str] = set()
    endpoints = api_collections.list_endpoints(world, project.workspace_id, collection)
    for position, each in enumerate(endpoints, 1):
        tool_name = make_unique(make_tool_name(each.row.name), names)
        names.add(tool_name)
        tool = McpTool(
            server_number=server.number,
            recipe=each.recipe,
            name=tool_name,
            description=each.recipe.description,
            position=position,
            enabled=(each.row.document or {}).get(ACTIVE) is not False,
            hints={},
        )
        world.db.session.add(tool)
    world.db.session.flush()
    world.db.session.expire(server, ["tools"])
    return server
