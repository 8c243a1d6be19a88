"""Conditions: every operand, as documented."""

from datetime import UTC, datetime
from typing import Any

import pytest

from simulator.domain.engine.conditions import OPERANDS, compile_condition
from simulator.domain.formulas import FormulaError, Scope

pytestmark = pytest.mark.requirement("REC-103")
SCOPE = Scope({}, now=lambda: datetime(2026, 1, 1, tzinfo=UTC), octets=bytes)

CASES: list[tuple[Any, str, Any, bool]] = [
    ("UI bug", "contains", "bug", True),
    ("UI BUG", "contains", "bug", False),
    ("", "contains", "bug", False),
    (None, "contains", "bug", False),
    (12345, "contains", "123", False),
    ([1, 2, 3], "contains", 1, True),
    ([1, 2, 3], "contains", [1, 3], False),
    (["abc", "pqr"], "contains", "abc", True),
    ("UI bug", "not_contains", "bug", False),
    (None, "not_contains", "bug", True),
    ("Acme", "starts_with", "Ac", True),
    ("Acme", "starts_with", "ac", False),
    ("Acme", "not_starts_with", "ac", True),
    (1042, "starts_with", "10", True),
    (None, "starts_with", "a", False),
    ("Acme", "ends_with", "me", True),
    ("Acme", "not_ends_with", "me", False),
    ("open", "equals_to", "open", True),
    ("open", "equals_to", "Open", False),
    (5, "equals_to", "5.0", True),
    ("5", "equals_to", "5.0", False),
    (False, "equals_to", "false", True),
    (True, "equals_to", "false", False),
    (None, "equals_to", "", True),
    (["a"], "equals_to", ["a"], True),
    ("open", "not_equals_to", "closed", True),
    (10, "greater_than", "9", True),
    ("10", "greater_than", "9", True),
    ("b", "greater_than", "a", True),
    ("B", "greater_than", "a", False),
    ("2026-02-01", "greater_than", "2026-01-31T23:00:00Z", True),
    (2, "less_than", "10", True),
    (10, "less_than", "10", False),
    (True, "is_true", "", True),
    ("true", "is_true", "", True),
    (1, "is_true", "", False),
    (None, "is_not_true", "", True),
    (False, "is_not_true", "", True),
    ("x", "present", "", True),
    (" ", "present", "", False),
    (None, "present", "", False),
    ([], "present", "", False),
    (0, "present", "", True),
    (False, "present", "", True),
    ("", "blank", "", True),
    ({}, "blank", "", True),
    ("x", "blank", "", False),
]


@pytest.mark.parametrize(
    "left, operand, right, outcome", CASES, ids=[f"{left!r} {op} {r!r}" for left, op, r, _ in CASES]
)
def test_an_operand_is_as_documented(left: Any, operand: str, right: Any, outcome: bool) -> None:
    assert OPERANDS[operand](left, right) is outcome


def test_every_operand_has_a_case() -> None:
    assert {operand for _, operand, _, _ in CASES} == set(OPERANDS)


@pytest.mark.parametrize("operand", ["greater_than", "less_than"])
@pytest.mark.parametrize(
    "left, right", [(None, "1"), ("1", None), ([1], "1")], ids=["left", "right", "list"]
)
def test_what_has_no_order_cannot_be_compared(operand: str, left: Any, right: Any) -> None:
    with pytest.raises(FormulaError, match="compare values, and one is"):
        OPERANDS[operand](left, right)


@pytest.mark.parametrize(
    "joined, sides, outcome",
    [
        ("and", ("a", "a"), True),
        ("and", ("a", "b"), False),
        ("or", ("b", "a"), True),
        ("or", ("b", "b"), False),
    ],
)
def test_comparisons_are_joined(joined: str, sides: tuple[str, str], outcome: bool) -> None:
    comparisons = [{"operand": "equals_to", "lhs": side, "rhs": "a"} for side in sides]
    condition = compile_condition({"operand": joined, "conditions": comparisons})

    assert condition.holds(SCOPE) is outcome


def test_a_comparison_is_read_no_further_than_needed() -> None:
    comparisons = [
        {"operand": "equals_to", "lhs": "a", "rhs": "a"},
        {"operand": "greater_than", "lhs": "=nil", "rhs": "1"},
    ]

    assert compile_condition({"operand": "or", "conditions": comparisons}).holds(SCOPE)


@pytest.mark.parametrize(
    "written, sentence",
    [
        ({}, "has no comparison"),
        ({"conditions": ["a"]}, "must be an object"),
        ({"conditions": [{"operand": "equals", "lhs": "a"}]}, "no operand 'equals'. There are:"),
        (
            {"operand": "xor", "conditions": [{"operand": "blank", "lhs": ""}]},
            "by 'and' or 'or', not by 'xor'",
        ),
    ],
)
def test_a_condition_that_cannot_be_read_is_refused(written: Any, sentence: str) -> None:
    with pytest.raises(FormulaError, match=sentence):
        compile_condition(written)
