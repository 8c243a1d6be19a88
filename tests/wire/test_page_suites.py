"""The suite of docs/page-suites.md runs as it stands there."""

import re

import pytest

from tests.runs import RunHere
from tests.tools.requirements import ROOT


@pytest.mark.requirement("SUITE-9")
def test_the_suite_about_pages_in_the_documents_passes(
    pytester: pytest.Pytester, run_here: RunHere
) -> None:
    text = (ROOT / "docs/page-suites.md").read_text(encoding="utf-8")
    conftest, steps = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (feature,) = re.findall(r"```cucumber\n(.*?)```", text, re.DOTALL)
    pytester.makeconftest(conftest)
    pytester.makefile(".feature", prices=feature)
    pytester.makepyfile(test_prices=steps)

    run_here().assert_outcomes(passed=1)
