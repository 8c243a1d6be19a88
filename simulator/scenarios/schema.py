"""The shape of a scenario file; `docs/scenarios.md` describes it for people."""

from typing import Annotated, Any, Literal, Self

from pydantic import Field, PlainValidator, PrivateAttr, ValidationInfo, model_validator

from simulator.connectors.http import HTTP
from simulator.scenarios.fields import ActionName, Addresses, Alias, ApiToken, Domain
from simulator.systems.apps._kit.scenario import App
from simulator.validation.fields import Email, Id, Name, Password, Strict, Text


class Workspace(Strict):
    """The company's Workato workspace."""

    name: Name


class Project(Strict):
    """A project, the Location of recipes, connections and servers."""

    name: Name
    description: str = ""


class Collaborator(Strict):
    """A person who builds or administers."""

    name: Name
    email: Email
    password: Password
    role: Literal["owner", "admin", "collaborator", "operator"]


class EndUser(Strict):
    """A person of Workato Identity."""

    name: Name
    email: Email
    password: Password
    status: Literal["active", "invited", "disabled"] = "active"


class Group(Strict):
    """An end-user group of one environment; members by e-mail."""

    name: Name
    environment: str
    members: Annotated[list[str], Field(min_length=1)]


class SingleSignOn(Strict):
    """How an environment's end users sign in by SAML, with the sandbox's identity provider."""

    environment: str
    provider: Name = "Company login"
    domains: list[Domain] = []
    provisions_users: bool = True
    syncs_groups: bool = True


class Account(Strict):
    """Somebody who has an account at the sandbox's identity provider."""

    name: Name
    email: Email
    password: Password
    groups: list[Name] = []


class ApiClient(Strict):
    """A program that uses the Developer API in one environment."""

    name: Name
    environment: str
    token: ApiToken


class Connection(Strict):
    """A builder's connection; with `authorized_as` it holds live tokens of that account.

    One with the provider `rest` (HTTP) says where its app is, outside of the sandbox.
    """

    name: Name
    provider: str
    project: str
    environment: str | None = None
    host: str = ""
    client: str
    scopes: list[str] = []
    authorized_as: str | None = None
    authorized_by: str | None = None
    base_url: str | None = None
    authorization_url: str | None = None
    token_url: str | None = None
    client_secret: str | None = None

    @property
    def is_elsewhere(self) -> bool:
        """Whether its app is outside of the sandbox."""
        return self.provider == HTTP.provider

    @model_validator(mode="after")
    def _says_where(self) -> Self:
        addresses = ("base_url", "authorization_url", "token_url", "client_secret")
        there = [name for name in addresses if getattr(self, name) is not None]
        if self.is_elsewhere and len(there) < len(addresses):
            raise ValueError(f"expected {', '.join(addresses)} with the provider rest")
        if self.is_elsewhere and (self.host or self.authorized_as):
            raise ValueError("expected neither host nor authorized_as with the provider rest")
        if not self.is_elsewhere and there:
            raise ValueError(f"expected '{there[0]}' with the provider rest alone")
        if not self.is_elsewhere and not (self.host and self.scopes):
            raise ValueError("expected the app's host and at least one scope")
        return self

    @model_validator(mode="after")
    def _by_somebody(self) -> Self:
        if self.authorized_by is not None and self.authorized_as is None:
            raise ValueError("expected 'authorized_by' beside 'authorized_as' alone")
        return self


class Parameter(Strict):
    """A field of a recipe's parameters or result, as Workato's schemas have it."""

    name: Text
    type: Literal["string", "integer", "number", "boolean", "array", "object"] = "string"
    label: str | None = None
    hint: str | None = None
    optional: bool = False
    pick_list: Annotated[list[str], Field(min_length=1)] | None = None
    properties: "list[Parameter] | None" = None


class Step(Strict):
    """An action step, or the last step, which returns the result."""

    action: ActionName | None = None
    alias: Annotated[Alias | None, Field(alias="as")] = None
    input: dict[str, Any] | None = None
    returns: Annotated[dict[str, Any] | None, Field(alias="return")] = None
    http_status: Annotated[int | None, Field(ge=200, le=599)] = None

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.action is None) == (self.returns is None):
            raise ValueError("expected either 'action' or 'return'")
        if self.action is not None and self.alias is None:
            raise ValueError("expected 'as', the name that data pills use for the step")
        if self.action is not None and self.http_status is not None:
            raise ValueError("expected 'http_status' beside 'return' alone")
        if self.returns is not None and not (self.alias is None and self.input is None):
            raise ValueError("expected neither 'as' nor 'input' beside 'return'")
        return self


class AppChoice(Strict):
    """The connection that a recipe's steps use for one app."""

    connection: str
    end_user: bool


class Recipe(Strict):
    """A recipe that can be a tool."""

    name: Name
    project: str
    description: str = ""
    trigger: Literal["recipe_function", "api_recipe"]
    running: bool = True
    parameters: list[Parameter] = []
    result: list[Parameter] = []
    connections: dict[str, AppChoice] = {}
    steps: Annotated[list[Step], Field(min_length=1)]


class StubRow(Strict):
    """A row of a stub's table: for which inputs it is, and what the step gives for them."""

    when: dict[str, Any] = {}
    output: Any = None


class Stub(Strict):
    """What a step of a recipe answers that cannot run here."""

    recipe: str
    step: Annotated[int, Field(ge=2)] | Text
    output: Any = None
    table: Annotated[list[StubRow], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if self.table is not None and self.output is not None:
            raise ValueError("expected 'output' or 'table', found both")
        return self


class Hints(Strict):
    """What a client may expect of a tool: all four, or none (MCP, Tool annotations)."""

    read_only: bool
    destructive: bool
    idempotent: bool
    open_world: bool


class Tool(Strict):
    """A recipe published as a tool; its description is the recipe's unless given."""

    recipe: str
    description: Text | None = None
    enabled: bool = True
    hints: Hints | None = None


class RateLimit(Strict):
    """Tool calls of all users together in a short interval."""

    tool_calls: Annotated[int, Field(gt=0, lt=2**31)]
    interval: Literal["minute", "hour", "day"]


class UsageQuota(Strict):
    """Tool calls of all users together in a long interval."""

    tool_calls: Annotated[int, Field(gt=0, lt=2**31)]
    interval: Literal["30 days", "60 days", "90 days", "year"]


class Limits(Strict):
    """The Limits section of a server."""

    rate_limit: RateLimit | None = None
    usage_quota: UsageQuota | None = None
    ip_allow_list: list[Addresses] = []
    ip_deny_list: list[Addresses] = []


class Package(Strict):
    """A Workato package that is imported; a path alone stands for one with no more to say.

    The path begins at the scenario's file; `shipped:greetings` is a package that the simulator
    ships. Its connections come without settings: one of the scenario's that has the same name and
    provider is used instead.
    """

    path: Text
    project: Name | None = None
    environment: str | None = None
    running: bool = True
    groups: list[str] = []

    @model_validator(mode="before")
    @classmethod
    def _path_alone(cls, written: Any) -> Any:
        return {"path": written} if isinstance(written, str) else written


class Server(Strict):
    """An MCP server."""

    number: Id
    name: Name
    description: str = ""
    project: str
    environment: str
    access_method: Literal["workato_identity", "token", "legacy_token"]
    allow_same_user_token_inheritance: bool = False
    limits: Limits = Limits()
    groups: list[str] = []
    tools: list[Tool] = []


#: The context in which records of apps are known to be right.
PREPARED = {"prepared": True}


def _app(written: Any, info: ValidationInfo) -> App:
    """An instance of the app that its `kind` names, checked by that app's own model."""
    model = App if info.context == PREPARED else App.narrowed(written)
    return model.model_validate(written)


class Scenario(Strict):
    """A whole world."""

    title: Name
    workspace: Workspace
    environments: Annotated[list[Name], Field(min_length=1)]
    projects: list[Project] = []
    collaborators: Annotated[list[Collaborator], Field(min_length=1)]
    end_users: list[EndUser] = []
    groups: list[Group] = []
    saml: list[SingleSignOn] = []
    identity_provider: list[Account] = []
    api_clients: list[ApiClient] = []
    apps: list[Annotated[App, PlainValidator(_app, json_schema_input_type=App)]] = []
    connections: list[Connection] = []
    recipes: list[Recipe] = []
    stubs: list[Stub] = []
    servers: list[Server] = []
    packages: list[Package] = []

    _source: str = PrivateAttr(default="")

    @property
    def source(self) -> str:
        """What `load` finds it by again: the name of a shipped scenario, else a path."""
        return self._source

    def found_as(self, source: str) -> Self:
        """The same scenario, knowing where it came from."""
        self._source = source
        return self
