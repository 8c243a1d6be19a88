"""Data pills and formulas of recipes: what a step's fields are when it runs.

`compile_field(value)` reads a field, or a whole input, once; `field.evaluate(scope)` calculates it
for a job, as often as is needed.
"""

from simulator.domain.formulas.errors import FormulaError
from simulator.domain.formulas.fields import (
    Field,
    compile_field,
    iter_pills,
    list_problems,
)
from simulator.domain.formulas.pills import CurrentItem, Join, ListKey, Pill, Size
from simulator.domain.formulas.scope import Scope
from simulator.domain.formulas.values import SKIP

__all__ = [
    "SKIP",
    "CurrentItem",
    "Field",
    "FormulaError",
    "Join",
    "ListKey",
    "Pill",
    "Scope",
    "Size",
    "compile_field",
    "iter_pills",
    "list_problems",
]
