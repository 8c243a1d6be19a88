"""Store a package in a workspace: the first time, and again."""

import base64
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import select

from simulator.db.tables import (
    Connection,
    Environment,
    Folder,
    PackageAsset,
    Project,
    Recipe,
)
from simulator.domain import custom_connectors, recipe_versions
from simulator.domain.packages import binding, reference_data, resolution, server_manifests
from simulator.domain.packages.connections import Connections
from simulator.domain.packages.exporting import Made, find_without_file
from simulator.domain.packages.model import (
    LOCAL,
    PROJECT_FILE,
    Asset,
    Package,
    PackagedProject,
    Reference,
)
from simulator.domain.packages.outcome import (
    Action,
    Change,
    Outcome,
    Progress,
    Stage,
    Steps,
)
from simulator.domain.packages.stored import (
    StoredAssets,
    create_project,
    load_stored_assets,
    lock,
    make_find,
)
from simulator.world import World

#: Kinds of assets that are known by their name, too.
_MOVABLE = ("recipe", "connection", "agentic_skill", "mcp_server")
#: (kind, name) → (project, zip_name) of the assets that are called so.
_Movable = dict[tuple[str, str], list[tuple[str, str]]]


def import_package(
    world: World,
    workspace_id: int,
    environment_id: int,
    package: Package,
    *,
    start: bool = True,
    connections: Mapping[str, Connection] | None = None,
    deployed_to: Environment | None = None,
    progress: Callable[[Progress], None] = lambda _progress: None,
) -> Outcome:
    """Store a package, without stopping after each step (see `import_in_steps`).

    Args:
        workspace_id: where it is stored.
        environment_id: the environment of its connections and servers.
        package: the package.
        start: whether new recipes are started.
        connections: name → the connection to use in place of the package's connection.
        deployed_to: the environment whose deployed projects are updated; None for Development.
        progress: called after each step.

        Raises:
            PackageError: see `import_in_steps`.
    """
    steps = import_in_steps(
        world,
        workspace_id,
        environment_id,
        package,
        start=start,
        connections=connections,
        deployed_to=deployed_to,
    )
    return finish(steps, progress)


def finish(steps: Steps, progress: Callable[[Progress], None] = lambda _progress: None) -> Outcome:
    """Run an import to its end; return its outcome.

    Args:
        steps: the steps of the import.
        progress: called after each step.

    Raises:
        PackageError: see `import_in_steps`.
    """
    while True:
        try:
            progress(next(steps))
        except StopIteration as end:
            outcome: Outcome = end.value
            return outcome


def import_in_steps(
    world: World,
    workspace_id: int,
    environment_id: int,
    package: Package,
    *,
    start: bool = True,
    connections: Mapping[str, Connection] | None = None,
    deployed_to: Environment | None = None,
) -> Steps:
    """Store a package; an existing project is updated, and nothing is deleted.

    The whole package is stored in the caller's unit of work, or nothing. An asset replaces the one
    with the same file, or else the same name. Existing recipes keep running or stopped, and
    existing connections keep their settings. New connections are not authorized. (Our choices.)

    Args:
        world: with an open unit of work, until the last step.
        workspace_id: where it is stored.
        environment_id: the environment of its connections and servers.
        package: the package.
        start: whether new recipes are started.
        connections: name → the connection to use in place of the package's connection.
        deployed_to: the environment whose deployed projects are updated; None for Development.

        Yields:
            The progress, after each file.

        Returns:
            The outcome.

        Raises:
            PackageError: it refers to an asset that is neither in it nor in the workspace, or has
                the name of a project of another environment.
    """
    lock(world, workspace_id)
    target = None if deployed_to is None else deployed_to.id
    stored = load_stored_assets(world, workspace_id, package.projects, deployed_to=target)
    job = _Import(
        world, workspace_id, environment_id, stored, start, connections or {}, deployed_to
    )
    job.outcome.remarks += package.remarks
    for project in package.projects:
        job.check_references(project)
    total = sum(len(each.assets) for each in package.projects)
    places = (
        each
        for project in package.projects
        for each in map(project.place, job.store_files(project))
    )
    for done, place in enumerate(places, 1):
        yield Progress(stage=Stage.STORING, done=done, total=total, place=place)
    for store in (job.connections.store, job.connections.make_missing, job.create_recipes):
        for project in package.projects:
            store(project)
    assets = (
        (project, asset)
        for project in package.projects
        for asset in sorted(project.assets, key=_by_kind)
    )
    for done, (project, asset) in enumerate(assets, 1):
        job.outcome.changes.append(job.store(project, asset))
        yield Progress(stage=Stage.BUILDING, done=done, total=total, place=project.place(asset))
    world.db.session.flush()
    return job.outcome


def _by_kind(asset: Asset) -> tuple[bool, str]:
    """Sort servers last: their tools are created from recipes."""
    return asset.kind == "mcp_server", asset.zip_name


class _Import:
    """One import."""

    def __init__(
        self,
        world: World,
        workspace_id: int,
        environment_id: int,
        stored: StoredAssets,
        start: bool,
        connections: Mapping[str, Connection],
        deployed_to: Environment | None,
    ) -> None:
        self._deployed_to = deployed_to
        self._world, self._session = world, world.db.session
        self._workspace_id, self._environment_id = workspace_id, environment_id
        self._start = start
        self._rows, self._projects = dict(stored.rows), dict(stored.projects)
        self._stored = replace(stored, rows=self._rows, projects=self._projects)
        self._now = world.clock.now()
        self.connections = Connections(
            world, workspace_id, environment_id, self._stored, connections, self._now
        )
        self.outcome = Outcome()
        #: What was stored for the first time, or differs from what was stored before.
        self._new: set[int] = set()
        self._changed: set[int] = set()

    def check_references(self, project: PackagedProject) -> None:
        """Refuse references to unknown assets; remark on those to assets outside the package."""
        for asset in project.assets:
            for reference in asset.references:
                own = self._stored.project(project.name)
                if resolution.resolve(self._stored.package, own, asset, reference) is not None:
                    continue
                missing = resolution.Unresolved(project=project, asset=asset, reference=reference)
                if not resolution.may_be_missing(self._stored.package, missing):
                    raise resolution.refuse(missing)
                self._tell_missing(reference)

    def _tell_missing(self, reference: Reference) -> None:
        sentence = (
            f"'{reference.name}' ({reference.zip_name}) belongs to another project, which is not "
            "in the package: "
        )
        if reference.kind == "connection":
            sentence += "a connection of that name is made here, to be authorized."
        elif reference.kind in resolution.NEEDED:
            sentence += "what needs it cannot run until that project is imported, and this again."
        else:
            sentence = f"'{reference.name}' ({reference.zip_name}) is not in the package."
        if sentence not in self.outcome.remarks:
            self.outcome.remarks.append(sentence)

    def store_files(self, packaged: PackagedProject) -> Iterator[Asset]:
        """Store a project, its folders and its files; yield each that was stored."""
        project = self._projects.get(packaged.name)
        if project is None:
            project = create_project(
                self._world, self._workspace_id, packaged.name, self._deployed_to
            )
            self._projects[packaged.name] = project
        if PROJECT_FILE in packaged.by_zip_name or not project.description:
            project.description = packaged.description
        self._session.flush()
        self.outcome.projects[project.name] = project.id
        self._store_folders(project, packaged)
        made = find_without_file(self._world, project)
        moved = self._list_movable(packaged)
        for asset in packaged.assets:
            self._store_file(project, packaged, asset, made, moved)
            yield asset
        self._session.flush()

    def _store_folders(self, project: Project, packaged: PackagedProject) -> None:
        there = set(
            self._session.scalars(select(Folder.path).where(Folder.project_id == project.id))
        )
        for asset in packaged.assets:
            parts = asset.folder.split("/") if asset.folder else []
            for depth in range(1, len(parts) + 1):
                path = "/".join(parts[:depth])
                if path not in there:
                    there.add(path)
                    self._session.add(
                        Folder(
                            project_id=project.id,
                            path=path,
                            created_at=self._now,
                            updated_at=self._now,
                        )
                    )

    def _store_file(
        self,
        project: Project,
        packaged: PackagedProject,
        asset: Asset,
        made: Mapping[str, Made],
        moved: _Movable,
    ) -> None:
        document = None if asset.document is None else dict(asset.document)
        content = None if document is not None else base64.b64encode(asset.content).decode()
        row = self._rows.get((packaged.name, asset.zip_name)) or self._take_moved(asset, moved)
        if row is None:
            row = PackageAsset(project_id=project.id, created_at=self._now)
            self._session.add(row)
            if asset.zip_name in made:
                self._take(row, made[asset.zip_name])
            else:
                self._new.add(id(row))
        else:
            if document is not None:
                had = row.document or {}
                document |= {member: had[member] for member in LOCAL if member in had}
            if (row.zip_name, row.document, row.content) == (asset.zip_name, document, content):
                return
            self._changed.add(id(row))
        row.zip_name, row.kind, row.name = asset.zip_name, asset.kind, asset.name
        row.document, row.content = document, content
        row.updated_at = self._now
        self._rows[packaged.name, asset.zip_name] = row

    @staticmethod
    def _take(row: PackageAsset, made: Made) -> None:
        """Have a file be that of what was made here, and pulled or exported since."""
        if isinstance(made, Recipe):
            row.recipe = made
        elif isinstance(made, Connection):
            row.connection = made
        else:
            row.server = made

    def _list_movable(self, packaged: PackagedProject) -> _Movable:
        """Return (kind, name) → the assets that are stored under files that the package lacks."""
        found: _Movable = {}
        for key, row in self._rows.items():
            is_gone = key[0] == packaged.name and key[1] not in packaged.by_zip_name
            if is_gone and row.kind in _MOVABLE:
                found.setdefault((row.kind, row.name), []).append(key)
        return found

    def _take_moved(self, asset: Asset, moved: _Movable) -> PackageAsset | None:
        """Return the row of an asset that was stored under another file's name, if it is one."""
        keys = moved.get((asset.kind, asset.name), [])
        return self._rows.pop(keys.pop()) if len(keys) == 1 else None

    def create_recipes(self, packaged: PackagedProject) -> None:
        """Give every recipe a row, so that others can name it by its id."""
        project = self._projects[packaged.name]
        for asset in packaged.of_kind("recipe"):
            row = self._rows[packaged.name, asset.zip_name]
            if row.recipe_id is None:
                version = asset.document and asset.document.get("version")
                row.recipe = Recipe(
                    workspace_id=self._workspace_id,
                    project_id=project.id,
                    name=asset.name,
                    description="",
                    code={},
                    config=[],
                    version_no=version if isinstance(version, int) else 1,
                    running=self._start,
                    created_at=self._now,
                    updated_at=self._now,
                )
        for asset in packaged.assets:
            # What was looked up and changed here stays, unless the package has something new.
            if id(self._rows[packaged.name, asset.zip_name]) in self._new | self._changed:
                reference_data.store(self._world, project, asset)
        self._session.flush()

    def store(self, packaged: PackagedProject, asset: Asset) -> Change:
        """Bring the row of one asset up to date; say what was done."""
        row = self._rows[packaged.name, asset.zip_name]
        row_id, is_changed = None, id(row) in self._changed
        if asset.kind == "recipe":
            row_id = row.recipe_id
            is_changed |= self._store_recipe(packaged, asset, row)
        elif asset.kind == "connection":
            row_id = row.connection_id
        elif asset.kind == custom_connectors.KIND:
            custom_connectors.record_import(self._world, row)
        elif asset.kind == "mcp_server":
            is_changed |= server_manifests.store(
                self._world, self._stored, packaged, asset, row, self._environment_id
            )
            row_id = row.server_number
        action = Action.CHANGED if is_changed else Action.UNCHANGED
        return Change(
            project=packaged.name,
            zip_name=asset.zip_name,
            kind=asset.kind,
            name=asset.name,
            action=Action.ADDED if id(row) in self._new else action,
            row_id=row_id,
        )

    def _store_recipe(self, packaged: PackagedProject, asset: Asset, row: PackageAsset) -> bool:
        """Store what a recipe's document says; return whether that was something else before."""
        document, recipe = asset.document, row.recipe
        assert document is not None
        assert recipe is not None
        find = make_find(self._world, self._stored, packaged.name, asset)
        values: dict[str, Any] = {
            "name": asset.name,
            "description": document.get("description") or "",
            "code": binding.bind_code(document["code"], find),
            "config": binding.bind_config(
                document.get("config") or [], find, binding.list_chosen(recipe.config)
            ),
        }
        if id(row) not in self._new:
            return recipe_versions.change(self._world, recipe, **values)
        for name, value in values.items():
            setattr(recipe, name, value)
        recipe.updated_at = self._now
        return True
