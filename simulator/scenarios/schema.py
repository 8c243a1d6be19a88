"""The shape of a scenario file; `docs/scenarios.md` describes it for people."""

from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, model_validator

from simulator.net.addresses import OAUTH_CALLBACK
from simulator.scenarios.fields import (
    ActionName,
    Addresses,
    Alias,
    ApiToken,
    Count,
    Email,
    Host,
    Id,
    Money,
    Name,
    Password,
    RecordId,
    RedirectUri,
    Text,
    matches,
)


class Strict(BaseModel):
    """What every part of a scenario is: frozen, no unknown keys, no silent conversions."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)


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
    role: Literal["owner", "admin", "collaborator"]


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


class ApiClient(Strict):
    """A program that uses the Developer API in one environment."""

    name: Name
    environment: str
    token: ApiToken


class AppUser(Strict):
    """An account in an app."""

    login: Annotated[str, matches(r"[^\s@]{1,60}", "a login name without spaces and @")]
    name: Name
    email: Email
    password: Password
    role: Literal["admin", "user"] = "user"


class Client(Strict):
    """An OAuth client registered at an app."""

    name: Name
    identifier: Text
    secret: Text
    redirect_uris: list[RedirectUri] = [OAUTH_CALLBACK]
    grant_types: Annotated[
        list[Literal["authorization_code", "refresh_token", "client_credentials"]],
        Field(min_length=1),
    ] = ["authorization_code", "refresh_token"]
    scopes: Annotated[list[Text], Field(min_length=1)]


class Line(Strict):
    """One line of a requisition or purchase order."""

    description: Name
    quantity: Annotated[int, Field(gt=0, le=1_000_000)] = 1
    unit_price: Money


class Requisition(Strict):
    """A requisition."""

    id: RecordId
    requester: str
    status: Literal[
        "draft", "pending_approval", "approved", "ordered", "received", "withdrawn", "cancelled"
    ]
    justification: Text
    department: Name
    currency: Literal["EUR", "USD", "GBP"] = "EUR"
    need_by: date | None = None
    submitted: date | None = None
    created: date
    lines: Annotated[list[Line], Field(min_length=1)]

    @model_validator(mode="after")
    def _small_enough(self) -> Self:
        if sum(line.quantity * line.unit_price for line in self.lines) >= 10_000_000:
            raise ValueError("expected lines of less than 10,000,000 in all")
        return self


class PurchaseOrder(Strict):
    """A purchase order, made from a requisition, whose lines and requester it takes over."""

    id: RecordId
    number: Name
    requisition: RecordId
    status: Literal["draft", "buyer_hold", "issued", "soft_closed", "closed", "cancelled"]
    supplier: Name
    created: date


class Invoice(Strict):
    """An invoice against a purchase order, whose supplier, total and requester it takes over."""

    id: RecordId
    number: Name
    purchase_order: RecordId
    status: Literal[
        "draft", "new", "pending_approval", "approved", "disputed", "on_hold", "rejected", "voided"
    ]
    date: date


class Bulk(Strict):
    """Made-up records for every account of an app; the same seed makes the same ones."""

    seed: int
    first_day: date
    last_day: date
    requisitions_per_user: Count = 0
    purchase_orders_per_user: Count = 0
    invoices_per_user: Count = 0
    companies: list[Name] = []
    cities: list[Name] = []

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.last_day < self.first_day:
            raise ValueError("expected last_day not before first_day")
        if not (
            self.requisitions_per_user >= self.purchase_orders_per_user >= self.invoices_per_user
        ):
            raise ValueError(
                "expected no more purchase orders than requisitions and no more invoices than "
                "purchase orders per user"
            )
        return self


class AppData(Strict):
    """The records of an app."""

    requisitions: list[Requisition] = []
    purchase_orders: list[PurchaseOrder] = []
    invoices: list[Invoice] = []
    bulk: Bulk | None = None


class App(Strict):
    """One instance of an app."""

    kind: Literal["coupa"]
    host: Host
    name: Name
    users: Annotated[list[AppUser], Field(min_length=1)]
    clients: list[Client] = []
    data: AppData = AppData()


class Connection(Strict):
    """A builder's connection; with `authorized_as` it holds live tokens of that account."""

    name: Name
    provider: str
    project: str
    environment: str | None = None
    host: str
    client: str
    scopes: Annotated[list[str], Field(min_length=1)]
    authorized_as: str | None = None
    authorized_by: str | None = None

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


class Scenario(Strict):
    """A whole world."""

    title: Name
    workspace: Workspace
    environments: Annotated[list[Name], Field(min_length=1)]
    projects: Annotated[list[Project], Field(min_length=1)]
    collaborators: Annotated[list[Collaborator], Field(min_length=1)]
    end_users: list[EndUser] = []
    groups: list[Group] = []
    api_clients: list[ApiClient] = []
    apps: list[App] = []
    connections: list[Connection] = []
    recipes: list[Recipe] = []
    servers: list[Server] = []

    _source: str = PrivateAttr(default="")

    @property
    def source(self) -> str:
        """What `load` finds it by again: the name of a shipped scenario, else a path."""
        return self._source

    def found_as(self, source: str) -> Self:
        """The same scenario, knowing where it came from."""
        self._source = source
        return self
