"""API recipes: return one of the responses that the trigger declares."""

from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.outcome import Result
from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.steps import API_PLATFORM
from simulator.domain.engine.tree import Action
from simulator.domain.formulas import FormulaError
from simulator.domain.formulas.values import render_text
from simulator.errors import list_choices


def return_response(job: JobView, _action: Action, inputs: Mapping[str, Any]) -> Result:
    """End the job with a response.

    `http_status_code` is the name or the code of a declared response; of several with the same
    code, the first.
    """
    chosen = render_text(inputs.get("http_status_code")) or "200"
    body = inputs.get("response")
    for response in job.program.responses:
        if chosen in (response.name, str(response.status)):
            return Result(value=response.cast(body), status=response.status)
    if chosen.isdigit() and 100 <= int(chosen) <= 599:
        return Result(value=body, status=int(chosen))
    names = list_choices(response.name for response in job.program.responses)
    raise FormulaError(f"The recipe declares no response '{chosen}'. {names}")


ACTIONS: Mapping[tuple[str, str], ActionHandler] = {
    (API_PLATFORM, "return_response"): return_response,
}
