"""A field's text and formula mode: what each becomes in the other."""

import pytest

from simulator.domain.editing.modes import to_formula, to_text
from simulator.domain.formulas import list_problems

pytestmark = pytest.mark.requirement("EDIT-8")
PILL = """_dp('{"pill_type":"output","provider":"catch","line":"a","path":["message"]}')"""
IN_TEXT = f"#{{{PILL}}}"


@pytest.mark.parametrize(
    "text,formula",
    [
        (IN_TEXT, f"={PILL}"),
        (f"Hi {IN_TEXT}!", f'="Hi " + {PILL} + "!"'),
        (f'{IN_TEXT} and "q" \\ #x', f'={PILL} + " and \\"q\\" \\\\ #x"'),
        (f"a\nb {IN_TEXT}{IN_TEXT}", f'="a\nb " + {PILL} + {PILL}'),
        ("1 + 2", "=1 + 2"),
    ],
)
def test_text_becomes_a_formula_and_comes_back(text: str, formula: str) -> None:
    assert to_formula(text) == formula
    assert list_problems(formula) == []
    assert to_text(formula) == text


@pytest.mark.parametrize("typed", [f'"{IN_TEXT} y"', f"{PILL}.upcase", "null"])
def test_what_reads_as_a_formula_stays_as_it_is(typed: str) -> None:
    assert to_formula(typed) == f"={typed}"
    assert to_formula(f"={typed}") == f"={typed}"


def test_what_calculates_stays_as_text() -> None:
    assert to_text(f"={PILL}.upcase") == f"{IN_TEXT}.upcase"
    assert to_formula("Good morning") == "=Good morning"
    assert to_formula("") == ""
