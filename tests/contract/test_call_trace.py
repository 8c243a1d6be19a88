"""The way of one tool call: how long it may get, and that it reads nothing twice."""

from collections.abc import Mapping

import pytest

from tests.tools.benchmarks.call_trace import TOOLS, CallTrace, traces


@pytest.fixture(scope="module")
def traced() -> Mapping[str, CallTrace]:
    """A call of each tool of the benchmark."""
    return {trace.tool: trace for trace in traces()}


@pytest.mark.requirement("RAIL-18", "SPEED-1")
@pytest.mark.parametrize(
    "tool, modules, changes, statements",
    [("Get_procurement_policy", 51, 117, 2), ("Get_requisition", 71, 256, 5)],
)
def test_a_tool_call_goes_no_longer_way(
    request: pytest.FixtureRequest,
    traced: Mapping[str, CallTrace],
    tool: str,
    modules: int,
    changes: int,
    statements: int,
) -> None:
    """Upper bounds: lower them when the way gets shorter (`make trace ARGS=--path` shows it).

    On PostgreSQL the door asks what other processes changed (PROC-1 to PROC-3).
    """
    trace = traced[tool]
    door = 1 if request.config.getoption("--postgres") else 0

    assert len(trace.modules) <= modules + door, trace
    assert trace.changes <= changes + 4 * door, trace
    assert len(trace.statements) <= statements + door, trace


@pytest.mark.requirement("RAIL-18")
@pytest.mark.parametrize("tool", TOOLS)
def test_a_tool_call_reads_no_row_twice(traced: Mapping[str, CallTrace], tool: str) -> None:
    assert traced[tool].read_twice == []


@pytest.mark.requirement("RAIL-18")
def test_the_trace_sees_what_is_there(traced: Mapping[str, CallTrace]) -> None:
    trace = traced["Get_requisition"]

    assert {"systems/mcp/endpoint.py", "systems/apps/coupa/api.py"} <= set(trace.modules)
    assert ("coupa_requisitions", (1042,)) in trace.rows
    assert any(statement.startswith("INSERT INTO jobs") for statement in trace.statements)
