"""The snippets of docs/async-suites.md hold, in a suite of somebody else."""

import re

import pytest

from tests.tools.requirements import ROOT

pytestmark = [
    pytest.mark.long,
    pytest.mark.wire,
    pytest.mark.slow,
    pytest.mark.requirement("HARN-24"),
]

PAGE = (ROOT / "docs/async-suites.md").read_text(encoding="utf-8")


def test_every_snippet_passes(pytester: pytest.Pytester) -> None:
    """Those of pytest-asyncio with anyio's plugin, as that is what comes along."""
    shown = "\n\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL))
    pytester.makepyfile(shown.replace("pytest.mark.asyncio", "pytest.mark.anyio"))

    result = pytester.runpytest_subprocess("-p", "no:playwright")

    result.assert_outcomes(passed=6)
