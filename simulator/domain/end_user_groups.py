"""End-user groups: who is a member, and who may be given access to a server."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func, select

from simulator.db.claim import did_change
from simulator.db.listing import Found, contains, first_of_each
from simulator.db.tables import (
    EndUser,
    EndUserGroup,
    Environment,
    GroupMember,
    McpServer,
    ServerGroup,
)
from simulator.db.upsert import insert_missing
from simulator.domain import group_names
from simulator.errors import FieldError, NotFound, list_choices
from simulator.world import World

_GONE = "This end-user group does not exist."
#: So many are looked at to say which groups there are: more than a sentence names.
_MOST_NAMED = 50


def set_groups(world: World, person: EndUser, names: Collection[str]) -> None:
    """Make somebody a member of these end-user groups and of no others.

    In the product, directory groups that are synchronised change members like this.

    Args:
        person: the person.
        names: the names as `group_names.get_group_names` has them.

    Raises:
        FieldError: on `groups`: there is none of that name.
    """
    if isinstance(names, str):  # a collection, too, but of letters
        raise FieldError("groups", f"Groups are a list of names, such as ['{names}'].")
    known = group_names.find_by_names(world, person.workspace_id, names)
    for name in names:
        if name not in known:
            there = group_names.list_unique_names(world, person.workspace_id, _MOST_NAMED)
            known_names = list_choices(f"'{each}'" for each in there)
            raise FieldError("groups", f"There is no end-user group '{name}'. {known_names}")
    session = world.db.session
    own = select(GroupMember.group_id).where(GroupMember.end_user_id == person.id)
    before, after = set(session.scalars(own)), set(known.values())
    for group_id in sorted(before ^ after):
        group = session.get_one(EndUserGroup, group_id)
        set_member(world, group, person, is_member=group_id in after)


def set_member(world: World, group: EndUserGroup, person: EndUser, *, is_member: bool) -> None:
    """Add a person to a group or remove them; it is no error if that is so already.

    Args:
        group: the end-user group.
        person: the end user.
        is_member: True to add them, False to remove them.
    """
    session = world.db.session
    key = {"group_id": group.id, "end_user_id": person.id}
    if is_member:
        changed = insert_missing(session, GroupMember, key)
    else:
        own = GroupMember.group_id == group.id, GroupMember.end_user_id == person.id
        changed = did_change(session, delete(GroupMember).where(*own))
    if changed:
        session.expire(group, ["members"])
        group.updated_at = world.clock.now()
        session.flush()


def get_memberships(
    world: World, end_user_ids: Collection[str], environment_id: int | None = None
) -> dict[str, list[EndUserGroup]]:
    """Return the groups of these end users, by environment and name: end-user id → groups.

    Args:
        end_user_ids: the end users' ids.
        environment_id: the id of one environment; None for all.
    """
    query = (
        select(GroupMember.end_user_id, EndUserGroup)
        .join(EndUserGroup, EndUserGroup.id == GroupMember.group_id)
        .where(GroupMember.end_user_id.in_(end_user_ids))
        .order_by(EndUserGroup.environment_id, EndUserGroup.name)
    )
    if environment_id is not None:
        query = query.where(EndUserGroup.environment_id == environment_id)
    found: dict[str, list[EndUserGroup]] = {}
    for end_user_id, one in world.db.session.execute(query):
        found.setdefault(end_user_id, []).append(one)
    return found


def list_groups(world: World, environment_id: int, text: str = "") -> Found[EndUserGroup]:
    """Return an environment's end-user groups, by name.

    Args:
        environment_id: the environment's id.
        text: part of a name.
    """
    found = select(EndUserGroup).where(EndUserGroup.environment_id == environment_id)
    found = found.where(*contains(text, EndUserGroup.name)).order_by(EndUserGroup.name)
    return Found(world.db.session, found)


def list_with_access(world: World, server: McpServer, text: str = "") -> Found[EndUserGroup]:
    """Return the groups that have access to a server, by name.

    Args:
        server: the MCP server.
        text: part of a name.
    """
    found = select(EndUserGroup).join(ServerGroup, ServerGroup.group_id == EndUserGroup.id)
    found = found.where(
        ServerGroup.server_number == server.number, *contains(text, EndUserGroup.name)
    )
    return Found(world.db.session, found.order_by(EndUserGroup.name, EndUserGroup.id))


def get_groups_with_access(
    world: World, numbers: Collection[int], most: int
) -> dict[int, list[EndUserGroup]]:
    """Return the first groups by name that have access to servers: number → groups.

    Args:
        numbers: the numbers of the servers.
        most: groups of each server.
    """
    order = EndUserGroup.name, EndUserGroup.id
    joined = EndUserGroup.id == ServerGroup.group_id
    return first_of_each(
        world.db.session, ServerGroup.server_number, EndUserGroup, joined, order, numbers, most
    )


def find_with_access(world: World, server: McpServer, group_id: str) -> EndUserGroup | None:
    """Return a group if it has access to a server, else None.

    Args:
        server: the MCP server.
        group_id: the group's id.
    """
    grant = world.db.session.get(ServerGroup, (server.number, group_id))
    return world.db.session.get(EndUserGroup, group_id) if grant else None


def list_assignable(
    world: World,
    server: McpServer,
    text: str = "",
    *,
    ids: Collection[str] = (),
    except_ids: Collection[str] = (),
) -> Found[EndUserGroup]:
    """Return the groups of a server's environment that have no access yet, by name.

    Args:
        server: the MCP server.
        text: part of a name.
        ids: the ids of groups; empty for all.
        except_ids: the ids of groups that are left out.
    """
    taken = select(ServerGroup).where(
        ServerGroup.server_number == server.number, ServerGroup.group_id == EndUserGroup.id
    )
    found = select(EndUserGroup).where(
        EndUserGroup.environment_id == server.environment_id,
        ~taken.exists(),
        *contains(text, EndUserGroup.name),
    )
    if ids:
        found = found.where(EndUserGroup.id.in_(ids))
    if except_ids:
        found = found.where(EndUserGroup.id.not_in(except_ids))
    return Found(world.db.session, found.order_by(EndUserGroup.name))


def count_in_workspace(world: World, workspace_id: int) -> int:
    """Return how many end-user groups the environments of a workspace have.

    Args:
        workspace_id: the workspace's id.
    """
    found = select(EndUserGroup.id).join(Environment)
    return Found(world.db.session, found.where(Environment.workspace_id == workspace_id)).count()


def has_members(world: World, workspace_id: int) -> bool:
    """Return whether any end-user group of a workspace has a member.

    Args:
        workspace_id: the workspace's id.
    """
    member = select(GroupMember.group_id).join(EndUserGroup).join(Environment)
    found = member.where(Environment.workspace_id == workspace_id).limit(1)
    return world.db.session.scalar(found) is not None


def count_members(world: World, group_ids: Sequence[str]) -> dict[str, int]:
    """Return the number of members of each group.

    Args:
        group_ids: the groups' ids.
    """
    rows = world.db.session.execute(
        select(GroupMember.group_id, func.count())
        .where(GroupMember.group_id.in_(group_ids))
        .group_by(GroupMember.group_id)
    )
    return dict.fromkeys(group_ids, 0) | dict(rows.all())


def delete_group(world: World, group: EndUserGroup) -> None:
    """Delete a group; its members lose the access it gave.

    Args:
        group: the end-user group.

    Raises:
        NotFound: somebody else deletes it at the same moment.
    """
    own = delete(EndUserGroup).where(EndUserGroup.id == group.id)
    if not did_change(world.db.session, own):
        raise NotFound(_GONE)


def find_group(world: World, environment_id: int, group_id: str) -> EndUserGroup | None:
    """Return a group of an environment, or None.

    Args:
        environment_id: the environment's id.
        group_id: the group's id.
    """
    found = world.db.session.get(EndUserGroup, group_id) if group_id else None
    return found if found is not None and found.environment_id == environment_id else None


def get_group(world: World, workspace_id: int, group_id: str) -> EndUserGroup:
    """Return a group of this workspace.

    Args:
        workspace_id: the workspace's id.
        group_id: the group's id.

    Raises:
        NotFound: there is none with this id.
    """
    found = world.db.session.get(EndUserGroup, group_id)
    if found is None or found.environment.workspace_id != workspace_id:
        raise NotFound(_GONE)
    return found
