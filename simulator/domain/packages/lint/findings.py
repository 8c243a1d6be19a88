"""The outcome of looking a package over."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

#: Actions that run another recipe.
CALLS = ("call_recipe", "call_recipe_async")


class Verdict(StrEnum):
    """What a step, or a whole recipe, would do here."""

    RUNS = "runs"
    #: It would be answered with what the user writes down.
    STUB = "runs with a stub"
    CANNOT = "cannot run"

    @property
    def severity(self) -> int:
        """0 for what runs; the worst step is the recipe's verdict."""
        return list(Verdict).index(self)


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Where a recipe breaks a rule of Workato's; it may run here all the same.

    Attributes:
        step: its number as the editor shows it, from 1; None for the recipe as a whole.
        rule: the rule's name.
        message: what is wrong, in a sentence.
    """

    step: int | None
    rule: str
    message: str


@dataclass(frozen=True, kw_only=True)
class StepReport:
    """One step.

    Attributes:
        number: the number as the editor shows it, from 1.
        keyword: the keyword of the block.
        provider: the provider of its app; empty for a control block.
        name: the name of the action.
        verdict: what it would do.
        reason: why it would not simply run; empty if it would.
        has_stub: whether the user wrote the stub that answers for it.
        stub_helps: whether one would answer for it, also for a step that never counts as
            one for a stub: of Workato's own, or of an app that stands here.
    """

    number: int
    keyword: str
    provider: str
    name: str
    verdict: Verdict
    reason: str = ""
    has_stub: bool = False
    stub_helps: bool = False

    @property
    def calls_recipe(self) -> bool:
        """Whether it runs another recipe: what that one needs is said of that one."""
        return self.name in CALLS


@dataclass(frozen=True, kw_only=True)
class RecipeReport:
    """One recipe.

    Attributes:
        project: the project's name.
        zip_name: the zip name of its asset.
        file: the same as whoever brought the package knows it.
        name: the name of the recipe.
        steps: in order, the trigger first.
        findings: in the order of the steps.
    """

    project: str
    zip_name: str
    file: str
    name: str
    steps: tuple[StepReport, ...]
    findings: tuple[Finding, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst of its steps."""
        return worst(step.verdict for step in self.steps)


@dataclass(frozen=True, kw_only=True)
class Report:
    """A whole package.

    Attributes:
        recipes: in the order of the package.
        refusals: why an import would refuse it.
        remarks: about other assets.
    """

    recipes: tuple[RecipeReport, ...]
    refusals: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether it can be imported, and every recipe runs, with stubs where need be."""
        return not self.refusals and not self.count(Verdict.CANNOT)

    def count(self, verdict: Verdict) -> int:
        """Return how many recipes have this verdict.

        Args:
            verdict: one of them.
        """
        return sum(each.verdict is verdict for each in self.recipes)

    def to_json(self) -> dict[str, Any]:
        """Return the same for programs: `{recipes, refusals, remarks, summary}`."""
        return {
            "recipes": [asdict(each) | {"verdict": each.verdict} for each in self.recipes],
            "refusals": list(self.refusals),
            "remarks": list(self.remarks),
            "summary": {each.value: self.count(each) for each in Verdict},
        }


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst of verdicts; that of nothing is that it runs.

    Args:
        verdicts: the verdicts of the parts of something.
    """
    return max(verdicts, key=lambda each: each.severity, default=Verdict.RUNS)
