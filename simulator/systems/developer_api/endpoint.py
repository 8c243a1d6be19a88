"""What the endpoints of the Developer API share: quotas, the caller, types of parameters."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar, get_args

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationInfo,
    field_validator,
    model_validator,
)
from pydantic_core import PydanticCustomError

from simulator.db.listing import Found
from simulator.db.tables import ApiClient, Environment
from simulator.domain.api_clients import Quota
from simulator.validation.fields import DIGITS, matches
from simulator.validation.paging import Page
from simulator.web.endpoints import Endpoint
from simulator.world import World

Row = TypeVar("Row")

_MINUTE = timedelta(minutes=1)

#: Quotas of the Developer API (Workato docs); the one of MCP servers is reported by users only.
MCP = Quota(name="MCP servers", requests=60, interval=_MINUTE)
IAM = Quota(name="Workato Identity", requests=60, interval=_MINUTE)
CONNECTIONS = Quota(name="connections", requests=1, interval=timedelta(seconds=1))
#: Of API clients (Workato docs, API clients).
API_CLIENTS = Quota(name="API clients", requests=60, interval=_MINUTE)
JOBS = Quota(name="jobs", requests=60, interval=_MINUTE)
CANCELLING_JOBS = Quota(name="cancelling jobs", requests=1, interval=timedelta(seconds=1))
REPEATING_JOBS = Quota(name="repeating jobs", requests=1, interval=timedelta(seconds=1))
RECIPES = Quota(name="recipes", requests=60, interval=_MINUTE)
CREATING_RECIPES = Quota(name="creating recipes", requests=1, interval=timedelta(seconds=1))
FORCING_RECIPES = Quota(name="forcing recipes", requests=1, interval=timedelta(seconds=1))
FOLDERS = Quota(name="folders", requests=60, interval=_MINUTE)
PROPERTIES = Quota(name="properties", requests=60, interval=_MINUTE)
DATA_TABLES = Quota(name="data tables", requests=60, interval=_MINUTE)
LOOKUP_TABLES = Quota(name="lookup tables", requests=60, interval=_MINUTE)
DELETING_LOOKUP_TABLES = Quota(
    name="deleting lookup tables", requests=1, interval=timedelta(seconds=1)
)
ENVIRONMENT_MANAGEMENT = Quota(name="environment management", requests=60, interval=_MINUTE)
TAG_ASSIGNMENTS = Quota(name="tag assignments", requests=60, interval=_MINUTE)
TEST_AUTOMATION = Quota(name="test automation", requests=60, interval=_MINUTE)
MEMBERS = Quota(name="workspace collaborators", requests=60, interval=_MINUTE)
COLLABORATOR_GROUPS = Quota(name="collaborator groups", requests=60, interval=_MINUTE)
PROJECT_GRANTS = Quota(name="project grants", requests=60, interval=_MINUTE)
ROLES = Quota(name="roles of collaborators", requests=60, interval=_MINUTE)
CONNECTORS = Quota(name="connectors", requests=60, interval=_MINUTE)
CONNECTOR_SCHEMAS = Quota(name="schemas of connectors", requests=1000, interval=_MINUTE)
CUSTOM_CONNECTORS = Quota(name="custom connectors", requests=1, interval=timedelta(seconds=1))
SCHEMAS_OF_JSON = Quota(name="schemas of JSON", requests=60, interval=_MINUTE)
SCHEMAS_OF_CSV = Quota(name="schemas of CSV", requests=60, interval=_MINUTE)
API_PLATFORM = Quota(name="API platform", requests=60, interval=_MINUTE)
AGENTIC = Quota(name="Agent Studio", requests=60, interval=_MINUTE)
READING_SKILLS = Quota(name="reading skills", requests=1000, interval=_MINUTE)
WORKSPACE = Quota(name="workspace details", requests=60, interval=_MINUTE)
PACKAGES = Quota(name="recipe lifecycle management", requests=60, interval=_MINUTE)
IMPORTING = Quota(name="importing packages", requests=500, interval=timedelta(hours=1))
LIST_CONNECTIONS = Quota(name="listing connections", requests=60, interval=_MINUTE)


def _read_number(value: object) -> object:
    if isinstance(value, float) and value.is_integer():
        return int(value)  # JSON Schema: 1.0 is an integer
    is_number = isinstance(value, str) and re.fullmatch(r"[0-9]{1,12}", value)
    return int(str(value)) if is_number else value


#: An id in a body: a number, or a string of digits, as some clients of Workato send it.
Number = Annotated[int, Field(ge=0, lt=2**31), BeforeValidator(_read_number)]
#: An id in a query.
NumberText = Annotated[int, Field(ge=0, lt=2**31), DIGITS]
#: A name: 1 to 100 characters, not only white space.
Name = Annotated[str, Field(min_length=1, max_length=100), matches(r"(?s).*\S.*", "some text")]


def _in_utc(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _no_number(value: object) -> object:
    """Refuse numbers, which pydantic would read as seconds since 1970."""
    if isinstance(value, int | float) or (isinstance(value, str) and _SECONDS.fullmatch(value)):
        raise PydanticCustomError("datetime_parsing", "must be a moment")
    return value


_SECONDS = re.compile(r"\s*[-+]?[0-9.]+\s*")
#: A date and time; without a time zone it is in UTC (our choice).
Moment = Annotated[datetime, AfterValidator(_in_utc), BeforeValidator(_no_number)]

#: Rows of a response whose paging Workato does not document (our choice).
LONGEST_PAGE = 1000


class Body(BaseModel):
    """A request body; unknown members are ignored, as by the real API.

    A member that is null counts as left out, unless its type allows None (our choice:
    infrastructure-as-code clients send null for what is not set).
    """

    model_config = ConfigDict(strict=True, frozen=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_nulls(cls, value: Any) -> Any:
        if not isinstance(value, dict) or None not in value.values():
            return value
        nullable = {
            field.alias or name
            for name, field in cls.model_fields.items()
            if type(None) in get_args(field.annotation)
        }
        return {name: each for name, each in value.items() if each is not None or name in nullable}


class Query(BaseModel):
    """The parameters of a query; unknown ones are ignored."""

    model_config = ConfigDict(frozen=True)


class PageQuery(Query):
    """A page of a list; by default the first, of the greatest size."""

    page: Annotated[int, Field(ge=1, lt=10**9), DIGITS] = 1
    per_page: Annotated[int, Field(ge=1, le=100), DIGITS] = 100

    @property
    def part(self) -> Page:
        """The requested page."""
        return Page(number=self.page, size=self.per_page)

    def cut(self, found: Found[Row] | Sequence[Row]) -> Sequence[Row]:
        """Return the rows of the page; they are not counted.

        Args:
            found: all rows, or the query for them.
        """
        part = self.part
        if isinstance(found, Found):
            return found.cut(part.offset, part.size)
        return found[part.offset :][: part.size]

    def wrap(self, key: str, rows: Sequence[dict[str, Any]], count: int) -> dict[str, Any]:
        """Return the answer of a list that says which page it is, and how many rows there are.

        Args:
            key: the key of the rows.
            rows: the rows of the page.
            count: the count of all rows.
        """
        return {key: rows, "count": count, "page": self.page, "per_page": self.per_page}


class NearestPageQuery(PageQuery):
    """A page of a list whose parameters are clamped to their limits instead of refused.

    A client of Workato asks for page 0 with 500 rows there (ConductorOne/baton-workato).
    """

    @field_validator("page", "per_page", mode="before")
    @classmethod
    def _keep_within(cls, value: object, info: ValidationInfo) -> object:
        if not isinstance(value, str) or not re.fullmatch(r"[0-9]{1,9}", value):
            return value
        return str(max(1, int(value) if info.field_name == "page" else min(100, int(value))))


class LongQuery(PageQuery):
    """A page of a list whose paging Workato does not document; large enough for most lists."""

    per_page: Annotated[int, Field(ge=1, le=LONGEST_PAGE), DIGITS] = LONGEST_PAGE


@dataclass(frozen=True, kw_only=True)
class Call:
    """An authorized request.

    Attributes:
        world: with the request's unit of work.
        client: the API client that sends it.
        environment: the one that it reads or changes: the client's own, or a customer's.
    """

    world: World
    client: ApiClient
    environment: Environment

    @property
    def workspace_id(self) -> int:
        """The id of the workspace that it reads or changes."""
        return self.environment.workspace_id


@dataclass(frozen=True, kw_only=True)
class ApiEndpoint(Endpoint):
    """One method of one path, as Workato's documentation writes it.

    Attributes:
        quota: how often a client may call it.
        is_whole_workspace: whether clients that are limited to projects are refused.
    """

    quota: Quota
    is_whole_workspace: bool = False
