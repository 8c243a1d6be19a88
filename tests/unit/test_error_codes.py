"""Every error code is documented, and every documented one exists."""

import re

import pytest

from simulator.mcp.codes import Code
from tests.requirements import ROOT


@pytest.mark.requirement("MCP-104")
def test_the_documented_codes_are_the_ones_there_are() -> None:
    page = (ROOT / "docs" / "error-codes.md").read_text(encoding="utf-8")

    assert re.findall(r"^\| `(\w+)` \|", page, re.MULTILINE) == list(Code)
