"""An API for programs, as an OpenAPI 3.1 document made from its table of endpoints."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from simulator.validation.media_types import FILE, JSON
from simulator.web.endpoints import Api, Endpoint

_REFERENCE = "#/components/schemas/{model}"
#: What lists of answers hold, too.
_OBJECT = {"type": "object"}
#: Of files, as generators of clients know them.
_BYTES = {"type": "string", "format": "binary"}

#: Of parameters of a path that are the number of something: at most nine digits.
_ID = {"type": "integer", "minimum": 0, "maximum": 999_999_999}


@dataclass(frozen=True, kw_only=True)
class Examples:
    """What an API was asked and answered.

    Attributes:
        endpoints: by an endpoint's name, its `body` and its `answer`, as far as there are any.
        refusals: status, as text → what a refusal with it says.
    """

    endpoints: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    refusals: Mapping[str, Any] = field(default_factory=dict)


_NO_EXAMPLES = Examples()


def build_document(api: Api, examples: Examples = _NO_EXAMPLES) -> dict[str, Any]:
    """Return the OpenAPI document of an API (https://spec.openapis.org/oas/v3.1.1).

    Args:
        api: the table.
        examples: that it shows.
    """
    models: dict[type[BaseModel], str] = {api.refusal: "validation"}
    for each in api.endpoints:
        models |= {model: "validation" for model in (each.body, each.query) if model}
        if _is_model(each.answer):
            models[each.answer] = "serialization"
    references, schemas = models_json_schema(
        [(model, mode) for model, mode in models.items()],  # type: ignore[misc]
        ref_template=_REFERENCE,
    )
    by_model = {model: reference for (model, _mode), reference in references.items()}
    paths: dict[str, dict[str, Any]] = {}
    tags: dict[str, dict[str, Any]] = {}
    for each in api.endpoints:
        operation = _Operation(api, each, by_model, examples).build()
        paths.setdefault(each.template, {})[each.method.lower()] = operation
        if group := api.find_group(each):
            operation["tags"] = [group.name]
            page = {"externalDocs": {"url": group.documentation}}
            tags.setdefault(group.name, {"name": group.name, **page})
    return {
        "openapi": "3.1.1",
        "info": {"title": api.title, "version": "1", "summary": api.summary},
        "servers": [{"url": "/"}],
        "security": [*([] if api.needs_token else [{}]), {"token": []}],
        "tags": list(tags.values()),
        "paths": paths,
        "components": {
            "schemas": schemas["$defs"],
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


class _Operation:
    """One endpoint of the document.

    Args:
        api: the API that has it.
        endpoint: the row.
        references: model → reference of its schema.
        examples: of the API.
    """

    def __init__(
        self,
        api: Api,
        endpoint: Endpoint,
        references: dict[Any, Any],
        examples: Examples,
    ) -> None:
        self._api, self._endpoint, self._references = api, endpoint, references
        self._example = examples.endpoints.get(endpoint.name, {})
        self._refusals = examples.refusals

    def build(self) -> dict[str, Any]:
        """Return the operation object."""
        each = self._endpoint
        operation: dict[str, Any] = {
            "operationId": each.name,
            "summary": each.summary,
            "parameters": [*self._path_parameters(), *self._query_parameters()],
            "responses": self._responses(),
        }
        if each.takes_file:
            operation["requestBody"] = {"required": True, "content": {FILE: {"schema": _BYTES}}}
        elif each.body:
            fields = each.body.model_fields.values()
            operation["requestBody"] = {
                "required": any(field.is_required() for field in fields),
                "content": {JSON: self._with_example(self._references[each.body], "body")},
            }
        return operation

    def _with_example(self, schema: Any, part: str) -> dict[str, Any]:
        """Return a media type object; the `part` of the example that it has, if any."""
        given = {"example": self._example[part]} if part in self._example else {}
        return {"schema": schema, **given}

    def _path_parameters(self) -> list[dict[str, Any]]:
        return [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": _ID if name in self._endpoint.ids else {"type": "string"},
            }
            for name in self._endpoint.parameters
        ]

    def _query_parameters(self) -> list[dict[str, Any]]:
        if self._endpoint.query is None:
            return []
        document = self._endpoint.query.model_json_schema()
        parameters = []
        for name, schema in document["properties"].items():
            parameter = {"name": name, "in": "query", "schema": schema}
            if name in document.get("required", ()):
                parameter["required"] = True
            if schema.get("type") == "object":
                parameter |= {"style": "deepObject", "explode": True}
            parameters.append(parameter)
        return parameters

    def _responses(self) -> dict[str, Any]:
        each, api = self._endpoint, self._api
        good: dict[str, Any] = {"description": each.summary}
        if each.answer is str:
            good["content"] = {"text/plain": {"schema": {"type": "string"}}}
        elif each.answer is bytes:
            good["content"] = {FILE: {"schema": _BYTES}}
        elif each.answer is not None:
            good["content"] = {JSON: self._with_example(self._answer(), "answer")}
        responses = {"200" if each.answer else "204": good}
        if each.created:
            location = {"Location": {"schema": {"type": "string"}}}
            responses["201"] = good | {"description": "It was made.", "headers": location}
        with_body = api.problems_with_body if each.method != "GET" else {}
        for status, when in sorted({**api.problems, **with_body, **each.problems}.items()):
            example = self._refusals.get(str(status))
            content = {"schema": self._references[api.refusal]}
            responses[str(status)] = {
                "description": when[0].upper() + when[1:] + ".",
                "content": {api.refusal_type: content | ({"example": example} if example else {})},
            }
        return responses

    def _answer(self) -> Any:
        answer = self._endpoint.answer
        if _is_model(answer):
            return self._references[answer]
        return {"type": "array", "items": _OBJECT} if answer is list else _OBJECT


def _is_model(answer: Any) -> bool:
    return isinstance(answer, type) and issubclass(answer, BaseModel)
