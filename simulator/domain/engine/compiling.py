"""Compile a recipe's code into a tree of blocks; this is done once for each version of a recipe."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from simulator.connectors import CONNECTORS
from simulator.connectors.inputs import list_inputs
from simulator.domain.engine import custom_action, platform
from simulator.domain.engine.block_code import BlockCode, children
from simulator.domain.engine.conditions import Condition, compile_condition
from simulator.domain.engine.errors import RecipeInvalid
from simulator.domain.engine.limits import (
    BATCH_SIZE,
    DEEPEST_BLOCKS,
    LONGEST_INTERVAL,
    MOST_RETRIES,
    MOST_STEPS,
    MOST_TURNS,
)
from simulator.domain.engine.schemas import (
    Fields,
    compile_cast,
    list_required,
    list_single_items,
    read_fields,
    read_input_schema,
)
from simulator.domain.engine.steps import CUSTOM_ACTION, GENIE, RECIPE_FUNCTION, SKILL, Step
from simulator.domain.engine.stubs import Stub, find_stub
from simulator.domain.engine.tree import (
    Action,
    Block,
    Body,
    Branch,
    Choice,
    ForEach,
    Handler,
    Monitor,
    Program,
    Repeat,
    Response,
    Stop,
    get_mapping,
)
from simulator.domain.formulas import FormulaError, compile_field

#: Keywords of blocks that belong to the IF or Monitor before them.
_FOLLOWERS = ("elsif", "else", "catch")


def compile_recipe(
    code: BlockCode, config: Sequence[BlockCode], stubs: Sequence[Stub] = ()
) -> Program:
    """Compile a recipe.

    Args:
        code: the JSON of the trigger's block, with the steps in its `block`.
        config: one entry for each app: `{provider, account_id, personalization}`.
        stubs: the recipe's stubs: `{step, output}` or `{step, table}` each.

    Raises:
        RecipeInvalid: a block is invalid, or there are too many blocks.
    """
    return _Compiler(config, stubs).compile(code)


def list_steps(code: BlockCode, config: Sequence[BlockCode]) -> list[Step]:
    """Return the steps of a recipe in order, the trigger first, also of a recipe that is invalid.

    Args:
        code: see `compile_recipe`.
        config: see `compile_recipe`.

    Raises:
        RecipeInvalid: there are too many steps, or they are nested too deep.
    """
    reader = _StepReader(config)
    return list(_iter_steps(reader, code, 0, skipped=False))


def _iter_steps(
    reader: "_StepReader", written: BlockCode, depth: int, *, skipped: bool
) -> Iterator[Step]:
    step = reader.read(written, depth, skipped=skipped)
    yield step
    inner = depth if step.is_trigger else depth + 1
    is_followed = step.keyword in ("if", "try")
    for block in children(written):
        beside = is_followed and block.get("keyword") in _FOLLOWERS
        yield from _iter_steps(reader, block, depth if beside else inner, skipped=step.is_skipped)


class _StepReader:
    """Turns blocks into steps; a block without a number gets its position as its number."""

    def __init__(self, config: Sequence[BlockCode]) -> None:
        self._entries = {str(entry.get("provider")): entry for entry in reversed(config)}
        self._count = 0

    def read(self, written: BlockCode, depth: int, *, skipped: bool) -> Step:
        """Return the step of a block; `skipped` tells whether a block around it is skipped.

        Raises:
            RecipeInvalid: there are too many steps, or this one is nested too deep.
        """
        if depth > DEEPEST_BLOCKS:
            raise RecipeInvalid(f"Blocks of a recipe nest {DEEPEST_BLOCKS} levels at most.")
        if self._count > MOST_STEPS:
            raise RecipeInvalid(f"A recipe has {MOST_STEPS} steps at most (Recipe limits).")
        keyword = str(written.get("keyword") or ("trigger" if self._count == 0 else "action"))
        number = written.get("number")
        provider = str(written.get("provider") or "") if keyword in ("trigger", "action") else ""
        connector = CONNECTORS.get(provider) if keyword == "action" else None
        entry = get_mapping(self._entries.get(provider)) if connector else {}
        account = entry.get("account_id")
        step = Step(
            number=number if type(number) is int else self._count,
            keyword=keyword,
            provider=provider,
            name=str(written.get("name") or ""),
            alias=str(written.get("as") or ""),
            uuid=str(written.get("uuid") or ""),
            depth=depth,
            inputs=get_mapping(written.get("input")),
            comment=str(written.get("comment") or ""),
            is_skipped=skipped or written.get("skip") in (True, "true"),
            connector=connector,
            connection_id=account if type(account) is int else None,
            acts_as_end_user=entry.get("personalization") is True,
        )
        self._count += 1
        return step


class _Compiler:
    def __init__(self, config: Sequence[BlockCode], stubs: Sequence[Stub]) -> None:
        self._reader = _StepReader(config)
        self._stubs = stubs
        self._steps: list[Step] = []
        self._skipping = False
        self._compilers: dict[str, Callable[[BlockCode, Step], Block]] = {
            "action": self._action,
            "foreach": self._foreach,
            "repeat": self._repeat,
            "stop": lambda _, step: Stop(step, compile_field(step.inputs)),
        }

    def compile(self, code: BlockCode) -> Program:
        trigger = self._read(code, 0)
        if trigger.keyword != "trigger":
            raise RecipeInvalid("The first block of a recipe's code must be its trigger.")
        body = self._body(children(code), 0)
        filtered = get_mapping(code.get("filter"))
        parameters, result = get_schemas(trigger)
        return Program(
            steps=tuple(self._steps),
            body=body,
            filter=self._condition(trigger, filtered) if filtered else None,
            parameters=compile_cast(read_fields(parameters)),
            headers=tuple(str(each["name"]) for each in get_headers(trigger)),
            result=compile_cast(read_fields(result), drops_others=True),
            required=list_required(read_fields(result)),
            responses=tuple(_responses(trigger)),
            total=sum(not step.is_skipped for step in self._steps),
        )

    def _read(self, written: BlockCode, depth: int) -> Step:
        step = self._reader.read(written, depth, skipped=self._skipping)
        self._steps.append(step)
        return step

    def _body(self, blocks: Sequence[BlockCode], depth: int) -> Body:
        """Compile blocks in order; ELSE IF, ELSE and On error may be siblings of their block."""
        compiled: list[Block] = []
        place = 0
        while place < len(blocks):
            written = blocks[place]
            place += 1
            followers = []
            while place < len(blocks) and blocks[place].get("keyword") in _FOLLOWERS:
                followers.append(blocks[place])
                place += 1
            block = self._block(written, followers, depth)
            if block is not None:
                compiled.append(block)
        return tuple(compiled)

    def _block(self, written: BlockCode, followers: list[BlockCode], depth: int) -> Block | None:
        """Compile a block and its children; None if it is skipped."""
        step = self._read(written, depth)
        outside, self._skipping = self._skipping, step.is_skipped
        block = self._compile_block(written, step, followers)
        self._skipping = outside
        return None if step.is_skipped else block

    def _compile_block(self, written: BlockCode, step: Step, followers: list[BlockCode]) -> Block:
        if step.keyword == "if":
            return self._choice(written, step, followers)
        if step.keyword == "try":
            return self._monitor(written, step, followers)
        if step.keyword in self._compilers and not followers:
            return self._compilers[step.keyword](written, step)
        odd = followers[0].get("keyword") if followers else step.keyword
        raise RecipeInvalid(
            f"Step {step.number + 1} of the recipe is a block '{odd}', which cannot stand there."
        )

    def _action(self, written: BlockCode, step: Step) -> Block:
        stub = find_stub(self._stubs, step)
        if stub is None and step.name == CUSTOM_ACTION and step.connector is not None:
            plan = custom_action.compile_request(step.inputs, step.connector)
            return Action(step, plan.inputs, plan)
        if stub is None and step.connector is not None:
            known = step.connector.actions.get(step.name)
            declared = written.get("extended_input_schema")
            schema = read_input_schema(
                declared or (list(known.describe_inputs(step.inputs)) if known else None)
            )
            inputs = step.inputs
            if any(isinstance(each, Mapping) for each in inputs.values()):
                inputs = list_single_items(list_inputs(step.connector, step.name, inputs), inputs)
            return Action(step, compile_field(inputs), details=schema)
        prepare = None if stub else platform.PREPARED.get((step.provider, step.name))
        return Action(
            step, compile_field(step.fields), details=prepare and prepare(written), stub=stub
        )

    def _choice(self, written: BlockCode, step: Step, followers: list[BlockCode]) -> Choice:
        inside = children(written)
        own = [block for block in inside if block.get("keyword") not in ("elsif", "else")]
        others = [block for block in inside if block.get("keyword") in ("elsif", "else")]
        branches = [Branch(step, self._condition(step), self._body(own, step.depth + 1))]
        for block in [*others, *followers]:
            other = self._read(block, step.depth)
            if other.keyword not in ("elsif", "else"):
                raise RecipeInvalid(f"Step {other.number + 1}: On error belongs to a monitor.")
            condition = self._condition(other) if other.keyword == "elsif" else None
            body = self._body(children(block), step.depth + 1)
            if not other.is_skipped:
                branches.append(Branch(other, condition, body))
        return Choice(tuple(branches))

    def _monitor(self, written: BlockCode, step: Step, followers: list[BlockCode]) -> Monitor:
        inside = children(written)
        own = [block for block in inside if block.get("keyword") != "catch"]
        handlers = [block for block in inside if block.get("keyword") == "catch"]
        body = self._body(own, step.depth + 1)
        handler = None
        for block in [*handlers, *followers]:
            caught = self._read(block, step.depth)
            if caught.keyword != "catch" or handler is not None:
                raise RecipeInvalid(
                    f"Step {step.number + 1}: a monitor has one On error block, and no ELSE."
                )
            handler = Handler(
                caught,
                _whole(caught.inputs.get("max_retry_count"), 0, MOST_RETRIES),
                _whole(caught.inputs.get("retry_interval"), 0, LONGEST_INTERVAL),
                self._body(children(block), step.depth + 1),
            )
        return Monitor(step, body, handler if handler and not handler.step.is_skipped else None)

    def _foreach(self, written: BlockCode, step: Step) -> ForEach:
        before = len(self._steps)
        body = self._body(children(written), step.depth + 1)
        inside = self._steps[before:]
        clears = written.get("clear_scope") in (True, "true")
        batch = None
        if written.get("repeat_mode") == "batch":
            batch = _whole(written.get("batch_size"), BATCH_SIZE, MOST_TURNS) or BATCH_SIZE
        return ForEach(
            step,
            compile_field(written.get("source"), "source"),
            batch,
            tuple((one.provider, one.alias) for one in inside) if clears else (),
            body,
        )

    def _repeat(self, written: BlockCode, step: Step) -> Repeat:
        inside = children(written)
        conditions = [block for block in inside if block.get("keyword") == "while_condition"]
        if len(conditions) != 1:
            raise RecipeInvalid(
                f"Step {step.number + 1}: Repeat while needs one condition (`while_condition`) in "
                f"its block, and has {len(conditions)}."
            )
        own = [block for block in inside if block is not conditions[0]]
        first = inside[0] is conditions[0]
        condition_step = self._read(conditions[0], step.depth + 1) if first else None
        body = self._body(own, step.depth + 1)
        condition_step = condition_step or self._read(conditions[0], step.depth + 1)
        return Repeat(step, body, condition_step, self._condition(condition_step))

    def _condition(self, step: Step, written: BlockCode | None = None) -> Condition:
        try:
            return compile_condition(step.inputs if written is None else written)
        except FormulaError as error:
            raise RecipeInvalid(f"Step {step.number + 1} ({step.title}): {error}") from None


def get_schemas(trigger: Step) -> tuple[Any, Any]:
    """Return the schemas of the recipe's parameters and of its result, as JSON text.

    Args:
        trigger: the recipe's trigger.
    """
    inputs = trigger.inputs
    if trigger.provider in (RECIPE_FUNCTION, SKILL, GENIE):
        return inputs.get("parameters_schema_json"), inputs.get("result_schema_json")
    return get_mapping(inputs.get("request")).get("schema"), None


def get_headers(trigger: Step) -> Fields:
    """Return the request headers that an API recipe declares, as fields.

    Args:
        trigger: the trigger of a recipe.
    """
    return read_fields(get_mapping(trigger.inputs.get("request")).get("headers"))


def _responses(trigger: Step) -> Iterator[Response]:
    declared = get_mapping(trigger.inputs.get("response")).get("responses")
    for number, one in enumerate(declared if isinstance(declared, list) else [], 1):
        if isinstance(one, Mapping):
            yield Response(
                name=str(one.get("name") or f"Response {number}"),
                status=_whole(one.get("http_status_code"), 200, 599),
                cast=compile_cast(read_fields(one.get("body_schema")), drops_others=True),
            )


def _whole(value: Any, otherwise: int, most: int) -> int:
    """Return a whole number, at most `most`, given as number or text; else `otherwise`."""
    text = str(value).strip()
    return min(int(text), most) if text.isdigit() and len(text) < 9 else otherwise
