"""Packages of a sandbox, as a person at its command line has them: by name."""

from collections.abc import Callable

from simulator.domain import workspaces
from simulator.domain.packages import exporting, importing
from simulator.domain.packages.model import Package
from simulator.domain.packages.outcome import Outcome, Progress
from simulator.errors import NotFound
from simulator.world import World


def import_package(
    world: World,
    package: Package,
    *,
    environment: str | None = None,
    start: bool = True,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> Outcome:
    """Import a package into the sandbox's workspace.

    Args:
        world: without an open unit of work.
        package: the package as read.
        environment: the environment of its connections and servers; by default the first one.
        start: whether new recipes are started.
        progress: called after each step.

    Raises:
        PackageError: something in it is wrong.
        NotFound: there is no such environment.
    """
    with world.db.unit():
        workspace_id = _get_workspace(world)
        chosen = workspaces.get_environment_called(world, workspace_id, environment)
        return importing.import_package(
            world, workspace_id, chosen.id, package, start=start, progress=progress
        )


def export_project(world: World, name: str) -> dict[str, bytes]:
    """Return the files of a project of the sandbox's workspace.

    Args:
        world: without an open unit of work.
        name: the name of the project.

    Raises:
        NotFound: there is no such project.
    """
    with world.db.unit():
        project = workspaces.get_project_called(world, _get_workspace(world), name)
        return exporting.export_project(world, project)


def _get_workspace(world: World) -> int:
    """Return the id of the one workspace that a sandbox has."""
    ids = workspaces.list_ids(world)
    if not ids:
        raise NotFound("There is no workspace in this database.")
    return ids[0]
