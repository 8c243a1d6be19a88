"""Code snippets by Workato: Python, JavaScript and Ruby, where the simulator may run them."""

from collections.abc import Mapping
from typing import Any

from simulator.domain.engine.platform.job import ActionHandler, JobView
from simulator.domain.engine.schemas import Caster, compile_cast, read_fields
from simulator.domain.engine.steps import CODE_ACTIONS
from simulator.domain.engine.tree import Action, get_mapping
from simulator.domain.formulas.values import render_text


def _prepare(written: Mapping[str, Any]) -> tuple[Caster, Caster]:
    """Compile what makes values of the input, and of the output, those of their schemas."""
    inputs = get_mapping(written.get("input"))
    given = read_fields(get_mapping(inputs.get("code_input")).get("schema"))
    return compile_cast(given), compile_cast(read_fields(inputs.get("code_output_schema_json")))


def run(job: JobView, action: Action, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Run the code: `output`. Only with `--allow-code`; else it needs a stub."""
    given, returned = action.details
    data = get_mapping(get_mapping(inputs.get("code_input")).get("data"))
    code = render_text(action.step.inputs.get("code"))
    return {"output": returned(job.run_code(action.step, code, given(data)))}


ACTIONS: Mapping[tuple[str, str], ActionHandler] = dict.fromkeys(CODE_ACTIONS, run)
PREPARED = dict.fromkeys(CODE_ACTIONS, _prepare)
