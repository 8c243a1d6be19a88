"""Inputs of connector actions are cast by the step's own schema, before the request is made."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from simulator.domain.engine.schemas import Fields, compile_cast, read_input_schema

pytestmark = pytest.mark.requirement("COUPA-83")

SCHEMA = [
    {"name": "count", "type": "integer"},
    {"name": "price", "type": "number"},
    {"name": "active", "type": "boolean"},
    {"name": "day", "type": "date"},
    {"name": "at", "type": "date_time"},
    {"name": "name", "type": "string"},
    {"name": "toggled", "parse_output": "float_conversion"},
    {
        "name": "lines",
        "type": "array",
        "of": "object",
        "properties": [{"name": "quantity", "type": "number"}, {"name": "day", "type": "date"}],
    },
    {"name": "owner", "type": "object", "properties": [{"name": "id", "type": "integer"}]},
]


@pytest.mark.parametrize(
    "name, written, sent",
    [
        ("count", "12", 12),
        ("count", "twelve", "twelve"),
        ("price", "1.50", 1.5),
        ("active", "true", True),
        ("active", "False", False),
        ("toggled", "3", 3),
        ("name", "12", "12"),
        ("day", "2026-12-31", "2026-12-31"),
        ("day", "2026-12-31T10:00:00+02:00", "2026-12-31"),
        ("day", date(2026, 12, 31), "2026-12-31"),
        ("day", "soon", "soon"),
        ("at", "2026-12-31", "2026-12-31T00:00:00+00:00"),
        ("at", datetime(2026, 12, 31, 8, tzinfo=UTC), "2026-12-31T08:00:00+00:00"),
        ("at", None, None),
        (
            "lines",
            [{"quantity": "2", "day": "2026-01-02T00:00:00Z"}],
            [{"quantity": 2, "day": "2026-01-02"}],
        ),
        ("owner", {"id": "7", "name": "8"}, {"id": 7, "name": "8"}),
        ("undeclared", "12", "12"),
    ],
)
def test_a_value_becomes_what_its_field_declares(name: str, written: Any, sent: Any) -> None:
    schema = read_input_schema(SCHEMA)

    assert schema is not None
    assert schema.cast({name: written}) == {name: sent}


@pytest.mark.parametrize("schema", [None, [], "", "["])
def test_a_step_without_a_schema_casts_nothing(schema: Any) -> None:
    assert read_input_schema(schema) is None


@pytest.mark.requirement("REC-141")
def test_numbers_in_fields_of_text_are_text_in_an_answer() -> None:
    row = {"name": "rows", "type": "array", "of": "object"}
    fields: Fields = [
        {"name": "id", "type": "string"},
        {"name": "count", "type": "integer"},
        row | {"properties": [{"name": "id"}, {"name": "on", "type": "date"}]},
        {"name": "names", "type": "array", "of": "string"},
        {"name": "one", "type": "array", "of": "string"},
        {"name": "none", "type": "array", "of": "integer"},
    ]
    given = {"id": 7, "count": "8", "rows": [{"id": 1.5, "on": None}], "names": [True, "x", None]}
    given |= {"one": 5, "none": ""}

    answered = compile_cast(fields, drops_others=True)(given)

    assert answered == {
        "id": "7",
        "count": 8,
        "rows": [{"id": "1.5", "on": None}],
        "names": ["true", "x", None],
        "one": ["5"],
        "none": [],
    }
    assert compile_cast(fields)(given)["id"] == 7, "what is no answer stays as it is"
