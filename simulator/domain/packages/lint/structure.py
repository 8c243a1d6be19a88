"""Rules for the structure of recipes that Workato's own linter has (`workato-devs/recipe-lint`).

Here they are remarks: a recipe that breaks one may run all the same.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.domain.engine.block_code import BlockCode, children, iter_blocks
from simulator.domain.formulas import Pill, iter_pills
from simulator.domain.packages.lint.findings import Finding

_LONGEST_UUID = 36
#: Blocks whose outputs pills name by the keyword, or by nothing.
_KEYWORD_PROVIDERS = ("foreach", "repeat", "catch", "")
_RETURNING = ("return_response",)


def check(code: BlockCode, config: list[Any]) -> list[Finding]:
    """Return where a recipe breaks a rule, by the steps.

    Args:
        code: the code of the recipe: the trigger's block.
        config: the config of the recipe.
    """
    steps = [_Placed(number, block) for number, block in enumerate(iter_blocks(code))]
    found = [
        *_check_numbers(steps),
        *_check_uuids(steps),
        *_check_aliases(steps),
        *_check_followers(steps),
        *_check_config(steps, config),
        *_check_pills(code, steps),
        *_check_responses(code),
    ]
    return sorted(found, key=lambda each: each.step or 0)


@dataclass(frozen=True)
class _Placed:
    """A block, and how many are before it."""

    place: int
    block: BlockCode

    @property
    def alias(self) -> str | None:
        named = self.block.get("as")
        return named if isinstance(named, str) and named else None


def _check_numbers(steps: list[_Placed]) -> Iterator[Finding]:
    for each in steps:
        number = each.block.get("number")
        if number is not None and number != each.place:
            yield Finding(
                step=each.place + 1,
                rule="numbers in sequence",
                message=f"'number' is {number}, and the step is number {each.place}.",
            )


def _check_uuids(steps: list[_Placed]) -> Iterator[Finding]:
    counted = Counter(each.block.get("uuid") for each in steps)
    for each in steps:
        uuid = each.block.get("uuid")
        if uuid is None:
            continue
        if not isinstance(uuid, str) or len(uuid) > _LONGEST_UUID:
            message = f"'uuid' must be a text of at most {_LONGEST_UUID} characters."
            yield Finding(step=each.place + 1, rule="short uuid", message=message)
        elif counted[uuid] > 1:
            message = f"'uuid' {uuid} belongs to another step, too."
            yield Finding(step=each.place + 1, rule="unique uuid", message=message)


def _check_aliases(steps: list[_Placed]) -> Iterator[Finding]:
    seen: dict[str, int] = {}
    for each in steps:
        if each.alias is None:
            continue
        first = seen.setdefault(each.alias, each.place)
        if first != each.place:
            message = f"'as' is '{each.alias}', and so is that of step {first + 1}."
            yield Finding(step=each.place + 1, rule="unique alias", message=message)


def _check_followers(steps: list[_Placed]) -> Iterator[Finding]:
    """`catch` is the last in its `try`, `elsif` and `else` are the last in their `if`."""
    places = {id(each.block): each.place for each in steps}
    for parent in (each.block for each in steps):
        inside = [str(each.get("keyword")) for each in children(parent)]
        own = {"try": ("catch",), "if": ("elsif", "else")}.get(str(parent.get("keyword")), ())
        step = places[id(parent)] + 1
        if own == ("catch",) and inside[-1:] != ["catch"]:
            message = "a 'try' must have its 'catch' as the last block in it."
            yield Finding(step=step, rule="catch last", message=message)
        last = len(inside) - len([each for each in inside if each in own])
        if any(each in own for each in inside[:last]):
            message = f"{' and '.join(own)} must come after everything else in the block."
            yield Finding(step=step, rule="branches last", message=message)
        strangers = [each for each in inside if each in ("catch", "elsif", "else")]
        if not own and strangers:
            message = f"'{strangers[0]}' must be in the block that it belongs to, as its last one."
            yield Finding(step=step, rule="branches inside", message=message)


def _check_config(steps: list[_Placed], config: list[Any]) -> Iterator[Finding]:
    there = {entry.get("provider") for entry in config if isinstance(entry, Mapping)}
    for each in steps:
        provider = each.block.get("provider")
        if each.block.get("keyword") in ("trigger", "action") and provider not in {*there, None}:
            there.add(provider)
            message = f"'config' has no entry for {provider}."
            yield Finding(step=each.place + 1, rule="config complete", message=message)


def _check_pills(code: BlockCode, steps: list[_Placed]) -> Iterator[Finding]:
    """A pill's line exists before it is used, and its provider is that of the line."""
    places = {id(each.block): each.place for each in steps}
    known: dict[str, set[Any]] = {}
    for block, is_own_known in _in_order_of_running(code):
        if is_own_known:
            _remember(known, block)
        fields = [block.get(each) for each in ("input", "source", "filter")]
        for pill in dict.fromkeys(each for field in fields for each in iter_pills(field)):
            message = _explain(pill, known)
            if message:
                yield Finding(step=places[id(block)] + 1, rule="pills", message=message)
        _remember(known, block)


def _in_order_of_running(block: BlockCode) -> Iterator[tuple[BlockCode, bool]]:
    """Yield blocks with whether their own output is known; a loop's condition comes last in it."""
    yield block, block.get("keyword") in ("trigger", "catch")
    inside = children(block)
    conditions = [each for each in inside if each.get("keyword") == "while_condition"]
    for child in [each for each in inside if each not in conditions] + conditions:
        yield from _in_order_of_running(child)


def _remember(known: dict[str, set[Any]], block: BlockCode) -> None:
    if block.get("as"):
        known.setdefault(str(block["as"]), set()).update(
            {block.get("provider"), block.get("keyword")}
        )


def _explain(pill: Pill, known: Mapping[str, set[Any]]) -> str:
    if any(isinstance(each, int) for each in pill.path):
        return (
            f"a data pill of step '{pill.line}' has a number in its path, which Workato does not "
            'take: an item of a list is {"path_element_type": "current_item"}.'
        )
    if pill.kind != "output" or not pill.line:
        return ""
    if pill.line not in known:
        return f"a data pill is of step '{pill.line}', which is none before this one."
    providers = known[pill.line]
    if pill.provider in providers or pill.provider in _KEYWORD_PROVIDERS:
        return ""
    return f"a data pill of step '{pill.line}' says {pill.provider}, which is not its app."


def _check_responses(code: BlockCode) -> Iterator[Finding]:
    """Every path of an API recipe ends in a response; a stop without one is an empty 200."""
    if code.get("provider") != "workato_api_platform" or code.get("name") != "receive_request":
        return
    if not _always_ends(children(code)):
        message = "not every path ends in Return response."
        yield Finding(step=None, rule="every path responds", message=message)


def _always_ends(blocks: Iterable[BlockCode]) -> bool:
    return any(_ends(each) for each in blocks)


def _ends(block: BlockCode) -> bool:
    """Return whether nothing comes after a block, whichever way it is gone through."""
    if block.get("skip") in (True, "true"):
        return False
    keyword, inside = block.get("keyword"), children(block)
    if keyword == "action":
        return block.get("name") in _RETURNING
    if keyword == "stop":
        return True
    if keyword == "if":
        own = [each for each in inside if each.get("keyword") not in ("elsif", "else")]
        others = [each for each in inside if each.get("keyword") in ("elsif", "else")]
        has_else = any(each.get("keyword") == "else" for each in others)
        branches = [own, *(children(each) for each in others)]
        return has_else and all(_always_ends(each) for each in branches)
    if keyword == "try":
        own = [each for each in inside if each.get("keyword") != "catch"]
        handlers = [each for each in inside if each.get("keyword") == "catch"]
        return _always_ends(own) and all(_always_ends(children(each)) for each in handlers)
    return False
