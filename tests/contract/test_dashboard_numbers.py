"""What the dashboard counts: the log of tool calls, in the database."""

import json

import pytest

from simulator.domain.token_estimates import estimate_tokens
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures


@pytest.mark.requirement("DASH-1")
def test_a_call_is_estimated_by_its_arguments_and_by_what_it_answers(mcp: Mcp) -> None:
    mcp.connect("ada")
    refused = mcp.call("List_my_requisitions", {"no_such_argument": "x" * 20})
    result = mcp.call("List_my_requisitions")

    prompted, *called = [job.estimated_tokens for job in mcp.jobs()]

    assert prompted == 1, "the prompt is no answer of the tool"
    lengths = [
        len(json.dumps(arguments)) + len(answer["content"][0]["text"])
        for arguments, answer in (({"no_such_argument": "x" * 20}, refused), ({}, result))
    ]
    assert called == [-(-length // 4) for length in lengths]


@pytest.mark.requirement("DASH-1")
@pytest.mark.parametrize(
    "arguments, text, tokens", [({}, "", 1), ({}, "12", 1), ({}, "123", 2), ({"a": "ü"}, "", 3)]
)
def test_four_characters_are_a_token(arguments: dict[str, str], text: str, tokens: int) -> None:
    assert estimate_tokens(arguments, text) == tokens
