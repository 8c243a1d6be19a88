"""Start and stop recipes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.db.tables import Connection, Recipe
from simulator.domain.editing.invalid import InvalidOperand, list_invalid_operands
from simulator.domain.editing.missing import MissingInput, list_missing
from simulator.domain.engine import platform
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.steps import RECIPE_FUNCTION, TRIGGER_NAMES, Step
from simulator.domain.engine.stubs import find_stub
from simulator.domain.packages.lint import Finding, StepReport, Verdict, execution, structure
from simulator.domain.packages.lint.findings import CALLS
from simulator.validation.parsing import parse_whole_number
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Unconnected:
    """A step whose app has no working connection.

    Attributes:
        number: the number of the step, as the editor shows it.
        connection_id: the id of the connection that is not connected; None where none is chosen.
    """

    number: int
    connection_id: int | None


@dataclass(frozen=True, kw_only=True)
class Unnamed:
    """The first step of a provider of Workato's own whose `config` entry has no `name`.

    Attributes:
        number: the number of the step, as the editor shows it.
        provider: the provider as the step has it.
    """

    number: int
    provider: str


@dataclass(frozen=True, kw_only=True)
class StoppedCall:
    """A step that calls a recipe which is stopped: it would fail, and does not keep from starting.

    Attributes:
        number: the number of the step, as the editor shows it.
        recipe_id: the id of the recipe that it calls.
        name: the name of that recipe.
    """

    number: int
    recipe_id: int
    name: str


@dataclass(frozen=True, kw_only=True)
class StartErrors:
    """The reasons why a recipe cannot be started; false in a boolean context if there are none.

    Attributes:
        code: `(number, reason)` of each step that cannot run, numbered as in the editor.
        operands: the unknown operands of conditions; `code` has a reason for each, too.
        missing: the missing required inputs.
        config: the steps without a connection.
        unnamed: the steps whose provider has no name in `config`.
    """

    code: tuple[tuple[int, str], ...] = ()
    operands: tuple[InvalidOperand, ...] = ()
    missing: tuple[MissingInput, ...] = ()
    config: tuple[Unconnected, ...] = ()
    unnamed: tuple[Unnamed, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.code or self.missing or self.config or self.unnamed)


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The result of checking a recipe without running it.

    Attributes:
        steps: the steps that cannot run here, or need a stub.
        missing: the missing required inputs.
        unconnected: the steps without a connection.
        unnamed: the steps whose provider has no name in `config`.
        findings: where it breaks a rule of Workato's.
        stopped: the steps that call a recipe which is stopped.
    """

    steps: tuple[StepReport, ...]
    missing: tuple[MissingInput, ...]
    unconnected: tuple[Unconnected, ...]
    unnamed: tuple[Unnamed, ...]
    findings: tuple[Finding, ...]
    stopped: tuple[StoppedCall, ...]

    @property
    def impossible(self) -> tuple[StepReport, ...]:
        """The steps that could never run: Workato's code errors."""
        return tuple(each for each in self.steps if each.verdict is Verdict.CANNOT)

    def __bool__(self) -> bool:
        found = (
            self.steps,
            self.missing,
            self.unconnected,
            self.unnamed,
            self.findings,
            self.stopped,
        )
        return any(found)


def start(world: World, recipe: Recipe) -> StartErrors:
    """Start a recipe, unless a step of it could never run here, or lacks an input or a connection.

    Args:
        recipe: to be started.

    Returns:
        Why not; false once it runs.
    """
    found = find_errors(world, recipe)
    if not found and not recipe.running:
        recipe.running = True
        recipe.updated_at = world.clock.now()
    return found


def find_errors(world: World, recipe: Recipe) -> StartErrors:
    """Return why a recipe cannot be started; false where it can.

    Args:
        recipe: the recipe.
    """
    checked = check(world, recipe)
    code = tuple((each.number, each.reason) for each in checked.impossible)
    wrong = bool(code or checked.missing)
    return StartErrors(
        code=code,
        operands=tuple(list_invalid_operands(recipe.code)) if code else (),
        missing=checked.missing,
        config=() if wrong else checked.unconnected,
        unnamed=() if wrong else checked.unnamed,
    )


def check(world: World, recipe: Recipe) -> Checked:
    """Return what would keep a recipe, or a step of it, from running here.

    Args:
        recipe: the recipe as it is stored.
    """

    def called(target: Any) -> Verdict | None:
        return Verdict.RUNS if _find_called(world, recipe, target) else None

    steps = execution.check(
        *(recipe.code, recipe.config, recipe.stubs, called),
        allows_code=world.settings.allow_code,
        among="in this workspace",
    )
    wrong = tuple(each for each in steps if each.verdict is not Verdict.RUNS and each.reason)
    read = list_steps(recipe.code, recipe.config) if execution.is_readable(steps) else []
    return Checked(
        steps=wrong,
        missing=tuple(list_missing(recipe.code, read, recipe.stubs)) if read else (),
        unconnected=_list_unconnected(world, recipe, read),
        unnamed=tuple(_iter_unnamed(recipe, read)),
        findings=tuple(structure.check(recipe.code, recipe.config)),
        stopped=tuple(_iter_stopped(world, recipe, read)),
    )


def stop(world: World, recipe: Recipe) -> None:
    """Stop a recipe; its tools are no longer listed.

    Args:
        recipe: to be stopped.
    """
    if recipe.running:
        recipe.running = False
        recipe.stopped_at = recipe.updated_at = world.clock.now()


def list_stopped(world: World, recipe: Recipe) -> list[StoppedCall]:
    """Return the steps of a recipe that call one which is stopped.

    Args:
        recipe: the recipe that can be started.
    """
    return list(_iter_stopped(world, recipe, list_steps(recipe.code, recipe.config)))


def _find_called(world: World, recipe: Recipe, target: Any) -> Recipe | None:
    number = parse_whole_number(str(target))
    found = None if number is None else world.db.session.get(Recipe, number)
    return found if found and found.workspace_id == recipe.workspace_id else None


def _iter_stopped(world: World, recipe: Recipe, steps: Sequence[Step]) -> Iterator[StoppedCall]:
    for step in steps:
        is_call = step.provider == RECIPE_FUNCTION and step.name in CALLS
        if not is_call or step.is_skipped or find_stub(recipe.stubs, step) is not None:
            continue
        found = _find_called(world, recipe, step.inputs.get("flow_id"))
        if found is not None and not found.running and found is not recipe:
            yield StoppedCall(number=step.number + 1, recipe_id=found.id, name=found.name)


def _iter_unnamed(recipe: Recipe, steps: Sequence[Step]) -> Iterator[Unnamed]:
    """Yield a step for each of Workato's own providers whose entry has no name."""
    own = {provider for provider, _ in platform.ACTIONS} | set(TRIGGER_NAMES)
    nameless = {
        entry.get("provider")
        for entry in recipe.config
        if not entry.get("name") and entry.get("account_id") is None
    }
    for step in steps:
        if step.provider in nameless & own and not step.is_skipped:
            nameless.remove(step.provider)
            yield Unnamed(number=step.number + 1, provider=step.provider)


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
