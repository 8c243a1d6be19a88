"""Builders' connections as the page of a project lists them."""

from collections.abc import Collection

from sqlalchemy import select

from simulator.db.listing import Found, contains
from simulator.db.tables import Connection, Tag
from simulator.domain import asset_folders, tags
from simulator.domain.folders import Place
from simulator.world import World


def find_connections(
    world: World, place: Place, text: str = "", *, tag_id: int | None = None
) -> Found[Connection]:
    """Return the builders' connections in a folder, at any depth, by name.

    Args:
        place: the folder.
        text: part of a name.
        tag_id: the tag that they have; None for any.
    """
    found = select(Connection).where(
        Connection.parent_id.is_(None),
        asset_folders.is_inside(Connection, place),
        *contains(text, Connection.name),
    )
    if tag_id is not None:
        found = found.where(tags.has_tag(Connection, tag_id))
    return Found(world.db.session, found.order_by(Connection.name, Connection.id))


def find_tagged(
    world: World, tag: Tag, project_ids: Collection[int] | None = None
) -> Found[Connection]:
    """Return the connections that have a tag, by name.

    Args:
        tag: the tag.
        project_ids: the ids of the projects that they are of; None for all of them.
    """
    found = select(Connection).where(tags.has_tag(Connection, tag.id))
    if project_ids is not None:
        found = found.where(Connection.project_id.in_(project_ids))
    return Found(world.db.session, found.order_by(Connection.name, Connection.id))
