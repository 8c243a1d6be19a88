"""API clients and their roles, as Workspace admin and the Developer API administer them.

Workato docs, API clients: a role says which endpoints, a client which environment, projects and
addresses; its token is shown once.
"""

import ipaddress
from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select

from simulator.crypto import fingerprint
from simulator.db.claim import lock_present
from simulator.db.listing import Found, contains
from simulator.db.tables import ApiClient, ApiClientRole, Environment, Project
from simulator.db.upsert import insert_missing
from simulator.domain import workspaces
from simulator.errors import AlreadyExists, FieldError, NotFound
from simulator.world import World

#: How environments are called in requests (Workato docs, API clients) → how they are named here.
_SHORT = {"dev": "development", "test": "test", "prod": "production"}
_MOST_ADDRESSES = 100
_LONGEST_NAME = 100
#: What the number of a copy may take of its name.
_ROOM = len(" (100000)")


def list_clients(world: World, workspace_id: int, text: str = "") -> Found[ApiClient]:
    """Return the API clients of a workspace, by name.

    Args:
        workspace_id: the workspace's id.
        text: part of a name.
    """
    found = (
        select(ApiClient)
        .join(Environment)
        .where(Environment.workspace_id == workspace_id, *contains(text, ApiClient.name))
    )
    return Found(world.db.session, found.order_by(ApiClient.name, ApiClient.id))


def get_client(world: World, workspace_id: int, client_id: int) -> ApiClient:
    """Return an API client of a workspace.

    Args:
        workspace_id: the workspace's id.
        client_id: the client's id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(ApiClient, client_id)
    if found is None or found.environment.workspace_id != workspace_id:
        raise NotFound("This API client does not exist.")
    return found


def create_client(
    world: World,
    environment: Environment,
    *,
    name: str,
    role: ApiClientRole | None,
    project_ids: Collection[int] | None = None,
    ip_allow_list: Sequence[str] = (),
) -> tuple[ApiClient, str]:
    """Create an API client.

    Args:
        environment: the environment that it works in.
        name: 1 to 100 characters; no other client of the environment has it.
        role: which endpoints; None for all of them.
        project_ids: the ids of the projects that it may access; None for all, including later ones.
        ip_allow_list: addresses and CIDR blocks that may use it; empty for all.

    Returns:
        The client and its token, which nobody can read again.

    Raises:
        FieldError: on `name`, `project_ids` or `ip_allow_list`.
        AlreadyExists: on `name`.
    """
    name = _check_name(name)
    projects = _check_projects(world, environment.workspace_id, project_ids)
    addresses = _check_addresses(ip_allow_list)
    token, now = _new_token(world), world.clock.now()
    key = {"environment_id": environment.id, "name": name}
    made = insert_missing(
        world.db.session,
        ApiClient,
        key,
        token_hash=fingerprint(token),
        role_id=role.id if role else None,
        project_ids=projects,
        ip_allow_list=addresses,
        created_at=now,
        updated_at=now,
        token_created_at=now,
    )
    if not made:
        raise _taken(environment, name)
    return world.db.session.scalars(select(ApiClient).filter_by(**key)).one(), token


def change_client(
    world: World,
    client: ApiClient,
    *,
    name: str,
    role: ApiClientRole | None,
    project_ids: Collection[int] | None,
    ip_allow_list: Sequence[str],
) -> None:
    """Change an API client; its environment and token stay. It counts from the next request on.

    Args:
        client: the API client.
        name: the new name; this and the other arguments are as in `create_client`.
        role: see there.
        project_ids: see there.
        ip_allow_list: see there.

    Raises:
        FieldError: on `name`, `project_ids` or `ip_allow_list`.
        AlreadyExists: on `name`.
    """
    name = _check_name(name)
    other = select(ApiClient.id).where(
        ApiClient.environment_id == client.environment_id,
        ApiClient.name == name,
        ApiClient.id != client.id,
    )
    if world.db.session.scalar(other):
        raise _taken(client.environment, name)
    client.project_ids = _check_projects(world, client.environment.workspace_id, project_ids)
    client.ip_allow_list = _check_addresses(ip_allow_list)
    client.name, client.role_id = name, role.id if role else None
    client.updated_at = world.clock.now()
    world.db.session.flush()
    world.db.session.expire(client, ["role"])


def regenerate_token(world: World, client: ApiClient) -> str:
    """Give an API client another token; the one before dies at once.

    Args:
        client: the API client.

    Returns:
        The token, which nobody can read again.
    """
    token = _new_token(world)
    client.token_hash = fingerprint(token)
    client.token_created_at = client.updated_at = world.clock.now()
    world.db.session.flush()
    return token


def delete_client(world: World, client: ApiClient) -> None:
    """Delete an API client; its token is refused from then on.

    Args:
        client: the API client.
    """
    world.db.session.execute(delete(ApiClient).where(ApiClient.id == client.id))


def list_roles(world: World, workspace_id: int) -> Sequence[ApiClientRole]:
    """Return the client roles of a workspace, by name.

    Args:
        workspace_id: the workspace's id.
    """
    own = select(ApiClientRole).where(ApiClientRole.workspace_id == workspace_id)
    return world.db.session.scalars(own.order_by(ApiClientRole.name, ApiClientRole.id)).all()


def get_role(world: World, workspace_id: int, role_id: int) -> ApiClientRole:
    """Return a client role of a workspace.

    Args:
        workspace_id: the workspace's id.
        role_id: the role's id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(ApiClientRole, role_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This client role does not exist.")
    return found


def save_role(
    world: World,
    workspace_id: int,
    role: ApiClientRole | None,
    *,
    name: str,
    endpoints: Collection[str],
) -> ApiClientRole:
    """Create a client role, or change one: its clients have what it allows from then on.

    Args:
        workspace_id: the workspace's id.
        role: the role to change; None for a new one.
        name: 1 to 100 characters.
        endpoints: the endpoints that its clients may use, as `METHOD /api/path/{parameter}`.

    Raises:
        FieldError: on `name` or `endpoints`.
        AlreadyExists: on `name`.
        NotFound: somebody else deleted it meanwhile.
    """
    name, now = _check_name(name), world.clock.now()
    workspaces.lock(world, workspace_id)
    if role is not None:
        lock_present(world.db.session, role)
    if not endpoints:
        raise FieldError("endpoints", "Select at least one endpoint.")
    twin = select(ApiClientRole.id).where(
        ApiClientRole.workspace_id == workspace_id,
        ApiClientRole.name == name,
        ApiClientRole.id != (role.id if role else 0),
    )
    if world.db.session.scalar(twin):
        raise AlreadyExists("name", f"There already is a client role '{name}'.")
    if role is None:
        role = ApiClientRole(workspace_id=workspace_id, created_at=now)
        world.db.session.add(role)
    role.name, role.endpoints, role.updated_at = name, sorted(set(endpoints)), now
    world.db.session.flush()
    return role


def copy_role(world: World, role: ApiClientRole) -> ApiClientRole:
    """Create a client role that allows what another one does; no client has it yet.

    It is called `Copy of`, with a number where there is one of that name (our choice).

    Args:
        role: the original.
    """
    start = f"Copy of {role.name}"[: _LONGEST_NAME - _ROOM]
    own = select(ApiClientRole.name).where(ApiClientRole.workspace_id == role.workspace_id)
    taken = set(world.db.session.scalars(own))
    names = (start, *(f"{start} ({number})" for number in range(2, len(taken) + 3)))
    name = next(each for each in names if each not in taken)
    return save_role(world, role.workspace_id, None, name=name, endpoints=role.endpoints)


def delete_role(world: World, role: ApiClientRole) -> None:
    """Delete a client role that no client has.

    Args:
        role: the client role.

    Raises:
        FieldError: on `role`: clients have it.
        NotFound: somebody else deleted it meanwhile.
    """
    lock_present(world.db.session, role)
    users = count_clients(world, [role.id])[role.id]
    if users:
        raise FieldError(
            "role",
            f"{users} API client{'s have' if users != 1 else ' has'} the role '{role.name}'. "
            "Give them another one first.",
        )
    world.db.session.execute(delete(ApiClientRole).where(ApiClientRole.id == role.id))


def count_clients(world: World, role_ids: Collection[int]) -> dict[int, int]:
    """Return how many API clients have each role.

    Args:
        role_ids: the ids of the roles.
    """
    counted = (
        select(ApiClient.role_id, func.count())
        .where(ApiClient.role_id.in_(role_ids))
        .group_by(ApiClient.role_id)
    )
    found = {row[0]: row[1] for row in world.db.session.execute(counted)}
    return {each: found.get(each, 0) for each in role_ids}


def find_environment(world: World, workspace_id: int, name: str) -> Environment:
    """Return an environment by its name, or as requests call it: `DEV`, `TEST` or `PROD`.

    Args:
        workspace_id: the workspace's id.
        name: the name, in upper or lower case.

    Raises:
        FieldError: on `environment`.
    """
    own = select(Environment).where(Environment.workspace_id == workspace_id)
    names = {name.strip().lower(), _SHORT.get(name.strip().lower(), "")}
    for each in world.db.session.scalars(own.order_by(Environment.id)):
        if each.name.lower() in names:
            return each
    raise FieldError("environment", f"There is no environment '{name}'.")


def _new_token(world: World) -> str:
    """`wrkaus-` in the US, `wrkatrial-` in the Developer sandbox; others are inferred from them."""
    return f"wrka{world.settings.data_center}-{world.randomness.secret('API client')}"


def _check_name(name: str) -> str:
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise FieldError("name", "A name has 1 to 100 characters, in one line.")
    return name


def _check_projects(
    world: World, workspace_id: int, project_ids: Collection[int] | None
) -> list[int] | None:
    if project_ids is None:
        return None
    ids = sorted(set(project_ids))
    there = select(func.count()).where(Project.id.in_(ids), Project.workspace_id == workspace_id)
    if not ids or world.db.session.scalar(there) != len(ids):
        raise FieldError("project_ids", "Select at least one existing project, or all projects.")
    return ids


def _check_addresses(addresses: Sequence[str]) -> list[str]:
    found = [each.strip() for each in addresses]
    if len(found) > _MOST_ADDRESSES:
        raise FieldError("ip_allow_list", f"At most {_MOST_ADDRESSES} addresses are taken.")
    for each in found:
        try:
            ipaddress.ip_network(each, strict=False)
        except ValueError:
            raise FieldError(
                "ip_allow_list",
                f"'{each}' is neither an IP address nor a block such as 10.0.0.0/8.",
            ) from None
    return found


def _taken(environment: Environment, name: str) -> AlreadyExists:
    return AlreadyExists(
        "name", f"The environment {environment.name} already has an API client '{name}'."
    )
