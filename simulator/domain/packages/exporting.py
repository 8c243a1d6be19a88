"""A project as a package: what was imported comes out as it came, with what was changed here."""

import base64
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import select

from simulator.db.tables import Connection, McpServer, PackageAsset, Project, Recipe
from simulator.domain.api_endpoints import Endpoint, list_endpoints
from simulator.domain.packages import binding
from simulator.domain.packages.app_manifests import AppFiles
from simulator.domain.packages.model import (
    ATTACHMENT,
    LOCAL,
    Asset,
    find_references,
    kind_of,
    read_reference,
)
from simulator.domain.packages.server_manifests import (
    API_COLLECTION,
    WORKATO_IDENTITY,
    find_recipe_id,
    map_tools,
    plan_tools,
)
from simulator.domain.packages.shapes import find_tool_reference
from simulator.domain.packages.stored import StoredAssets, load_stored_assets, make_find
from simulator.domain.recipes import needs_verified_access
from simulator.world import World

#: The time of every file in a zip, so that the same project is the same zip.
_DATE = (1980, 1, 1, 0, 0, 0)

#: What is made in the web app, by the Developer API or by a scenario, and has no file then.
Made = Recipe | Connection | McpServer


@dataclass(frozen=True, kw_only=True)
class ExportedFile:
    """A file of an export.

    Attributes:
        zip_name: its path in the project.
        kind: the kind of asset; empty for what is none.
        name: the name of the asset.
        row_id: the row id of the recipe, connection or server that it describes; of another, its
            own.
        content: its bytes.
    """

    zip_name: str
    kind: str
    name: str
    row_id: int
    content: bytes


def export_project(world: World, project: Project, folder: str = "") -> dict[str, bytes]:
    """Return the content of a project's files by `zip_name`; see `list_files`.

    Args:
        project: to be exported.
        folder: the path of a folder in it, which is exported alone; empty for all of it.
    """
    return {each.zip_name: each.content for each in list_files(world, project, folder)}


def list_files(world: World, project: Project, folder: str = "") -> list[ExportedFile]:
    """Return a project's files.

    A file whose asset was not changed here says what it said, another the same but for what was
    changed. What was made here and never imported gets a file of its own.

    Args:
        project: to be exported.
        folder: the path of a folder in it, which is exported alone; empty for all of it.
    """
    export = _Export(world, project)
    written = export.apps.written
    files = [
        ExportedFile(
            zip_name=row.zip_name,
            kind=row.kind,
            name=row.name,
            row_id=row.recipe_id or row.connection_id or row.server_number or row.id,
            content=export.build_file(row),
        )
        for row in export.rows
        if row.zip_name not in written
        if not folder or row.zip_name.startswith(f"{folder}/")
    ]
    files += [
        ExportedFile(zip_name=name, kind=ATTACHMENT, name=name, row_id=0, content=content)
        for name, content in written.items()
        if not folder or name.startswith(f"{folder}/")
    ]
    return files if folder else [*files, *export.build_new_files()]


def find_without_file(world: World, project: Project) -> Mapping[str, Made]:
    """Return what was made here and never imported, by the file that an export writes of it.

    Args:
        project: the project that it is in.
    """
    return _Export(world, project).without_file


def to_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a zip with these files.

    Args:
        files: content by name.
    """
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, _DATE), content, zipfile.ZIP_DEFLATED)
    return written.getvalue()


class _Export:
    """One export under way."""

    def __init__(self, world: World, project: Project) -> None:
        self._world, self._session, self._project = world, world.db.session, project
        self.rows = list(
            self._session.scalars(
                select(PackageAsset)
                .where(PackageAsset.project_id == project.id)
                .order_by(PackageAsset.zip_name)
            )
        )
        self._stored: StoredAssets = load_stored_assets(
            world, project.workspace_id, deployed_to=project.environment_id
        )
        self._names = {each.id: name for name, each in self._stored.projects.items()}
        #: (kind, id of what was made) → the file and name that a package refers to.
        self._files: dict[tuple[str, int], tuple[int, str, str]] = {}
        for row in self._stored.rows.values():
            made = row.recipe_id or row.connection_id
            if made is not None:
                self._files[row.kind, made] = row.project_id, row.zip_name, row.name
        self.without_file = self._list_new()

    @cached_property
    def _endpoints(self) -> list[Endpoint]:
        return list_endpoints(self._world, self._project.workspace_id, None)

    def build_file(self, row: PackageAsset) -> bytes:
        """Return what an imported asset's file says now."""
        if row.document is None:
            return base64.b64decode(row.content or "")
        asset = Asset(zip_name=row.zip_name, kind=row.kind, name=row.name, document=row.document)
        document = dict(row.document)
        for member in LOCAL:
            document.pop(member, None)
        if row.recipe is not None:
            document |= self._recipe_changes(asset, row.recipe)
        elif row.connection is not None:
            if row.connection.name != row.name:
                document["name"] = row.connection.name
        elif row.server is not None:
            document |= self._server_changes(asset, row.server)
            document |= self._describe_apps(asset, row.server, document)
        return _to_bytes(document)

    def build_new_files(self) -> Iterator[ExportedFile]:
        """Yield the files of what was never imported: recipes, connections and servers."""
        for zip_name, made in self.without_file.items():
            if isinstance(made, Recipe):
                document = self._describe_recipe(made)
            elif isinstance(made, Connection):
                document = {"name": made.name, "provider": made.provider, "root_folder": False}
            else:
                document = self._describe_server(made)
                asset = Asset(zip_name=zip_name, kind="mcp_server", name=made.name)
                document |= self._describe_apps(asset, made, document)
            yield ExportedFile(
                zip_name=zip_name,
                kind=kind_of(zip_name),
                name=made.name,
                row_id=made.number if isinstance(made, McpServer) else made.id,
                content=_to_bytes(document),
            )

    @cached_property
    def apps(self) -> AppFiles:
        """The documents of MCP apps."""
        stored = {row.zip_name: row.server for row in self.rows}
        return AppFiles(self.rows, {**stored, **self.without_file})

    def _describe_apps(self, asset: Asset, server: McpServer, document: Any) -> dict[str, Any]:
        own = self._stored.project(self._project.own_name)
        keys = dict(map_tools(self._stored, own, asset, document))
        for key, reference in (document.get("references") or {}).items():  # without a file
            made = self.without_file.get(reference["id"]["zip_name"])
            if isinstance(made, Recipe):
                keys[key] = made.id
        return self.apps.describe(server, document, keys)

    def _list_new(self) -> dict[str, Made]:
        """File → what has none, each with a name of its own."""
        named = {row.zip_name for row in self.rows}
        found: dict[str, Made] = {}
        kinds: tuple[tuple[str, Any, Any], ...] = (
            ("connection", Connection, Connection.id),
            ("recipe", Recipe, Recipe.id),
            ("mcp_server", McpServer, McpServer.number),
        )
        has_file = {
            "connection": {row.connection_id for row in self.rows},
            "recipe": {row.recipe_id for row in self.rows},
            "mcp_server": {row.server_number for row in self.rows},
        }
        for kind, table, key in kinds:
            query = select(table).where(table.project_id == self._project.id).order_by(key)
            if table is Connection:
                query = query.where(Connection.parent_id.is_(None))
            for each in self._session.scalars(query):
                own_id = each.number if isinstance(each, McpServer) else each.id
                if own_id in has_file[kind]:
                    continue
                zip_name = _make_zip_name(each.name, kind, named)
                named.add(zip_name)
                found[zip_name] = each
                self._files[kind, own_id] = self._project.id, zip_name, each.name
        return found

    def _refer(self, kind: str, row_id: int) -> Mapping[str, Any] | None:
        """Return the reference to what has this id, as an export says it."""
        if (kind, row_id) not in self._files:
            return None
        project_id, zip_name, name = self._files[kind, row_id]
        if project_id != self._project.id:
            owner = self._names[project_id]
            return {"zip_name": f"{owner}/{zip_name}", "name": name, "folder": owner}
        return {"zip_name": zip_name, "name": name, "folder": zip_name.rpartition("/")[0]}

    def _recipe_changes(self, asset: Asset, recipe: Recipe) -> dict[str, Any]:
        """Return the members of a recipe's document that say something else now."""
        document = asset.document or {}
        find = make_find(self._world, self._stored, self._project.own_name, asset)
        #: What the document says of other assets is said again in the same words.
        words = {
            (reference.kind, found): reference
            for reference in find_references(document)
            if (found := find(reference)) is not None
        }

        def refer(kind: str, row_id: int) -> Mapping[str, Any] | None:
            written = words.get((kind, row_id))
            if written is None:
                return self._refer(kind, row_id)
            return {
                "zip_name": written.zip_name,
                "name": written.name,
                "folder": written.folder,
                **({"custom": True} if written.is_custom else {}),
            }

        changes: dict[str, Any] = {}
        if recipe.name != asset.name:
            changes["name"] = recipe.name
        if recipe.description != (document.get("description") or ""):
            changes["description"] = recipe.description
        if recipe.code != binding.bind_code(document["code"], find):
            changes["code"] = binding.unbind_code(recipe.code, refer)
        if recipe.config != binding.bind_config(document.get("config") or [], find, {}):
            changes["config"] = binding.unbind_config(recipe.config, refer)
        return changes and {**changes, "version": recipe.version_no}

    def _describe_recipe(self, recipe: Recipe) -> dict[str, Any]:
        return {
            "name": recipe.name,
            "description": recipe.description,
            "version": recipe.version_no,
            "private": True,
            "concurrency": 1,
            "code": binding.unbind_code(recipe.code, self._refer),
            "config": binding.unbind_config(recipe.config, self._refer),
        }

    def _server_changes(self, asset: Asset, server: McpServer) -> dict[str, Any]:
        """Return the members of a manifest that say something else now."""
        document, changes = asset.document or {}, {}
        if server.name != asset.name:
            changes["name"] = server.name
        if server.description != (document.get("description") or ""):
            changes["description"] = server.description
        says_identity = document.get("auth_type", "token") in WORKATO_IDENTITY
        if server.uses_workato_identity != says_identity:
            changes["auth_type"] = "workato_idp" if server.uses_workato_identity else "token"
        plans = plan_tools(self._stored, self._stored.project(self._project.own_name), asset)
        planned = {plan.recipe_id: plan for plan in plans}
        there = {tool.recipe_id: tool for tool in server.tools}
        if server.collection_id is not None:  # its endpoints say which tools there are
            planned = {key: plan for key, plan in planned.items() if key in there}
            there = {key: there[key] for key in planned}
        is_same = set(there) == set(planned) and all(
            there[key].description == plan.description for key, plan in planned.items()
        )
        if not is_same:
            changes |= self._describe_tools(server, document)
        return changes

    def _describe_server(self, server: McpServer) -> dict[str, Any]:
        return {
            "name": server.name,
            "description": server.description,
            "auth_type": "workato_idp" if server.uses_workato_identity else "token",
            "tools_type": API_COLLECTION if self._find_collection(server) else "project_assets",
            **self._describe_tools(server, {}),
        }

    def _find_collection(self, server: McpServer) -> PackageAsset | None:
        """Return the API collection whose endpoints are a server's tools, if it is there still."""
        return next((row for row in self.rows if row.id == server.collection_id), None)

    def _describe_endpoints(self, server: McpServer, group: PackageAsset) -> dict[str, Any]:
        """Return the manifest's members for a collection, and for what its recipes do not say."""
        tools = [
            {"name": endpoint.row.name, "description": tool.description}
            for endpoint in self._endpoints
            if endpoint.collection.id == group.id
            for tool in server.tools
            if tool.recipe_id == endpoint.recipe.id
            and tool.description != endpoint.recipe.description
        ]
        target = {"zip_name": group.zip_name, "name": group.name, "folder": group.folder}
        return {"tools": tools, "references": {"ref_0": {"type": "api_group", "id": target}}}

    def _describe_tools(self, server: McpServer, document: Mapping[str, Any]) -> dict[str, Any]:
        """Return a manifest's tools and references, each as it is there, or as a recipe."""
        if (group := self._find_collection(server)) is not None:
            return self._describe_endpoints(server, group)
        written = {}
        for tool in document.get("tools") or []:
            reference = read_reference(find_tool_reference(document, tool))
            if reference is not None:
                written[reference.zip_name] = reference
        tools: list[dict[str, Any]] = []
        references: dict[str, Any] = {}
        by_recipe = self._list_tool_files(written)
        for tool in server.tools:
            zip_name, kind, name = by_recipe.get(tool.recipe_id) or (None, "recipe", "")
            target = self._refer("recipe", tool.recipe_id)
            if zip_name is not None:
                target = {"zip_name": zip_name, "name": name, "folder": zip_name.rpartition("/")[0]}
            if target is None:  # a recipe of a project without a file there
                continue
            key = f"ref_{len(references)}"
            references[key] = {"type": kind, "id": target}
            tools.append(
                {
                    "tool": key,
                    "description": tool.description,
                    "vua_required": needs_verified_access(tool),
                }
            )
        return {"tools": tools, "references": references}

    def _list_tool_files(self, written: Mapping[str, Any]) -> dict[int, tuple[str, str, str]]:
        """Recipe → the skill, endpoint or recipe by which a manifest names it: file, kind, name."""
        found = {}
        own = self._stored.project(self._project.own_name)
        for asset in own.assets:
            is_named = asset.zip_name in written
            if asset.kind == "agentic_skill" or is_named:
                recipe_id = find_recipe_id(self._stored, own, asset)
                if recipe_id is not None and (is_named or recipe_id not in found):
                    found[recipe_id] = asset.zip_name, asset.kind, asset.name
        return found


def _make_zip_name(name: str, kind: str, taken: set[str]) -> str:
    """Return the file of a new asset: its name in lower case, with underscores, and its kind."""
    stem = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_") or "unnamed"
    zip_name, number = f"{stem}.{kind}.json", 1
    while zip_name in taken:
        number += 1
        zip_name = f"{stem}_{number}.{kind}.json"
    return zip_name


def _to_bytes(document: Mapping[str, Any]) -> bytes:
    return json.dumps(document, indent=2, ensure_ascii=False).encode() + b"\n"
