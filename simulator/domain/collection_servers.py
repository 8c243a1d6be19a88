"""MCP servers whose tools are the endpoints of an API collection (Workato docs, MCP servers)."""

from sqlalchemy import delete, select

from simulator.db.tables import McpServer, McpTool, PackageAsset
from simulator.domain import api_collections, api_endpoints, server_tools, servers
from simulator.domain.api_endpoints import Endpoint
from simulator.domain.packages.model import ACTIVE
from simulator.domain.recipes import make_tool_name
from simulator.errors import FieldError
from simulator.world import World


def find_collection(world: World, workspace_id: int, number: int) -> PackageAsset:
    """Return the API collection that a new server is to have.

    Args:
        workspace_id: the workspace's id.
        number: the number of the collection.

    Raises:
        NotFound: it does not exist.
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

    An endpoint that is disabled is a tool that is stopped, and endpoints of one recipe are one tool
    (our choices); those that come later are tools by `follow_endpoint`.

    Args:
        collection: the collection as `find_collection` returned it.
        environment_id: where the server is.
        name: for people.
        description: for models.
    """
    project = collection.project
    server: McpServer = servers.create(world, project, environment_id, name, description)
    server.collection_id = collection.id
    server.collection_path = api_collections.make_path(world, collection)
    for each in api_endpoints.list_endpoints(world, project.workspace_id, collection):
        follow_endpoint(world, each)
    return server


def follow_endpoint(world: World, endpoint: Endpoint) -> None:
    """Have the server of an endpoint's collection do with its tool what was done with it.

    A new endpoint is a new tool, after the others; one that is enabled or disabled starts or stops
    its tool, which runs as long as one endpoint of its recipe is enabled (our choices). Nothing
    happens where no server has the collection.

    Args:
        endpoint: the endpoint as it is now.
    """
    server: McpServer | None = api_collections.get_server(world, endpoint.collection)
    if server is None:
        return
    servers.lock(world, server)  # of two who add at once, the second one waits
    world.db.session.expire(server, ["tools"])
    tool = next((one for one in server.tools if one.recipe_id == endpoint.recipe.id), None)
    if tool is None:
        _add_tool(world, server, endpoint)
        server.updated_at = world.clock.now()
        return
    enabled = any(each.active for each in _list_twins(world, endpoint))
    if tool.enabled != enabled:
        servers.set_tools_enabled(world, server, [tool.id], enabled=enabled)


def delete_endpoint(world: World, endpoint: Endpoint) -> None:
    """Delete an endpoint, and its tool where an MCP server has the collection; its recipe stays.

    Args:
        endpoint: the endpoint to delete.
    """
    session = world.db.session
    session.delete(endpoint.row)
    session.flush()
    server = api_collections.get_server(world, endpoint.collection)
    if server is None:
        return
    if rest := _list_twins(world, endpoint):
        follow_endpoint(world, rest[0])
        return
    servers.lock(world, server)
    recipe_id = McpTool.recipe_id == endpoint.recipe.id
    session.execute(delete(McpTool).where(McpTool.server_number == server.number, recipe_id))
    session.expire(server, ["tools"])
    server.updated_at = world.clock.now()


def _list_twins(world: World, endpoint: Endpoint) -> list[Endpoint]:
    """Return the endpoints of the same collection and recipe."""
    workspace_id, recipe = endpoint.recipe.workspace_id, endpoint.recipe
    every = api_endpoints.list_endpoints(world, workspace_id, endpoint.collection)
    return [each for each in every if each.recipe.id == recipe.id]


def _add_tool(world: World, server: McpServer, endpoint: Endpoint) -> None:
    taken = {tool.name for tool in server.tools}
    tool = McpTool(
        server_number=server.number,
        recipe=endpoint.recipe,
        name=server_tools.make_unique(make_tool_name(endpoint.row.name), taken),
        description=endpoint.recipe.description,
        position=max((tool.position for tool in server.tools), default=0) + 1,
        enabled=(endpoint.row.document or {}).get(ACTIVE) is not False,
        hints={},
    )
    world.db.session.add(tool)
    world.db.session.flush()
    world.db.session.expire(server, ["tools"])
