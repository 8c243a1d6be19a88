"""MCP servers of a package: the manifest, and the tools that it makes of recipes."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from simulator.db.tables import McpServer, McpTool, PackageAsset
from simulator.domain import api_collections, servers
from simulator.domain.packages import app_manifests
from simulator.domain.packages.model import Asset, PackagedProject, find_references, read_reference
from simulator.domain.packages.refusals import PackageError
from simulator.domain.packages.resolution import Found, resolve
from simulator.domain.packages.shapes import find_tool_reference
from simulator.domain.packages.stored import StoredAssets
from simulator.domain.recipes import make_tool_name
from simulator.domain.server_tools import make_unique
from simulator.world import World

#: `tools_type` of a manifest whose tools are the endpoints of an API collection.
API_COLLECTION = "api_collection"
#: `auth_type` of a manifest that means Workato Identity; all others mean a token.
WORKATO_IDENTITY = ("workato_idp", "identity_server")


@dataclass(frozen=True, kw_only=True)
class ToolPlan:
    """A tool that a manifest asks for.

    Attributes:
        name: on the wire.
        description: what models read.
        recipe_id: the id of the recipe that it runs.
        enabled: whether it is started.
    """

    name: str
    description: str
    recipe_id: int
    enabled: bool


def store(
    world: World,
    stored: StoredAssets,
    project: PackagedProject,
    asset: Asset,
    row: PackageAsset,
    environment_id: int,
) -> bool:
    """Store an MCP server as its manifest has it; who may use it does not travel in packages.

    Args:
        stored: the stored assets; their recipes have rows.
        project: the project that the manifest belongs to.
        asset: the manifest.
        row: where it is stored.
        environment_id: the environment id of a new server.

    Returns:
        Whether anything was added or changed.

    Raises:
        PackageError: a tool stands for what no recipe answers.
    """
    document = asset.document or {}
    description = document.get("description") or ""
    wants_identity = document.get("auth_type", "token") in WORKATO_IDENTITY
    server, is_changed = row.server, False
    if server is None:
        server = servers.create(
            world, stored.projects[project.name], environment_id, asset.name, description
        )
        row.server, is_changed = server, True
    elif (server.name, server.description) != (asset.name, description):
        servers.change(world, server, name=asset.name, description=description)
        is_changed = True
    if wants_identity and not server.uses_workato_identity:
        servers.switch_to_workato_identity(world, server)
        is_changed = True
    elif not wants_identity and server.uses_workato_identity:
        servers.switch_to_token_access(world, server)
        is_changed = True
    collection = _find_collection(world, stored, project, asset, server)
    if server.collection_id != (collection.id if collection else None):
        server.collection_id = collection.id if collection else None
        server.collection_path = (
            api_collections.make_path(world, collection) if collection else None
        )
        is_changed = True
    plans = list(plan_tools(stored, project, asset))
    is_changed |= _store_tools(world, server, plans)
    recipe_ids = map_tools(stored, project, asset, document)
    return app_manifests.store(world, project, asset, server, recipe_ids) or is_changed


def _find_collection(
    world: World, stored: StoredAssets, project: PackagedProject, asset: Asset, server: McpServer
) -> PackageAsset | None:
    """Return the API collection whose endpoints are a server's tools; None for project assets.

    A manifest of several collections, or of one that another server has, is a server of project
    assets: a server has one collection, of its own (Workato docs, MCP servers).
    """
    if (asset.document or {}).get("tools_type") != API_COLLECTION:
        return None
    groups = _list_groups(stored, project, asset)
    row = stored.rows.get((project.name, groups[0].zip_name)) if len(groups) == 1 else None
    if row is None:
        return None
    others = select(McpServer.number).where(
        McpServer.collection_id == row.id, McpServer.number != server.number
    )
    return None if world.db.session.scalar(others.limit(1)) is not None else row


def _store_tools(world: World, server: McpServer, plans: list[ToolPlan]) -> bool:
    there = {tool.recipe_id: tool for tool in server.tools}
    names = {tool.name for tool in server.tools}
    is_changed = False
    for plan in plans:
        tool = there.get(plan.recipe_id)
        if tool is None:
            name = make_unique(plan.name, names)
            names.add(name)
            tool = McpTool(
                server_number=server.number,
                recipe_id=plan.recipe_id,
                name=name,
                description=plan.description,
                position=len(there) + 1,
                enabled=plan.enabled,
            )
            server.tools.append(tool)
            there[plan.recipe_id] = tool
            is_changed = True
        elif tool.description != plan.description:
            servers.describe_tool(world, tool, plan.description)
            is_changed = True
    world.db.session.flush()
    return is_changed


def map_tools(
    stored: StoredAssets, project: PackagedProject, asset: Asset, document: Mapping[str, object]
) -> Mapping[str, int]:
    """Return the id of the recipe behind each reference of a manifest, by its key.

    Args:
        stored: everything that is stored; its recipes have rows.
        project: the project of the manifest.
        asset: the manifest.
        document: the content of the manifest, or what it is going to be.
    """
    found: dict[str, int] = {}
    references = document.get("references")
    for key in references if isinstance(references, Mapping) else ():
        reference = read_reference(find_tool_reference(document, {"tool": key}))
        target = reference and resolve(
            stored.package, stored.project(project.name), asset, reference
        )
        answering = _find_recipe(stored, target) if target else None
        if answering is not None:
            found[key] = answering.recipe_id
    return found


def plan_tools(stored: StoredAssets, project: PackagedProject, asset: Asset) -> Iterator[ToolPlan]:
    """Yield the tools that a manifest asks for, in its order.

    `project_assets`: recipes, skills and API endpoints by reference; models read the description in
    the manifest alone. `api_collection`: each endpoint of the collection; what the manifest does
    not describe is described by the recipe.

    Args:
        stored: the stored assets; their recipes have rows.
        project: the project that the manifest belongs to.
        asset: the manifest.

    Raises:
        PackageError: a tool stands for what no recipe answers.
    """
    document = asset.document or {}
    listed = [tool for tool in document.get("tools") or [] if isinstance(tool, Mapping)]
    is_collection = document.get("tools_type") == API_COLLECTION
    if is_collection and any(each.kind == "api_group" for each in asset.references):
        described = {str(tool.get("name")): tool for tool in listed}
        for endpoint, recipe in _list_endpoints(stored, project, asset):
            written = described.get(endpoint.name, {})
            yield ToolPlan(
                name=make_tool_name(endpoint.name),
                description=written.get("description") or (recipe.recipe_description or ""),
                recipe_id=recipe.recipe_id,
                enabled=written.get("enabled", True) is not False,
            )
        return
    for tool in listed:
        reference = read_reference(find_tool_reference(document, tool))
        own = stored.project(project.name)
        found = reference and resolve(stored.package, own, asset, reference)
        if not found:  # of another project, which was not brought along: a remark says so
            continue
        answering = _find_recipe(stored, found)
        if answering is None:
            raise PackageError(
                project.place(asset),
                f"the tool '{found.asset.name}' ({found.asset.zip_name}) stands for no recipe.",
            )
        named = tool.get("name")
        yield ToolPlan(
            name=make_tool_name(named if isinstance(named, str) and named else found.asset.name),
            description=tool.get("description") or "",
            recipe_id=answering.recipe_id,
            enabled=tool.get("enabled", True) is not False,
        )


@dataclass(frozen=True, kw_only=True)
class _Answering:
    """The recipe that answers a tool."""

    recipe_id: int
    recipe_description: str | None


def _find_recipe(stored: StoredAssets, found: Found) -> _Answering | None:
    """Return the recipe that an asset is, or stands for: a skill's, or an endpoint's."""
    row = stored.rows.get((found.project.name, found.asset.zip_name))
    if row is None:
        return None
    if row.recipe is not None:
        return _Answering(recipe_id=row.recipe.id, recipe_description=row.recipe.description)
    document = row.document or {}
    references = document.get("references")
    written = document.get("recipe_id") or (
        references.get("recipe_id") if isinstance(references, Mapping) else None
    )
    inner = next(find_references(written), None)
    target = inner and resolve(stored.package, found.project, found.asset, inner)
    if not target or target.asset.kind != "recipe":
        return None
    return _find_recipe(stored, target)


def find_recipe_id(stored: StoredAssets, project: PackagedProject, asset: Asset) -> int | None:
    """Return the recipe that an asset is, or stands for: a skill's, or an endpoint's.

    Args:
        stored: the stored assets; their recipes have rows.
        project: the project of the asset.
        asset: the asset.
    """
    found = _find_recipe(stored, Found(project=project, asset=asset))
    return None if found is None else found.recipe_id


def _list_endpoints(
    stored: StoredAssets, project: PackagedProject, asset: Asset
) -> Iterator[tuple[Asset, _Answering]]:
    """Yield the endpoints of the API collections that a manifest names, by their names."""
    own, groups = stored.project(project.name), _list_groups(stored, project, asset)
    for each in sorted(own.of_kind("api_endpoint"), key=lambda one: one.name):
        row = stored.rows.get((own.name, each.zip_name))
        document = row.document if row is not None and row.document else {}
        reference = read_reference(document.get("api_group_id"))
        group = reference and resolve(stored.package, own, each, reference)
        if not group or group.asset not in groups or document.get("active") is False:
            continue
        recipe = _find_recipe(stored, Found(project=own, asset=each))
        if recipe is not None:
            yield each, recipe


def _list_groups(stored: StoredAssets, project: PackagedProject, asset: Asset) -> list[Asset]:
    """Return the API collections that a manifest names."""
    own = stored.project(project.name)
    return [
        found.asset
        for reference in asset.references
        if (found := resolve(stored.package, own, asset, reference)) is not None
        and found.asset.kind == "api_group"
    ]
