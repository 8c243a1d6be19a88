"""Who creates and changes tags (Workato docs, tags for assets, tag management permissions).

Owners and admins manage every tag. Whoever may edit assets makes tags and manages their own, unless
the workspace restricts that; and gives and takes away any tag in either case.
"""

from simulator.db.tables import Tag, Workspace
from simulator.world import World


def is_restricted(world: World, workspace_id: int) -> bool:
    """Return whether owners and admins alone create and change tags.

    Args:
        workspace_id: the id of the tags' workspace.
    """
    return world.db.session.get_one(Workspace, workspace_id).restricts_tags


def restrict(world: World, workspace_id: int, *, to_admins: bool) -> None:
    """Say who creates and changes tags.

    Args:
        workspace_id: the id of the tags' workspace.
        to_admins: owners and admins alone.
    """
    world.db.session.get_one(Workspace, workspace_id).restricts_tags = to_admins


def may_create(world: World, workspace_id: int, *, is_admin: bool, may_build: bool) -> bool:
    """Return whether somebody creates tags.

    Args:
        workspace_id: the workspace's id.
        is_admin: whether they are the owner or an admin.
        may_build: whether they edit assets.
    """
    return is_admin or (may_build and not is_restricted(world, workspace_id))


def may_change(
    world: World, tag: Tag, collaborator_id: int, *, is_admin: bool, may_build: bool
) -> bool:
    """Return whether somebody changes and deletes a tag.

    Args:
        tag: the tag.
        collaborator_id: the collaborator's id.
        is_admin: whether they are the owner or an admin.
        may_build: whether they edit assets.
    """
    if is_admin:
        return True
    is_own = tag.author_id == collaborator_id
    return is_own and may_create(world, tag.workspace_id, is_admin=False, may_build=may_build)
