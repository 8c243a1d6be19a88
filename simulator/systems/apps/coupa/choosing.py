"""Which fields an answer has: `fields=[…]` and `return_object=…` (Coupa, "Querying options")."""

import json
from collections.abc import Mapping
from typing import Any

from simulator.systems.apps.coupa.api_errors import ApiError, Invalid
from simulator.systems.apps.coupa.fields import fields_of
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import resource_of

_FORMS = ("none", "limited", "shallow")
#: So long may `fields` be, and so deep (our choice).
_LONGEST, _DEEPEST = 8000, 6
#: Name → what of it; None is all.
Choice = Mapping[str, "Choice | None"]


def choose(resource: Resource, document: dict[str, Any], query: Mapping[str, str]) -> Any:
    """Return of an object what a request asks for.

    Args:
        resource: what it is one of.
        document: the whole object.
        query: the query of the request.

    Raises:
        ApiError: 400; the query is wrong.
    """
    if text := query.get("fields"):
        return _pick(document, parse_fields(text, resource))
    match query.get("return_object"):
        case "limited":
            return {"id": document.get("id")}
        case "shallow":
            return _shallow(document, resource.type_name)
    return document


def check(query: Mapping[str, str], resource: Resource, *, is_change: bool) -> None:
    """Check `fields` and `return_object` before anything is done.

    Raises:
        ApiError: 400 naming the wrong one.
    """
    form = query.get("return_object")
    if form is not None and form not in _FORMS:
        raise Invalid("return_object", "must be none, limited or shallow, or be left out")
    if form == "none" and not is_change:
        raise Invalid("return_object", "none is for POST and PUT alone")
    if text := query.get("fields"):
        parse_fields(text, resource)


def parse_fields(text: str, resource: Resource) -> Choice:
    """Return a choice of fields, `["id", {"requisition_lines": ["id"]}]`, by dashed names.

    Raises:
        ApiError: 400; it is not written so, or names what there is not.
    """
    if len(text) > _LONGEST:
        raise Invalid("fields", f"must have at most {_LONGEST} characters")
    try:
        return _parse(json.loads(text), resource.type_name, 0)
    except (ValueError, RecursionError):
        raise Invalid(
            "fields", 'must be a JSON list such as ["id",{"supplier":["name"]}]'
        ) from None


def _parse(written: Any, type_name: str, depth: int) -> Choice:
    if not isinstance(written, list) or depth > _DEEPEST:
        raise ValueError
    choice: dict[str, Any] = {}
    known = fields_of(type_name)
    for each in written:
        members = {each: None} if isinstance(each, str) else each
        if not isinstance(members, dict):
            raise ValueError
        for name, inner in members.items():
            dashed = name.replace("_", "-")
            field = known.get(dashed)
            if known and field is None and dashed != "custom-fields":
                raise ApiError(400, {"fields": [f"names {name}, which is unknown"]})
            further = field.type if field else ""
            choice[dashed] = None if inner is None else _parse(inner, further, depth + 1)
    return choice


def _pick(value: Any, choice: Choice) -> Any:
    if isinstance(value, list):
        return [_pick(each, choice) for each in value]
    if not isinstance(value, dict):
        return value
    return {
        name: value.get(name) if inner is None else _pick(value.get(name), inner)
        for name, inner in choice.items()
    }


def _shallow(document: dict[str, Any], type_name: str) -> dict[str, Any]:
    """Own values, and of what is referred to the id and the names it goes by."""
    known = fields_of(type_name)

    def reduce(name: str, value: Any) -> Any:
        if isinstance(value, list):
            return [reduce(name, each) for each in value]
        if not isinstance(value, dict) or name == "custom-fields":
            return value
        field = known.get(name)
        target = resource_of(field.type) if field else None
        keys = ("id", *(target.keys if target else ("name", "code")))
        return {key: each for key, each in value.items() if key in keys}

    return {name: reduce(name, value) for name, value in document.items()}
