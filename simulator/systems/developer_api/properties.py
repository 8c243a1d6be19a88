"""Environment and project properties (Workato docs, Developer API, properties)."""

from typing import Annotated, Any

from pydantic import Field

from simulator.domain import properties, workspaces
from simulator.domain.properties import LONGEST_NAME, LONGEST_VALUE, MOST
from simulator.systems.developer_api.endpoint import (
    PROPERTIES,
    ApiEndpoint,
    Body,
    Call,
    Number,
    NumberText,
    Query,
)
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=PROPERTIES)

Name = Annotated[str, Field(min_length=1, max_length=LONGEST_NAME)]
Value = Annotated[str, Field(max_length=LONGEST_VALUE)]


class PropertyPlace(Query):
    """Whose properties: of a project, or of the workspace."""

    project_id: NumberText | None = None


class PropertyQuery(PropertyPlace):
    """Which properties: those whose names begin with `prefix`, by default all."""

    prefix: str = ""


class Properties(Body):
    """Properties to be stored, by name; null deletes one (our choice: no other way is documented).

    `project_id` is documented in the query; one in the body counts as well (our choice): passed
    over, it would put a project's properties into the workspace.
    """

    project_id: Number | None = None
    properties: Annotated[dict[Name, Value | None], Field(max_length=MOST)]


@ENDPOINTS.add("GET", "properties")
def list_properties(call: Call, query: PropertyQuery) -> dict[str, Any]:
    """Return the properties whose names begin with `prefix`: name → value."""
    project_id = _check(call, query.project_id)
    return {**properties.list_with_prefix(call.world, call.workspace_id, project_id, query.prefix)}


@ENDPOINTS.add("POST", "properties")
def upsert_properties(call: Call, query: PropertyPlace, body: Properties) -> dict[str, Any]:
    """Create or replace properties by name; those with the value null are deleted."""
    project_id = _check(call, body.project_id if query.project_id is None else query.project_id)
    gone = [name for name, value in body.properties.items() if value is None]
    properties.delete(call.world, call.workspace_id, project_id, gone)
    values = {name: value for name, value in body.properties.items() if value is not None}
    properties.upsert(call.world, call.workspace_id, project_id, values)
    return {"success": True}


def _check(call: Call, project_id: int | None) -> int | None:
    """Return the id of a project that is there, or None for the workspace."""
    if project_id is not None:
        workspaces.get_project(call.world, call.workspace_id, project_id)
    return project_id
