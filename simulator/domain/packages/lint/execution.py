"""What each step would do here, by what the recipe engine and the formulas can do."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.code_execution import Language
from simulator.domain.engine import compiling, platform
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.engine.errors import RecipeInvalid
from simulator.domain.engine.platform.functions import explain_empty
from simulator.domain.engine.schemas import list_required, read_fields
from simulator.domain.engine.steps import CUSTOM_ACTION, TRIGGER_NAMES, Step
from simulator.domain.engine.stubs import Stub, find_stub
from simulator.domain.engine.tree import get_mapping
from simulator.domain.formulas import list_problems
from simulator.domain.packages.lint.findings import CALLS, StepReport, Verdict

#: What a step calls: its `flow_id` → the verdict on that recipe, or None if there is none.
Called = Callable[[Any], Verdict | None]

#: What is said where a stub helps, though its step never counts as one that needs no more.
_CURE = "a stub that you write for this step answers in its place"
#: Actions whose result has the fields that the trigger declares.
_RETURNS = ("return_result", "workflow_return_result")


def check(
    code: Mapping[str, Any],
    config: Sequence[Mapping[str, Any]],
    stubs: Sequence[Stub],
    called: Called,
    *,
    allows_code: bool = False,
    among: str = "in the package",
) -> list[StepReport]:
    """Return what each step of a recipe would do, the trigger first.

    Args:
        code: the code of the recipe: the trigger's block.
        config: the config of the recipe.
        stubs: the stubs of the recipe.
        called: the verdict on a recipe that a step calls.
        allows_code: whether steps with code are run.
        among: where the recipes are that can be called, in words.
    """
    try:
        steps = compiling.list_steps(code, config)
        compiling.compile_recipe(code, config, stubs)
    except RecipeInvalid as error:
        return [_report_invalid(code, str(error))]
    blocks = list(iter_blocks(code))
    _, result = compiling.get_schemas(steps[0])
    judge = _Judge(stubs, called, allows_code, list_required(read_fields(result)), among)
    return [
        _report(step, *judge.judge(step, block), find_stub(stubs, step))
        for step, block in zip(steps, blocks, strict=True)
    ]


def is_readable(steps: Sequence[StepReport]) -> bool:
    """Return whether a recipe's steps could be read, rather than nothing of it but the trigger.

    Args:
        steps: the steps as `check` returned them.
    """
    return len(steps) > 1 or steps[0].verdict is Verdict.RUNS or not steps[0].reason


def _report_invalid(code: Mapping[str, Any], reason: str) -> StepReport:
    return StepReport(
        number=1,
        keyword=str(code.get("keyword")),
        provider=str(code.get("provider") or ""),
        name=str(code.get("name") or ""),
        verdict=Verdict.CANNOT,
        reason=reason,
    )


def _report(step: Step, verdict: Verdict, reason: str, stub: Stub | None) -> StepReport:
    return StepReport(
        number=step.number + 1,
        keyword=step.keyword,
        provider=step.provider,
        name=step.name,
        verdict=verdict,
        reason=reason,
        has_stub=stub is not None,
        stub_helps=stub is None and (verdict is Verdict.STUB or reason.endswith(_CURE)),
    )


@dataclass(frozen=True)
class _Judge:
    """What is known of a recipe when its steps are looked at."""

    stubs: Sequence[Stub]
    called: Called
    allows_code: bool
    required: frozenset[str]
    among: str

    def judge(self, step: Step, block: Mapping[str, Any]) -> tuple[Verdict, str]:
        """Return what a step would do, and why it would not simply run."""
        if step.is_skipped:
            return Verdict.RUNS, ""
        fields = {each: block.get(each) for each in ("source", "filter") if block.get(each)}
        problems = list_problems({**step.fields, **fields})
        if problems:
            return Verdict.CANNOT, " ".join(problems)
        if step.is_trigger and step.provider in TRIGGER_NAMES:
            return Verdict.RUNS, ""
        if step.keyword not in ("action", "trigger"):
            return Verdict.RUNS, ""
        if find_stub(self.stubs, step) is not None:
            return Verdict.STUB, "answered by the stub that was written for it"
        if step.is_trigger:
            return _judge_event(step)
        if step.language is not None:
            return self._judge_code(step, step.language)
        return self._judge_action(step)

    def _judge_code(self, step: Step, language: Language) -> tuple[Verdict, str]:
        if self.allows_code:
            return Verdict.RUNS, ""
        return Verdict.STUB, (
            f"{step.provider}.{step.name} has {language.label} code: write a stub for it, or start "
            "the simulator with --allow-code"
        )

    def _judge_action(self, step: Step) -> tuple[Verdict, str]:
        if not step.provider:
            return Verdict.CANNOT, "no app and no action is chosen for it"
        what = f"{step.provider}.{step.name}"
        if (step.provider, step.name) in platform.ACTIONS:
            return self._judge_own(step)
        if step.connector is not None:
            if step.name == CUSTOM_ACTION or step.name in step.connector.actions:
                return Verdict.RUNS, ""
            known = ", ".join(sorted(step.connector.actions))
            return Verdict.CANNOT, (
                f"{step.connector.name} has no action '{step.name}' here; there are {known}, and "
                f"custom actions; {_CURE}"
            )
        if (step.provider, step.name) in platform.DECISIONS:
            return Verdict.STUB, f"{what} waits for a person's decision: write a stub that has it"
        if any(step.provider == provider for provider, _ in platform.ACTIONS):
            return Verdict.CANNOT, f"Workato's own action {what} is not simulated; {_CURE}"
        return Verdict.STUB, f"{what} has no stand-in here: write a stub for it"

    def _judge_own(self, step: Step) -> tuple[Verdict, str]:
        """Judge an action of the platform itself."""
        if step.name in CALLS:
            return self._judge_call(step)
        if step.name in _RETURNS:
            result = get_mapping(step.inputs.get("result"))
            empty = [name for name in result if result[name] == "" and name in self.required]
            return (Verdict.CANNOT, explain_empty(empty[0])) if empty else (Verdict.RUNS, "")
        return Verdict.RUNS, ""

    def _judge_call(self, step: Step) -> tuple[Verdict, str]:
        target = step.inputs.get("flow_id")
        if not target:
            return Verdict.RUNS, ""  # a missing input, which is told as one
        reference = get_mapping(target)
        named = reference.get("name") or reference.get("zip_name")
        name = f"'{named}'" if named else f"{target}"
        verdict = self.called(target)
        if verdict is None:
            return Verdict.CANNOT, (
                f"the recipe that it calls ({name}) is not {self.among}; {_CURE}"
            )
        if verdict is Verdict.RUNS:
            return verdict, ""
        cure = f"; {_CURE}" if verdict is Verdict.CANNOT else ""
        return verdict, f"the recipe that it calls ({name}) {verdict}{cure}"


def _judge_event(step: Step) -> tuple[Verdict, str]:
    """Judge a trigger that waits for what happens nowhere here."""
    if not step.provider:
        return Verdict.CANNOT, "no app and no trigger is chosen for it"
    return Verdict.STUB, (
        f"nothing here fires the trigger {step.provider}.{step.name}: run the recipe by hand, by "
        "the Test on its page, with an event that you write, there or as the stub of step 1"
    )
