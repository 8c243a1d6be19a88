"""Builders' connections as the page of a project lists them."""

from sqlalchemy import select

from simulator.db.listing import Found, contains
from simulator.db.tables import Connection
from simulator.domain import asset_folders
from simulator.domain.folders import Place
from simulator.world import World


def find_connections(world: World, place: Place, text: str = "") -> Found[Connection]:
    """Return the builders' connections in a folder, at any depth, by name.

    Args:
        world: with an open unit of work.
        place: the folder.
        text: part of a name.
    """
    found = select(Connection).where(
        Connection.parent_id.is_(None),
        asset_folders.is_inside(Connection, place),
        *contains(text, Connection.name),
    )
    return Found(world.db.session, found.order_by(Connection.name, Connection.id))
