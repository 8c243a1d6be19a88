"""MCP servers as they are called: with their tools and compiled recipes, read once a version.

What pages and the Developer API show and change are rows (`simulator.domain.servers`). What answers
MCP clients goes by this: values that nobody changes, remembered until somebody writes a server, a
tool or a recipe, in any process (`simulator.db.remembered` says how that is known).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from simulator.db.remembered import READ_VERSION
from simulator.db.tables import McpApp, McpServer, McpTool, Recipe
from simulator.domain import recipes
from simulator.domain.engine.compiling import compile_recipe, list_steps
from simulator.domain.engine.steps import RECIPE_FUNCTION, Step
from simulator.domain.engine.stubs import find_stub
from simulator.domain.engine.tree import Program
from simulator.domain.request_context import Caller
from simulator.validation.parsing import parse_whole_number
from simulator.world import World

if TYPE_CHECKING:  # pragma: no cover
    from jsonschema import Draft202012Validator


#: Actions that call another recipe.
_CALLS = ("call_recipe", "call_recipe_async")


@dataclass(frozen=True, kw_only=True)
class CompiledRecipe:
    """A recipe as it is run.

    Attributes:
        id: the id of the recipe.
        workspace_id: where its tables and properties are.
        project_id: likewise.
        name: the name as the builder typed it.
        kind: the provider of its trigger.
        running: whether it is started.
        input_schema: the input schema of its tool's arguments (JSON Schema).
        result_schema: the result schema of what it returns; None if it declares none.
        code: the code as stored.
        config: likewise.
        stubs: likewise.
    """

    id: int
    workspace_id: int
    project_id: int
    name: str
    kind: str
    running: bool
    input_schema: Mapping[str, Any]
    result_schema: Mapping[str, Any] | None
    code: Mapping[str, Any]
    config: Sequence[Mapping[str, Any]]
    stubs: Sequence[Mapping[str, Any]]

    @classmethod
    def compile(cls, row: Recipe) -> Self:
        """Compile a recipe.

        Args:
            row: the recipe.
        """
        return cls(
            id=row.id,
            workspace_id=row.workspace_id,
            project_id=row.project_id,
            name=row.name,
            kind=row.trigger_application,
            running=row.running,
            input_schema=recipes.build_input_schema(row),
            result_schema=recipes.build_result_schema(row),
            code=row.code,
            config=row.config,
            stubs=row.stubs,
        )

    @cached_property
    def program(self) -> Program:
        """The tree that is run; made at the first call.

        Raises:
            RecipeInvalid: the recipe cannot be run.
        """
        return compile_recipe(self.code, self.config, self.stubs)

    @cached_property
    def called(self) -> tuple[Any, ...]:
        """The references of the recipes that its steps call, as far as they are written down."""
        steps = list_steps(self.code, self.config)
        references = [
            step.inputs.get("flow_id")
            for step in steps
            if step.provider == RECIPE_FUNCTION and step.name in _CALLS and not step.is_skipped
        ]
        return tuple(each for each in references if each and "#{" not in str(each))

    @cached_property
    def app_steps(self) -> tuple[Step, ...]:
        """The steps that call an app: not switched off, and not answered by a stub."""
        steps = list_steps(self.code, self.config)
        return tuple(
            step
            for step in steps
            if step.calls_app and not step.is_skipped and find_stub(self.stubs, step) is None
        )

    @cached_property
    def app_connections(self) -> tuple[int, ...]:
        """The builders' connections that its steps name, without repetition."""
        named = (step.connection_id for step in self.app_steps)
        return tuple(sorted({number for number in named if number is not None}))

    @cached_property
    def steps_as_end_user(self) -> tuple[Step, ...]:
        """The first step of each app, where it acts as the end user."""
        first: dict[str, Step] = {}
        for step in self.app_steps:
            first.setdefault(step.provider, step)
        return tuple(step for step in first.values() if step.acts_as_end_user)

    @cached_property
    def validator(self) -> "Draft202012Validator":
        """What checks arguments against the input schema; made at the first call."""
        from jsonschema import Draft202012Validator

        return Draft202012Validator(self.input_schema)

    def find_mistake(self, arguments: Mapping[str, Any]) -> str | None:
        """Return what is wrong with arguments by the input schema; None where nothing is.

        Args:
            arguments: by their names.
        """
        for wrong in self.validator.iter_errors(arguments):
            place = ".".join(map(str, wrong.absolute_path))
            return f"{place}: {wrong.message}" if place else str(wrong.message)
        return None


@dataclass(frozen=True, kw_only=True)
class PublishedTool:
    """A tool of a server; attributes are those of `McpTool`, `live` and `recipe` as they were.

    Attributes:
        app_uri: of the MCP app that it opens; empty for none.
    """

    id: int
    server_number: int
    name: str
    description: str
    position: int
    hints: Mapping[str, bool]
    live: bool
    recipe: CompiledRecipe
    app_uri: str = ""

    @classmethod
    def read(cls, row: McpTool, app_uri: str = "") -> Self:
        """Return the tool that a row is.

        Args:
            row: the row of the tool.
            app_uri: the address of the MCP app that it opens; empty for none.
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
            app_uri=app_uri,
        )

    @property
    def needs_verified_access(self) -> bool:
        """Whether any step of its recipe uses End user's connection (`vua_required`)."""
        return any(step.acts_as_end_user for step in self.recipe.app_steps)


@dataclass(frozen=True, kw_only=True)
class PublishedApp:
    """An MCP app without its document; attributes are those of `McpApp`."""

    id: int
    tool_id: int
    name: str
    uri: str
    csp: Mapping[str, Sequence[str]]

    @classmethod
    def read(cls, row: McpApp) -> Self:
        """Return the app that a row is.

        Args:
            row: the row of the app.
        """
        return cls(id=row.id, tool_id=row.tool_id, name=row.name, uri=row.uri, csp=row.csp)


@dataclass(frozen=True, kw_only=True)
class PublishedServer:
    """A server with its tools and MCP apps; attributes are those of `McpServer`."""

    number: int
    environment_id: int
    name: str
    description: str
    of_collection: bool
    collection_path: str | None
    uses_workato_identity: bool
    token_hash: str | None
    ip_allow_list: tuple[str, ...]
    ip_deny_list: tuple[str, ...]
    allow_same_user_token_inheritance: bool
    tools: tuple[PublishedTool, ...]
    apps: tuple[PublishedApp, ...] = ()

    @classmethod
    def read(cls, row: McpServer) -> Self:
        """Return the server that a row is.

        Args:
            row: the row of the server.
        """
        apps = tuple(map(PublishedApp.read, row.apps))
        uris = {app.tool_id: app.uri for app in apps}
        return cls(
            number=row.number,
            environment_id=row.environment_id,
            name=row.name,
            description=row.description,
            of_collection=row.collection_id is not None,
            collection_path=row.collection_path,
            uses_workato_identity=row.uses_workato_identity,
            token_hash=row.token_hash,
            ip_allow_list=tuple(row.ip_allow_list),
            ip_deny_list=tuple(row.ip_deny_list),
            allow_same_user_token_inheritance=row.allow_same_user_token_inheritance,
            tools=tuple(PublishedTool.read(tool, uris.get(tool.id, "")) for tool in row.tools),
            apps=apps,
        )

    @cached_property
    def live_tools(self) -> Mapping[str, PublishedTool]:
        """The live tools, by name; of several that have one, the first."""
        return {tool.name: tool for tool in reversed(self.tools) if tool.live}

    @cached_property
    def live_apps(self) -> Mapping[str, PublishedApp]:
        """The apps that a live tool opens, by their addresses."""
        live = {tool.app_uri for tool in self.tools if tool.live}
        return {app.uri: app for app in self.apps if app.uri in live}


def find_server(world: World, caller: Caller, number: int) -> PublishedServer | None:
    """Return the server with this number as it is now, or None.

    Args:
        world: with the unit of work in which the caller was looked up, not yet committed.
        caller: the caller whose look-up read the version.
        number: as in its Remote MCP URL.
    """
    session = world.db.session

    def read() -> PublishedServer | None:
        with Session(session.connection()) as rows:  # none that this unit of work read before
            row = rows.get(McpServer, number)
            return PublishedServer.read(row) if row else None

    return world.remembered.read(session, caller.version, ("server", number), read)


def find_recipe(world: World, workspace_id: int, reference: Any) -> CompiledRecipe | None:
    """Return a recipe that a step calls, or None.

    Args:
        workspace_id: where it is.
        reference: its id, as number or text, or an object with its `name`.
    """
    session = world.db.session
    connection = session.connection()
    version = connection.scalar(READ_VERSION)

    def read() -> CompiledRecipe | None:
        statement = select(Recipe).where(Recipe.workspace_id == workspace_id)
        if isinstance(reference, Mapping):
            statement = statement.where(Recipe.name == str(reference.get("name")))
        else:
            number = parse_whole_number(str(reference))
            statement = statement.where(Recipe.id == (number or 0))
        with Session(connection) as rows:
            row = rows.scalar(statement.order_by(Recipe.id).limit(1))
            return CompiledRecipe.compile(row) if row else None

    key = "recipe", workspace_id, str(reference)
    return world.remembered.read(session, version, key, read)
