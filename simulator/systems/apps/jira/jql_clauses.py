"""A clause of JQL, and what can be wrong with one, in the words of Jira."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.validation.parsing import parse_whole_number


class JqlError(ValueError):
    """The query cannot be understood; the message is for whoever wrote it."""


@dataclass(frozen=True)
class Operand:
    """What stands behind an operator.

    Attributes:
        kind: `value`, `function` or `empty`.
        text: the value, or the function's name.
        arguments: the arguments of the function.
    """

    kind: str
    text: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True)
class Clause:
    """`field operator operands`; several operands with `in` and `not in` alone."""

    field: str
    operator: str
    operands: tuple[Operand, ...]

    @property
    def is_negative(self) -> bool:
        """Whether it finds those that do not fit."""
        return self.operator in ("!=", "!~", "not in", "is not")


def find_name(clause: Clause, one: Operand, known: Mapping[str, str]) -> str:
    """Return the name that an operand has, or whose id it is."""
    if one.kind == "function":
        raise no_function(clause, one)
    for name, number in known.items():
        if one.text.lower() == name.lower() or parse_whole_number(one.text) == int(number):
            return name
    raise no_value(clause, one)


def check_operator(clause: Clause, *operators: str) -> None:
    """Check that a field has the clause's operator; `is` and `is not` go with EMPTY alone."""
    if clause.operator not in operators:
        raise JqlError(
            f"The operator '{clause.operator}' is not supported by the '{clause.field}' field."
        )
    if clause.operator in ("is", "is not") and clause.operands[0].kind != "empty":
        raise only_empty(clause)


def no_field(field: str) -> JqlError:
    """There is no such field."""
    return JqlError(f"Field '{field}' does not exist or you do not have permission to view it.")


def no_value(clause: Clause, one: Operand) -> JqlError:
    """The field has no such value."""
    return JqlError(f"The value '{one.text}' does not exist for the field '{clause.field}'.")


def no_function(clause: Clause, one: Operand) -> JqlError:
    """There is no such function."""
    return JqlError(
        f"Unable to find JQL function '{one.text}({', '.join(one.arguments)})' for the field "
        f"'{clause.field}'."
    )


def only_empty(clause: Clause) -> JqlError:
    """`is` and `is not` go with EMPTY alone."""
    return JqlError(
        f"The operator '{clause.operator}' takes EMPTY or NULL alone for the field "
        f"'{clause.field}'."
    )
