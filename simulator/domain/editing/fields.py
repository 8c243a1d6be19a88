"""The inputs of a step: which there are, what people call them, which a step cannot do without."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from simulator.connectors import CONNECTORS
from simulator.connectors.inputs import list_inputs
from simulator.domain.editing.inputs import (
    YES_NO,
    Block,
    InputField,
    Path,
    get_value,
    list_list_inputs,
    list_schema_inputs,
)
from simulator.domain.editing.outputs import make_label
from simulator.domain.editing.schemas import find_schemas
from simulator.domain.editing.surroundings import Option, Surroundings
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.engine.compiling import get_schemas, list_steps
from simulator.domain.engine.conditions import OPERANDS
from simulator.domain.engine.limits import BATCH_SIZE, LONGEST_INTERVAL, MOST_RETRIES, MOST_TURNS
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
from simulator.domain.recipe_data import LOOKUP

#: Operands that compare with nothing.
UNARY = ("is_true", "is_not_true", "present", "blank")
_VERBS = ("get", "post", "put", "patch", "delete", "options")
_DATA = "workato_db_table"


def list_fields(code: Block, number: int, around: Surroundings) -> list[InputField]:
    """Return the inputs of a step, in the order of its form.

    What the step has and nobody knows of comes last, under its own name; so do the members of a
    value that is none of text.

    Args:
        code: the code of the recipe.
        number: the number of the step, 0 for the trigger.
        around: its surroundings.
    """
    block = list(iter_blocks(code))[number]
    known = [
        each
        for each in _list_known(code, block, around)
        if not (get_value(block, each.path) and _is_nested(get_value(block, each.path)))
    ]
    paths = {each.path for each in known}
    schemas = [each.path for each in find_schemas(block)]
    others = [
        InputField(path=path, label=".".join(map(str, path[1:])), lines=_lines(value))
        for path, value in _iter_leaves(block.get("input") or {}, ("input",))
        if path not in paths
        and not any(path[: len(each)] == each for each in schemas)
        and block.get("keyword") not in ("if", "elsif", "while_condition")
        and not (block.get("keyword") == "trigger" and path[1] in ("request", "response"))
    ]
    return [*known, *others]


def list_fixed_fields(block: Block) -> Iterator[InputField]:
    """Yield the inputs of a step that are there whatever is beside the recipe, and in its schemas.

    Args:
        block: the block of the step.
    """
    keyword = str(block.get("keyword"))
    provider, name = str(block.get("provider") or ""), str(block.get("name") or "")
    if keyword in _OF_CONTROL:
        yield from _OF_CONTROL[keyword]
    elif keyword in ("if", "elsif", "while_condition"):
        yield from _of_condition(block)
    elif keyword == "action" and name == CUSTOM_ACTION:
        yield from _of_custom_action(provider)
    elif keyword == "action" and provider in _OF_PLATFORM:
        yield from _OF_PLATFORM[provider].get(name, ())


def _list_known(code: Block, block: Block, around: Surroundings) -> Iterator[InputField]:
    yield from list_fixed_fields(block)
    if block.get("keyword") == "trigger":
        yield from _of_trigger(block)
    elif block.get("keyword") == "action":
        yield from _of_action(code, block, around)


def _of_condition(block: Block) -> Iterator[InputField]:
    inputs = get_mapping(block.get("input"))
    conditions = inputs.get("conditions")
    number = len(conditions) if isinstance(conditions, list) else 0
    if number > 1:
        joined = (("and", "All of them are true"), ("or", "One of them is true"))
        yield InputField(path=("input", "operand"), label="Holds if", options=joined, is_fixed=True)
    operands = [(each, each.replace("_", " ")) for each in OPERANDS]
    for index in range(number):
        which = f" {index + 1}" if number > 1 else ""
        at: Path = ("input", "conditions", index)
        yield InputField(path=(*at, "lhs"), label=f"Data field{which}", required=True)
        yield InputField(
            path=(*at, "operand"), label=f"Condition{which}", options=operands, is_fixed=True
        )
        unary = ", ".join(each.replace("_", " ") for each in UNARY)
        yield InputField(path=(*at, "rhs"), label=f"Value{which}", hint=f"Not for: {unary}.")


def _of_trigger(block: Block) -> Iterator[InputField]:
    if block.get("provider") in (SKILL, GENIE):
        yield InputField(
            path=("input", "description"), label="Description", lines=2,
            hint="When a genie is to use the skill, in words.",
        )  # fmt: skip
        yield InputField(
            path=("input", "requires_user_confirmation"), label="Requires user confirmation",
            options=YES_NO, is_fixed=True,
        )  # fmt: skip
    if block.get("provider") == API_PLATFORM:
        responses = get_value(block, ("input", "response", "responses"))
        for index in range(len(responses) if isinstance(responses, list) else 0):
            at: Path = ("input", "response", "responses", index)
            label = f"Response {index + 1}"
            yield InputField(path=(*at, "name"), label=f"{label}: name", required=True)
            yield InputField(
                path=(*at, "http_status_code"), label=f"{label}: HTTP status code", required=True
            )


def _of_action(code: Block, block: Block, around: Surroundings) -> Iterator[InputField]:
    provider, name = str(block.get("provider") or ""), str(block.get("name") or "")
    inputs = get_mapping(block.get("input"))
    if name == CUSTOM_ACTION:
        fields = read_fields(get_mapping(inputs.get("input")).get("schema"))
        yield from list_schema_inputs(block, fields, ("input", "input", "data"))
    elif name in ("return_result", "workflow_return_result"):
        _, result = get_schemas(list_steps(code, [])[0])
        yield from list_schema_inputs(block, read_fields(result), ("input", "result"))
    elif (provider, name) == (API_PLATFORM, "return_response"):
        yield from _of_response(code, block)
    elif provider == RECIPE_FUNCTION and name.startswith("call_recipe"):
        yield InputField(
            path=("input", "flow_id"), label="Recipe function", required=True,
            options=around.functions, is_dynamic=True, hint="Save to see its parameters.",
        )  # fmt: skip
        parameters, _ = around.get_schemas(inputs.get("flow_id"))
        yield from list_schema_inputs(block, parameters, ("input", "parameters"))
    elif provider == "workato_variable":
        yield from _of_variables(code, name, block)
    elif provider in (LOOKUP, _DATA):
        yield from _of_table(provider, name, inputs, around)
    elif (provider, name) in CODE_ACTIONS:
        yield InputField(
            path=("input", "code"), label="Code", required=True, lines=8, takes_formula=False
        )
        fields = read_fields(get_mapping(inputs.get("code_input")).get("schema"))
        yield from list_schema_inputs(block, fields, ("input", "code_input", "data"))
    elif name not in _OF_PLATFORM.get(provider, ()):
        yield from _of_app(block, provider, name)


def _of_app(block: Block, provider: str, name: str) -> Iterator[InputField]:
    declared = read_fields(block.get("extended_input_schema"))
    yield from list_schema_inputs(block, declared, ("input",))
    connector = CONNECTORS.get(provider)
    if connector is not None:
        listed = {str(each["name"]) for each in declared}
        known = list_inputs(connector, name, get_mapping(block.get("input")))
        others = [each for each in known if each["name"] not in listed]
        yield from list_schema_inputs(block, others, ("input",), is_deep=True)


def _of_custom_action(provider: str) -> Iterator[InputField]:
    yield InputField(path=("input", "mnemonic"), label="Action name")
    verbs = [(each, each.upper()) for each in _VERBS]
    yield InputField(path=("input", "verb"), label="Method", options=verbs, is_fixed=True)
    connector = CONNECTORS.get(provider)
    base = connector.api_url + connector.custom_action_path if connector else ""
    below = base.rstrip("/") or "the address of the app's API"
    hint = f"Below {below}, or an absolute URI of the app."
    yield InputField(path=("input", "path"), label="Path", required=True, hint=hint)
    kinds = [(each, each) for each in ("json", "urlencoded", "multipart", "raw", "text")]
    yield InputField(
        path=("input", "request_type"), label="Request type", options=kinds, is_fixed=True
    )
    answers = (("json", "JSON response"), ("raw", "Text response"))
    yield InputField(
        path=("input", "response_type"), label="Response type", options=answers, is_fixed=True
    )


def _of_response(code: Block, block: Block) -> Iterator[InputField]:
    inputs = get_mapping(block.get("input"))
    declared = get_mapping(get_mapping(code.get("input")).get("response")).get("responses")
    responses = [each for each in declared or () if isinstance(each, Mapping)]
    names = [
        (str(each.get("name")), f"{each.get('name')} ({each.get('http_status_code')})")
        for each in responses
    ]
    yield InputField(
        path=("input", "http_status_code"), label="Response", required=True, options=names,
        hint="Save to see the fields of another response.",
    )  # fmt: skip
    chosen = str(inputs.get("http_status_code") or "")
    for each in responses:
        if chosen in (str(each.get("name")), str(each.get("http_status_code"))):
            yield from list_schema_inputs(
                block, read_fields(each.get("body_schema")), ("input", "response")
            )
            return


def _of_variables(code: Block, name: str, block: Block) -> Iterator[InputField]:
    inputs = get_mapping(block.get("input"))
    if name == "declare_variable":
        fields = read_fields(get_mapping(inputs.get("variables")).get("schema"))
        yield from list_schema_inputs(block, _all_optional(fields), ("input", "variables", "data"))
    elif name in ("update_variables", "update_variable"):
        yield InputField(
            path=("input", "name"), label="Variable", required=True, is_fixed=True,
            options=list(_iter_variables(code)), hint="Save to set its value.",
        )  # fmt: skip
        for reference in str(inputs.get("name") or "").split("\n"):
            variable = reference.rpartition(":")[2].strip()
            if variable:
                yield InputField(path=("input", variable), label=f"New value of {variable}")
    elif name == "declare_list":
        yield InputField(path=("input", "name"), label="List name", required=True)
        yield InputField(
            path=("input", "list_items"), label="List items",
            hint="Optional: a list whose items it begins with.",
        )  # fmt: skip
    elif name in ("insert_to_list", "insert_to_list_batch", "clear_list"):
        lists = list(_iter_lists(code))
        yield InputField(
            path=("input", "name"), label="List", required=True, is_fixed=True,
            options=[each[:2] for each in lists], hint="Save to see the fields of its items.",
        )  # fmt: skip
        if name == "clear_list":
            return
        places = (("end", "At the end"), ("start", "At the beginning"))
        yield InputField(
            path=("input", "location"), label="Location", options=places, is_fixed=True
        )
        member = "list_item" if name == "insert_to_list" else "list_items"
        fields = next((each[2] for each in lists if each[0] == inputs.get("name")), [])
        if name == "insert_to_list_batch":
            yield from list_list_inputs(block, _all_optional(fields), ("input", member), "Items")
        else:
            yield from list_schema_inputs(block, _all_optional(fields), ("input", member))


def _iter_variables(code: Block) -> Iterator[Option]:
    for block in iter_blocks(code):
        if (block.get("provider"), block.get("name")) == ("workato_variable", "declare_variable"):
            variables = get_mapping(get_mapping(block.get("input")).get("variables"))
            for field in read_fields(variables.get("schema")):
                yield f"{block.get('uuid')}:{block.get('as')}:{field['name']}", str(field["name"])


def _iter_lists(code: Block) -> Iterator[tuple[str, str, Fields]]:
    for block in iter_blocks(code):
        if (block.get("provider"), block.get("name")) == ("workato_variable", "declare_list"):
            inputs = get_mapping(block.get("input"))
            reference = f"{block.get('uuid')}:{block.get('as')}"
            fields = read_fields(inputs.get("list_item_schema_json"))
            yield reference, str(inputs.get("name") or block.get("as")), fields


def _of_table(
    provider: str, name: str, inputs: Block, around: Surroundings
) -> Iterator[InputField]:
    member = "lookup_table_id" if provider == LOOKUP else "table_id"
    yield InputField(
        path=("input", member), label="Lookup table" if provider == LOOKUP else "Data table",
        required=True, options=around.list_tables(provider), hint="Save to see its columns.",
        is_dynamic=True,
    )  # fmt: skip
    if name.startswith(("update", "delete_entry", "delete_record", "remove")):
        row = "entry_id" if provider == LOOKUP else "record_id"
        yield InputField(path=("input", row), label=make_label(row), required=True)
    if name.startswith(("search", "get_entry", "get_records", "add", "create", "update", "upsert")):
        for column, label in around.list_columns(provider, inputs.get(member)):
            yield InputField(path=("input", "parameters", column), label=label)
    if name.startswith(("search", "get_records")):
        yield InputField(path=("input", "limit"), label="Limit", type="integer")


def _all_optional(fields: Fields) -> Fields:
    return [{**each, "optional": True} for each in fields]


def _iter_leaves(value: Any, path: Path) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _iter_leaves(inner, (*path, str(name)))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _iter_leaves(inner, (*path, index))
    else:
        yield path, value


def _is_nested(value: Any) -> bool:
    return isinstance(value, Mapping | list)


def _lines(value: Any) -> int:
    return min(12, str(value).count("\n") + 1)


_OF_CONTROL: Mapping[str, Sequence[InputField]] = {
    "foreach": (
        InputField(
            path=("source",), label="Source list", required=True,
            hint="The list whose items are gone through.",
        ),
        InputField(
            path=("repeat_mode",), label="Repeat mode", is_fixed=True,
            options=(("simple", "One item at a time"), ("batch", "Batch of items")),
        ),
        InputField(
            path=("batch_size",), label="Batch size", type="integer", takes_formula=False,
            bounds=(1, MOST_TURNS),
            hint=f"Items of a batch, at most; {BATCH_SIZE} where nothing is written.",
        ),
        InputField(
            path=("clear_scope",), label="Clear step outputs", options=YES_NO, is_fixed=True,
            hint="Whether each turn begins without what the steps gave in the turn before.",
        ),
    ),
    "catch": (
        InputField(
            path=("input", "max_retry_count"), label="Retries", type="integer",
            takes_formula=False, bounds=(0, MOST_RETRIES), hint=f"0 to {MOST_RETRIES}.",
        ),
        InputField(
            path=("input", "retry_interval"), label="Seconds between retries", type="integer",
            takes_formula=False, bounds=(0, LONGEST_INTERVAL),
            hint="Nobody waits for them here: a retry comes at once.",
        ),
    ),
    "stop": (
        InputField(
            path=("input", "stop_with_error"), label="Stop as", is_fixed=True,
            options=(("false", "Successful"), ("true", "Failed")),
        ),
        InputField(path=("input", "stop_reason"), label="Reason"),
    ),
}  # fmt: skip
_OF_PLATFORM: Mapping[str, Mapping[str, Sequence[InputField]]] = {
    "logger": {
        "log_message": (
            InputField(path=("input", "message"), label="Message", required=True, lines=2),
            InputField(
                path=("input", "user_logs_enabled"),
                label="Send to the logging service",
                options=YES_NO,
                is_fixed=True,
                hint="It is in the job in any case.",
            ),
        )
    },
    "workato_list": {
        "create_list": (
            InputField(path=("input", "size"), label="List size", type="integer", required=True),
        )
    },
    "json_parser": {
        "parse_json": (
            InputField(path=("input", "document"), label="Document", required=True, lines=3),
        )
    },
}
