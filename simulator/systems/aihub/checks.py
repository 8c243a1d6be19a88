"""What the editor says of a recipe's steps before they run, as Workato's code and config errors."""

from collections.abc import Mapping
from dataclasses import dataclass

from simulator.db.tables import Connection, Recipe
from simulator.domain import recipe_starts
from simulator.domain.engine.steps import Step
from simulator.domain.packages.lint import Verdict
from simulator.domain.recipe_starts import StoppedCall, Unnamed
from simulator.web.application import current_world

#: In the order of the page.
CODE_ERRORS, CONFIG_ERRORS, STOPPED, STUBS, STUBBED, RULES = KINDS = (
    "Code errors",
    "Config errors",
    "Calls of stopped recipes",
    "Steps that need a stub",
    "Steps that a stub answers",
    "Workato's own rules",
)


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One sentence about a recipe.

    Attributes:
        kind: one of `KINDS`.
        step: the number that the editor shows; None for the recipe as a whole.
        sentence: what is wrong, and what to do.
    """

    kind: str
    step: int | None
    sentence: str


def list_problems(recipe: Recipe, steps: Mapping[int, Step]) -> list[Problem]:
    """Return the problems of a recipe; those that prevent its start come first.

    Args:
        recipe: the recipe as it is stored.
        steps: number that the editor shows → the step.
    """
    checked = recipe_starts.check(current_world(), recipe)
    found = [
        Problem(
            kind=CODE_ERRORS
            if each.verdict is Verdict.CANNOT
            else (STUBBED if each.has_stub else STUBS),
            step=each.number,
            sentence=_capitalize(each.reason),
        )
        for each in checked.steps
    ]
    found += [
        Problem(
            kind=CONFIG_ERRORS,
            step=each.number,
            sentence=_explain(steps[each.number], each.connection_id),
        )
        for each in checked.unconnected
        if each.number in steps
    ]
    found += [
        Problem(kind=CONFIG_ERRORS, step=each.number, sentence=tell_unnamed(each))
        for each in checked.unnamed
    ]
    found += [
        Problem(kind=STOPPED, step=each.number, sentence=tell_stopped(each))
        for each in checked.stopped
    ]
    found += [
        Problem(kind=RULES, step=each.step, sentence=f"{_capitalize(each.message)} ({each.rule})")
        for each in checked.findings
    ]
    found += [
        Problem(kind=CODE_ERRORS, step=each.number, sentence=each.sentence)
        for each in checked.missing
    ]
    return sorted(found, key=lambda each: (KINDS.index(each.kind), each.step or 0))


def tell_unnamed(step: Unnamed) -> str:
    """Return the sentence on a step whose provider has no name in `config`."""
    return (
        f"Step {step.number}: missing adapter configuration. The entry for {step.provider} in "
        "'config' has no 'name': save a change in the editor, or send it with the recipe."
    )


def tell_stopped(call: StoppedCall) -> str:
    """Return the sentence on a step that calls a recipe which is stopped."""
    return f"The recipe '{call.name}', which it calls, is stopped. Start it, too."


def _explain(step: Step, connection_id: int | None) -> str:
    app = step.connector.name if step.connector else step.provider
    row = None
    if connection_id is not None:
        row = current_world().db.session.get(Connection, connection_id)
    if row is None:
        return f"No connection to {app} is chosen. Select the step and choose one."
    return f"The connection '{row.name}' is not connected. Select the step and connect it."


def _capitalize(sentence: str) -> str:
    """Return a sentence that begins with a capital, unless its first word is a name of code."""
    first = sentence.partition(" ")[0]
    capital = sentence if "." in first or "_" in first else sentence[:1].upper() + sentence[1:]
    return capital if capital.endswith((".", ")")) else f"{capital}."
