"""What the steps before a step give it: the data pills that can be put into its inputs."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from simulator.connectors import CONNECTORS
from simulator.connectors.outputs import list_outputs as list_known_outputs
from simulator.domain.editing.samples import infer_fields
from simulator.domain.editing.surroundings import Surroundings
from simulator.domain.engine.block_code import children, iter_blocks
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.errors import RecipeInvalid
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
from simulator.domain.formulas import CurrentItem, Pill, iter_pills
from simulator.domain.recipe_data import LOOKUP

Block = Mapping[str, Any]
_ITEM: Any = {"path_element_type": "current_item"}
_SIZE: Any = {"path_element_type": "size"}
_LOOPS = ("foreach", "repeat", "catch")
_DEEPEST = 6


@dataclass(frozen=True, kw_only=True)
class Output:
    """One value that a step gives.

    Attributes:
        path: into the step's output, as a data pill has it.
        label: the label as people read it, with the labels of what it is in before it.
        type: the type of the value, such as `string` or `array`.
        fields: the fields of the items, where it is a list.
    """

    path: tuple[Any, ...]
    label: str
    type: str
    fields: Fields = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Source:
    """A step whose outputs can be used, or the job, or the properties.

    Attributes:
        title: the title as people read it.
        pills: (label, type, what stands between the quotes of `_dp('…')`).
    """

    title: str
    pills: tuple[tuple[str, str, str], ...]


def list_sources(
    code: Block, config: Sequence[Block], number: int, surroundings: Surroundings
) -> list[Source]:
    """Return what can be put into the inputs of a step, the nearest step first.

    Args:
        code: the code of the recipe.
        config: the config of the recipe.
        number: the number of the step.
        surroundings: the surroundings of the recipe.
    """
    blocks = list(iter_blocks(code))
    try:
        titles = [each.title for each in list_steps(code, config)]
    except RecipeInvalid:
        titles = []
    sources = []
    for place in reversed(_list_in_reach(blocks, code, number)):
        block = blocks[place]
        provider, line = _name_output(block)
        pills = tuple(
            (each.label, each.type, write_pill(provider, line, each.path))
            for each in list_outputs(code, block, surroundings)
        )
        if line and pills:
            title = titles[place] if titles else str(block.get("name") or block.get("keyword"))
            sources.append(Source(title=f"Step {place + 1}: {title}", pills=pills))
    names = (("job_id", "Job ID"), ("recipe_name", "Recipe name"), ("job_url", "Job URL"))
    job = tuple((label, "string", _write(pill_type="job_context", path=[x])) for x, label in names)
    sources.append(Source(title="Job", pills=job))
    named = tuple(
        (name, "string", _write(pill_type="account_property", property_name=name))
        for name in surroundings.properties
    )
    return [*sources, Source(title="Properties", pills=named)] if named else sources


def write_pill(provider: str, line: str, path: Sequence[Any]) -> str:
    """Return the pill of a step's output, as it stands between the quotes of `_dp('…')`.

    Args:
        provider: the provider of the step.
        line: the step's alias.
        path: into the step's output.
    """
    return _write(pill_type="output", provider=provider, line=line, path=list(path))


def insert_pill(text: str, pill: str) -> str:
    """Return a field's text with a pill at its end, in the form that text or formula takes.

    Args:
        text: the text of the field.
        pill: the pill as `write_pill` returns it.
    """
    quoted = pill.replace("\\", "\\\\").replace("'", "\\'")
    return f"{text}_dp('{quoted}')" if text.startswith("=") else f"{text}#{{_dp('{quoted}')}}"


def list_lines(code: Block, number: int) -> dict[str, set[str]]:
    """Return the aliases that pills of a step may name, each with the providers that fit.

    Args:
        code: the code of the recipe.
        number: the number of the step, 0 for the trigger.
    """
    blocks = list(iter_blocks(code))
    found: dict[str, set[str]] = {}
    for place in _list_in_reach(blocks, code, number):
        block = blocks[place]
        named = {str(block.get("provider") or ""), str(block.get("keyword") or "")}
        found.setdefault(str(block.get("as")), set()).update(named)
    return found


def list_outputs(code: Block, block: Block, surroundings: Surroundings) -> list[Output]:
    """Return what a step gives.

    Args:
        code: the code of the recipe.
        block: of it.
        surroundings: the surroundings of the recipe.
    """
    keyword = block.get("keyword")
    if keyword == "foreach":
        return _list_item_outputs(code, block, surroundings)
    if keyword == "repeat":
        return [_plain("index", "Index", "integer"), _plain("is_first", "Is first", "boolean")]
    if keyword == "catch":
        names = ("message", "error_message", "error_type", "step_number", "retry_count")
        return [_plain(each, make_label(each)) for each in names]
    if keyword == "trigger":
        return list(_list_trigger_outputs(block))
    return list(_list_action_outputs(block, surroundings))


def _list_trigger_outputs(block: Block) -> Iterator[Output]:
    inputs, provider = get_mapping(block.get("input")), block.get("provider")
    if provider == API_PLATFORM:
        fields = read_fields(get_mapping(inputs.get("request")).get("schema"))
        yield from _of_fields(fields, ("request",))
        headers = read_fields(get_mapping(inputs.get("request")).get("headers"))
        yield from _of_fields(headers, ("headers",))
    elif provider in (RECIPE_FUNCTION, SKILL, GENIE):
        yield from _of_fields(read_fields(inputs.get("parameters_schema_json")), ("parameters",))
        if provider != RECIPE_FUNCTION:
            for name in ("user_name", "user_email"):
                yield Output(path=("context", name), label=make_label(name), type="string")
    else:
        yield from _of_fields(read_fields(block.get("extended_output_schema")))


def _list_action_outputs(block: Block, around: Surroundings) -> Iterator[Output]:
    provider, name = str(block.get("provider") or ""), str(block.get("name") or "")
    inputs = get_mapping(block.get("input"))
    if name == CUSTOM_ACTION:
        yield from _of_fields(read_fields(inputs.get("output")))
        yield _plain("body", "Body", "object")
    elif (provider, name) in CODE_ACTIONS:
        yield from _of_fields(read_fields(inputs.get("code_output_schema_json")), ("output",))
    elif provider == RECIPE_FUNCTION and name.startswith("call_recipe"):
        if name == "call_recipe":
            yield from _of_fields(around.get_schemas(inputs.get("flow_id"))[1], ("result",))
        yield from (_plain("job_id", "Job ID"), _plain("job_url", "Job URL"))
    elif provider == "workato_variable":
        yield from _of_variables(name, inputs)
    elif provider in (LOOKUP, "workato_db_table"):
        yield from _of_table(provider, name, inputs, around)
    elif provider == "logger":
        yield _plain("message", "Message")
    elif declared := read_fields(block.get("extended_output_schema")):
        yield from _of_fields(declared)
    elif (connector := CONNECTORS.get(provider)) is not None:
        action = connector.actions.get(name)
        title = f"{action.title} in {connector.name}" if action else ""
        sample = infer_fields(around.samples.get((block.get("number", 0), title)))
        yield from _of_fields(sample or [*list_known_outputs(connector, name, inputs)])


def _of_variables(name: str, inputs: Block) -> Iterator[Output]:
    if name == "declare_variable":
        yield from _of_fields(read_fields(get_mapping(inputs.get("variables")).get("schema")))
    elif name == "declare_list":
        fields = read_fields(inputs.get("list_item_schema_json"))
        yield from _of_fields([{"name": "list_items", "type": "array", "properties": fields}])
    elif name in ("insert_to_list", "insert_to_list_batch"):
        yield _plain("list_size", "List size", "integer")


def _of_table(provider: str, name: str, inputs: Block, around: Surroundings) -> Iterator[Output]:
    table = inputs.get("lookup_table_id", inputs.get("table_id"))
    columns = [
        {"name": column, "label": label} for column, label in around.list_columns(provider, table)
    ]
    singular = "entry" if provider == LOOKUP else "record"
    plural = "entries" if provider == LOOKUP else "records"
    if name.startswith(("search", "get_entries", "get_records")):
        row = [{"name": "id", "label": "ID"}, *columns]
        yield from _of_fields([{"name": plural, "type": "array", "properties": row}])
        yield _plain("list_size", "List size", "integer")
    elif not name.startswith(("delete", "truncate")):
        yield from _of_fields([{"name": "id", "label": "ID"}, *columns], (singular,))


def _list_item_outputs(code: Block, loop: Block, around: Surroundings) -> list[Output]:
    """What the item of a loop gives: the fields of its source; in batches, a list of items."""
    source = next(iter(iter_pills(loop.get("source"))), None)
    fields = _find_item_fields(code, source, around) if source is not None else []
    if loop.get("repeat_mode") == "batch":
        return [*_of_fields([{"name": "batch", "type": "array", "properties": fields}])]
    whole = Output(path=(), label="Current item", type="object")
    return [whole, *_of_fields(fields)]


def _find_item_fields(code: Block, source: Pill, around: Surroundings) -> Fields:
    for block in iter_blocks(code):
        if block.get("as") == source.line:
            if block.get("keyword") == "foreach" and source.provider != "foreach":
                continue
            for each in list_outputs(code, block, around):
                path = tuple(_ITEM if isinstance(x, CurrentItem) else x for x in source.path)
                if each.path == path:
                    return each.fields
    return []


def _of_fields(
    fields: Fields, path: tuple[Any, ...] = (), before: str = "", depth: int = 0
) -> Iterator[Output]:
    """Yield the outputs that a schema declares, and those within them."""
    for each in fields if depth < _DEEPEST else ():
        here = (*path, str(each["name"]))
        label = before + str(each.get("label") or make_label(str(each["name"])))
        kind, inner = str(each.get("type") or "string"), read_fields(each.get("properties"))
        yield Output(path=here, label=label, type=kind, fields=inner if kind == "array" else [])
        if kind == "array":
            yield Output(path=(*here, _SIZE), label=f"{label} › List size", type="integer")
            yield from _of_fields(inner, (*here, _ITEM), f"{label} › ", depth + 1)
        elif kind == "object":
            yield from _of_fields(inner, here, f"{label} › ", depth + 1)


def _list_in_reach(blocks: Sequence[Block], code: Block, number: int) -> list[int]:
    """Return the places of the steps whose outputs a step can use.

    Those before it, but for what never ran when it does: another branch of the same IF; and what a
    loop or On error gives, outside of it. The condition of Repeat while is looked at last.
    """
    trails: list[tuple[Block, ...]] = []
    _add_trails(code, (), trails)
    own, places = trails[number], list(range(number))
    if blocks[number].get("keyword") == "while_condition" and len(own) > 1:
        begin = next(place for place, trail in enumerate(trails) if trail[-1] is own[-2])
        inside = sum(trail[len(own) - 2 : len(own) - 1] == own[-2:-1] for trail in trails)
        places = list(range(begin + inside))
    return [place for place in places if place != number and _reaches(trails[place], own)]


def _add_trails(block: Block, above: tuple[Block, ...], trails: list[tuple[Block, ...]]) -> None:
    trail = (*above, block)
    trails.append(trail)
    for child in children(block):
        _add_trails(child, trail, trails)


def _reaches(trail: tuple[Block, ...], own: tuple[Block, ...]) -> bool:
    block = trail[-1]
    is_around = any(each is block for each in own)
    if block.get("keyword") in _LOOPS and not is_around:
        return False
    for depth, each in enumerate(trail):
        if depth >= len(own) or each is not own[depth]:
            parent = trail[depth - 1]
            other = own[depth].get("keyword") if depth < len(own) else ""
            return not (parent.get("keyword") == "if" and other in ("elsif", "else"))
    return True


def _name_output(block: Block) -> tuple[str, str]:
    """Return the provider and the alias by which pills name a step's output."""
    keyword = str(block.get("keyword"))
    provider = keyword if keyword in _LOOPS else str(block.get("provider") or "")
    return provider, str(block.get("as") or "")


def _plain(name: str, label: str, kind: str = "string") -> Output:
    return Output(path=(name,), label=label, type=kind)


def make_label(name: str) -> str:
    """Return a name as people read it: `need_by_date` as Need by date, `maxResults` as Max results.

    Args:
        name: the name of a field.
    """
    apart = re.sub(r"(?<=[a-z0-9])[A-Z](?=[a-z])", lambda found: f" {found[0].lower()}", name)
    words = apart.replace("_", " ").replace("-", " ").strip()
    return words[:1].upper() + words[1:] or name


def _write(**members: Any) -> str:
    return json.dumps(members, ensure_ascii=False, separators=(",", ":"))
