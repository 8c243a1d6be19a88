"""Imports and exports of packages by the Developer API, with their status."""

import base64
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select, update

from simulator.db.claim import delete_present
from simulator.db.tables import ExportManifest, Folder, Package, Project, Recipe
from simulator.db.tables.packages import EXPORT, IMPORT
from simulator.domain import recipe_starts
from simulator.domain.folders import Place
from simulator.domain.packages import app_manifests, exporting, importing, reading
from simulator.domain.packages.model import KINDS, Asset, PackagedProject
from simulator.domain.packages.model import Package as ReadPackage
from simulator.domain.packages.outcome import Action, Outcome
from simulator.domain.packages.refusals import PackageError
from simulator.errors import NotFound
from simulator.world import World

COMPLETED = "completed"
FAILED = "failed"
#: What became of a recipe that did not run, or was not changed (Workato's own OpenAPI document).
_NOT_RESTARTED = "no_update_or_updated_without_restart"


def import_zip(
    world: World,
    workspace_id: int,
    environment_id: int,
    place: Place,
    content: bytes,
    *,
    restart_recipes: bool,
) -> Package:
    """Import a zip into a folder; it is over when this returns (our choice: it is quick).

    New recipes are stopped, as Workato's are. One that runs and is changed is started again where
    the caller allows that, and goes on running where not (our choice). One that cannot be started
    again stops.

    Args:
        workspace_id: the id of the workspace.
        environment_id: the environment id of its connections and servers.
        place: where it is imported.
        content: the content of the zip.
        restart_recipes: whether running recipes may be started again.

    Returns:
        The operation, completed or failed.
    """
    session = world.db.session
    operation = Package(
        workspace_id=workspace_id,
        project_id=place.project.id,
        operation=IMPORT,
        status=COMPLETED,
        recipe_status=[],
        created_at=world.clock.now(),
    )
    try:
        package = _place_in(reading.read_zip(content, place.project.own_name), place)
        with session.begin_nested():
            outcome = importing.import_package(
                world,
                workspace_id,
                environment_id,
                package,
                start=False,
                deployed_to=place.project.environment,
            )
        operation.recipe_status = _list_recipes(world, outcome, restart_recipes=restart_recipes)
    except PackageError as error:
        operation.status, operation.error = FAILED, str(error)
    session.add(operation)
    session.flush()
    return operation


def _place_in(package: ReadPackage, place: Place) -> ReadPackage:
    """Return a package as one of the place's project, in the place's folder."""
    package = package.named(place.project.own_name)
    if not place.path:
        return package
    project: PackagedProject = package.projects[0]
    moved: tuple[Asset, ...] = tuple(
        replace(each, zip_name=f"{place.path}/{each.zip_name}") for each in project.assets
    )
    return replace(package, projects=(replace(project, assets=moved),))


def _list_recipes(
    world: World, outcome: Outcome, *, restart_recipes: bool
) -> list[dict[str, object]]:
    return [
        {
            "id": change.row_id,
            "import_result": _restart(world, change.row_id)
            if restart_recipes and change.action is Action.CHANGED
            else _NOT_RESTARTED,
        }
        for change in outcome.changes
        if change.kind == "recipe"
    ]


def _restart(world: World, recipe_id: int | None) -> str:
    """Start a recipe again that runs and was changed; it stops where it cannot be started."""
    recipe = world.db.session.get_one(Recipe, recipe_id)
    if not recipe.running:
        return _NOT_RESTARTED
    if not recipe_starts.start(world, recipe):
        return "restarted"
    recipe_starts.stop(world, recipe)
    return "restart_failed"


def list_assets(world: World, place: Place) -> list[exporting.ExportedFile]:
    """Return the assets of a folder, by file.

    Args:
        place: a project's own folder, or one in it.
    """
    files = exporting.list_files(world, place.project, place.path)
    return sorted((each for each in files if each.kind in KINDS), key=lambda each: each.zip_name)


def create_manifest(
    world: World, workspace_id: int, place: Place, name: str, zip_names: Sequence[str] | None
) -> ExportManifest:
    """Create an export manifest.

    Args:
        workspace_id: the id of the workspace.
        place: the folder that it is about.
        name: its own.
        zip_names: the zip names of its assets; None for every one that is there when it is
            exported.
    """
    now = world.clock.now()
    manifest = ExportManifest(
        workspace_id=workspace_id,
        project_id=place.project.id,
        name=name,
        folder=place.path,
        zip_names=None if zip_names is None else list(zip_names),
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(manifest)
    world.db.session.flush()
    return manifest


def get_manifest(world: World, workspace_id: int, manifest_id: int) -> ExportManifest:
    """Return an export manifest.

    Args:
        workspace_id: the id of the workspace.
        manifest_id: the id of the manifest.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(ExportManifest, manifest_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound(f"There is no export manifest {manifest_id}.")
    return found


def get_place_of(world: World, manifest: ExportManifest) -> Place:
    """Return the folder that a manifest is about; its project, where the folder is gone.

    Args:
        manifest: the manifest.
    """
    session = world.db.session
    own = Folder.project_id == manifest.project_id, Folder.path == manifest.folder
    folder = session.scalar(select(Folder).where(*own)) if manifest.folder else None
    return Place(project=session.get_one(Project, manifest.project_id), folder=folder)


def change_manifest(
    world: World,
    manifest: ExportManifest,
    place: Place,
    name: str | None,
    zip_names: Sequence[str] | None,
) -> None:
    """Change an export manifest.

    Args:
        manifest: the manifest to change.
        place: the folder that it is about.
        name: its own; None leaves it unchanged.
        zip_names: the zip names of its assets; None for every one that is there when it is
            exported.
    """
    manifest.project_id, manifest.folder = place.project.id, place.path
    manifest.zip_names = None if zip_names is None else list(zip_names)
    if name is not None:
        manifest.name = name
    manifest.updated_at = world.clock.now()


def delete_manifest(world: World, manifest: ExportManifest) -> None:
    """Delete an export manifest; packages that were made of it stay.

    Args:
        manifest: the manifest to delete.

    Raises:
        NotFound: somebody else deletes it at the same moment.
    """
    session = world.db.session
    of_it = update(Package).where(Package.manifest_id == manifest.id)
    session.execute(of_it.values(manifest_id=None))
    delete_present(session, manifest)


def export_manifest(world: World, workspace_id: int, manifest_id: int) -> Package:
    """Export what a manifest is about; it is over when this returns (our choice).

    Args:
        workspace_id: the id of the workspace.
        manifest_id: the id of the manifest.

    Raises:
        NotFound: there is no such manifest.
    """
    session = world.db.session
    manifest = get_manifest(world, workspace_id, manifest_id)
    project = session.get_one(Project, manifest.project_id)
    files = exporting.export_project(world, project, manifest.folder)
    if manifest.zip_names is not None:
        chosen = manifest.zip_names
        files = {
            name: each
            for name, each in files.items()
            if name in chosen or app_manifests.belongs_to(name, chosen)
        }
    manifest.last_exported_at = world.clock.now()
    operation = Package(
        workspace_id=workspace_id,
        project_id=project.id,
        operation=EXPORT,
        status=COMPLETED,
        manifest_id=manifest.id,
        recipe_status=[],
        content=base64.b64encode(exporting.to_zip(files)).decode(),
        created_at=world.clock.now(),
    )
    session.add(operation)
    session.flush()
    return operation


def get_operation(world: World, workspace_id: int, package_id: int) -> Package:
    """Return an import or export.

    Args:
        workspace_id: the id of the workspace.
        package_id: the package id of the operation.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(Package, package_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound(f"There is no package {package_id}.")
    return found


def get_zip(operation: Package) -> bytes:
    """Return the zip of an export.

    Args:
        operation: an import or export.

    Raises:
        NotFound: it is an import.
    """
    if operation.content is None:
        raise NotFound(f"The package {operation.id} is an import: there is nothing to download.")
    return base64.b64decode(operation.content)
