"""Files of projects that are what they describe: API collections, skills, custom connectors …"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, func, select

from simulator.db.listing import Found, contains
from simulator.db.tables import PackageAsset, Project
from simulator.domain import asset_folders
from simulator.domain.folders import Place
from simulator.domain.packages.model import Reference, read_reference
from simulator.errors import NotFound
from simulator.world import World


def select_of_kind(workspace_id: int, kind: str) -> Select[PackageAsset]:
    """Return the query for a workspace's assets of a kind, by id.

    Args:
        workspace_id: the workspace's id.
        kind: the kind of asset, as in the names of a package's files.
    """
    found = select(PackageAsset).join(Project, Project.id == PackageAsset.project_id)
    found = found.where(Project.workspace_id == workspace_id, PackageAsset.kind == kind)
    return found.order_by(PackageAsset.id)


def find_of_kind(world: World, workspace_id: int, kind: str, text: str) -> Found[PackageAsset]:
    """Return a workspace's assets of a kind whose names contain a text, by name.

    Args:
        workspace_id: the workspace's id.
        kind: the kind of asset.
        text: the text as typed; empty for all.
    """
    found = select_of_kind(workspace_id, kind).where(*contains(text, PackageAsset.name))
    by_name = func.lower(PackageAsset.name), PackageAsset.id
    return Found(world.db.session, found.order_by(None).order_by(*by_name))


def get_of_kind(world: World, workspace_id: int, kind: str, number: int, what: str) -> PackageAsset:
    """Return an asset of a kind.

    Args:
        workspace_id: the workspace's id.
        kind: the kind of asset.
        number: its id.
        what: what people call the kind.

    Raises:
        NotFound: it does not exist.
    """
    found = select_of_kind(workspace_id, kind).where(PackageAsset.id == number)
    row = world.db.session.scalar(found)
    if row is None:
        raise NotFound(f"There is no {what} {number} in this workspace.")
    return row


def store(
    world: World, project: Project, kind: str, name: str, document: dict[str, Any]
) -> PackageAsset:
    """Store a new asset in a project.

    Args:
        project: the project that it belongs to.
        kind: the kind of asset.
        name: for people; its file is called after it.
        document: what its JSON says.
    """
    now, place = world.clock.now(), Place(project=project)
    row = PackageAsset(
        project_id=project.id,
        zip_name=asset_folders.find_free_name(world, place, name, kind),
        kind=kind,
        name=name,
        document=document,
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(row)
    world.db.session.flush()
    return row


def refer(file: PackageAsset) -> Mapping[str, str]:
    """Return what another asset says to refer to this one.

    Args:
        file: the file that is referred to.
    """
    return {"zip_name": file.zip_name, "name": file.name, "folder": file.folder}


def get_reference(row: PackageAsset, member: str) -> Reference | None:
    """Return what a member of an asset refers to; None where it does not.

    Args:
        row: the asset.
        member: the member of its JSON.
    """
    return read_reference((row.document or {}).get(member))


def follow(world: World, row: PackageAsset, member: str) -> PackageAsset | None:
    """Return the file of the same project that a member of an asset refers to; None for none.

    Args:
        row: the asset.
        member: the member of its JSON.
    """
    reference = get_reference(row, member)
    return None if reference is None else find_file(world, row, reference)


def find_file(world: World, row: PackageAsset, reference: Reference) -> PackageAsset | None:
    """Return the file of an asset's project that a reference names; None where it is not there.

    Args:
        row: the asset that refers to it.
        reference: by its place in the package.
    """
    own = PackageAsset.project_id == row.project_id
    return world.db.session.scalar(
        select(PackageAsset).where(own, PackageAsset.zip_name == reference.zip_name)
    )
