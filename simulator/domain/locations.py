"""Locations: the projects and folders in which something can be stored, for a drop-down."""

from collections.abc import Collection

from sqlalchemy import select

from simulator.db.tables import Folder, McpServer, Project
from simulator.domain import asset_folders
from simulator.domain.folders import HOME, Place, get_place
from simulator.domain.workspaces import MOST_OFFERED
from simulator.errors import FieldError, NotFound
from simulator.validation.parsing import parse_whole_number
from simulator.world import World


def list_locations(world: World, workspace_id: int, current: Place | None = None) -> list[Place]:
    """Return projects, each with its folders behind it, by name.

    Args:
        workspace_id: the workspace's id.
        current: what is chosen now, which is offered in any case.
    """
    session = world.db.session
    own = Project.workspace_id == workspace_id
    named = select(Project).where(own).order_by(Project.name, Project.id).limit(MOST_OFFERED)
    projects = list(session.scalars(named))
    if current is not None and current.project not in projects:
        projects.insert(0, current.project)
    ids = [each.id for each in projects]
    inside = (
        select(Folder).where(Folder.project_id.in_(ids)).order_by(Folder.path).limit(MOST_OFFERED)
    )
    folders: dict[int, list[Folder]] = {}
    for each in session.scalars(inside):
        folders.setdefault(each.project_id, []).append(each)
    if current is not None and current.folder is not None:
        there = folders.setdefault(current.project.id, [])
        if current.folder not in there:
            there.insert(0, current.folder)
    return [
        place
        for project in projects
        for place in (
            Place(project=project),
            *(Place(project=project, folder=each) for each in folders.get(project.id, ())),
        )
    ]


def get_server_places(world: World, servers: Collection[McpServer]) -> dict[int, Place]:
    """Return where servers are stored: number of the server → place.

    Args:
        servers: the MCP servers.
    """
    numbers = asset_folders.get_numbers(world, servers)
    ids = [number - HOME for number in numbers.values() if number > HOME]
    rows = world.db.session.scalars(select(Folder).where(Folder.id.in_(ids))) if ids else ()
    folders = {HOME + each.id: each for each in rows}
    return {
        each.number: Place(project=each.project, folder=folders.get(numbers[each.number]))
        for each in servers
    }


def tell(place: Place) -> str:
    """Return what a drop-down calls a place: the project, and the folders that lead to it.

    Args:
        place: in a project.
    """
    return " / ".join([place.project.name, *filter(None, place.path.split("/"))])


def read_location(world: World, workspace_id: int, typed: str) -> Place:
    """Return the place that a form names.

    Args:
        workspace_id: the workspace's id.
        typed: the number, as the form posted it.

    Raises:
        FieldError: on `location`: none is chosen, or it is not there.
    """
    number = parse_whole_number(typed)
    if number is None:
        raise FieldError("location", "Select the project or folder where it is stored.")
    try:
        return get_place(world, workspace_id, number)
    except NotFound:
        raise FieldError(
            "location", "This project or folder does not exist any more. Select another one."
        ) from None
