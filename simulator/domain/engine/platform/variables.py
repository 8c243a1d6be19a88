"""Variables by Workato: variables and lists that steps declare and change.

`update_variables` and the actions on lists name what they change as `<uuid>:<alias>:<variable>`
and `<uuid>:<alias>` of the step that declared it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.domain.engine.limits import MOST_TURNS
from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.schemas import Caster, compile_cast, read_fields
from simulator.domain.engine.tree import Action, get_mapping
from simulator.domain.formulas import FormulaError

_PROVIDER = "workato_variable"


def _prepare_variables(written: Mapping[str, Any]) -> tuple[list[str], Caster]:
    variables = get_mapping(get_mapping(written.get("input")).get("variables"))
    fields = read_fields(variables.get("schema"))
    return [str(field["name"]) for field in fields], compile_cast(fields)


def _prepare_list(written: Mapping[str, Any]) -> Caster:
    fields = read_fields(get_mapping(written.get("input")).get("list_item_schema_json"))
    return compile_cast(fields)


def declare_variable(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Declare variables, null where no value is given; the output has them by name."""
    names, cast = action.details
    job.casts[action.step.alias] = cast
    data = get_mapping(get_mapping(inputs.get("variables")).get("data"))
    values = dict.fromkeys(names) | dict(data)
    return dict(cast(_copy(values)))


def update_variables(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Change variables; later pills of the step that declared them have the new values."""
    changed = {}
    for reference, value in _iter_updates(inputs):
        _, _, rest = reference.partition(":")
        alias, _, name = rest.rpartition(":")
        variables = _declared(job, alias, "variable")
        if name not in variables:
            raise FormulaError(f"Step '{alias}' declares no variable '{name}'.")
        variables[name] = changed[name] = job.casts[alias]({name: _copy(value)})[name]
    return changed


def _iter_updates(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield (reference, value), in each of the forms that recipes have it."""
    if isinstance(inputs.get("name"), str) and ":" in inputs["name"]:
        for reference in inputs["name"].split("\n"):
            name = reference.rpartition(":")[2].strip()
            if name in inputs:
                yield reference.strip(), inputs[name]
    for each in inputs.get("variables") or []:
        if isinstance(each, Mapping) and each.get("variable"):
            yield str(each["variable"]), each.get("value")
    for reference, value in inputs.items():
        if reference.count(":") >= 2:
            yield reference, value


def declare_list(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Declare a list, with its first items if there are any: `list_items`."""
    job.casts[action.step.alias] = action.details
    items = _copy(_items(inputs.get("list_items")))
    return {"list_items": [action.details(item) for item in items]}


def insert_to_list(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Add an item at the end of a list, or, with `location: start`, before its first."""
    return _insert(job, inputs, [inputs.get("list_item")])


def insert_to_list_batch(
    job: JobView, _action: Action, inputs: Mapping[str, Any]
) -> dict[str, Any]:
    """Add several items to a list."""
    return _insert(job, inputs, _items(inputs.get("list_items")))


def _insert(job: JobView, inputs: Mapping[str, Any], items: list[Any]) -> dict[str, Any]:
    alias = str(inputs.get("name")).rpartition(":")[2]
    found = _declared(job, alias, "list")["list_items"]
    cast = job.casts[alias]
    place = 0 if str(inputs.get("location")) in ("start", "beginning") else len(found)
    if len(found) + len(items) > MOST_TURNS:
        raise FormulaError(f"A list has {MOST_TURNS} items at most.")
    found[place:place] = [cast(_copy(item)) for item in items]
    return {"list_size": len(found)}


def clear_list(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Remove all items of a list."""
    _declared(job, str(inputs.get("name")).rpartition(":")[2], "list")["list_items"].clear()
    return {"list_size": 0}


def _declared(job: JobView, alias: str, kind: str) -> dict[str, Any]:
    found = job.outputs.get(_PROVIDER, {}).get(alias)
    if not isinstance(found, dict) or (kind == "list") != ("list_items" in found):
        raise FormulaError(f"No step '{alias}' before this one declares a {kind}.")
    return found


def _copy(value: Any) -> Any:
    """Return a value that stays as it is when a list that it was taken from grows."""
    if isinstance(value, Mapping):
        return {name: _copy(inner) for name, inner in value.items()}
    return [_copy(inner) for inner in value] if isinstance(value, list) else value


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "", {}) else [value]


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    (_PROVIDER, "declare_variable"): declare_variable,
    (_PROVIDER, "update_variable"): update_variables,
    (_PROVIDER, "update_variables"): update_variables,
    (_PROVIDER, "declare_list"): declare_list,
    (_PROVIDER, "insert_to_list"): insert_to_list,
    (_PROVIDER, "insert_to_list_batch"): insert_to_list_batch,
    (_PROVIDER, "clear_list"): clear_list,
}
PREPARED = {
    (_PROVIDER, "declare_variable"): _prepare_variables,
    (_PROVIDER, "declare_list"): _prepare_list,
}
