"""Test cases of recipes: an event, what steps answer instead of their apps, and what must hold.

Workato docs, test automation: the trigger is mocked, steps may be; a mocked step's input is
evaluated, and its app is not called. A recipe has at most a hundred.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from simulator.db.claim import delete_present, lock_present
from simulator.db.tables import Job, Recipe, RecipeTestCase
from simulator.domain import case_checks, repeated_jobs
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.steps import RECIPE_FUNCTION, RETURNS, Step
from simulator.errors import FieldError, NotFound, SimulatorError
from simulator.validation.parsing import shorten
from simulator.world import World

#: Of one recipe (Workato docs).
MOST = 100
_LONGEST_NAME = 255
#: Characters of event, mocks and checks together (our choice; Workato docs: 10 MB).
LONGEST = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A test case that is not stored.

    Attributes:
        name: 1 to 255 characters.
        event: the parameters that the recipe is called with, or all that its trigger would give.
        mocks: what steps answer: `{step, output}` or `{step, error}` each.
        checks: what must hold, as `case_checks` says.
    """

    name: str
    event: Mapping[str, Any]
    mocks: Sequence[Any]
    checks: Sequence[Any]


def list_cases(world: World, recipe: Recipe) -> Sequence[RecipeTestCase]:
    """Return the test cases of a recipe, in the order in which they were made.

    Args:
        recipe: the recipe.
    """
    own = select(RecipeTestCase).where(RecipeTestCase.recipe_id == recipe.id)
    return world.db.session.scalars(own.order_by(RecipeTestCase.id)).all()


def get_case(world: World, recipe: Recipe, handle: str) -> RecipeTestCase:
    """Return a test case of a recipe.

    Args:
        recipe: the recipe.
        handle: how programs name it.

    Raises:
        NotFound: it does not exist.
    """
    own = RecipeTestCase.recipe_id == recipe.id, RecipeTestCase.handle == handle
    found = world.db.session.scalar(select(RecipeTestCase).where(*own))
    if found is None:
        raise NotFound(f"The recipe '{recipe.name}' has no such test case.")
    return found


def new_handle(world: World) -> str:
    """Return how programs name a test case that is made.

    Args:
        world: the world.
    """
    return f"citc-{world.randomness.hex('test case', 7)}"


def create(world: World, recipe: Recipe, draft: Draft) -> RecipeTestCase:
    """Store a test case.

    Args:
        recipe: the recipe that it tests.
        draft: what it is.

    Raises:
        FieldError: on `name`, `event`, `mocks` or `checks`.
    """
    own = select(func.count()).where(RecipeTestCase.recipe_id == recipe.id)
    if (world.db.session.scalar(own) or 0) >= MOST:
        raise FieldError("name", f"A recipe has at most {MOST} test cases.")
    now = world.clock.now()
    made = RecipeTestCase(handle=new_handle(world), recipe_id=recipe.id, created_at=now)
    _write(made, recipe, draft)
    made.updated_at = now
    world.db.session.add(made)
    world.db.session.flush()
    return made


def change(world: World, recipe: Recipe, case: RecipeTestCase, draft: Draft) -> None:
    """Change a test case.

    Args:
        recipe: the recipe that it tests.
        case: the case to change.
        draft: what it is to be.

    Raises:
        FieldError: on `name`, `event`, `mocks` or `checks`.
        NotFound: somebody else deleted it meanwhile.
    """
    lock_present(world.db.session, case)
    _write(case, recipe, draft)
    case.updated_at = world.clock.now()


def delete(world: World, case: RecipeTestCase) -> None:
    """Delete a test case; its results in run requests are kept.

    Args:
        case: the case to delete.

    Raises:
        NotFound: somebody else deletes it at the same moment.
    """
    delete_present(world.db.session, case)


def draft_of_job(recipe: Recipe, job: Job) -> Draft:
    """Return a test case that does what a job did, without its apps.

    Steps that call an app or a recipe, or run code, answer as they did, the first time; what the
    recipe returned is checked. What the job's record has cut is to be written by hand.

    Args:
        recipe: the recipe of the job.
        job: the job with its steps.
    """
    try:
        event = repeated_jobs.read_event(recipe, job)
    except FieldError:
        event = {}
    steps = {step.number: step for step in list_steps(recipe.code, recipe.config)}
    mocks: dict[int, dict[str, Any]] = {}
    checks: list[dict[str, Any]] = []
    for entry in job.steps:
        step = steps.get(entry.get("number", -1))
        if step is None or step.is_trigger or step.number in mocks:
            continue
        if _needs_mock(step) and entry["error"]:
            mocks[step.number] = {"step": step.number + 1, "error": entry["error"]}
        elif _needs_mock(step) and (output := _read(entry["output"])) is not None:
            mocks[step.number] = {"step": step.number + 1, "output": output}
        elif step.name in RETURNS and (output := _read(entry["output"])) is not None:
            checks.append(case_checks.make(step.number + 1, output))
    return Draft(name=f"Like job {job.id}", event=event, mocks=list(mocks.values()), checks=checks)


def _needs_mock(step: Step) -> bool:
    is_call = step.provider == RECIPE_FUNCTION and step.name not in RETURNS
    return step.calls_app or step.language is not None or is_call


def _read(text: str | None) -> Any:
    """Return what an entry's JSON says; None where it was cut."""
    if text is None:
        return {}
    try:
        return json.loads(text)
    except ValueError:
        return None


def find_mistakes(recipe: Recipe, draft: Draft) -> dict[str, str]:
    """Return what is wrong: `name`, `event`, `mocks` or `checks` → the first sentence on it.

    Args:
        recipe: the recipe that it tests.
        draft: what a test case is to be.
    """
    found: dict[str, str] = {}
    name = draft.name.strip()
    if not 0 < len(name) <= _LONGEST_NAME or not name.isprintable():
        found["name"] = f"A name has 1 to {_LONGEST_NAME} characters, in one line."
    try:
        steps = {step.number + 1: step for step in list_steps(recipe.code, recipe.config)}
    except SimulatorError:
        steps = {}
    for check, parts in ((_check_mock, draft.mocks), (case_checks.validate, draft.checks)):
        try:
            for part in parts:
                check(part, steps)
        except FieldError as error:
            found[error.field] = error.message
    for field in ("event", "mocks", "checks"):
        if len(json.dumps(getattr(draft, field))) > LONGEST:
            found.setdefault(field, f"Longer than {LONGEST:,} characters.")
    return found


def _write(case: RecipeTestCase, recipe: Recipe, draft: Draft) -> None:
    for field, message in find_mistakes(recipe, draft).items():
        raise FieldError(field, message)
    case.name, case.event = draft.name.strip(), dict(draft.event)
    case.mocks, case.checks = list(draft.mocks), list(draft.checks)


def _check_mock(mock: Any, steps: Mapping[int, Step]) -> None:
    """Refuse a mock that is malformed or names an unknown step."""
    if not isinstance(mock, Mapping) or ("output" in mock) is ("error" in mock):
        raise FieldError("mocks", 'A mock is {"step": 2, "output": {…}} or {…, "error": "…"}.')
    if unknown := mock.keys() - {"step", "output", "error"}:
        raise FieldError("mocks", f"`{shorten(min(unknown))}` of a mock is unknown.")
    number = mock.get("step")
    step = steps.get(number) if type(number) is int else None
    if step is None or step.keyword != "action":
        raise FieldError("mocks", f"There is no action in step {shorten(str(number))}.")
    if step.name in RETURNS:
        raise FieldError("mocks", f"Step {mock['step']} returns the result: check it instead.")
    if "error" in mock and not (isinstance(mock["error"], str) and mock["error"].strip()):
        raise FieldError("mocks", f"The error of step {mock['step']} must be a text.")
