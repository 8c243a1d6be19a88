"""Which end users may use an MCP server: by a group, individually, and by environment.

Access comes from an end-user group that is assigned to the server, or is given to one person
(Workato docs, Workato Identity: "Add end users" offers both). Whoever lost the environment that the
server is in has none, whatever their groups are ("Revoke user access to an environment").
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, exists, insert, literal, or_, select

from simulator.db.claim import did_change
from simulator.db.listing import Found, contains, first_of_each
from simulator.db.tables import (
    EndUser,
    Environment,
    EnvironmentRevocation,
    GroupMember,
    McpServer,
    ServerEndUser,
    ServerGroup,
)
from simulator.db.upsert import insert_missing
from simulator.errors import FieldError, Forbidden, NotFound
from simulator.world import World


def has_grant(number: Any, end_user_id: Any) -> ColumnElement[bool]:
    """Return the SQL condition that a person has access to a server, by a group or individually.

    Args:
        number: the number of the server: a value, a parameter or a column of another table.
        end_user_id: the id of the end user: a value, a parameter or a column of another table.
    """
    by_group = exists().where(
        GroupMember.group_id == ServerGroup.group_id,
        ServerGroup.server_number == number,
        GroupMember.end_user_id == end_user_id,
    )
    alone = exists().where(
        ServerEndUser.server_number == number, ServerEndUser.end_user_id == end_user_id
    )
    return or_(by_group, alone)


def has_lost_environment(number: Any, end_user_id: Any) -> ColumnElement[bool]:
    """Return the SQL condition that a person's access to a server's environment is revoked.

    Args:
        number: see `has_grant`.
        end_user_id: see `has_grant`.
    """
    server = McpServer.__table__.alias()
    return exists().where(
        EnvironmentRevocation.environment_id == server.c.environment_id,
        EnvironmentRevocation.end_user_id == end_user_id,
        server.c.number == number,
    )


def is_given_to_anybody(number: Any) -> ColumnElement[bool]:
    """Return the SQL condition that any group or person has access to a server.

    Args:
        number: see `has_grant`.
    """
    return or_(
        exists().where(ServerGroup.server_number == number),
        exists().where(ServerEndUser.server_number == number),
    )


def list_end_users(
    world: World, server: McpServer, text: str = "", *, ids: Collection[str] = ()
) -> Found[EndUser]:
    """Return the end users with individual access to a server, sorted by name.

    Args:
        server: the MCP server.
        text: part of a name or e-mail address.
        ids: the ids of end users; empty for all.
    """
    found = select(EndUser).join(ServerEndUser, ServerEndUser.end_user_id == EndUser.id)
    found = found.where(
        ServerEndUser.server_number == server.number, *contains(text, EndUser.name, EndUser.email)
    )
    if ids:
        found = found.where(EndUser.id.in_(ids))
    return Found(world.db.session, found.order_by(EndUser.name, EndUser.id))


def get_end_users(world: World, numbers: Collection[int], most: int) -> dict[int, list[EndUser]]:
    """Return the first end users by name with individual access to servers: number → end users.

    Args:
        numbers: the numbers of the servers.
        most: people of each server.
    """
    order = EndUser.name, EndUser.id
    joined = EndUser.id == ServerEndUser.end_user_id
    return first_of_each(
        world.db.session, ServerEndUser.server_number, EndUser, joined, order, numbers, most
    )


def list_assignable(
    world: World,
    server: McpServer,
    text: str = "",
    *,
    ids: Collection[str] = (),
    except_ids: Collection[str] = (),
) -> Found[EndUser]:
    """Return the end users of a server's workspace without individual access, sorted by name.

    Args:
        server: the MCP server.
        text: part of a name or e-mail address.
        ids: the ids of end users; empty for all.
        except_ids: the ids of end users who are left out.
    """
    own = ServerEndUser.server_number == server.number, ServerEndUser.end_user_id == EndUser.id
    found = select(EndUser).where(
        EndUser.workspace_id == server.workspace_id,
        ~exists().where(*own),
        *contains(text, EndUser.name, EndUser.email),
    )
    if ids:
        found = found.where(EndUser.id.in_(ids))
    if except_ids:
        found = found.where(EndUser.id.not_in(except_ids))
    return Found(world.db.session, found.order_by(EndUser.name, EndUser.id))


def check_takes_end_users(server: McpServer) -> None:
    """Check that end users sign in to a server.

    Args:
        server: the MCP server.

    Raises:
        Forbidden: the server's access method is not Workato Identity.
    """
    if not server.uses_workato_identity:
        raise Forbidden(
            "Only servers with Workato Identity have end users: switch the access method first."
        )


def add_end_users(world: World, server: McpServer, ids: Sequence[str]) -> list[EndUser]:
    """Give end users individual access to a server; those who have it keep it.

    Args:
        server: the MCP server.
        ids: the ids of the end users.

    Returns:
        The end users who did not have it before.

    Raises:
        NotFound: an id is not one of an end user of the workspace.
    """
    session, added = world.db.session, []
    for each in dict.fromkeys(ids):
        person = session.get(EndUser, each)
        if person is None or person.workspace_id != server.workspace_id:
            raise NotFound(f"There is no end user '{each}'.")
        key = {"server_number": server.number, "end_user_id": person.id}
        if insert_missing(session, ServerEndUser, key):
            added.append(person)
    if added:
        server.updated_at = world.clock.now()
    return added


def remove_end_user(world: World, server: McpServer, end_user_id: str) -> EndUser:
    """Remove a person's individual access; access by their groups stays.

    Args:
        server: the MCP server.
        end_user_id: of the person.

    Raises:
        NotFound: they have no individual access.
    """
    session = world.db.session
    person = session.get(EndUser, end_user_id)
    own = ServerEndUser.server_number == server.number, ServerEndUser.end_user_id == end_user_id
    if person is None or not did_change(session, delete(ServerEndUser).where(*own)):
        raise NotFound("This end user has no access of their own to the server any more.")
    server.updated_at = world.clock.now()
    return person


def list_lost_environments(world: World, person: EndUser) -> set[int]:
    """Return the ids of the environments that a person's access was revoked for.

    Args:
        person: the end user.
    """
    own = EnvironmentRevocation.end_user_id == person.id
    return set(world.db.session.scalars(select(EnvironmentRevocation.environment_id).where(own)))


def get_lost_environments(world: World, ids: Collection[str]) -> dict[str, list[str]]:
    """Return the names of environments with revoked access: id of the person → names.

    Args:
        ids: the ids of end users.
    """
    lost = select(EnvironmentRevocation.end_user_id, Environment.name).join(
        Environment, Environment.id == EnvironmentRevocation.environment_id
    )
    found: dict[str, list[str]] = {}
    theirs = EnvironmentRevocation.end_user_id.in_(ids)
    for person, name in world.db.session.execute(lost.where(theirs).order_by(Environment.name)):
        found.setdefault(person, []).append(name)
    return found


def close_to_selected(world: World, environment: Environment) -> None:
    """Revoke the access to a new environment of everybody who was provisioned with selected ones.

    Nobody can have selected it for them; an admin may give it to each (Workato docs, SAML: people
    who are provisioned just in time get the environments that are selected).

    Args:
        environment: new.
    """
    theirs = select(literal(environment.id), EndUser.id).where(
        EndUser.workspace_id == environment.workspace_id, EndUser.has_selected_environments
    )
    columns = EnvironmentRevocation.environment_id, EnvironmentRevocation.end_user_id
    closing = insert(EnvironmentRevocation).from_select([each.key for each in columns], theirs)
    world.db.session.execute(closing.returning(*columns)).all()


def set_environment(
    world: World, person: EndUser, environment: Environment, *, is_allowed: bool
) -> bool:
    """Revoke a person's access to an environment, or give it back; return whether that is new.

    Groups and connections stay: all of it works again when the access is back (our choice).

    Args:
        person: the end user.
        environment: the environment of their workspace.
        is_allowed: False to revoke the access.

    Raises:
        FieldError: on `environment`: it is of another workspace.
    """
    if environment.workspace_id != person.workspace_id:
        raise FieldError("environment", "This environment is of another workspace.")
    session = world.db.session
    key = {"environment_id": environment.id, "end_user_id": person.id}
    if not is_allowed:
        return insert_missing(session, EnvironmentRevocation, key)
    own = [getattr(EnvironmentRevocation, name) == value for name, value in key.items()]
    return did_change(session, delete(EnvironmentRevocation).where(*own))
