"""Data pills: what they point to, in its own type."""

from typing import Any

import pytest

from simulator.domain.data_pills import resolve

pytestmark = pytest.mark.requirement("CORE-3")
DATA = {"coupa": {"found": {"rows": [{"id": 7, "tags": ["a"]}], "total": "2.50", "none": None}}}


def pill(path: str) -> str:
    """A pill for a path of the step `found`."""
    return f"#{{_('data.coupa.found.{path}')}}"


@pytest.mark.parametrize(
    "value, expected",
    [
        (pill("rows"), [{"id": 7, "tags": ["a"]}]),
        (pill("rows.0.id"), 7),
        (pill("rows.0.tags.0"), "a"),
        (f"No. {pill('rows.0.id')} of {pill('total')}", "No. 7 of 2.50"),
        (pill("rows.5.id"), None),
        (pill("nothing.here"), None),
        (f"[{pill('none')}]", "[]"),
        ({"a": [pill("rows.0.id"), 1]}, {"a": [7, 1]}),
        ("no pill", "no pill"),
        (True, True),
    ],
)
def test_a_pill_becomes_what_it_points_to(value: Any, expected: Any) -> None:
    assert resolve(value, DATA) == expected
