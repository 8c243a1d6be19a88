"""MCP servers as they are called: with their tools and compiled recipes, read once a version.

What pages and the Developer API show and change are rows (`simulator.domain.servers`). What answers
MCP clients goes by this: values that nobody changes, remembered until somebody writes a server, a
tool or a recipe, in any process (`simulator.db.remembered` says how that is known).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy.orm import Session

from simulator.db.tables import McpServer, McpTool, Recipe
from simulator.domain import recipes
from simulator.domain.recipes import Step
from simulator.domain.request_context import Caller
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from jsonschema import Draft202012Validator


@dataclass(frozen=True, kw_only=True)
class CompiledRecipe:
    """A recipe as it is run.

    Attributes:
        id: of the recipe.
        name: as the builder typed it.
        steps: the trigger first.
        input_schema: of its tool's arguments (JSON Schema).
        result_schema: of what it returns; None if it declares none.
    """

    id: int
    name: str
    steps: tuple[Step, ...]
    input_schema: Mapping[str, Any]
    result_schema: Mapping[str, Any] | None

    @classmethod
    def compile(cls, row: Recipe) -> Self:
        """Compile a recipe.

        Args:
            row: the recipe.
        """
        return cls(
            id=row.id,
            name=row.name,
            steps=tuple(recipes.iter_steps(row)),
            input_schema=recipes.build_input_schema(row),
            result_schema=recipes.build_result_schema(row),
        )

    @cached_property
    def validator(self) -> "Draft202012Validator":
        """What checks arguments against the input schema; made at the first call."""
        from jsonschema import Draft202012Validator

        return Draft202012Validator(self.input_schema)


@dataclass(frozen=True, kw_only=True)
class PublishedTool:
    """A tool of a server; attributes are those of `McpTool`, `live` and `recipe` as they were."""

    id: int
    server_number: int
    name: str
    description: str
    position: int
    hints: Mapping[str, bool]
    live: bool
    recipe: CompiledRecipe

    @classmethod
    def read(cls, row: McpTool) -> Self:
        """Return the tool that a row is.

        Args:
            row: of the tool.
        """
        return cls(
            id=row.id,
            server_number=row.server_number,
            name=row.name,
            description=row.description,
            position=row.position,
            hints=row.hints,
            live=row.live,
            recipe=CompiledRecipe.compile(row.recipe),
        )

    @property
    def needs_verified_access(self) -> bool:
        """Whether any step of its recipe uses End user's connection (`vua_required`)."""
        return any(step.acts_as_end_user for step in self.recipe.steps)


@dataclass(frozen=True, kw_only=True)
class PublishedServer:
    """A server with its tools; attributes are those of `McpServer`."""

    number: int
    environment_id: int
    name: str
    description: str
    uses_workato_identity: bool
    token_hash: str | None
    ip_allow_list: tuple[str, ...]
    ip_deny_list: tuple[str, ...]
    allow_same_user_token_inheritance: bool
    tools: tuple[PublishedTool, ...]

    @classmethod
    def read(cls, row: McpServer) -> Self:
        """Return the server that a row is.

        Args:
            row: of the server.
        """
        return cls(
            number=row.number,
            environment_id=row.environment_id,
            name=row.name,
            description=row.description,
            uses_workato_identity=row.uses_workato_identity,
            token_hash=row.token_hash,
            ip_allow_list=tuple(row.ip_allow_list),
            ip_deny_list=tuple(row.ip_deny_list),
            allow_same_user_token_inheritance=row.allow_same_user_token_inheritance,
            tools=tuple(PublishedTool.read(tool) for tool in row.tools),
        )

    def find_live_tool(self, name: str) -> PublishedTool | None:
        """Return the live tool of this name, or None.

        Args:
            name: as a client sent it.
        """
        return next((tool for tool in self.tools if tool.live and tool.name == name), None)


def find_server(world: World, caller: Caller, number: int) -> PublishedServer | None:
    """Return the server with this number as it is now, or None.

    Args:
        world: with the unit of work in which the caller was looked up, not yet committed.
        caller: whose look-up read the version.
        number: as in its Remote MCP URL.
    """

    connection = world.db.session.connection()

    def read() -> PublishedServer | None:
        with Session(connection) as rows:  # none that this unit of work read before
            row = rows.get(McpServer, number)
            return PublishedServer.read(row) if row else None

    return world.remembered.read(connection, caller.version, ("server", number), read)
