"""What a step of the editor's list is about, in a line: its condition, its list, what it calls."""

from collections.abc import Iterator, Mapping
from typing import Any

from simulator.db.tables import Recipe
from simulator.domain.editing.fields import UNARY
from simulator.domain.editing.operations import to_text
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.engine.steps import RECIPE_FUNCTION
from simulator.domain.engine.tree import get_mapping
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

_CONDITIONAL = ("if", "elsif", "while_condition")


def list_lines(recipe: Recipe) -> list[list[str]]:
    """Return for each step the texts that its line is made of; they may have data pills.

    Args:
        recipe: the recipe whose steps can be read.
    """
    blocks = list(iter_blocks(recipe.code))
    lists = {
        f"{each.get('uuid')}:{each.get('as')}": to_text(get_mapping(each.get("input")).get("name"))
        for each in blocks
        if each.get("name") == "declare_list"
    }
    return [[text for text in _iter_texts(each, recipe, lists) if text] for each in blocks]


def _iter_texts(
    block: Mapping[str, Any], recipe: Recipe, lists: Mapping[str, str]
) -> Iterator[str]:
    inputs, keyword = get_mapping(block.get("input")), block.get("keyword")
    if keyword in _CONDITIONAL:
        yield from _iter_condition(inputs)
    elif keyword == "foreach":
        yield to_text(block.get("source"))
    elif keyword == "stop":
        yield to_text(inputs.get("stop_reason"))
    elif block.get("provider") == RECIPE_FUNCTION and "flow_id" in inputs:
        yield _name_recipe(recipe, inputs["flow_id"])
    elif block.get("provider") == "workato_variable":
        reference = to_text(inputs.get("name"))
        yield lists.get(reference, reference.rpartition(":")[2])


def _iter_condition(inputs: Mapping[str, Any]) -> Iterator[str]:
    conditions = inputs.get("conditions")
    for place, each in enumerate(conditions if isinstance(conditions, list) else ()):
        one = get_mapping(each)
        if not one.get("lhs"):
            continue
        if place:
            yield str(inputs.get("operand") or "and")
        yield to_text(one["lhs"])
        yield str(one.get("operand")).replace("_", " ")
        if one.get("operand") not in UNARY:
            yield to_text(one.get("rhs"))


def _name_recipe(recipe: Recipe, target: Any) -> str:
    number = parse_whole_number(str(target))
    found = None if number is None else current_world().db.session.get(Recipe, number)
    if found is not None and found.workspace_id == recipe.workspace_id:
        return found.name
    return to_text(get_mapping(target).get("name"))
