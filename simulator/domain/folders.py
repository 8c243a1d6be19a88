"""Folders of a workspace: projects at the top, folders in them.

One kind of number names both, as in Workato: a project's own folder has the project's id, a folder
in it a number from `FIRST_FOLDER` on, and the folder that holds all projects is `HOME` (our
choice).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, or_, select

from simulator.db.tables import Folder, Project
from simulator.db.upsert import insert_missing
from simulator.domain.project_scope import check_unlimited, lifted
from simulator.errors import FieldError, NotFound
from simulator.validation.paging import Page
from simulator.world import World

Row = TypeVar("Row")

HOME = 1_000_000
FIRST_FOLDER = HOME + 1
#: The project that stands for the assets of the root folder.
HOME_ASSETS = "Home assets"
_LONGEST_NAME = 100
#: No id is as large (PostgreSQL, numeric types).
_TOO_LARGE = 2**31


@dataclass(frozen=True, kw_only=True)
class Place:
    """A project's own folder, or a folder in it.

    Attributes:
        project: the project that it belongs to.
        folder: None for the project's own.
    """

    project: Project
    folder: Folder | None = None

    @property
    def number(self) -> int:
        """What names it."""
        return self.project.id if self.folder is None else HOME + self.folder.id

    @property
    def name(self) -> str:
        """What people call it."""
        return self.project.name if self.folder is None else self.folder.name

    @property
    def path(self) -> str:
        """Its path in the project; empty for the project's own."""
        return "" if self.folder is None else self.folder.path

    @property
    def created_at(self) -> datetime | None:
        """When it was made; None for a project, of which nobody keeps that."""
        return None if self.folder is None else self.folder.created_at


def get_place(world: World, workspace_id: int, number: int) -> Place:
    """Return the folder with this number.

    Args:
        workspace_id: the workspace's id.
        number: the number of a project's own folder, or of one in it.

    Raises:
        NotFound: the workspace has none.
    """
    session = world.db.session
    is_id = number < _TOO_LARGE
    folder = session.get(Folder, number - HOME) if number > HOME and is_id else None
    project = folder.project if folder else session.get(Project, number if is_id else 0)
    if project is None or project.workspace_id != workspace_id or (number >= HOME and not folder):
        raise NotFound(f"There is no folder {number} in this workspace.")
    return Place(project=project, folder=folder)


def list_places(
    world: World, workspace_id: int, parent: int | None, page: Page | None = None
) -> Sequence[Place]:
    """Return the folders in a folder, by name.

    Args:
        workspace_id: the workspace's id.
        parent: its number; None, or `HOME`, for the projects.
        page: which part of them; None for all.

    Raises:
        NotFound: there is no such folder.
    """
    session = world.db.session
    if parent is None or parent == HOME:
        projects = select(Project).where(Project.workspace_id == workspace_id)
        there = session.scalars(_cut(projects.order_by(Project.name), page))
        return [Place(project=each) for each in there]
    place = get_place(world, workspace_id, parent)
    start = f"{place.path}/" if place.path else ""
    inside = (
        select(Folder)
        .where(
            Folder.project_id == place.project.id,
            Folder.path.startswith(start, autoescape=True),
            ~func.substr(Folder.path, len(start) + 1).contains("/"),
        )
        .order_by(Folder.path)
    )
    return [
        Place(project=place.project, folder=each) for each in session.scalars(_cut(inside, page))
    ]


def _cut(found: Select[Row], page: Page | None) -> Select[Row]:
    return found if page is None else found.limit(page.size).offset(page.offset)


def get_parent_number(world: World, place: Place) -> int:
    """Return the number of the folder that a folder is in.

    Args:
        place: a folder.
    """
    above = place.path.rpartition("/")[0]
    if not above:
        return HOME if place.folder is None else place.project.id
    found = world.db.session.scalar(
        select(Folder.id).where(Folder.project_id == place.project.id, Folder.path == above)
    )
    return place.project.id if found is None else HOME + found


def create(world: World, workspace_id: int, name: str, parent: int | None) -> Place:
    """Create a folder; at the top, that is a project.

    Args:
        workspace_id: the workspace's id.
        name: its own, without `/`.
        parent: the number of the folder that it is made in; None, or `HOME`, for a project.

    Raises:
        FieldError: on `name`, when it is none, or another folder there has it.
        NotFound: there is no such folder.
        Forbidden: it would be a project, and whoever asks is limited to projects.
    """
    name = check_name(name)
    session, now = world.db.session, world.clock.now()
    if parent is None or parent == HOME:
        check_unlimited(world)
        key = {"workspace_id": workspace_id, "name": name}
        if not insert_missing(session, Project, key, description=""):
            raise FieldError("name", "has already been taken")
        made = select(Project).where(Project.workspace_id == workspace_id, Project.name == name)
        with lifted(world):  # it is new to whoever sees some projects alone
            return Place(project=session.scalars(made).one())
    place = get_place(world, workspace_id, parent)
    path = f"{place.path}/{name}" if place.path else name
    key = {"project_id": place.project.id, "path": path}
    if not insert_missing(session, Folder, key, created_at=now, updated_at=now):
        raise FieldError("name", "has already been taken")
    folder = select(Folder).where(Folder.project_id == place.project.id, Folder.path == path)
    return Place(project=place.project, folder=session.scalars(folder).one())


def check_name(name: str) -> str:
    """Return the name of a folder or project, without spaces around it.

    Args:
        name: the name as somebody sent it.

    Raises:
        FieldError: on `name`, when it is none.
    """
    name = name.strip()
    if not 0 < len(name) <= _LONGEST_NAME or "/" in name:
        raise FieldError("name", f"must be 1 to {_LONGEST_NAME} characters, without '/'")
    return name


def get_or_create_home_assets(world: World, workspace_id: int) -> Place:
    """Return the project of what is put nowhere else: Home holds projects alone (our choice).

    Args:
        workspace_id: the workspace's id.

    Raises:
        Forbidden: whoever asks is limited to projects.
    """
    check_unlimited(world)
    key = {"workspace_id": workspace_id, "name": HOME_ASSETS}
    insert_missing(world.db.session, Project, key, description="")
    return Place(project=world.db.session.scalars(_select_home_assets(workspace_id)).one())


def find_home_assets(world: World, workspace_id: int) -> Place | None:
    """Return the project of what was put nowhere else; None where nothing was.

    Args:
        workspace_id: the workspace's id.
    """
    found = world.db.session.scalars(_select_home_assets(workspace_id)).one_or_none()
    return None if found is None else Place(project=found)


def _select_home_assets(workspace_id: int) -> Select[Project]:
    """Where it was deployed, whoever sees that environment alone sees the copy alone."""
    table = Project.__table__.c  # of the table: nothing of it is hidden
    made = select(table.id).where(table.workspace_id == workspace_id, table.name == HOME_ASSETS)
    either = or_(Project.id.in_(made), Project.deployed_from_id.in_(made))
    seen = select(Project).where(Project.workspace_id == workspace_id, either)
    return seen.order_by(Project.deployed_from_id.is_not(None), Project.id).limit(1)
