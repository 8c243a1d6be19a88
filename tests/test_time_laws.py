"""The laws of moments: what is newer is told by a sequence, what is over by one function."""

import ast
import re
from collections.abc import Iterator

import pytest

from tests.test_architecture import CLOCK, modules, shown
from tests.tools.suite import parse

_ORDERS = (ast.Lt, ast.Gt, ast.LtE, ast.GtE)
_MOMENT = re.compile(r"\b(now|until|expires|deadline|too_late|\w+_(at|until))\b")
#: What may be compared all the same, and why.
_FINE = {
    "stopwatch() - snapshot.made_at < CACHE_TTL_SECONDS": "real time",
    "stopwatch() > deadline": "real time",
    "abs(now - before) >= _USE_PRECISION": "how often a moment is written down anew",
    "timedelta(seconds=outcome.advance_clock_by) LATEST - self._clock.now()": "as far as time goes",
    "now < opened_at": "a window that opens in the future is none; nothing expires here",
    "self.add(step, began, **details) > self._host.deadline": "a call may last as long as allowed",
    "host.now() > host.deadline": "a call may last as long as allowed",
    "CalendarEvent.begins_at CalendarEvent.id": "events in the order in which they take place",
    "JiraIssue.updated_at.desc() JiraIssue.id": "what a person sees first, as Jira lists it",
    "Recipe.updated_at > criteria.updated_after": "a filter by time, as Workato has it",
    "Connection.updated_at > updated_after": "a filter by time, as Workato has it",
    "timedelta(seconds=outcome.advance_clock_by) LATEST - self._world.clock.now()": (
        "the calendar ends there; nothing expires by it"
    ),
}


def _compared(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Where moments are compared with `<`, `>` or `max`, or rows are ordered by one."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Compare) and any(isinstance(each, _ORDERS) for each in node.ops):
            text = ast.unparse(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            text = _args(node) if node.func.attr == "order_by" else ""
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("max", "min", "sorted"):
            text = _args(node)
        else:
            continue
        if _MOMENT.search(text) and text not in _FINE and ".total_seconds()" not in text:
            yield node.lineno, text


def _args(call: ast.Call) -> str:
    return " ".join(ast.unparse(each) for each in (*call.args, *call.keywords))


@pytest.mark.requirement("CORE-11", "CORE-12")
def test_moments_are_compared_in_one_place() -> None:
    strays = [
        f"{shown(path)}:{line}: {what}"
        for path in modules("simulator")
        if path != CLOCK
        for line, what in _compared(parse(path))
    ]

    assert not strays, "has_expired() of simulator.clock; a sequence for what is newer"


@pytest.mark.requirement("CORE-11", "CORE-12")
@pytest.mark.parametrize(
    "stray",
    [
        "row.expires_at > world.clock.now()",
        "clock.now() <= since + LENGTH",
        "opened_at <= now < end",
        "select(Key).order_by(Key.provider, Key.created_at.desc())",
        "max(rows, key=lambda row: row.issued_at)",
        "first.updated_at < second.updated_at",
        "delete(Row).where(Row.locked_until < moment)",
    ],
)
def test_a_stray_comparison_is_noticed(stray: str) -> None:
    assert list(_compared(ast.parse(stray)))
