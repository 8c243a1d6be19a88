"""Data pills as the editor shows them."""

import pytest

from simulator.systems.aihub.pills import InputPart, pieces
from tests.unit.engine.recipes import pill

pytestmark = pytest.mark.requirement("HUB-10")
NUMBERS = {"found": 2}
ITEM, SIZE = {"path_element_type": "current_item"}, {"path_element_type": "size"}
PROPERTY = '{"pill_type":"account_property","property_name":"region"}'
JOB = '{"pill_type":"job_context","path":["job_id"]}'


@pytest.mark.parametrize(
    "written, shown",
    [
        ("#{_('data.coupa.found.rows')}", "Step 2 · rows"),
        (pill("coupa", "found", "rows", ITEM, "id"), "Step 2 · rows.id"),
        (pill("coupa", "found", "rows", SIZE), "Step 2 · rows.size"),
        (pill("coupa", "gone"), "gone"),
        (f"#{{_dp('{PROPERTY}')}}", "Property · region"),
        (f"#{{_dp('{JOB}')}}", "Job · job_id"),
    ],
    ids=["older", "item", "size", "unknown step", "property", "job"],
)
def test_a_pill_is_a_chip(written: str, shown: str) -> None:
    assert pieces(f"a {written}", NUMBERS) == [
        InputPart("a ", pill=False),
        InputPart(shown, pill=True),
    ]


def test_what_is_no_pill_is_text() -> None:
    text = "#{_dp('{}')} and #{1 + 1}"

    assert "".join(piece.text for piece in pieces(text, NUMBERS)) == text
    assert not any(piece.pill for piece in pieces(text, NUMBERS))


def test_a_pill_in_a_formula_is_a_chip_too() -> None:
    written = "=_dp('" + JOB + "').upcase"

    assert pieces(written, NUMBERS) == [
        InputPart("=", pill=False),
        InputPart("Job · job_id", pill=True),
        InputPart(".upcase", pill=False),
    ]
