"""Schemas made of samples: what the connector SDK asks for (Workato docs, custom connectors)."""

from typing import Any, Literal

from simulator.domain import sample_schemas
from simulator.systems.developer_api.endpoint import (
    SCHEMAS_OF_CSV,
    SCHEMAS_OF_JSON,
    ApiEndpoint,
    Body,
    Call,
)
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/sdk/")


class JsonSample(Body):
    """A sample document: JSON in a text."""

    sample: str = ""


class CsvSample(Body):
    """A sample document: CSV, whose first line names the columns."""

    sample: str = ""
    col_sep: Literal["comma", "semicolon", "space", "tab", "colon", "pipe"] = "comma"


@ENDPOINTS.add("POST", "generate_schema/json", quota=SCHEMAS_OF_JSON)
def generate_schema_from_json(call: Call, body: JsonSample) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return the schema of a sample JSON document, in the form that connectors use."""
    return sample_schemas.describe_json(body.sample)


@ENDPOINTS.add("POST", "generate_schema/csv", quota=SCHEMAS_OF_CSV)
def generate_schema_from_csv(call: Call, body: CsvSample) -> list[dict[str, Any]]:  # noqa: ARG001
    """Return the schema of a sample CSV document, in the form that connectors use."""
    return sample_schemas.describe_csv(body.sample, body.col_sep)
