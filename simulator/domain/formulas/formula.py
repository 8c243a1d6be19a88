"""One formula, read: what calculates it, which pills it has, what is wrong with it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.domain.formulas import functions as _all_functions  # noqa: F401  # registers them
from simulator.domain.formulas.calls import Frame, Run
from simulator.domain.formulas.errors import FormulaError
from simulator.domain.formulas.limits import LONGEST_FORMULA
from simulator.domain.formulas.parser import Parser
from simulator.domain.formulas.pills import Pill
from simulator.domain.formulas.scope import Scope
from simulator.domain.formulas.values import to_plain


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula that can be calculated again and again.

    Attributes:
        calculate: returns its value as JSON has it, or SKIP; raises FormulaError and nothing else
            of its own.
        pills: the pills that occur in it, in order.
        problems: functions that are not supported, and so on; empty if there are none.
    """

    calculate: Callable[[Scope], Any]
    pills: tuple[Pill, ...]
    problems: tuple[str, ...]


def read_formula(text: str) -> Formula:
    """Read a formula, without the `=` that it begins with.

    Raises:
        FormulaError: it is no formula, and where.
    """
    parser = Parser(text)
    run = parser.parse_whole()
    return _formula(parser, run)


def read_interpolation(text: str, begin: int) -> tuple[Formula, int]:
    """Read the formula between `#{` and `}`.

    Args:
        text: the text that it stands in.
        begin: where it begins in the text: behind the `#{`.

    Returns:
        The formula, and where the text goes on behind the `}`.

    Raises:
        FormulaError: it is no formula, and where.
    """
    parser = Parser(text[begin : begin + LONGEST_FORMULA])
    run = parser.parse_interpolated()
    return _formula(parser, run), begin + parser.position


def _formula(parser: Parser, run: Run) -> Formula:
    def calculate(scope: Scope) -> Any:
        try:
            return to_plain(run(Frame(scope)))
        except RecursionError as error:
            raise FormulaError("A value of the formula is nested too deep.") from error
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            raise FormulaError("The formula cannot be calculated with these values.") from error

    return Formula(calculate, tuple(parser.pills), tuple(parser.problems))
