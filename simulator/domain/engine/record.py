"""What a job keeps of its steps: input, output, error, duration; bounded, and without secrets."""

import json
import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from simulator.domain.engine.limits import JOB_DETAILS, STEP_DETAILS
from simulator.domain.engine.steps import Step
from simulator.journal.bounded_json import well_formed
from simulator.journal.masking import masked


class JobRecord:
    """The steps that a job performed, in order.

    Attributes:
        entries: one for each: `number`, `title`, `turns` (of the loops that it is in, counted from
            1), `input`, `output` (JSON text, or None), `error`, `note`, `started_at` (ISO 8601) and
            `duration_ms`.
        tasks: how many of them count as tasks: actions that succeeded, in every turn of a loop, and
            neither triggers nor control blocks (Workato docs, recipes/tasks).
    """

    def __init__(self) -> None:
        self.entries: list[dict[str, Any]] = []
        self.tasks = 0
        self._size = 0

    def add(
        self,
        step: Step,
        started_at: datetime,
        ended_at: datetime,
        *,
        turns: Sequence[int] = (),
        inputs: Any = None,
        output: Any = None,
        error: str | None = None,
        note: str | None = None,
    ) -> None:
        """Add a step; beyond what a job keeps (Workato docs: 1 MB), nothing but that it ended.

        Args:
            step: the step.
            started_at: the simulated moment.
            ended_at: likewise.
            turns: of the loops around it.
            inputs: as evaluated.
            output: of it.
            error: why it failed.
            note: what else to know, such as that a stub answered.
        """
        if error is None and step.keyword == "action":  # TASK-1
            self.tasks += 1
        if self._size > JOB_DETAILS:
            if not self.entries[-1].get("is_last"):
                self.entries.append({"is_last": True, "note": _FULL})
            return
        shown_input, shown_output = show(inputs), show(output)
        entry = {
            "number": step.number,
            "title": step.title,
            "turns": list(turns),
            "input": shown_input,
            "output": shown_output,
            "error": error and storable(error),
            "note": note,
            "started_at": started_at.isoformat(),
            "duration_ms": round((ended_at - started_at).total_seconds() * 1000),
        }
        self._size += 200 + len(shown_input or "") + len(shown_output or "")
        self.entries.append(entry)


_FULL = f"The job's details have more than {JOB_DETAILS} characters; what follows is not kept."


#: Occurs in whatever has a secret; most values have none, and are not gone through. Members `code`
#: and `state` alone are none here: apps have currencies and countries under these names.
_MAY_BE_SECRET = re.compile(
    r"assertion|authorization|cookie|session|passw|secret|token|api.?key|eyj|://[^/\s]*@|[?&]\w+="
    r"|connections/|invitations/|%",
    re.IGNORECASE,
)


def storable(text: str) -> str:
    """Return a text with characters alone that every database takes.

    Args:
        text: of anybody.
    """
    return well_formed(text).replace("\0", "\N{REPLACEMENT CHARACTER}")


def show(value: Any) -> str | None:
    """Return a value as JSON text for a job: secrets masked, and cut where it is too long.

    Args:
        value: made of what JSON has, and of what formulas make, such as dates.

    Returns:
        None for nothing and for an empty object.
    """
    if value is None or value == {}:
        return None
    text = json.dumps(value, ensure_ascii=False, default=str)
    if not text.isascii():
        text = well_formed(text)
    if _MAY_BE_SECRET.search(text):
        text = json.dumps(masked("", value, codes=False), ensure_ascii=False, default=str)
    if len(text) > STEP_DETAILS:
        return f"{text[:STEP_DETAILS]}… (cut: {len(text)} characters in all)"
    return text
