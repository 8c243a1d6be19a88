"""The assets that a workspace has already, and the rows that were made of them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select, update
from sqlalchemy.orm import load_only

from simulator.db.tables import (
    Connection,
    DataTable,
    Environment,
    LookupTable,
    PackageAsset,
    Project,
    Workspace,
)
from simulator.domain.packages.binding import Find
from simulator.domain.packages.model import Asset, Package, PackagedProject, Reference
from simulator.domain.packages.refusals import PackageError
from simulator.domain.packages.resolution import resolve
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class StoredAssets:
    """All assets of a workspace, including those that are being imported.

    Attributes:
        package: the assets as a package, so that references are resolved in the same way.
        rows: (project's name, zip_name) → the stored asset.
        projects: name → the project.
        elsewhere: (project's name, connection's name) → id of the connection that replaces one of a
            project that does not exist here.
    """

    package: Package
    rows: Mapping[tuple[str, str], PackageAsset]
    projects: Mapping[str, Project]
    elsewhere: dict[tuple[str, str], int] = field(default_factory=dict)

    def project(self, name: str) -> PackagedProject:
        """Return a project, by its name.

        Args:
            name: the name of one that the package has.
        """
        return next(each for each in self.package.projects if each.name == name)


def lock(world: World, workspace_id: int) -> None:
    """Serialize imports into a workspace, also those of other processes.

    Args:
        world: with an open unit of work; the lock ends with it.
        workspace_id: the id of the workspace.
    """
    world.db.session.execute(
        update(Workspace).where(Workspace.id == workspace_id).values(name=Workspace.name)
    )


def load_stored_assets(
    world: World,
    workspace_id: int,
    incoming: Iterable[PackagedProject] = (),
    *,
    deployed_to: int | None = None,
) -> StoredAssets:
    """Return a workspace's assets, with those of a package before them.

    Args:
        workspace_id: the id of the workspace.
        incoming: projects of a package.
        deployed_to: id of the environment whose deployed projects are meant; None for those that
            were made here.
    """
    session = world.db.session
    own = Project.workspace_id == workspace_id, Project.environment_id == deployed_to
    projects = {each.own_name: each for each in session.scalars(select(Project).where(*own))}
    light = load_only(
        PackageAsset.project_id,
        PackageAsset.zip_name,
        PackageAsset.kind,
        PackageAsset.name,
        PackageAsset.recipe_id,
        PackageAsset.connection_id,
        PackageAsset.server_number,
    )
    names = {each.id: name for name, each in projects.items()}
    rows: dict[tuple[str, str], PackageAsset] = {}
    found: defaultdict[str, dict[str, Asset]] = defaultdict(dict, {name: {} for name in projects})
    query = select(PackageAsset).where(PackageAsset.project_id.in_(names)).options(light)
    for row in session.scalars(query.order_by(PackageAsset.id)):
        name = names[row.project_id]
        rows[name, row.zip_name] = row
        found[name][row.zip_name] = Asset(zip_name=row.zip_name, kind=row.kind, name=row.name)
    folders = {}
    for project in incoming:
        found[project.name] |= project.by_zip_name
        folders[project.name] = project.folder
    package = Package(
        projects=tuple(
            PackagedProject(
                name=name,
                description="",
                folder=folders.get(name, name),
                assets=tuple(assets.values()),
            )
            for name, assets in found.items()
        )
    )
    return StoredAssets(package=package, rows=rows, projects=projects)


def create_project(
    world: World, workspace_id: int, name: str, deployed_to: Environment | None
) -> Project:
    """Create the project of a package.

    Args:
        workspace_id: the id of the workspace.
        name: without an environment.
        deployed_to: the environment, of one that is deployed.

    Raises:
        PackageError: another project has the name.
    """
    name = name if deployed_to is None else f"{name} ({deployed_to.name})"
    taken = select(Project.id).where(Project.workspace_id == workspace_id, Project.name == name)
    if world.db.session.scalar(taken) is not None:
        raise PackageError("", f"There is another project '{name}': rename it, and try again.")
    project = Project(workspace_id=workspace_id, name=name, environment=deployed_to)
    world.db.session.add(project)
    return project


def make_find(world: World, stored: StoredAssets, project: str, asset: Asset) -> Find:
    """Return what an asset's references mean: the id of the row that was made of each.

    Args:
        stored: the stored assets.
        project: the name of the asset's project.
        asset: which one refers.
    """
    own = stored.project(project)

    def find(reference: Reference) -> int | None:
        found = resolve(stored.package, own, asset, reference)
        if found is None:
            return _find_elsewhere(world, stored, project, reference)
        row = stored.rows.get((found.project.name, found.asset.zip_name))
        if row is None:
            return None
        return row.recipe_id or row.connection_id or _find_table(world, row)

    return find


def _find_elsewhere(
    world: World, stored: StoredAssets, project: str, reference: Reference
) -> int | None:
    """Return the id of the connection that a project has for one of a project that is not here."""
    if reference.kind != "connection":
        return None
    if number := stored.elsewhere.get((project, reference.name)):
        return number
    named = find_connection_called(world, stored.projects[project], reference.name)
    return named.id if named is not None else None


def find_connection_called(world: World, project: Project, name: str) -> Connection | None:
    """Return a builder's connection of a project by its name, the oldest of several.

    Args:
        project: where it is.
        name: its own.
    """
    return world.db.session.scalars(
        select(Connection)
        .where(
            Connection.project_id == project.id,
            Connection.name == name,
            Connection.parent_id.is_(None),
        )
        .order_by(Connection.id)
        .limit(1)
    ).first()


def _find_table(world: World, row: PackageAsset) -> int | None:
    """Return the id of the table that an asset describes; tables go by their project and name."""
    table: type[LookupTable] | type[DataTable]
    if row.kind == "lookup_table":
        table = LookupTable
    elif row.kind == "workato_db_table":
        table = DataTable
    else:
        return None
    return world.db.session.scalar(
        select(table.id).where(table.project_id == row.project_id, table.name == row.name)
    )
