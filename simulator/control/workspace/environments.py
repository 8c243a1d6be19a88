"""Workspace admin > Environments: which there are, and what each has of its own."""

from collections.abc import Sequence
from typing import Literal

from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import BELOW, changing, conflicting, missing, reading
from simulator.db.tables import Environment
from simulator.domain import environments, workspaces
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Reply, Table
from simulator.world import World

ENDPOINTS = Table(Endpoint, BELOW)
_MISSING = missing("environment")


class EnvironmentOut(ResponseModel):
    """An environment, and how many things of each kind it has of its own."""

    id: int
    name: str
    groups: int
    servers: int
    connections: int
    runtime_connections: int
    clients: int
    projects: int


class EnvironmentsOut(ResponseModel):
    """The environments of a workspace."""

    environments: list[EnvironmentOut]


class NewEnvironment(Body):
    """The environment that is added."""

    name: Literal["Development", "Test", "Production"]


@ENDPOINTS.add("GET", "environments", problems=missing())
def list_environments(simulator: Simulator, workspace: int) -> EnvironmentsOut:
    """List a workspace's environments."""
    with reading(simulator, workspace) as world:
        found = workspaces.list_environments(world, workspace)
        return EnvironmentsOut(environments=_to_response(world, found))


@ENDPOINTS.add("GET", "environments/:environment", problems=_MISSING)
def get_environment(simulator: Simulator, workspace: int, environment: int) -> EnvironmentOut:
    """Tell of one environment."""
    with reading(simulator, workspace) as world:
        found = workspaces.get_environment(world, workspace, environment)
        return _to_response(world, [found])[0]


@ENDPOINTS.add(
    "POST",
    "environments",
    problems=missing() | {422: "it is there already, or a member is wrong"},
)
def add_environment(
    simulator: Simulator, workspace: int, body: NewEnvironment
) -> Reply[EnvironmentOut]:
    """Add an environment."""
    with changing(simulator, workspace) as world:
        made = environments.add(world, workspace, body.name)
        path = f"{CONTROL_PATH}workspaces/{workspace}/environments/{made.id}"
        return Reply(value=_to_response(world, [made])[0], status=201, location=path)


@ENDPOINTS.add(
    "DELETE",
    "environments/:environment",
    problems=_MISSING | {409: "something is in it, it is the last one, or people have it alone"},
)
def remove_environment(simulator: Simulator, workspace: int, environment: int) -> None:
    """Remove an environment in which nothing is."""
    with changing(simulator, workspace) as world:
        found = workspaces.get_environment(world, workspace, environment)
        with conflicting():
            environments.remove(world, found)


def _to_response(world: World, found: Sequence[Environment]) -> list[EnvironmentOut]:
    contents = environments.count_contents(world, found)
    return [EnvironmentOut(id=each.id, name=each.name, **vars(contents[each.id])) for each in found]
