"""The JSON schemas that the fixtures ask with, or take."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]


def form(required: list[str], **properties: Schema) -> dict[str, Any]:
    """Return an object schema as `elicitation/create` takes it."""
    return {"type": "object", "properties": properties, "required": required}


RESPONSE = form(["response"], response={"type": "string", "description": "User's response"})

#: SEP-1034: a default for each primitive type.
DEFAULTS = form(
    [],
    name={"type": "string", "description": "User name", "default": "John Doe"},
    age={"type": "integer", "description": "User age", "default": 30},
    score={"type": "number", "description": "User score", "default": 95.5},
    status={
        "type": "string",
        "description": "User status",
        "enum": ["active", "inactive", "pending"],
        "default": "active",
    },
    verified={"type": "boolean", "description": "Verification status", "default": True},
)


def _titled(kind: str, word: str) -> list[dict[str, str]]:
    ordinals = ("First", "Second", "Third")
    return [{"const": f"{kind}{i}", "title": f"{o} {word}"} for i, o in enumerate(ordinals, 1)]


_OPTIONS = ["option1", "option2", "option3"]

#: SEP-1330: each way to offer a choice.
ENUMS = form(
    [],
    untitledSingle={"type": "string", "description": "Select one option", "enum": _OPTIONS},
    titledSingle={
        "type": "string",
        "description": "Select one option with titles",
        "oneOf": _titled("value", "Option"),
    },
    legacyEnum={
        "type": "string",
        "description": "Select one option (legacy)",
        "enum": ["opt1", "opt2", "opt3"],
        "enumNames": ["Option One", "Option Two", "Option Three"],
    },
    untitledMulti={
        "type": "array",
        "description": "Select multiple options",
        "minItems": 1,
        "maxItems": 3,
        "items": {"type": "string", "enum": _OPTIONS},
    },
    titledMulti={
        "type": "array",
        "description": "Select multiple options with titles",
        "minItems": 1,
        "maxItems": 3,
        "items": {"anyOf": _titled("value", "Choice")},
    },
)

_TEXT: Schema = {"type": "string"}

#: SEP-1613 and SEP-2106: what `tools/list` must hand on unchanged.
FULL_VOCABULARY: Schema = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "type": "object",
    "$defs": {
        "address": {
            "$anchor": "addressDef",
            "type": "object",
            "properties": {"street": _TEXT, "city": _TEXT},
        }
    },
    "properties": {
        "name": _TEXT,
        "address": {"$ref": "#/$defs/address"},
        "contactMethod": {"type": "string", "enum": ["phone", "email"]},
        "phone": _TEXT,
        "email": _TEXT,
    },
    "allOf": [{"anyOf": [{"required": ["phone"]}, {"required": ["email"]}]}],
    "if": {"properties": {"contactMethod": {"const": "phone"}}, "required": ["contactMethod"]},
    "then": {"required": ["phone"]},
    "else": {"required": ["email"]},
    "additionalProperties": False,
}
