"""MCP apps of a package: entries of an MCP server's manifest, each with a file of its own.

The file is named after the manifest and the app, and has the HTML document as it is
(workato-devs/recipe-skills, bound HTML apps).
"""

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from simulator.db.tables import McpServer, PackageAsset
from simulator.domain import mcp_apps
from simulator.domain.packages.model import Asset, PackagedProject
from simulator.domain.packages.refusals import PackageError
from simulator.domain.packages.shapes import name_app_files
from simulator.errors import FieldError
from simulator.world import World

_MANIFEST = ".mcp_server.json"


def belongs_to(name: str, zip_names: Sequence[str]) -> bool:
    """Return whether a file is the document of an app of one of these manifests, by its name.

    Args:
        name: the name of the file.
        zip_names: the files of assets.
    """
    return name.endswith(".bin") and any(
        each.endswith(_MANIFEST) and name.startswith(f"{each.removesuffix(_MANIFEST)}_")
        for each in zip_names
    )


def store(
    world: World,
    project: PackagedProject,
    asset: Asset,
    server: McpServer,
    recipe_ids: Mapping[str, int],
) -> bool:
    """Store the apps of a manifest; those that it lacks stay as they are.

    Args:
        world: with an open unit of work; the server's tools have rows.
        project: the project of the manifest.
        asset: the manifest.
        server: the server made of it; one of an API collection has no apps.
        recipe_ids: the id of the recipe behind each tool, by the key in the manifest.

    Returns:
        Whether anything was added or changed.

    Raises:
        PackageError: an app names no tool, or is wrong otherwise.
    """
    place, is_changed = project.place(asset), False
    tools = {tool.recipe_id: tool for tool in server.tools}
    there = {app.tool_id: app for app in mcp_apps.list_apps(world, server)}
    for entry in list_entries(asset.document) if mcp_apps.may_have_apps(server) else ():
        name, csp = str(entry.get("name") or ""), read_csp(entry)
        tool = tools.get(recipe_ids.get(str(entry.get("tool")), 0))
        if tool is None:
            raise PackageError(place, f"the MCP app '{name}' names no tool of the server.")
        html = _read_document(project, asset, entry)
        wrong = mcp_apps.check(name, html, csp)
        for member, sentence in wrong.items():
            raise PackageError(place, f"the MCP app '{name}': {member}: {sentence}")
        app = there.get(tool.id)
        try:
            if app is None:
                mcp_apps.add(world, server, tool, name=name, html=html, csp=csp)
                is_changed = True
            else:
                is_changed |= mcp_apps.change(world, app, name=name, html=html, csp=csp)
        except FieldError as error:
            raise PackageError(place, f"the MCP app '{name}': {error.message}") from None
    return is_changed


def list_entries(document: Mapping[str, Any] | None) -> list[Mapping[str, Any]]:
    """Return the apps that a manifest names.

    Args:
        document: the content of the manifest.
    """
    written = (document or {}).get("apps")
    return [each for each in written if isinstance(each, Mapping)] if written else []


def read_csp(entry: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return the origins of an app's content security policy, by directive.

    Args:
        entry: the entry of the manifest.
    """
    meta = entry.get("meta")
    csp = meta.get("csp") if isinstance(meta, Mapping) else None
    given = csp if isinstance(csp, Mapping) else {}
    return {
        each: [str(one) for one in given[each]] if isinstance(given.get(each), list) else []
        for each in mcp_apps.DIRECTIVES
    }


class AppFiles:
    """The documents of a project's MCP apps, as an export has them.

    Args:
        rows: the stored files of the project.
        made: file → what was made of it; servers alone count.

    Attributes:
        written: file → its content, where it has to say something else, or is not there yet.
    """

    def __init__(self, rows: Sequence[PackageAsset], made: Mapping[str, Any]) -> None:
        files = [row for row in rows if row.document is None and row.zip_name.endswith(".bin")]
        self._digests = {make_digest(base64.b64decode(row.content or "")) for row in files}
        self.written = {
            name_app_files(zip_name, app.name)[-1]: app.html.encode()
            for zip_name, server in made.items()
            for app in (server.apps if isinstance(server, McpServer) else ())
            if make_digest(app.html.encode()) not in self._digests
        }

    def describe(
        self, server: McpServer, document: Mapping[str, Any], recipe_ids: Mapping[str, int]
    ) -> dict[str, Any]:
        """Return the member `apps` of a manifest where it has to say something else.

        Args:
            server: the server of the manifest.
            document: the manifest, its tools and references as they are now.
            recipe_ids: the id of the recipe behind each tool, by the key in the manifest.
        """
        if not mcp_apps.may_have_apps(server):
            return {}
        keys = {recipe_id: key for key, recipe_id in recipe_ids.items()}
        entries = [
            {
                "content_digest": make_digest(app.html.encode()),
                "meta": {"csp": dict(app.csp)},
                "name": app.name,
                "tool": keys[app.tool.recipe_id],
            }
            for app in server.apps
            if app.tool.recipe_id in keys
        ]
        written = list_entries(document)
        is_same = sorted(map(_key, written), key=str) == sorted(map(_key, entries), key=str)
        if is_same and all(each["content_digest"] in self._digests for each in entries):
            return {}
        return {"apps": entries}


def _key(entry: Mapping[str, Any]) -> tuple[Any, ...]:
    return entry.get("name"), entry.get("tool"), read_csp(entry)


def make_digest(content: bytes) -> str:
    """Return the `content_digest` of a document: its SHA-256, in hex.

    Args:
        content: the content of the file.
    """
    return hashlib.sha256(content).hexdigest()


def _read_document(project: PackagedProject, asset: Asset, entry: Mapping[str, Any]) -> str:
    """Return the document of an app: the file named after it."""
    names = name_app_files(asset.zip_name, str(entry.get("name") or ""))
    place, content = next(  # the package was checked for it
        (each, project.by_zip_name[each].content) for each in names if each in project.by_zip_name
    )
    try:
        return content.decode()
    except UnicodeDecodeError:
        raise PackageError(place, "an MCP app is one HTML document, in UTF-8.") from None
