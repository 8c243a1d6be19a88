"""Endpoints of API collections: deleted; the Developer API does the rest."""

from simulator.control.workspace.scope import BELOW, changing, missing
from simulator.domain import api_endpoints, collection_servers
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, BELOW)


@ENDPOINTS.add("DELETE", "api_endpoints/:endpoint", problems=missing("API endpoint"))
def delete_api_endpoint(simulator: Simulator, workspace: int, endpoint: int) -> None:
    """Delete an API endpoint, with its tool where an MCP server has the collection."""
    with changing(simulator, workspace) as world:
        found = api_endpoints.get_endpoint(world, workspace, endpoint)
        collection_servers.delete_endpoint(world, found)
