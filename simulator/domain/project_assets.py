"""Files of projects that are what they describe: API collections, endpoints, custom connectors."""

from sqlalchemy import Select, select

from simulator.db.tables import PackageAsset, Project
from simulator.errors import NotFound
from simulator.world import World


def select_of_kind(workspace_id: int, kind: str) -> Select[PackageAsset]:
    """Return the query for a workspace's assets of a kind, by id.

    Args:
        workspace_id: whose.
        kind: of asset, as in the names of a package's files.
    """
    found = select(PackageAsset).join(Project, Project.id == PackageAsset.project_id)
    found = found.where(Project.workspace_id == workspace_id, PackageAsset.kind == kind)
    return found.order_by(PackageAsset.id)


def get_of_kind(world: World, workspace_id: int, kind: str, number: int, what: str) -> PackageAsset:
    """Return an asset of a kind.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        kind: of asset.
        number: its id.
        what: what people call the kind.

    Raises:
        NotFound: there is none.
    """
    found = select_of_kind(workspace_id, kind).where(PackageAsset.id == number)
    row = world.db.session.scalar(found)
    if row is None:
        raise NotFound(f"There is no {what} {number} in this workspace.")
    return row
