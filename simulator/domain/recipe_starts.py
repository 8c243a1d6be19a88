"""Start and stop recipes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from simulator.db.tables import Connection, Recipe
from simulator.domain.editing.invalid import InvalidOperand, list_invalid_operands
from simulator.domain.editing.missing import MissingInput, list_missing
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.steps import Step
from simulator.domain.engine.stubs import find_stub
from simulator.domain.packages.lint import Finding, StepReport, Verdict, execution, structure
from simulator.validation.parsing import parse_whole_number
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Unconnected:
    """A step whose app has no connection that works.

    Attributes:
        number: of the step, as the editor shows it.
        connection_id: of the connection that is not connected; None where none is chosen.
    """

    number: int
    connection_id: int | None


@dataclass(frozen=True, kw_only=True)
class Hindrances:
    """Why a recipe cannot be started; false once it runs.

    Attributes:
        code: the number of each step that could never run here, as the editor shows it, and why.
        operands: those of conditions that there are not; `code` says so in a sentence.
        missing: the required inputs that steps lack.
        config: the steps that lack a connection.
    """

    code: tuple[tuple[int, str], ...] = ()
    operands: tuple[InvalidOperand, ...] = ()
    missing: tuple[MissingInput, ...] = ()
    config: tuple[Unconnected, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.code or self.missing or self.config)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What was found in a recipe before anything of it runs.

    Attributes:
        steps: those that could never run here, or need a stub.
        missing: the required inputs that steps lack.
        unconnected: the steps that lack a connection.
        findings: where it breaks a rule of Workato's.
    """

    steps: tuple[StepReport, ...]
    missing: tuple[MissingInput, ...]
    unconnected: tuple[Unconnected, ...]
    findings: tuple[Finding, ...]

    @property
    def impossible(self) -> tuple[StepReport, ...]:
        """The steps that could never run: Workato's code errors."""
        return tuple(each for each in self.steps if each.verdict is Verdict.CANNOT)

    def __bool__(self) -> bool:
        return bool(self.steps or self.missing or self.unconnected or self.findings)


def start(world: World, recipe: Recipe) -> Hindrances:
    """Start a recipe, unless a step of it could never run here, or lacks an input or a connection.

    Args:
        world: with an open unit of work.
        recipe: to be started.

    Returns:
        Why not; false once it runs.
    """
    checked = check(world, recipe)
    code = tuple((each.number, each.reason) for each in checked.impossible)
    wrong = bool(code or checked.missing)
    found = Hindrances(
        code=code,
        operands=tuple(list_invalid_operands(recipe.code)) if code else (),
        missing=checked.missing,
        config=() if wrong else checked.unconnected,
    )
    if not found and not recipe.running:
        recipe.running = True
        recipe.updated_at = world.clock.now()
    return found


def check(world: World, recipe: Recipe) -> Checked:
    """Return what would keep a recipe, or a step of it, from running here.

    Args:
        world: with an open unit of work.
        recipe: as it is stored.
    """

    def called(target: Any) -> Verdict | None:
        number = parse_whole_number(str(target))
        found = None if number is None else world.db.session.get(Recipe, number)
        return Verdict.RUNS if found and found.workspace_id == recipe.workspace_id else None

    allows_code = world.settings.allow_code
    steps = execution.check(
        recipe.code, recipe.config, recipe.stubs, called, allows_code=allows_code
    )
    wrong = tuple(each for each in steps if each.verdict is not Verdict.RUNS and each.reason)
    read = list_steps(recipe.code, recipe.config) if execution.is_readable(steps) else []
    return Checked(
        steps=wrong,
        missing=tuple(list_missing(recipe.code, read, recipe.stubs)) if read else (),
        unconnected=_list_unconnected(world, recipe, read),
        findings=tuple(structure.check(recipe.code, recipe.config)),
    )


def stop(world: World, recipe: Recipe) -> None:
    """Stop a recipe; its tools are not listed any more.

    Args:
        world: with an open unit of work.
        recipe: to be stopped.
    """
    if recipe.running:
        recipe.running = False
        recipe.stopped_at = recipe.updated_at = world.clock.now()


def _list_unconnected(
    world: World, recipe: Recipe, steps: Sequence[Step]
) -> tuple[Unconnected, ...]:
    found = []
    for step in steps:
        if not step.calls_app or step.is_skipped or find_stub(recipe.stubs, step) is not None:
            continue
        number = step.connection_id
        row = None if number is None else world.db.session.get(Connection, number)
        if row is None or not row.connected:
            found.append(Unconnected(number=step.number + 1, connection_id=number))
    return tuple(found)
