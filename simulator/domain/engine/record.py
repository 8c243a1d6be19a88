"""The record of a job's steps: input, output, error, duration; limited in size, secrets masked."""

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
    """The steps that a job has performed, in order.

    Attributes:
        entries: an object for each step: `number`, `title`, `turns` (the turn of each enclosing
            loop, counted from 1), `input` and `output` (JSON text, or None), `error`, `note`,
            `started_at` (ISO 8601) and `duration_ms`.
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
        """Add a step; once the record is full (Workato docs: 1 MB), add only a note that it is.

        Args:
            step: the step.
            started_at: the simulated time when it began.
            ended_at: the simulated time when it ended.
            turns: the turn of each enclosing loop, counted from 1.
            inputs: the evaluated input.
            output: the output.
            error: the reason of the failure.
            note: a remark, such as that a stub answered.
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


#: Matches every text that may contain a secret, so that most values need no masking. Members `code`
#: and `state` do not count: apps use these names for currencies and countries.
_MAY_BE_SECRET = re.compile(
    r"assertion|authorization|cookie|session|passw|secret|token|api.?key|eyj|://[^/\s]*@|[?&]\w+="
    r"|connections/|invitations/|%",
    re.IGNORECASE,
)


def storable(text: str) -> str:
    """Return a text without the characters that a database refuses: NUL and lone surrogates.

    Args:
        text: any text.
    """
    return well_formed(text).replace("\0", "\N{REPLACEMENT CHARACTER}")


def show(value: Any) -> str | None:
    """Return a value as JSON text for a job's details: secrets masked, long text cut.

    Args:
        value: made of JSON values and of what formulas produce, such as dates.

    Returns:
        The text; None for null and for an empty object.
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
