"""Every error code is documented as it is sent, and every documented one exists."""

import re

import pytest

from simulator.systems.mcp.codes import IN_RESULTS, Code
from simulator.systems.mcp.errors import ERRORS
from tests.tools.requirements import ROOT

ROW = re.compile(
    r"^\| `(\w+)` \| (?P<result>tool result)?(?:; or )?"
    r"(?:HTTP (?P<status>\d+), JSON-RPC error (?P<number>-\d+))?",
    re.MULTILINE,
)


def rows() -> list[re.Match[str]]:
    """The rows of the table."""
    return list(ROW.finditer((ROOT / "docs" / "error-codes.md").read_text(encoding="utf-8")))


@pytest.mark.requirement("MCP-104")
def test_the_documented_codes_are_the_ones_there_are() -> None:
    assert [row[1] for row in rows()] == list(Code)


@pytest.mark.requirement("MCP-104")
def test_each_code_is_documented_with_its_number_and_status() -> None:
    documented = {
        row[1]: (int(row["number"]), int(row["status"])) for row in rows() if row["number"]
    }

    assert documented == ERRORS
    assert [row[1] for row in rows() if row["result"]] == list(IN_RESULTS)
    assert set(ERRORS) | set(IN_RESULTS) == set(Code)
