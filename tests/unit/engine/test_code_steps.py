"""Steps with code, as the engine sees them."""

import json
from typing import Any

import pytest

from simulator.domain.engine.errors import StepFailed
from simulator.domain.packages.lint import Verdict, execution
from tests.unit.engine.recipes import (
    Block,
    FakeHost,
    action,
    finish,
    numbered,
    parameter,
    recipe,
    return_result,
    start,
)

RUBY = '{ "text" => "#{input[:n]} #{_dp(1)}", "twice" => 2 }'


def code_step(code: str = RUBY, **inputs: Any) -> Block:
    schemas = {
        "code_input": {
            "schema": json.dumps([{"name": "n", "type": "integer"}]),
            "data": {"n": parameter("n")},
        },
        "code_output_schema_json": json.dumps([{"name": "inputs", "type": "object"}]),
    }
    return action(
        "workato_custom_code", "invoke_custom_ruby_code", "ruby", code=code, **{**schemas, **inputs}
    )


def recipe_with(step: Block) -> Block:
    return numbered(recipe(step, return_result(n=1)))


@pytest.mark.requirement("CODE-5")
def test_code_is_run_as_it_is_with_inputs_of_their_types() -> None:
    """What looks like a pill in Ruby is Ruby's."""
    job = start(recipe_with(code_step()), {"n": "7"}, host=FakeHost(allows_code=True))

    finish(job)

    assert job.outputs["workato_custom_code"]["ruby"] == {
        "output": {"language": "ruby", "source": RUBY, "inputs": {"n": 7}}
    }


@pytest.mark.requirement("CODE-5")
def test_without_permission_it_needs_a_stub() -> None:
    with pytest.raises(StepFailed) as failed:
        finish(start(recipe_with(code_step()), {"n": "7"}))
    stubbed = start(
        recipe_with(code_step()), {"n": "7"}, stubs=[{"step": "ruby", "output": {"output": 1}}]
    )
    finish(stubbed)

    assert "stubs: [{recipe:" in str(failed.value)
    assert str(failed.value).endswith("Or start the simulator with --allow-code.")
    assert stubbed.outputs["workato_custom_code"]["ruby"] == {"output": 1}


@pytest.mark.requirement("CODE-5")
def test_a_step_without_code_says_so() -> None:
    with pytest.raises(StepFailed, match="The step has no code"):
        finish(start(recipe_with(code_step(" ")), {"n": 1}, host=FakeHost(allows_code=True)))


@pytest.mark.requirement("CODE-6")
@pytest.mark.parametrize("allows_code, verdict", [(True, Verdict.RUNS), (False, Verdict.STUB)])
def test_lint_knows_whether_code_is_run(allows_code: bool, verdict: Verdict) -> None:
    reports = execution.check(
        recipe_with(code_step()), [], (), lambda _: None, allows_code=allows_code
    )

    assert reports[1].verdict is verdict
    assert ("--allow-code" in reports[1].reason) is not allows_code
