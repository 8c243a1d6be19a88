"""Rename, move and delete folders and projects."""

from typing import Any

from sqlalchemy import and_, delete, inspect, not_, or_, select, update

from simulator.db.claim import delete_present
from simulator.db.tables import (
    Connection,
    Deployment,
    ExportManifest,
    Folder,
    LookupTable,
    McpServer,
    McpTool,
    Package,
    PackageAsset,
    Project,
    ProjectBuild,
    Property,
    Recipe,
)
from simulator.domain import (
    asset_folders,
    data_tables,
    disconnection,
    lookup_tables,
    project_scope,
    recipe_changes,
    recipes,
    roles,
    server_deletion,
)
from simulator.domain.folders import Place, check_name
from simulator.errors import FieldError, Forbidden
from simulator.world import World


def change_project(
    world: World, project: Project, *, name: str | None = None, description: str | None = None
) -> None:
    """Change a project's name or description.

    Args:
        project: the project to change.
        name: None leaves it unchanged.
        description: None leaves it unchanged.

    Raises:
        FieldError: on `name`, when it is none, or another project has it.
    """
    if name is not None:
        name = check_name(name)
        if project.environment is not None:
            ending = f" ({project.environment.name})"
            name = name.removesuffix(ending) + ending
        own = Project.workspace_id == project.workspace_id, Project.name == name
        with project_scope.lifted(world):  # names are those of the workspace
            twin = world.db.session.scalar(select(Project.id).where(*own, Project.id != project.id))
        if twin is not None:
            raise FieldError("name", "has already been taken")
        project.name = name
    if description is not None:
        project.description = description


def rename(world: World, place: Place, name: str) -> Place:
    """Give a folder another name.

    Args:
        place: a folder in a project.
        name: its own, without `/`.

    Returns:
        The folder.

    Raises:
        FieldError: on `name`, when it is none, or another folder there has it.
    """
    above = place.path.rpartition("/")[0]
    return _put(world, place, place.project, above, check_name(name))


def move(world: World, place: Place, into: Place) -> Place:
    """Move a folder, with all that is in it, into another one.

    Args:
        place: a folder in a project.
        into: a project's own folder, or one in it.

    Returns:
        The folder.

    Raises:
        FieldError: on `parent_id`, when it is the folder itself or one in it; on `base`, when a
            server and a tool of it would be in two projects; on `name`, when a folder there has it.
    """
    inside = f"{into.path}/".startswith(f"{place.path}/")
    if into.project.id == place.project.id and inside:
        raise FieldError("parent_id", "is the folder itself, or in it")
    if into.project.id != place.project.id:
        _check_tools(world, place)
    return _put(world, place, into.project, into.path, place.name)


def _check_tools(world: World, place: Place) -> None:
    """Refuse to part servers from their tools: all assets of one are in one project."""
    goes, serves = (asset_folders.is_inside(made, place) for made in (Recipe, McpServer))
    parted = world.db.session.execute(
        select(Recipe.name, McpServer.name)
        .select_from(McpTool)
        .join(Recipe, Recipe.id == McpTool.recipe_id)
        .join(McpServer, McpServer.number == McpTool.server_number)
        .where(or_(and_(goes, not_(serves)), and_(serves, not_(goes))))
        .order_by(Recipe.name, McpServer.name)
        .limit(1)
    ).first()
    if parted is not None:
        tool, server = parted
        raise FieldError(
            "base",
            f"This would separate the MCP server '{server}' from its tool '{tool}': all assets of "
            "a server must be in the same project.",
        )


def _put(world: World, place: Place, project: Project, above: str, name: str) -> Place:
    session, now, folder = world.db.session, world.clock.now(), place.folder
    assert folder is not None, "a project's own folder stays"
    before, path = place.path, f"{above}/{name}" if above else name
    if (project.id, path) == (place.project.id, before):
        return place
    own = Folder.project_id == project.id, Folder.path == path
    if session.scalar(select(Folder.id).where(*own)):
        raise FieldError("name", "has already been taken")
    start = f"{before}/"
    here = Folder.project_id == place.project.id
    below = select(Folder).where(here, Folder.path.startswith(start, autoescape=True))
    tables = data_tables.list_inside(world, place)
    for each in session.scalars(below).all():
        each.path, each.project_id = path + each.path[len(before) :], project.id
    here = PackageAsset.project_id == place.project.id
    files = select(PackageAsset).where(
        here, PackageAsset.zip_name.startswith(start, autoescape=True)
    )
    moved = [(file.zip_name, file) for file in session.scalars(files)]
    for _, file in moved:
        file.zip_name, file.project_id = path + file.zip_name[len(before) :], project.id
        for made in (file.recipe, file.connection, file.server):
            if made is not None:
                made.project_id = project.id
    for table in tables:
        table.project_id = project.id
    folder.path, folder.project_id, folder.updated_at = path, project.id, now
    session.flush()
    for earlier, file in moved:
        if file.kind in ("recipe", "api_group"):
            asset_folders.redirect_endpoints(world, file, earlier)
    session.expire(folder, ["project"])
    return Place(project=project, folder=folder)


def delete_place(world: World, place: Place, by: str, *, force: bool) -> None:
    """Delete a folder, or a project, with everything in it.

    Args:
        place: a project's own folder, or one in it.
        by: who does it: the API client's name, or the collaborator's e-mail address.
        force: whether it may have something in it.

    Raises:
        Forbidden: with the reason alone: it has something in it, and `force` is not given; a recipe
            in it runs, or is a tool of an MCP server elsewhere; a recipe elsewhere runs with a
            connection in it.
        NotFound: somebody else deletes it at the same moment.
    """
    session = world.db.session
    servers = list(session.scalars(_inside(McpServer, place)))
    own = list(session.scalars(_inside(Recipe, place)))
    connections = list(
        session.scalars(_inside(Connection, place).where(Connection.parent_id.is_(None)))
    )
    _check(world, place, servers, own, connections, force=force)
    for server in servers:
        server_deletion.delete_server(world, server, by)
    for recipe in own:
        recipe_changes.delete(world, recipe)
    for connection in connections:  # each commits: what it revokes at the app is over
        disconnection.delete(world, connection)
    for table in data_tables.list_inside(world, place):
        data_tables.delete(world, table)
    for each in (PackageAsset.zip_name, Folder.path):
        made = each.class_
        gone = delete(made).where(made.project_id == place.project.id)
        if place.path:
            gone = gone.where(each.startswith(f"{place.path}/", autoescape=True))
        session.execute(gone)
    if place.folder is not None:
        delete_present(session, place.folder)
    else:
        _delete_project(world, place.project)


def _inside(made: Any, place: Place) -> Any:
    found = select(made).where(asset_folders.is_inside(made, place))
    return found.order_by(*inspect(made).primary_key)


def _check(
    world: World,
    place: Place,
    servers: list[McpServer],
    own: list[Recipe],
    connections: list[Connection],
    *,
    force: bool,
) -> None:
    session = world.db.session
    if not force:
        here = Folder.project_id == place.project.id
        below = here & Folder.path.startswith(f"{place.path}/" if place.path else "")
        assets = [*servers, *own, *connections, *data_tables.list_inside(world, place)]
        if assets or session.scalar(select(Folder.id).where(below)):
            raise Forbidden("it is not empty. Send force=true to delete it as it is.")
    running = [each.name for each in own if each.running]
    if running:
        names = ", ".join(f"'{each}'" for each in running)
        raise Forbidden(f"these recipes run: {names}. Stop them first.")
    elsewhere = (
        select(McpServer.name)
        .join(McpTool)
        .where(
            McpTool.recipe_id.in_([each.id for each in own]),
            McpServer.number.not_in([each.number for each in servers]),
        )
    )
    if name := session.scalar(elsewhere.order_by(McpServer.number).limit(1)):
        raise Forbidden(f"a recipe in it is a tool of the MCP server '{name}'.")
    for connection in connections:
        if used := recipes.list_running_with(world, connection):
            raise Forbidden(
                f"the recipe '{used[0].name}' runs with the connection "
                f"'{connection.name}'. Stop it first."
            )


def _delete_project(world: World, project: Project) -> None:
    """Delete what a project has beside its assets, and itself."""
    session = world.db.session
    tables = session.scalars(select(LookupTable).where(LookupTable.project_id == project.id)).all()
    lookup_tables.delete(world, tables)
    session.execute(delete(Property).where(Property.project_id == project.id))
    manifests = select(ExportManifest.id).where(ExportManifest.project_id == project.id)
    session.execute(delete(Package).where(Package.manifest_id.in_(manifests)))
    session.execute(delete(ExportManifest).where(ExportManifest.project_id == project.id))
    session.execute(delete(Deployment).where(Deployment.project_id == project.id))
    # What was deployed stays, although whoever deletes its source may not see it.
    deployed = update(Project).where(Project.deployed_from_id == project.id)
    with project_scope.lifted(world):
        session.execute(deployed.values(deployed_from_id=None))
    session.execute(delete(ProjectBuild).where(ProjectBuild.project_id == project.id))
    roles.forget_project(world, project)
    delete_present(session, project)
