"""The control API for programs, as an OpenAPI 3.1 document made from the table of operations."""

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from simulator.control import problems
from simulator.control.operations import Operation, ResponseModel
from simulator.validation.media_types import JSON


class Mistake(ResponseModel):
    """One member that is wrong."""

    pointer: str
    detail: str


class ProblemOut(BaseModel):
    """What was wrong and what to do (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[Mistake] | None = None


#: What every operation may answer, beyond what its row says.
_ALWAYS = {
    401: "the token is missing or wrong; only where the sandbox was started with one",
    403: "the request comes from a web page, or names another host",
    422: "a parameter or member is unknown or wrong",
}
_WITH_BODY = {
    400: "the body is not JSON",
    413: "the body is too long",
    415: "the body does not say that it is JSON",
}
_REFERENCE = "#/components/schemas/{model}"


def document(operations: Iterable[Operation]) -> dict[str, Any]:
    """Return the OpenAPI document of operations (https://spec.openapis.org/oas/v3.1.1).

    Args:
        operations: the rows of the table.
    """
    table = list(operations)
    models: dict[type[BaseModel], str] = {ProblemOut: "validation"}
    for each in table:
        models |= {model: "validation" for model in (each.body, each.query) if model}
        if _is_model(each.answer):
            models[each.answer] = "serialization"
    references, schemas = models_json_schema(
        [(model, mode) for model, mode in models.items()],  # type: ignore[misc]
        ref_template=_REFERENCE,
    )
    by_model = {model: reference for (model, _mode), reference in references.items()}
    paths: dict[str, dict[str, Any]] = {}
    for each in table:
        paths.setdefault(each.address, {})[each.method.lower()] = _operation(each, by_model)
    return {
        "openapi": "3.1.1",
        "info": {
            "title": "Control API of the simulator of Workato's MCP verified user access",
            "version": "1",
            "summary": "What a test does to the sandbox from outside.",
        },
        "servers": [{"url": "/"}],
        "security": [{}, {"token": []}],
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(each: Operation, references: dict[Any, Any]) -> dict[str, Any]:
    operation: dict[str, Any] = {
        "operationId": each.name,
        "summary": each.summary,
        "parameters": [*_path_parameters(each), *_query_parameters(each)],
        "responses": _responses(each, references),
    }
    if each.body:
        operation["requestBody"] = {
            "required": any(field.is_required() for field in each.body.model_fields.values()),
            "content": {JSON: {"schema": references[each.body]}},
        }
    return operation


def _path_parameters(each: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in each.parameters
    ]


def _query_parameters(each: Operation) -> list[dict[str, Any]]:
    if each.query is None:
        return []
    parameters = []
    for name, schema in each.query.model_json_schema()["properties"].items():
        parameter = {"name": name, "in": "query", "schema": schema}
        if schema.get("type") == "object":
            parameter |= {"style": "deepObject", "explode": True}
        parameters.append(parameter)
    return parameters


def _responses(each: Operation, references: dict[Any, Any]) -> dict[str, Any]:
    good: dict[str, Any] = {"description": each.summary}
    if each.answer is str:
        good["content"] = {"text/plain": {"schema": {"type": "string"}}}
    elif each.answer is not None:
        schema = references[each.answer] if _is_model(each.answer) else {"type": "object"}
        good["content"] = {JSON: {"schema": schema}}
    responses = {"200" if each.answer else "204": good}
    if each.created:
        location = {"Location": {"schema": {"type": "string"}}}
        responses["201"] = good | {"description": "It was made.", "headers": location}
    refusals = _ALWAYS | (_WITH_BODY if each.method != "GET" else {}) | each.problems
    for status, when in sorted(refusals.items()):
        responses[str(status)] = {
            "description": when[0].upper() + when[1:] + ".",
            "content": {problems.MEDIA_TYPE: {"schema": references[ProblemOut]}},
        }
    return responses


def _is_model(answer: Any) -> bool:
    return isinstance(answer, type) and issubclass(answer, BaseModel)
