"""Environments of a workspace: Development, Test and Production (Workato docs, environments)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete, func, select

from simulator.db.claim import lock_present
from simulator.db.tables import (
    ApiClient,
    AppLink,
    Connection,
    EndUserGroup,
    Environment,
    McpServer,
    Project,
    SamlSetup,
)
from simulator.db.upsert import insert_missing
from simulator.domain import server_access, workspaces
from simulator.domain.saml import setups
from simulator.errors import AlreadyExists, FieldError
from simulator.world import World

#: Their names, in the order in which recipes are deployed.
NAMES = ("Development", "Test", "Production")
#: Their names → what programs call them (Workato docs, Developer API).
TYPES = dict(zip(NAMES, ("dev", "test", "prod"), strict=True))


@dataclass(frozen=True, kw_only=True)
class Contents:
    """What an environment has of its own.

    Attributes:
        groups: end-user groups.
        servers: MCP servers.
        connections: the connections of builders.
        runtime_connections: the runtime connections of end users.
        clients: API clients.
        projects: the projects that were deployed to it.
    """

    groups: int
    servers: int
    connections: int
    runtime_connections: int
    clients: int
    projects: int

    @property
    def is_empty(self) -> bool:
        """Whether nothing is in it."""
        return not any(vars(self).values())


def list_types(world: World, workspace_id: int) -> dict[str, str]:
    """Return name → what programs call it of a workspace's environments, in the order of `NAMES`.

    The only one of a workspace is `dev`, whatever its name (Workato docs, workspace
    collaborators); one that a scenario named otherwise is called by its name.

    Args:
        workspace_id: the workspace's id.
    """
    there = [each.name for each in workspaces.list_environments(world, workspace_id)]
    if len(there) == 1:
        return {there[0]: "dev"}
    names = [
        *(each for each in NAMES if each in there),
        *(each for each in there if each not in NAMES),
    ]
    return {each: TYPES.get(each, each) for each in names}


def count_contents(world: World, environments: Sequence[Environment]) -> dict[int, Contents]:
    """Count what environments have: environment's id → what.

    Args:
        environments: which.
    """
    ids = [one.id for one in environments]

    def count(column: Any, *conditions: Any) -> dict[int, int]:
        found = select(column, func.count()).where(column.in_(ids), *conditions).group_by(column)
        return {row[0]: row[1] for row in world.db.session.execute(found)}

    projects = count(Project.environment_id)
    groups, servers = count(EndUserGroup.environment_id), count(McpServer.environment_id)
    clients = count(ApiClient.environment_id)
    own = count(Connection.environment_id, Connection.parent_id.is_(None))
    runtime = count(Connection.environment_id, Connection.parent_id.is_not(None))
    return {
        each: Contents(
            groups=groups.get(each, 0),
            servers=servers.get(each, 0),
            connections=own.get(each, 0),
            runtime_connections=runtime.get(each, 0),
            clients=clients.get(each, 0),
            projects=projects.get(each, 0),
        )
        for each in ids
    }


def add(world: World, workspace_id: int, name: str) -> Environment:
    """Add an environment; groups, connections and servers of others are not in it.

    Args:
        workspace_id: the workspace's id.
        name: one of `NAMES`.

    Raises:
        FieldError: on `name`.
        AlreadyExists: on `name`.
    """
    if name not in NAMES:
        raise FieldError("name", f"An environment is one of {', '.join(NAMES)}.")
    key = {"workspace_id": workspace_id, "name": name}
    if not insert_missing(world.db.session, Environment, key):
        raise AlreadyExists("name", f"The workspace already has the environment {name}.")
    made = world.db.session.scalars(select(Environment).filter_by(**key)).one()
    server_access.close_to_selected(world, made)
    return made


def remove(world: World, environment: Environment) -> None:
    """Remove an environment in which nothing is; a workspace keeps one.

    Args:
        environment: which.

    Raises:
        FieldError: on `environment`: something is in it, it is the last one, or people are
            provisioned with it alone.
        NotFound: somebody else removed it meanwhile.
    """
    workspaces.lock(world, environment.workspace_id)
    lock_present(world.db.session, environment)  # what is put into it now waits
    if not count_contents(world, [environment])[environment.id].is_empty:
        raise FieldError(
            "environment",
            f"{environment.name} is not empty: delete its groups, servers, connections, API "
            "clients and the projects that were deployed to it first.",
        )
    own = select(func.count()).where(Environment.workspace_id == environment.workspace_id)
    if world.db.session.scalar(own) == 1:
        raise FieldError("environment", "A workspace has at least one environment.")
    setups.leave_out(world, environment)
    session = world.db.session
    session.execute(delete(AppLink).where(AppLink.environment_id == environment.id))
    # Explicitly, although the database would: what is remembered goes by statements.
    session.execute(delete(SamlSetup).where(SamlSetup.environment_id == environment.id))
    session.execute(delete(Environment).where(Environment.id == environment.id))
