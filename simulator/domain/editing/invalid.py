"""Unknown operands of conditions, as Workato's code errors name them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.engine.conditions import OPERANDS
from simulator.domain.engine.tree import get_mapping


@dataclass(frozen=True, kw_only=True)
class InvalidOperand:
    """An unknown operand of a condition.

    Attributes:
        number: the number of the step, as the editor shows it.
        place: the place of the comparison in its condition, from 0.
        operand: the operand as it was written.
    """

    number: int
    place: int
    operand: Any


def list_invalid_operands(code: Mapping[str, Any]) -> Iterator[InvalidOperand]:
    """Yield the unknown operands in a recipe's conditions, in order.

    Args:
        code: the code of the recipe: the trigger's block.
    """
    for number, block in enumerate(iter_blocks(code), 1):
        comparisons = get_mapping(block.get("input")).get("conditions")
        if block.get("keyword") == "action" or not isinstance(comparisons, list):
            continue
        for place, comparison in enumerate(comparisons):
            operand = get_mapping(comparison).get("operand")
            if str(operand) not in OPERANDS:
                yield InvalidOperand(number=number, place=place, operand=operand)
