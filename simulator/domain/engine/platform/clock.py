"""Clock by Workato: the time; waiting is a long action, which no tool may have."""

from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.tree import Action
from simulator.domain.formulas import FormulaError


def get_time(job: JobView, _action: Action, _inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Return the simulated moment: `time` (ISO 8601, UTC)."""
    return {"time": job.now().isoformat()}


def wait(_job: JobView, _action: Action, _inputs: Mapping[str, Any]) -> None:
    """Refuse to wait.

    Raises:
        FormulaError: always.
    """
    raise FormulaError(
        "Waiting is a long action, and recipes with long actions cannot be tools (Workato docs, "
        "verified user access). Remove the step."
    )


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    ("clock", "get_time"): get_time,
    ("clock", "pause"): wait,
    ("clock", "wait_for_interval"): wait,
    ("clock", "wait_until_time"): wait,
}
