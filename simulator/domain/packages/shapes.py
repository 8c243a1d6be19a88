"""What each kind of asset must have before anything can be made of it."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.domain.packages.model import Asset, PackagedProject, read_reference
from simulator.domain.packages.refusals import PackageError
from simulator.validation.mistakes import format_value

_AUTH_TYPES = ("workato_idp", "identity_server", "token", "hashed_token")
_TOOLS_TYPES = ("project_assets", "api_collection")
#: What a project may name its assets, as everywhere else.
_LONGEST_NAME = 500


def check(project: PackagedProject, asset: Asset) -> list[str]:
    """Check one asset.

    Args:
        project: the project that it belongs to.
        asset: the asset to check.

    Returns:
        Remarks: what is kept as it is, because nothing can be made of it.

    Raises:
        PackageError: it has the wrong shape.
    """
    place, document = project.place(asset), asset.document
    if document is None:
        return []
    if "name" in document:
        name = document["name"]
        if not isinstance(name, str) or not 0 < len(name.strip()) <= _LONGEST_NAME:
            raise PackageError(
                place, f"'name' must be a text of 1 to {_LONGEST_NAME} characters, not "
                f"{format_value(name)}."
            )  # fmt: skip
    checks = {
        "recipe": _recipe,
        "connection": _connection,
        "agentic_skill": _skill,
        "api_endpoint": _endpoint,
        "mcp_server": _server,
        "lookup_table": _lookup_table,
    }
    if asset.kind not in checks:
        return []
    found = [*checks[asset.kind](place, document)]
    if asset.kind == "mcp_server":
        found += _apps(project, asset)
    return [f"{place}: {remark}" for remark in found]


def _recipe(place: str, document: Mapping[str, Any]) -> Iterator[str]:
    code, config = document.get("code"), document.get("config") or []
    if isinstance(code, list):
        raise PackageError(
            place,
            "'code' is a list; it must be the trigger's block, with the steps in its 'block'.",
        )
    if not isinstance(code, dict):
        raise PackageError(place, "'code' must be an object: the trigger's block.")
    _block(place, code, "code")
    if not isinstance(config, list) or not all(isinstance(each, dict) for each in config):
        raise PackageError(place, "'config' must be a list of objects, one an application.")
    for index, entry in enumerate(config):
        if not isinstance(entry.get("provider"), str):
            raise PackageError(place, f"config[{index}].provider must be a text.")
    yield from ()


def _block(place: str, block: Mapping[str, Any], where: str) -> None:
    if not isinstance(block.get("keyword"), str):
        raise PackageError(place, f"{where}.keyword must be a text, such as 'action'.")
    for member in ("provider", "name", "as"):
        if block.get(member) is not None and not isinstance(block[member], str):
            raise PackageError(place, f"{where}.{member} must be a text.")
    if not isinstance(block.get("input", {}), dict | None):
        raise PackageError(place, f"{where}.input must be an object.")
    children = block.get("block") or []
    if not isinstance(children, list) or not all(isinstance(each, dict) for each in children):
        raise PackageError(place, f"{where}.block must be a list of steps.")
    for index, child in enumerate(children):
        _block(place, child, f"{where}.block[{index}]")


def _connection(place: str, document: Mapping[str, Any]) -> Iterator[str]:
    provider = document.get("provider")
    if not isinstance(provider, str) and read_reference(provider) is None:
        raise PackageError(place, "'provider' must name the app, or refer to a custom connector.")
    yield from ()


def _skill(_place: str, document: Mapping[str, Any]) -> Iterator[str]:
    references = document.get("references")
    if not isinstance(references, dict) or "recipe_id" not in references:
        yield "has no references.recipe_id, so no skill is made of it; it is kept as it is."


def _endpoint(_place: str, document: Mapping[str, Any]) -> Iterator[str]:
    if any(read_reference(document.get(each)) is None for each in ("recipe_id", "api_group_id")):
        yield "refers to no recipe and API collection by zip_name; it is kept as it is."


def _server(place: str, document: Mapping[str, Any]) -> Iterator[str]:
    auth_type = document.get("auth_type", "token")
    if auth_type not in _AUTH_TYPES:
        known = ", ".join(_AUTH_TYPES)
        yield f"'auth_type' is {format_value(auth_type)}, and taken for a token; known: {known}."
    tools_type = document.get("tools_type", "project_assets")
    if tools_type not in _TOOLS_TYPES:
        known, found = ", ".join(_TOOLS_TYPES), format_value(tools_type)
        yield f"'tools_type' is {found}, taken for project_assets; known: {known}."
    tools, references = document.get("tools") or [], document.get("references") or {}
    if not isinstance(tools, list) or not isinstance(references, dict):
        raise PackageError(place, "'tools' must be a list and 'references' an object.")
    for index, tool in enumerate(tools):
        if not isinstance(tool, dict) or not isinstance(tool.get("description") or "", str):
            raise PackageError(place, f"tools[{index}] must be an object, its description a text.")
    for index, tool in enumerate(tools if tools_type != "api_collection" else ()):
        named = find_tool_reference(document, tool)
        if named is None:
            raise PackageError(
                place, f"tools[{index}] refers to nothing that 'references' has: "
                f"{format_value(tool.get('tool') if isinstance(tool, dict) else tool)}."
            )  # fmt: skip


def _apps(project: PackagedProject, asset: Asset) -> Iterator[str]:
    """MCP Apps: the page of each lies beside the manifest, under its name in lower case."""
    place, document = project.place(asset), asset.document or {}
    apps = document.get("apps") or []
    if not isinstance(apps, list) or not all(isinstance(each, dict) for each in apps):
        raise PackageError(place, "'apps' must be a list of objects.")
    for app in apps:
        files = name_app_files(asset.zip_name, str(app.get("name") or ""))
        if not any(each in project.by_zip_name for each in files):
            raise PackageError(
                place, f"key not found: the page of the app '{app.get('name')}' must be the file "
                f"{files[-1]}."
            )  # fmt: skip
    if apps and document.get("tools_type") == "api_collection":
        yield "MCP Apps do not work with an API collection."


def name_app_files(zip_name: str, app_name: str) -> list[str]:
    """Return the files that may have an MCP app's page; an export writes the last one.

    Args:
        zip_name: the file of the server's manifest.
        app_name: the name of the app.
    """
    stem = zip_name.removesuffix(".json").removesuffix(".mcp_server")
    name = app_name.lower()
    return [f"{stem}_{each}.bin" for each in (name, name.replace(" ", "_"))]


def find_tool_reference(document: Mapping[str, Any], tool: Any) -> Mapping[str, Any] | None:
    """Return the `{zip_name, name, folder}` of what an MCP server's tool stands for, or None.

    Args:
        document: the document of the server: `tools[].tool`, or `tools[].ref`, is a key of its
            `references`, or the reference itself.
        tool: one of its tools.
    """
    if not isinstance(tool, Mapping):
        return None
    named = tool.get("tool", tool.get("ref"))
    if isinstance(named, str):
        references = document.get("references")
        named = references.get(named) if isinstance(references, Mapping) else None
    if isinstance(named, Mapping) and isinstance(named.get("id"), Mapping):
        named = named["id"]
    return named if read_reference(named) is not None else None


def _lookup_table(place: str, document: Mapping[str, Any]) -> Iterator[str]:
    if not isinstance(document.get("schema", []), list | str):
        raise PackageError(place, "'schema' must be the list of the table's columns.")
    yield from ()
