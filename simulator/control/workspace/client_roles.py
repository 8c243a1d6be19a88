"""Workspace admin > API clients > Client roles: which endpoints a client may use."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from pydantic import Field

from simulator.control.listing import Name
from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import BELOW, changing, conflicting, missing, reading
from simulator.db.tables import ApiClientRole
from simulator.domain import api_client_admin
from simulator.errors import FieldError
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Reply, Table
from simulator.world import World

ENDPOINTS = Table(Endpoint, BELOW)
_MISSING = missing("client role")
_WRONG = {422: "the name is taken, or is not one line; or an endpoint is unknown"}
_ENDPOINTS = Field(
    min_length=1,
    max_length=1000,
    description="As `openapi.json` of the Developer API has them: `GET /api/recipes/{recipe_id}`.",
)


class ClientRole(ResponseModel):
    """A client role."""

    id: int
    name: str
    endpoints: Annotated[list[str], _ENDPOINTS]
    clients: Annotated[int, Field(description="How many API clients have it.")]
    created_at: datetime
    updated_at: datetime


class ClientRoles(ResponseModel):
    """The client roles of a workspace, by name."""

    client_roles: list[ClientRole]


class SaveClientRole(Body):
    """A client role as it is to be."""

    name: Name
    endpoints: Annotated[list[str], _ENDPOINTS]


@ENDPOINTS.add("GET", "client_roles", problems=missing())
def list_client_roles(simulator: Simulator, workspace: int) -> ClientRoles:
    """List a workspace's client roles, by name."""
    with reading(simulator, workspace) as world:
        found = api_client_admin.list_roles(world, workspace)
        return ClientRoles(client_roles=_to_response(world, found))


@ENDPOINTS.add("GET", "client_roles/:role", problems=_MISSING)
def get_client_role(simulator: Simulator, workspace: int, role: int) -> ClientRole:
    """Tell of one client role."""
    with reading(simulator, workspace) as world:
        return _to_response(world, [api_client_admin.get_role(world, workspace, role)])[0]


@ENDPOINTS.add("POST", "client_roles", problems=missing() | _WRONG)
def create_client_role(
    simulator: Simulator, workspace: int, body: SaveClientRole
) -> Reply[ClientRole]:
    """Create a client role."""
    with changing(simulator, workspace) as world:
        made = _save(world, workspace, None, body)
        path = f"{CONTROL_PATH}workspaces/{workspace}/client_roles/{made.id}"
        return Reply(value=made, status=201, location=path)


@ENDPOINTS.add("PUT", "client_roles/:role", problems=_MISSING | _WRONG)
def change_client_role(
    simulator: Simulator, workspace: int, role: int, body: SaveClientRole
) -> ClientRole:
    """Change a client role: its clients may do what it allows from then on."""
    with changing(simulator, workspace) as world:
        found = api_client_admin.get_role(world, workspace, role)
        return _save(world, workspace, found, body)


@ENDPOINTS.add(
    "DELETE", "client_roles/:role", problems=_MISSING | {409: "API clients have the role"}
)
def delete_client_role(simulator: Simulator, workspace: int, role: int) -> None:
    """Delete a client role that no client has."""
    with changing(simulator, workspace) as world:
        found = api_client_admin.get_role(world, workspace, role)
        with conflicting():
            api_client_admin.delete_role(world, found)


def _save(
    world: World, workspace: int, role: ApiClientRole | None, body: SaveClientRole
) -> ClientRole:
    from simulator.systems.developer_api import ENDPOINTS as KNOWN  # takes its time to import

    there = {f"{each.method} {each.template}" for each in KNOWN}
    if unknown := [each for each in body.endpoints if each not in there]:
        raise FieldError("endpoints", f"The Developer API has no endpoint '{unknown[0]}'.")
    saved = api_client_admin.save_role(
        world, workspace, role, name=body.name, endpoints=body.endpoints
    )
    return _to_response(world, [saved])[0]


def _to_response(world: World, found: Sequence[ApiClientRole]) -> list[ClientRole]:
    counts = api_client_admin.count_clients(world, [each.id for each in found])
    return [
        ClientRole(
            id=each.id,
            name=each.name,
            endpoints=list(each.endpoints),
            clients=counts[each.id],
            created_at=each.created_at,
            updated_at=each.updated_at,
        )
        for each in found
    ]
