"""What builders see of an object's fields, as Workato asks an org for them: the standard ones."""

from collections.abc import Iterable, Sequence
from typing import Any

from simulator.systems.apps.salesforce.objects.fields import Field
from simulator.systems.apps.salesforce.objects.standard import STANDARD, SYSTEM

#: Type of a field of an object → of a schema; all others are texts.
_TYPES = {
    "int": "integer",
    "double": "number",
    "currency": "number",
    "percent": "number",
    "boolean": "boolean",
    "date": "date",
    "datetime": "date_time",
}


def list_objects() -> list[list[str]]:
    """Return label and name of each standard object."""
    return sorted([each.label, name] for name, each in STANDARD.items())


def list_inputs(name: str, *, needs: bool = False, sets: bool = True) -> list[dict[str, Any]]:
    """Return the fields of an object that a step can set, or find records by.

    Args:
        name: the name of the object.
        needs: whether those are needed without which no record is created.
        sets: whether they are set; else records are found by them, also by what nobody writes.
    """
    found = STANDARD.get(name)
    fields = [each for each in (*SYSTEM, *(found.fields if found else ())) if each.type != "id"]
    chosen = [each for each in fields if (each.is_createable if sets else each.is_filterable)]
    return [
        _describe(each)
        | {"optional": not (needs and each.is_required and each.default is None)}
        | _control(each)
        for each in sorted(chosen, key=lambda one: one in SYSTEM)
    ]


def list_outputs(name: str, only: Iterable[str] = ()) -> list[dict[str, Any]]:
    """Return the fields of an object's records.

    Args:
        name: the name of the object; of one that is not known, what every object has.
        only: names of those that are asked for; empty for all.
    """
    found, chosen = STANDARD.get(name), {each.lower() for each in only}
    identity, *others = SYSTEM
    fields: Sequence[Field] = (identity, *(found.fields if found else ()), *others)
    return [_describe(each) for each in fields if not chosen or each.name.lower() in chosen]


def _describe(field: Field) -> dict[str, Any]:
    return {"name": field.name, "label": field.label, "type": _TYPES.get(field.type, "string")}


def _control(field: Field) -> dict[str, Any]:
    if field.values and field.type == "picklist":
        return {"pick_list": [[each, each] for each in field.values]}
    return {"control_type": "text-area"} if field.type == "textarea" else {}
