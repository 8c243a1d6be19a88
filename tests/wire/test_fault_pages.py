"""The tests that the pages of faults and situations show pass as they stand there."""

import re

import pytest

from tests.requirements import ROOT

pytestmark = [pytest.mark.wire, pytest.mark.requirement("FLT-10")]

IMPORTS = "import pytest\nfrom mcp.shared.exceptions import MCPError\n\n"


def test_the_tests_shown_pass(pytester: pytest.Pytester) -> None:
    shown = [
        body
        for page in ("docs/faults.md", "docs/situations.md")
        for body in re.findall(r"(?s)```python\n(.*?)```", (ROOT / page).read_text("utf-8"))
        if body.startswith("def test_")
    ]
    assert len(shown) == 4
    pytester.makepyfile(IMPORTS + "\n\n".join(shown))
    pytester.makeini("[pytest]\nsimulator_strict_faults = true\n")

    pytester.runpytest_subprocess("-p", "no:randomly").assert_outcomes(passed=4)
