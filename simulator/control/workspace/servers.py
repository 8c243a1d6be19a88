"""What the control API answers about an MCP server that it made, and where it makes one."""

from typing import Annotated, Any

from pydantic import Field

from simulator.control.models import ResponseModel
from simulator.db.tables import Environment, McpServer
from simulator.domain import servers, workspaces
from simulator.errors import naming
from simulator.world import World


class ServerOut(ResponseModel):
    """An MCP server."""

    handle: Annotated[str, Field(description="As the Developer API names it.")]
    name: str
    description: str
    project: str
    environment: str
    url: Annotated[str, Field(description="Its Remote MCP URL.")]
    tools: list[str]


def to_response(world: World, server: McpServer) -> ServerOut:
    """Return what is answered about a server.

    Args:
        server: the MCP server.
    """
    return ServerOut(**describe(world, server))


def describe(world: World, server: McpServer) -> dict[str, Any]:
    """Return the members of `ServerOut`, for models that have more.

    Args:
        server: the MCP server.
    """
    return {
        "handle": server.handle,
        "name": server.name,
        "description": server.description,
        "project": server.project.name,
        "environment": server.environment.name,
        "url": servers.get_url(world, server),
        "tools": [each.name for each in server.tools],
    }


def environment_called(world: World, workspace_id: int, name: str | None) -> Environment:
    """Return the environment that a body names; the first one where it names none.

    Args:
        workspace_id: the workspace's id.
        name: the environment's own.

    Raises:
        FieldError: on `environment`.
    """
    with naming("environment"):
        return workspaces.get_environment_called(world, workspace_id, name)
