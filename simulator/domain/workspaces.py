"""What divides a workspace: its projects (Locations) and environments; and its collaborators."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select

from simulator.db.listing import Found, contains
from simulator.db.tables import Collaborator, Environment, Project, Recipe, Workspace
from simulator.errors import NotFound, list_choices
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

#: So many of each kind are offered: more is no drop-down any more (our choice).
MOST_OFFERED = 500


def find_workspaces(world: World) -> Found[Workspace]:
    """Return every workspace, customers' too, by id."""
    return Found(world.db.session, select(Workspace).order_by(Workspace.id))


def get_workspace(world: World, workspace_id: int) -> Workspace:
    """Return a workspace.

    Args:
        workspace_id: the workspace's id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(Workspace, workspace_id)
    if found is None:
        raise NotFound(f"There is no workspace {workspace_id}.")
    return found


def lock(world: World, workspace_id: int) -> None:
    """Have who administers a workspace at the same moment wait until this unit of work ends.

    What is looked at before it is written, such as whether a name is taken, holds until then.
    Rows that were read before are as they were: read them anew.

    Args:
        workspace_id: the workspace's id.

    Raises:
        NotFound: it does not exist.
    """
    own = select(Workspace.id).where(Workspace.id == workspace_id)
    # Not FOR UPDATE: whatever is put into a workspace would wait, too.
    if world.db.session.scalar(own.with_for_update(key_share=True)) is None:
        raise NotFound(f"There is no workspace {workspace_id}.")


def offer_projects(
    world: World, workspace_id: int, chosen: Iterable[str | int | None] = ()
) -> Sequence[Project]:
    """Return projects of a workspace for a drop-down: the first ones by name, and what is chosen.

    Args:
        workspace_id: the workspace's id.
        chosen: ids as a form has them, which are offered in any case, in front.
    """
    session = world.db.session
    own = select(Project).where(Project.workspace_id == workspace_id)
    own = own.order_by(Project.name, Project.id)
    first = session.scalars(own.limit(MOST_OFFERED)).all()
    numbers = {parse_whole_number(str(each)) for each in chosen} - {each.id for each in first}
    further = [each for each in numbers if each is not None]
    return [*session.scalars(own.where(Project.id.in_(further))), *first] if further else first


def name_projects(world: World, ids: Iterable[int | None]) -> Mapping[int, str]:
    """Return what projects are called: id → name.

    Args:
        ids: of some; None is passed over.
    """
    some = {each for each in ids if each is not None}
    rows = world.db.session.execute(select(Project.id, Project.name).where(Project.id.in_(some)))
    return dict(iter(rows))


def find_projects(world: World, workspace_id: int, text: str = "") -> Found[Project]:
    """Return a workspace's projects, by name.

    Args:
        workspace_id: the workspace's id.
        text: part of a name.
    """
    found = select(Project).where(Project.workspace_id == workspace_id)
    found = found.where(*contains(text, Project.name))
    return Found(world.db.session, found.order_by(Project.name, Project.id))


def get_project(world: World, workspace_id: int, project_id: int) -> Project:
    """Return a project of a workspace.

    Args:
        workspace_id: the workspace's id.
        project_id: the project's id.

    Raises:
        NotFound: the workspace has none with this id.
    """
    found = world.db.session.get(Project, project_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This project does not exist.")
    return found


def is_project(world: World, workspace_id: int, typed: str) -> bool:
    """Return whether a form names a project of the workspace.

    Args:
        workspace_id: the workspace's id.
        typed: the project's id, as the form posted it.
    """
    number = parse_whole_number(typed)
    found = world.db.session.get(Project, number) if number is not None else None
    return found is not None and found.workspace_id == workspace_id


def list_collaborators(world: World, workspace_id: int, text: str = "") -> Found[Collaborator]:
    """Return a workspace's collaborators, by name.

    Args:
        workspace_id: the workspace's id.
        text: part of a name or e-mail address.
    """
    found = select(Collaborator).where(Collaborator.workspace_id == workspace_id)
    found = found.where(*contains(text, Collaborator.name, Collaborator.email))
    order = Collaborator.name, Collaborator.id
    return Found(world.db.session, found.order_by(*order))


def get_owner(world: World, workspace_id: int) -> Collaborator:
    """Return the owner of a workspace; if there is none, its oldest collaborator.

    Args:
        workspace_id: the workspace's id.

    Raises:
        NotFound: nobody collaborates in it.
    """
    found = world.db.session.scalars(
        select(Collaborator)
        .where(Collaborator.workspace_id == workspace_id)
        .order_by(Collaborator.role != "owner", Collaborator.id)
        .limit(1)
    ).first()
    if found is None:
        raise NotFound("Nobody collaborates in this workspace.")
    return found


def count_recipes(world: World, workspace_id: int) -> tuple[int, int]:
    """Return how many recipes a workspace has, and how many of them run.

    Args:
        workspace_id: the workspace's id.
    """
    own = select(func.count()).select_from(Recipe).where(Recipe.workspace_id == workspace_id)
    session = world.db.session
    return session.scalar(own) or 0, session.scalar(own.where(Recipe.running)) or 0


def get_environment(world: World, workspace_id: int, environment_id: int) -> Environment:
    """Return an environment of a workspace.

    Args:
        workspace_id: the workspace's id.
        environment_id: the environment's id.

    Raises:
        NotFound: the workspace has none with this id.
    """
    found = world.db.session.get(Environment, environment_id)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("This environment does not exist.")
    return found


def get_environment_or_first(
    world: World, workspace_id: int, environment_id: int | None
) -> Environment:
    """Return an environment of a workspace; where none is named, its first.

    Args:
        workspace_id: the workspace's id.
        environment_id: the environment's id.

    Raises:
        NotFound: the workspace has none with this id.
    """
    if environment_id is not None:
        return get_environment(world, workspace_id, environment_id)
    return list_environments(world, workspace_id)[0]


def get_project_called(world: World, workspace_id: int, name: str) -> Project:
    """Return a project of a workspace by its name.

    Args:
        workspace_id: the workspace's id.
        name: the project's own.

    Raises:
        NotFound: there is none; with those that there are.
    """
    own = select(Project).where(Project.workspace_id == workspace_id, Project.name == name)
    found = world.db.session.scalars(own.order_by(Project.id)).first()
    if found is not None:
        return found
    known = list_choices(each.name for each in offer_projects(world, workspace_id))
    raise NotFound(f"There is no project '{name}'. {known}")


def get_environment_called(world: World, workspace_id: int, name: str | None) -> Environment:
    """Return an environment of a workspace by its name.

    Args:
        workspace_id: the workspace's id.
        name: the environment's own; None for the first one.

    Raises:
        NotFound: there is none; with those that there are.
    """
    environments = list_environments(world, workspace_id)
    for each in environments:
        if name in (None, each.name):
            return each
    known = list_choices(each.name for each in environments)
    raise NotFound(f"There is no environment '{name}'. {known}")


def list_ids(world: World) -> Sequence[int]:
    """Return the id of every workspace."""
    return world.db.session.scalars(select(Workspace.id).order_by(Workspace.id)).all()


def list_environments(world: World, workspace_id: int) -> Sequence[Environment]:
    """Return every environment of a workspace.

    Args:
        workspace_id: the workspace's id.
    """
    return world.db.session.scalars(
        select(Environment).where(Environment.workspace_id == workspace_id).order_by(Environment.id)
    ).all()
