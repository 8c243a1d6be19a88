"""Logger: a message in the job."""

from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.tree import Action
from simulator.domain.formulas.values import render_text


def log_message(_job: JobView, _action: Action, inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Keep a message in the job's details: `message`."""
    return {"message": render_text(inputs.get("message"))}


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    ("logger", "log_message"): log_message,
    ("utility", "log_message"): log_message,
}
