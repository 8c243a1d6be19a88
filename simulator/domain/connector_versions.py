"""Versions of a custom connector, each with its code (Workato docs, SDK, version control)."""

from collections.abc import Mapping, Sequence

from sqlalchemy import func, select

from simulator.db.listing import Found
from simulator.db.tables import ConnectorVersion, PackageAsset
from simulator.domain import activity_trail
from simulator.errors import NotFound
from simulator.world import World


def list_versions(
    world: World, connectors: Sequence[PackageAsset]
) -> Mapping[int, Sequence[ConnectorVersion]]:
    """Return the versions of custom connectors, without their code: id → the oldest first.

    Args:
        connectors: their files.
    """
    found: dict[int, list[ConnectorVersion]] = {each.id: [] for each in connectors}
    rows = select(ConnectorVersion).where(ConnectorVersion.connector_id.in_(found))
    for each in world.db.session.scalars(rows.order_by(ConnectorVersion.version_no)):
        found[each.connector_id].append(each)
    return found


def list_newest(
    world: World, connectors: Sequence[PackageAsset], *, released: bool = False
) -> Mapping[int, ConnectorVersion]:
    """Return the newest version of each custom connector: id → version, where there is one.

    Args:
        connectors: their files.
        released: only those that were released count.
    """
    own, number = ConnectorVersion.connector_id, func.max(ConnectorVersion.version_no)
    newest = select(own, number.label("number")).where(own.in_([each.id for each in connectors]))
    if released:
        newest = newest.where(ConnectorVersion.released_at.is_not(None))
    found = newest.group_by(own).subquery()
    same = (found.c.connector_id == own) & (found.c.number == ConnectorVersion.version_no)
    rows = world.db.session.scalars(select(ConnectorVersion).join(found, same))
    return {each.connector_id: each for each in rows}


def find_versions(world: World, connector: PackageAsset) -> Found[ConnectorVersion]:
    """Return the versions of a custom connector, the newest first.

    Args:
        connector: its file.
    """
    own = select(ConnectorVersion).where(ConnectorVersion.connector_id == connector.id)
    return Found(world.db.session, own.order_by(ConnectorVersion.version_no.desc()))


def get_version(world: World, connector: PackageAsset, number: int) -> ConnectorVersion:
    """Return a version of a custom connector.

    Args:
        connector: its file.
        number: the number of the version.

    Raises:
        NotFound: it has none of that number.
    """
    row = world.db.session.get(ConnectorVersion, (connector.id, number))
    if row is None:
        raise NotFound(f"The connector has no version {number}.")
    return row


def get_latest(world: World, connector: PackageAsset) -> ConnectorVersion:
    """Return the latest version of a custom connector, which always has one.

    Args:
        connector: its file.
    """
    return find_versions(world, connector).first(1)[0]


def add_version(
    world: World, connector: PackageAsset, number: int, code: str, note: str | None
) -> ConnectorVersion:
    """Add a version, which is not released.

    Args:
        connector: its file.
        number: the number of the version.
        code: the code of the connector.
        note: on the version.
    """
    made = ConnectorVersion(
        connector_id=connector.id,
        version_no=number,
        note=note,
        code=code,
        author_name=name_actor(world),
        created_at=world.clock.now(),
    )
    world.db.session.add(made)
    world.db.session.flush()
    return made


def name_actor(world: World) -> str | None:
    """Return the name of who acts, a person or a program; None where nobody does."""
    actor = activity_trail.get_actor(world)
    return actor.name if actor else None
