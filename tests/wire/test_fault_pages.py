"""The tests that the pages of faults and situations show pass as they stand there."""

import re

import pytest

from tests.tools.requirements import ROOT

pytestmark = [pytest.mark.long, pytest.mark.wire, pytest.mark.requirement("FLT-10")]


def test_the_tests_shown_pass(pytester: pytest.Pytester) -> None:
    shown = [
        body
        for page in ("docs/faults.md", "docs/situations.md")
        for body in re.findall(r"(?s)```python\n(.*?)```", (ROOT / page).read_text("utf-8"))
    ]
    assert len(shown) == 4
    # A module for each, which has the imports that a reader sees and no others.
    pytester.makepyfile(**{f"test_{number}": body for number, body in enumerate(shown)})
    pytester.makeini("[pytest]\nsimulator_strict_faults = true\n")

    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=4)
