"""Tools of MCP servers: assigned, listed, changed and deleted (Workato docs, Developer API)."""

import re
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from simulator.db.tables import McpServer, McpTool
from simulator.domain import recipes, server_lists, server_tools, servers, skills, verified_recipes
from simulator.domain.engine.steps import API_PLATFORM
from simulator.domain.server_tools import Asset, InvalidAssets
from simulator.errors import NotFound, SimulatorError
from simulator.systems.developer_api.endpoint import MCP, ApiEndpoint, Body, Call, PageQuery
from simulator.systems.developer_api.mcp_servers import get_found
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/mcp/mcp_servers/", quota=MCP)


def _read_asset_id(value: object) -> object:
    """Return the number of a recipe, or the id of a skill as it is.

    Raises:
        PydanticCustomError: it is neither.
    """
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # JSON Schema: 1.0 is an integer
    text = str(value) if type(value) in (int, str) else ""
    if re.fullmatch(_SKILL, text):
        return text
    number = parse_whole_number(text)
    if number is None:
        kinds = "the id of a recipe, a whole number, or that of a skill, which begins with skl-"
        raise PydanticCustomError("expected", "must be {expected}", {"expected": kinds})
    return number


_SKILL = r"skl-[A-Za-z0-9-]{1,40}"
#: What becomes a tool: a recipe, by its number, or a skill, by its own id.
AssetId = Annotated[
    int | str,
    BeforeValidator(_read_asset_id),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 0, "maximum": 999_999_999},
                {"type": "string", "pattern": rf"^({_SKILL}|[0-9]{{1,9}})$"},
            ]
        }
    ),
]


class NewTool(Body):
    """What is to become a tool: a recipe by its id, or a skill, and the provider of its trigger."""

    trigger_application: str
    id: AssetId


class NewTools(Body):
    """What is to become tools."""

    tools: Annotated[list[NewTool], Field(min_length=1, max_length=1000)]


class Hints(Body):
    """Hints of a tool for clients; a member that is left out is false."""

    read_only: bool = False
    destructive: bool = False
    idempotent: bool = False
    open_world: bool = False


class ToolChange(Body):
    """Changes to a tool; `hints: null` takes them away.

    `enabled`, which answers have, starts and stops it, as the page of its server does (our choice).
    """

    description: Annotated[str, Field(min_length=1)] | None = None
    enabled: bool | None = None
    hints: Hints | None = None


@ENDPOINTS.add("POST", ":handle/assign_tools")
def assign_tools(call: Call, handle: str, body: NewTools) -> dict[str, Any]:
    """Add recipe functions, API recipes and skills of its project to an MCP server, as tools."""
    server = get_found(call, handle)
    numbers = [_find_recipe(call, each) for each in body.tools]
    assets = [
        Asset(recipe_id=number, kind=each.trigger_application)
        for number, each in zip(numbers, body.tools, strict=True)
    ]
    names = dict(zip(assets, (each.id for each in body.tools), strict=True))
    try:
        server_tools.add_tools(call.world, server, assets)
    except InvalidAssets as error:
        named = ", ".join(f"{each.kind} ID '{names[each]}'" for each in error.assets)
        raise SimulatorError(f"Tools contains invalid asset(s): {named}") from None
    return _list(call, server, PageQuery())


@ENDPOINTS.add("GET", ":handle/tools")
def list_tools(call: Call, handle: str, query: PageQuery) -> dict[str, Any]:
    """List the tools of an MCP server, in their order."""
    return _list(call, get_found(call, handle), query)


@ENDPOINTS.add("PUT", ":handle/tools/:tool_id")
def change_tool(call: Call, handle: str, tool_id: int, body: ToolChange) -> dict[str, Any]:
    """Change a tool's description and hints; start or stop it."""
    tool = _found(call, handle, tool_id)
    if body.enabled is not None:
        servers.set_tools_enabled(call.world, tool.server, [tool.id], enabled=body.enabled)
    if body.description is not None:
        servers.describe_tool(call.world, tool, body.description)
    if "hints" in body.model_fields_set:
        server_tools.set_hints(call.world, tool, body.hints.model_dump() if body.hints else None)
    return _tool(call, tool)


@ENDPOINTS.add("DELETE", ":handle/tools/:tool_id")
def delete_tool(call: Call, handle: str, tool_id: int) -> None:
    """Remove a tool from an MCP server; its recipe is kept.

    Only tools of recipe functions and skills can be deleted (Workato docs, MCP servers).
    """
    tool = _found(call, handle, tool_id)
    if tool.recipe.trigger_application == API_PLATFORM and tool.server.collection_id is None:
        raise SimulatorError(
            "Only tools backed by recipe functions or genies can be deleted. Stop this one instead "
            "(`enabled`: false), or remove it on the page of its server."
        )
    server_tools.remove_tool(call.world, tool)


def _list(call: Call, server: McpServer, query: PageQuery) -> dict[str, Any]:
    tools = server_lists.list_tools(call.world, server).part(query.part)
    # The session has them as long as somebody holds them.
    held = recipes.load_connections(call.world, [each.recipe for each in tools])
    rows = [_tool(call, each) for each in tools]
    del held
    return query.wrap("items", rows, tools.page.total)


def _find_recipe(call: Call, tool: NewTool) -> int:
    """Return the recipe's id that a tool names; 0, which none has, for an unknown skill."""
    if isinstance(tool.id, int):
        return tool.id
    try:
        found = skills.get_skill(call.world, call.workspace_id, tool.id).recipe
    except NotFound:
        return 0
    return 0 if found is None else found.id


def _found(call: Call, handle: str, tool_id: int) -> McpTool:
    server = get_found(call, handle)
    return servers.get_tool(call.world, server, tool_id)


def _tool(call: Call, tool: McpTool) -> dict[str, Any]:
    reasons = verified_recipes.explain_tool(call.world, tool)
    apps = [step.provider for step in recipes.iter_steps(tool.recipe) if step.calls_app]
    return {
        "id": tool.id,
        "name": tool.name,
        "description": tool.description,
        "original_description": tool.recipe.description,
        "trigger_application": tool.recipe.trigger_application,
        "action_applications": list(dict.fromkeys(apps)),
        "flow_id": tool.recipe_id,
        "active": tool.recipe.running,
        "enabled": tool.enabled,
        "vua_required": recipes.needs_verified_access(tool),
        "hints": tool.hints or None,
        "incompatibility_reasons": [each.code for each in reasons],
    }
