"""An API collection made of an OpenAPI document: a stopped recipe and an endpoint each operation.

The recipe has the request and responses that the operation declares, and answers nothing yet.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from simulator.db.tables import PackageAsset, Project
from simulator.domain import api_collections, api_endpoints, recipe_changes
from simulator.domain.engine.steps import API_PLATFORM, make_connection_entry
from simulator.domain.folders import Place
from simulator.errors import FieldError
from simulator.randomness import name_uuid
from simulator.validation.parsing import NotJson, parse_strict_json
from simulator.world import World

#: Operations of one document (our choice).
MOST_OPERATIONS = 100
_DEEPEST = 10
_TYPES = ("string", "integer", "number", "boolean")


@dataclass
class Imported:
    """What was made of a document.

    Attributes:
        collection: the collection with its endpoints.
        total: operations of the document.
        failed: those that nothing was made of, and why.
    """

    collection: PackageAsset
    total: int = 0
    failed: list[str] = field(default_factory=list)


def import_document(
    world: World, project: Project, name: str, content: str, *, is_yaml: bool
) -> Imported:
    """Create a collection, with a recipe and an endpoint for each operation of a document.

    Args:
        project: the project that it belongs to.
        name: the name of the collection.
        content: the document.
        is_yaml: whether it is YAML, not JSON.

    Raises:
        FieldError: on `openapi_spec`, when it is no OpenAPI document; on `name`.
    """
    document = _read(content, is_yaml=is_yaml)
    imported = Imported(api_collections.create_collection(world, project, name))
    place = Place(project=project)
    for path, method, operation in _iter_operations(document):
        imported.total += 1
        if imported.total > MOST_OPERATIONS:
            raise FieldError("openapi_spec", f"has more than {MOST_OPERATIONS} operations")
        title = str(operation.get("summary") or operation.get("operationId") or "").strip()
        title = (title or f"{method} {path}")[:100]
        code, config = _build_recipe(document, operation)
        try:
            with world.db.session.begin_nested():
                recipe = recipe_changes.create(
                    world,
                    place,
                    name=title,
                    code=json.dumps(code),
                    config=json.dumps(config),
                    description=str(operation.get("description") or ""),
                )
                api_endpoints.create_endpoint(
                    world, imported.collection, name=title, method=method, path=path, recipe=recipe
                )
        except FieldError as error:
            imported.failed.append(f"{method} {path}: {error.message}")
    return imported


def _read(content: str, *, is_yaml: bool) -> Mapping[str, Any]:
    try:
        if is_yaml:
            document = yaml.safe_load(content)
            json.dumps(document)  # a document that refers to itself has no end
        else:
            document = parse_strict_json(content.encode("utf-8", "surrogatepass"), "It")
    except (NotJson, yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise FieldError("openapi_spec", f"cannot be read: {_explain(error)}") from None
    if not isinstance(document, Mapping) or not isinstance(document.get("paths"), Mapping):
        raise FieldError("openapi_spec", "is not an OpenAPI document: it has no paths")
    return document


def _explain(error: Exception) -> str:
    """Return why a document cannot be read, and where, without what the parser calls it."""
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark is not None:
        mark = error.problem_mark
        return f"line {mark.line + 1}, column {mark.column + 1}: {error.problem}"
    return str(error)


def _iter_operations(document: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items() if isinstance(item, Mapping) else ():
            name = str(method).upper()
            if name in api_endpoints.METHODS and isinstance(operation, Mapping):
                yield str(path), name, operation


def _build_recipe(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the code and config of the recipe that answers an operation."""
    fields = []
    for written in operation.get("parameters") or []:
        each = _resolve(document, written)
        if each.get("in") in ("query", "path"):
            schema, required = each.get("schema") or each, bool(each.get("required"))
            fields.append(_build_field(document, str(each.get("name")), schema, required, 0))
    body = _find_schema(document, _resolve(document, operation.get("requestBody")))
    fields += _build_fields(document, body, 0)
    responses = []
    for status, answer in (operation.get("responses") or {}).items():
        schema = _find_schema(document, _resolve(document, answer))
        if str(status).isdigit():
            responses.append(
                {
                    "name": f"Response {status}",
                    "http_status_code": str(status),
                    "body_schema": json.dumps(_build_fields(document, schema, 0)),
                }
            )
    trigger = {
        "number": 0,
        "keyword": "trigger",
        "provider": API_PLATFORM,
        "name": "receive_request",
        "as": "request",
        "uuid": name_uuid(json.dumps(operation, default=str)),
        "input": {
            "request": {"content_type": "json", "schema": json.dumps(fields)},
            "response": {"content_type": "json", "responses": responses},
        },
        "block": [],
    }
    config = [make_connection_entry(API_PLATFORM, None)]
    return trigger, config


def _find_schema(document: Mapping[str, Any], holder: Mapping[str, Any]) -> Mapping[str, Any]:
    content = holder.get("content")
    media = content.get("application/json") if isinstance(content, Mapping) else None
    return _resolve(document, media.get("schema") if isinstance(media, Mapping) else None)


def _build_fields(
    document: Mapping[str, Any], schema: Mapping[str, Any], depth: int
) -> list[dict[str, Any]]:
    properties = schema.get("properties")
    if not isinstance(properties, Mapping) or depth > _DEEPEST:
        return []
    required = schema.get("required")
    needed = required if isinstance(required, list) else []
    return [
        _build_field(document, str(name), inner, name in needed, depth)
        for name, inner in properties.items()
    ]


def _build_field(
    document: Mapping[str, Any], name: str, written: Any, required: bool, depth: int
) -> dict[str, Any]:
    schema = _resolve(document, written)
    kind = schema.get("type")
    found: dict[str, Any] = {
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "type": kind if kind in _TYPES else "string",
        "optional": not required,
    }
    if kind == "object":
        found |= {"type": "object", "properties": _build_fields(document, schema, depth + 1)}
    elif kind == "array":
        item = _resolve(document, schema.get("items"))
        if item.get("type") == "object":
            inner = _build_fields(document, item, depth + 1)
            found |= {"type": "array", "of": "object", "properties": inner}
        else:
            of = item.get("type")
            found |= {"type": "array", "of": of if of in _TYPES else "string"}
    return found


def _resolve(document: Mapping[str, Any], value: Any) -> Mapping[str, Any]:
    """Return an object, or what its `$ref` within the document is; empty for anything else."""
    for _ in range(_DEEPEST):
        if not isinstance(value, Mapping):
            return {}
        reference = value.get("$ref")
        if not isinstance(reference, str):
            return value
        value = document
        for part in reference.removeprefix("#/").split("/"):
            name = part.replace("~1", "/").replace("~0", "~")
            value = value.get(name) if isinstance(value, Mapping) else None
    return {}
