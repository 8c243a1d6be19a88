"""The schemas that a step declares: where they stand, and their fields as rows of a form."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from simulator.domain.engine.schemas import Fields, read_fields
from simulator.domain.engine.steps import (
    API_PLATFORM,
    CODE_ACTIONS,
    CUSTOM_ACTION,
    GENIE,
    RECIPE_FUNCTION,
    SKILL,
)
from simulator.domain.engine.tree import get_mapping
from simulator.errors import FieldError

Block = Mapping[str, Any]
#: Type of a field, of what it is a list → what people read.
TYPES = {
    "string": "Text",
    "integer": "Integer",
    "number": "Number",
    "boolean": "Boolean",
    "date": "Date",
    "date_time": "Date and time",
    "object": "Object",
    "array": "List",
    "array:string": "List of texts",
    "array:integer": "List of integers",
    "array:number": "List of numbers",
}
#: Type of a field → what exports have beside it: its control, and how its text is read.
MEMBERS: Mapping[str, Mapping[str, Any]] = {
    "string": {"control_type": "text"},
    "integer": {"control_type": "integer", "parse_output": "integer_conversion"},
    "number": {"control_type": "number", "parse_output": "float_conversion"},
    "boolean": {
        "control_type": "checkbox",
        "render_input": "boolean_conversion",
        "parse_output": "boolean_conversion",
        "toggle_hint": "Select from option list",
        "toggle_field": {
            "control_type": "text",
            "toggle_hint": "Use custom value",
            "type": "boolean",
        },
    },
    "date": {
        "control_type": "date",
        "render_input": "date_conversion",
        "parse_output": "date_conversion",
    },
    "date_time": {
        "control_type": "date_time",
        "render_input": "date_time_conversion",
        "parse_output": "date_time_conversion",
    },
}
_OF_A_TYPE = ("control_type", "render_input", "parse_output", "toggle_hint", "toggle_field", "of")
#: What has fields within.
NESTED = ("object", "array")
#: A new field is called so (our choice): a name that pills, formulas and MCP clients can write.
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,99}")
_MOST = 200


@dataclass(frozen=True, kw_only=True)
class Schema:
    """One schema of a step.

    Attributes:
        key: names it in addresses.
        path: into the block.
        title: the title as people read it.
        hint: what it is for.
    """

    key: str
    path: tuple[str | int, ...]
    title: str
    hint: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """A field of a schema, as a form has it.

    Attributes:
        name: the name as recipes and callers write it.
        label: the label as people read it.
        type: a key of `TYPES`, or what an export has instead.
        required: whether callers must give it.
        hint: what it means; MCP clients read it.
        within: how many fields it has within.
        before: the name that it had; empty for a new field.
    """

    name: str
    label: str = ""
    type: str = "string"
    required: bool = False
    hint: str = ""
    within: int = 0
    before: str = ""


def find_schemas(block: Block) -> list[Schema]:
    """Return the schemas that a step declares.

    Args:
        block: the block of the step.
    """
    provider, name = str(block.get("provider") or ""), str(block.get("name") or "")
    if block.get("keyword") == "trigger":
        return _find_in_trigger(block, provider)
    if name == CUSTOM_ACTION:
        return [
            _make("input", ("input", "schema"), "Request fields", "What is sent to the app."),
            _make("output", ("output",), "Response fields", "What the app answers, for pills."),
        ]
    if (provider, name) in CODE_ACTIONS:
        return [
            _make("input", ("code_input", "schema"), "Input fields", "What the code is given."),
            _make("output", ("code_output_schema_json",), "Output fields", "What it returns."),
        ]
    if (provider, name) == ("rest", "make_request_v2"):
        path = ("response", "response_schema")
        return [_make("output", path, "Response fields", "What the app answers, for pills.")]
    if (provider, name) == ("workato_variable", "declare_variable"):
        return [_make("variables", ("variables", "schema"), "Variables", "Their names and types.")]
    if (provider, name) == ("workato_variable", "declare_list"):
        hint = "The fields that each item of the list has."
        return [_make("items", ("list_item_schema_json",), "List item fields", hint)]
    return []


def get_schema(block: Block, key: str) -> Schema:
    """Return a schema of a step.

    Args:
        block: the step.
        key: the key of the schema, such as `parameters`.

    Raises:
        FieldError: on `slot`: the step has none of this key.
    """
    for each in find_schemas(block):
        if each.key == key:
            return each
    raise FieldError("slot", "This step declares no such fields.")


def read_rows(fields: Fields) -> list[Row]:
    """Return fields as rows of a form.

    Args:
        fields: the fields of a schema, as `read_fields` returns them.
    """
    return [
        Row(
            name=str(each["name"]),
            label=str(each.get("label") or ""),
            type=_read_type(each),
            before=str(each["name"]),
            required=each.get("optional") not in (True, "true"),
            hint=str(each.get("hint") or ""),
            within=len(read_fields(each.get("properties"))),
        )
        for each in fields
    ]


def find_within(fields: Fields, within: Sequence[str]) -> Fields:
    """Return the fields of a field of a field.

    Args:
        fields: the fields of a schema.
        within: names, from the outermost on.

    Raises:
        FieldError: on `slot`: there is no such field.
    """
    for name in within:
        found = next((each for each in fields if each["name"] == name), None)
        if found is None:
            raise FieldError("slot", f"There is no field '{name}' any more.")
        fields = read_fields(found.get("properties"))
    return fields


def check_rows(rows: Sequence[Row], before: Fields) -> dict[str, str]:
    """Return what is wrong in rows: the name of a form's field → sentence.

    Args:
        rows: the rows as somebody filled them in; those without a name are none.
        before: the fields that the schema had: their names may be odd.
    """
    errors, seen = {}, set()
    known = {str(each["name"]) for each in before}
    for index, row in enumerate(rows):
        if not row.name:
            if row.label or row.hint:
                errors[f"name-{index}"] = "A field needs a name."
            continue
        if row.name in seen:
            errors[f"name-{index}"] = "Another field has this name already."
        elif row.name not in known and not _NAME.fullmatch(row.name):
            errors[f"name-{index}"] = (
                "A name has letters, digits and _ alone, begins with no digit, and has at most "
                "100 characters."
            )
        seen.add(row.name)
    if len(seen) > _MOST:
        errors["name-0"] = f"There are more than {_MOST} fields."
    return errors


def write_rows(rows: Sequence[Row], before: Fields) -> list[dict[str, Any]]:
    """Return the fields that rows describe; what no form shows of a field stays as it was.

    Args:
        rows: the rows that `check_rows` finds nothing wrong with.
        before: the fields that the schema had.
    """
    earlier = {str(each["name"]): each for each in before}
    return [_write(row, earlier.get(row.before or row.name, {})) for row in rows if row.name]


def merge(mine: Sequence[Row], base: Sequence[Row], theirs: Sequence[Row]) -> list[Row]:
    """Return rows with the changes of two people: where both changed a field, mine.

    Args:
        mine: the fields that this person sent.
        base: the fields that both people started from.
        theirs: the fields that the other person has saved meanwhile.
    """
    old, new = {each.name: each for each in base}, {each.name: each for each in theirs}
    merged = []
    for row in mine:
        before = row.before or row.name
        if before in old and replace(row, within=0) == replace(old[before], within=0):
            if before in new:
                merged.append(new[before])
            continue
        merged.append(row)
    names = {each.name for each in mine} | {each.before for each in mine}
    return [*merged, *(each for each in theirs if each.name not in old and each.name not in names)]


def set_within(
    fields: Fields, within: Sequence[str], new: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return a schema with other fields at a place in it; see `find_within`.

    Args:
        fields: the fields of the whole schema.
        within: names of the fields that lead to the place, from the outermost on; empty for the
            schema itself.
        new: the fields that are there from now on.
    """
    if not within:
        return new
    name, *deeper = within
    return [
        {**each, "properties": set_within(read_fields(each.get("properties")), deeper, new)}
        if each["name"] == name
        else dict(each)
        for each in fields
    ]


def dump(fields: Sequence[Mapping[str, Any]]) -> str:
    """Return fields as recipes have them: JSON in a text.

    Args:
        fields: the fields of a schema.
    """
    return json.dumps(list(fields), ensure_ascii=False, separators=(",", ":"))


def _read_type(field: Mapping[str, Any]) -> str:
    kind = str(field.get("type") or "string")
    whole = f"{kind}:{field.get('of')}"
    return whole if whole in TYPES and not field.get("properties") else kind


def _write(row: Row, before: Mapping[str, Any]) -> dict[str, Any]:
    kind, _, of = row.type.partition(":")
    written = dict(before) | {"name": row.name, "type": kind, "optional": not row.required}
    label = row.label or str(before.get("label") or "")
    # What was made of the name goes with it.
    is_made = before and label == _make_label(str(before.get("name")))
    written["label"] = _make_label(row.name) if is_made or not label else label
    if row.hint or "hint" in before:
        written["hint"] = row.hint
    if not before or _read_type(before) != row.type:
        for member in _OF_A_TYPE:
            written.pop(member, None)
        written |= MEMBERS.get(kind, {})
        if row.type in NESTED:
            written.setdefault("properties", [])
        else:
            written.pop("properties", None)
        written |= {"of": of or "object"} if kind == "array" else {}
    toggled = written.get("toggle_field")
    if isinstance(toggled, Mapping) and toggled.get("name") in (None, before.get("name")):
        own = {member: written[member] for member in ("name", "label", "optional")}
        written["toggle_field"] = dict(toggled) | own
    return written


def _make_label(name: str) -> str:
    words = name.replace("_", " ").strip()
    return words[:1].upper() + words[1:] or name


def _make(key: str, path: tuple[str, ...], title: str, hint: str) -> Schema:
    return Schema(key=key, path=("input", *path), title=title, hint=hint)


def _find_in_trigger(block: Block, provider: str) -> list[Schema]:
    if provider in (RECIPE_FUNCTION, SKILL, GENIE):
        return [
            _make(
                "parameters", ("parameters_schema_json",), "Parameters", "What callers send: the "
                "inputs of the tool. Models read name, label, type and hint."
            ),
            _make("result", ("result_schema_json",), "Result", "What Return result gives them."),
        ]  # fmt: skip
    if provider != API_PLATFORM:
        return []
    inputs = get_mapping(block.get("input"))
    declared = get_mapping(inputs.get("response")).get("responses")
    responses = declared if isinstance(declared, list) else []
    return [
        _make("request", ("request", "schema"), "Request", "What callers send."),
        *(
            Schema(
                key=f"response-{index}",
                path=("input", "response", "responses", index, "body_schema"),
                title=f"Response {get_mapping(each).get('name') or index + 1}",
                hint="What Return response gives them.",
            )
            for index, each in enumerate(responses)
        ),
    ]
