"""In which folder of a project recipes, connections and servers are, and how they get there.

The project's own folder needs no row; in any other, an asset has a file (`PackageAsset`), whose
path says where it is, also in exports.
"""

import re
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, false, func, select, true

from simulator.db.tables import Connection, Folder, McpServer, PackageAsset, Project, Recipe
from simulator.domain.folders import HOME, Place, find_home_assets, get_place
from simulator.world import World

Made = Recipe | Connection | McpServer

_KINDS: Mapping[type[Made], tuple[str, Any]] = {
    Recipe: ("recipe", PackageAsset.recipe_id),
    Connection: ("connection", PackageAsset.connection_id),
    McpServer: ("mcp_server", PackageAsset.server_number),
}


def get_numbers(world: World, made: Collection[Made]) -> dict[int, int]:
    """Return the number of the folder that each asset is in: id, or a server's number → folder.

    Args:
        made: all of one kind.
    """
    found = {_key(each): each.project_id for each in made}
    if not made:
        return found
    column = _KINDS[type(next(iter(made)))][1]
    files = select(column, PackageAsset.project_id, PackageAsset.zip_name).where(
        column.in_(found), PackageAsset.zip_name.contains("/")
    )
    rows = world.db.session.execute(files).all()
    projects = {project_id for _, project_id, _ in rows}
    paths = {zip_name.rpartition("/")[0] for *_, zip_name in rows}
    folders = select(Folder.project_id, Folder.path, Folder.id).where(
        Folder.project_id.in_(projects), Folder.path.in_(paths)
    )
    ids = {(project_id, path): row for project_id, path, row in world.db.session.execute(folders)}
    for own, project_id, zip_name in rows:
        folder_id = ids.get((project_id, zip_name.rpartition("/")[0]))
        if folder_id is not None:
            found[own] = HOME + folder_id
    return found


def is_inside(made: type[Made], place: Place) -> ColumnElement[bool]:
    """Return the condition that an asset is in a folder, at any depth.

    Args:
        made: its kind.
        place: the folder.
    """
    in_project = made.project_id == place.project.id
    if not place.path:
        return in_project
    column = _KINDS[made][1]
    own = select(column).where(
        PackageAsset.project_id == place.project.id,
        column.is_not(None),
        PackageAsset.zip_name.startswith(f"{place.path}/", autoescape=True),
    )
    key: Any = McpServer.number if made is McpServer else made.id  # type: ignore[union-attr]
    return and_(in_project, key.in_(own))


def is_directly_in(made: type[Made], place: Place) -> ColumnElement[bool]:
    """Return the condition that an asset is in a folder, and in none that is in it.

    Args:
        made: its kind.
        place: the folder.
    """
    column, start = _KINDS[made][1], f"{place.path}/" if place.path else ""
    rest = func.substr(PackageAsset.zip_name, len(start) + 1)
    deeper = select(column).where(
        PackageAsset.project_id == place.project.id,
        column.is_not(None),
        PackageAsset.zip_name.startswith(start, autoescape=True),
        rest.contains("/"),
    )
    key: Any = McpServer.number if made is McpServer else made.id  # type: ignore[union-attr]
    return and_(is_inside(made, place), key.not_in(deeper))


def is_listed(
    world: World, workspace_id: int, made: type[Made], number: int, *, with_subfolders: bool
) -> ColumnElement[bool]:
    """Return the condition that an asset is listed where programs name a folder.

    Args:
        workspace_id: the workspace's id.
        made: its kind.
        number: the number of the folder; `HOME` has what was put nowhere else.
        with_subfolders: whether what is in its folders is listed, too, at any depth.

    Raises:
        NotFound: there is no such folder.
    """
    if number == HOME:
        if with_subfolders:
            return true()
        place = find_home_assets(world, workspace_id)
    else:
        place = get_place(world, workspace_id, number)
    if place is None:
        return false()
    return is_inside(made, place) if with_subfolders else is_directly_in(made, place)


def move(world: World, made: Made, place: Place) -> None:
    """Put an asset into a folder; its id stays.

    Args:
        made: the asset, stored.
        place: the folder.
    """
    file = _find_file(world, made)
    made.project_id = place.project.id
    if file is None and place.path:
        _create_file(world, made, place)
    elif file is not None and (file.project_id, file.folder) != (place.project.id, place.path):
        stem, before = file.zip_name.rpartition("/")[2], file.zip_name
        stem = stem.removesuffix(f".{file.kind}.json")
        file.zip_name = find_free_name(world, place, stem, file.kind)
        file.project_id = place.project.id
        file.updated_at = world.clock.now()
        world.db.session.flush()
        redirect_endpoints(world, file, before)


def redirect_endpoints(world: World, file: PackageAsset, before: str) -> None:
    """Have the API endpoints of a file's project refer to it where it is now.

    Args:
        file: the file of a recipe or an API collection, at its new place.
        before: its path as it was.
    """
    target = {"zip_name": file.zip_name, "name": file.name, "folder": file.folder}
    own = PackageAsset.project_id == file.project_id, PackageAsset.kind == "api_endpoint"
    for member in ("recipe_id", "api_group_id"):
        reference = PackageAsset.document[member]["zip_name"].as_string()
        found = select(PackageAsset).where(*own, reference == before)
        for each in world.db.session.scalars(found).all():
            each.document = {**(each.document or {}), member: target}


def get_or_create_file(world: World, made: Made) -> PackageAsset:
    """Return an asset's file, by which others may refer to it.

    Args:
        made: the asset, stored.
    """
    project = world.db.session.get_one(Project, made.project_id)
    return _find_file(world, made) or _create_file(world, made, Place(project=project))


def forget(world: World, made: Made) -> None:
    """Delete the file of an asset that is to be deleted.

    Args:
        made: the asset.
    """
    column = _KINDS[type(made)][1]
    world.db.session.execute(delete(PackageAsset).where(column == _key(made)))


def _key(made: Made) -> int:
    return made.number if isinstance(made, McpServer) else made.id


def _begin(made: Made) -> dict[str, Any]:
    """What the file says; exports add whatever is different by then."""
    if isinstance(made, Recipe):
        described = {"name": made.name, "description": made.description, "version": 1}
        return {**described, "private": True, "concurrency": 1, "code": {}, "config": []}
    if isinstance(made, Connection):
        return {"name": made.name, "provider": made.provider, "root_folder": False}
    return {"name": made.name, "description": made.description, "tools_type": "project_assets"}


def _find_file(world: World, made: Made) -> PackageAsset | None:
    column = _KINDS[type(made)][1]
    found: PackageAsset | None = world.db.session.scalar(
        select(PackageAsset).where(column == _key(made)).limit(1)
    )
    return found


def _create_file(world: World, made: Made, place: Place) -> PackageAsset:
    kind, column = _KINDS[type(made)]
    now = world.clock.now()
    file = PackageAsset(
        project_id=place.project.id,
        zip_name=find_free_name(world, place, made.name, kind),
        kind=kind,
        name=made.name,
        document=_begin(made),
        created_at=now,
        updated_at=now,
    )
    setattr(file, column.key, _key(made))
    world.db.session.add(file)
    world.db.session.flush()
    return file


def make_file_stem(name: str) -> str:
    """Return what the file of an asset of this name is called, as exports call it.

    Args:
        name: for people.
    """
    return re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "unnamed"


def make_slug(name: str) -> str:
    """Return what addresses have for something of this name: `my-pets`.

    Args:
        name: for people.
    """
    return make_file_stem(name).replace("_", "-")


def find_free_name(world: World, place: Place, name: str, kind: str) -> str:
    """Return the path in a folder for a new file, which no other has.

    Args:
        place: the folder.
        name: the name of the asset.
        kind: the kind of the asset.
    """
    folder = f"{place.path}/" if place.path else ""
    stem, number = folder + make_file_stem(name), 1
    own = PackageAsset.project_id == place.project.id
    there = select(PackageAsset.zip_name).where(
        own, PackageAsset.zip_name.startswith(stem, autoescape=True)
    )
    taken = set(world.db.session.scalars(there))
    zip_name = f"{stem}.{kind}.json"
    while zip_name in taken:
        number += 1
        zip_name = f"{stem}_{number}.{kind}.json"
    return zip_name
