"""Triggers of recipes that begin by themselves: polled, run on demand, and reset.

Nothing polls here, and no schedule runs. What a poll would find in the app is what the stub of the
trigger gives, once: until the stub gives something else, or the trigger is reset (our choice).
"""

import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import or_, update

from simulator.crypto import fingerprint
from simulator.db.tables import Environment, Recipe
from simulator.domain import project_scope, recipe_tests
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.stubs import find_stub
from simulator.errors import FieldError
from simulator.world import World

#: What stands in a job for the tool that was called.
FORCED, POLLED = "Force run", "Poll"
_SCHEDULER, _WEBHOOKS = "clock", "workato_webhooks"


def force_run(world: World, recipe: Recipe, environment: Environment) -> str:
    """Run a recipe once, whatever it waits for, with an event as the Test tab begins with.

    Args:
        world: with an open unit of work; it is committed between steps.
        recipe: the recipe that runs, by its state.
        environment: the environment whose connections are used.

    Returns:
        The id of the job, however it ended.

    Raises:
        FieldError: on `trigger` or `running`: it is called with parameters, or is stopped.
    """
    _check(recipe)
    return _run(world, recipe, recipe_tests.draft_event(recipe), environment, FORCED)


def poll(world: World, recipe: Recipe, environment: Environment) -> str | None:
    """Look for what is new in the app of a recipe's trigger, and run the recipe for it.

    Args:
        world: with an open unit of work; it is committed between steps.
        recipe: the recipe that runs, by its state.
        environment: the environment whose connections are used.

    Returns:
        The id of the job, however it ended; None where nothing was new.

    Raises:
        FieldError: on `trigger` or `running`: it does not poll, or is stopped.
    """
    _check(recipe, polls=True)
    trigger = list_steps(recipe.code, recipe.config)[0]
    stub = find_stub(recipe.stubs, trigger)
    event = stub.get("output") if stub is not None else None
    if not isinstance(event, dict) or not _pick_up(world, recipe, event):
        return None
    return _run(world, recipe, event, environment, POLLED)


def reset(world: World, recipe: Recipe) -> None:
    """Forget what a recipe's trigger has picked up: the next poll picks it up once more.

    Args:
        recipe: the recipe whose trigger polls, or has a schedule.

    Raises:
        FieldError: on `trigger`: it does neither.
    """
    if recipe_tests.is_called(recipe) or recipe.trigger_application == _WEBHOOKS:
        raise FieldError("trigger", "can be reset where it polls or has a schedule alone.")
    recipe.picked_up = None
    world.db.session.flush()


def _check(recipe: Recipe, *, polls: bool = False) -> None:
    if recipe_tests.is_called(recipe):
        raise FieldError(
            "trigger", "waits for a call with parameters, and begins with nothing else."
        )
    if polls and recipe.trigger_application in (_SCHEDULER, _WEBHOOKS):
        raise FieldError("trigger", "does not poll.")
    if not recipe.running:
        raise FieldError("running", "The recipe is stopped. Start it.")


def _pick_up(world: World, recipe: Recipe, event: Mapping[str, Any]) -> bool:
    """Claim an event; of several that poll at once, one gets it."""
    mark = fingerprint(json.dumps(event, sort_keys=True, default=str))
    is_new = or_(Recipe.picked_up.is_(None), Recipe.picked_up != mark)
    claim = update(Recipe).where(Recipe.id == recipe.id, is_new).values(picked_up=mark)
    claimed = world.db.session.execute(claim.execution_options(synchronize_session="fetch"))
    return bool(claimed.rowcount)  # type: ignore[attr-defined]


def _run(
    world: World, recipe: Recipe, event: Mapping[str, Any], environment: Environment, tool: str
) -> str:
    """Run a recipe for nobody; it uses what it uses, of other projects, too."""
    with project_scope.lifted(world):
        return recipe_tests.run(world, recipe, event, None, environment, tool)
