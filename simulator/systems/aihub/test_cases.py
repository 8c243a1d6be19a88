"""The Test cases tab of a recipe: what it is to do with an event, its apps being mocked."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Recipe, RecipeTestCase
from simulator.domain import (
    case_checks,
    job_history,
    recipe_tests,
    recipes,
    run_requests,
    test_cases,
    workspaces,
)
from simulator.domain.test_cases import Draft
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.systems.aihub.recipe_head import describe_head
from simulator.web.application import current_world

bp = Blueprint("test_cases", __name__, url_prefix="/recipes/<int:recipe_id>/test_cases")

#: Parts of a test case that are JSON → what each of them has to be, for people.
_PARTS: Mapping[str, tuple[type, str]] = {
    "event": (dict, "a JSON object: {…}"),
    "mocks": (list, "a JSON list: […]"),
    "checks": (list, "a JSON list: […]"),
}


@bp.get("")
def listing(recipe_id: int) -> str:
    """Return the test cases with what became last of each."""
    world, recipe = current_world(), _recipe(recipe_id)
    return render_template(
        "aihub/test_cases.html",
        recipe=recipe,
        **describe_head(recipe),
        cases=test_cases.list_cases(world, recipe),
        latest=run_requests.list_latest(world, recipe),
        most=test_cases.MOST,
    )


@bp.post("/run")
def run(recipe_id: int) -> Response:
    """Run all test cases, or the posted `case` alone."""
    world, recipe = current_world(), _recipe(recipe_id)
    chosen = request.form.get("case", "")
    cases: Sequence[RecipeTestCase] = test_cases.list_cases(world, recipe)
    if chosen:
        cases = [test_cases.get_case(world, recipe, chosen)]
    environment = recipe.project.environment
    if environment is None:
        environment = workspaces.list_environments(world, person().workspace_id)[0]
    made = run_requests.run(world, environment, cases)
    results = [each for each, _name in run_requests.list_results(world, made)]
    failed = sum(not each.succeeded for each in results)
    good = f"{len(results) - failed} of {len(results)} passed."
    flash(good, "error" if failed else "success")
    return redirect(url_for("test_cases.listing", recipe_id=recipe_id), 303)


@bp.route("/new", methods=["GET", "POST"])
def create(recipe_id: int) -> Response | tuple[str, int]:
    """Make a test case; `job` names the job that it is to be like."""
    world, recipe = current_world(), _recipe(recipe_id)
    if request.method == "POST":
        return _save(recipe, None)
    if job_id := request.args.get("job", ""):
        draft = test_cases.draft_of_job(recipe, job_history.get_job(world, recipe, job_id))
    else:
        event = recipe_tests.draft_event(recipe)
        draft = Draft(name="", event=event, mocks=[], checks=[])
    return _form(recipe, None, _show(draft), {}), 200


@bp.route("/<handle>", methods=["GET", "POST"])
def edit(recipe_id: int, handle: str) -> Response | tuple[str, int]:
    """Change a test case."""
    recipe = _recipe(recipe_id)
    case = test_cases.get_case(current_world(), recipe, handle)
    if request.method == "POST":
        return _save(recipe, case)
    return _form(recipe, case, _show(case), {}), 200


@bp.post("/<handle>/delete")
def delete(recipe_id: int, handle: str) -> Response:
    """Delete a test case."""
    case = test_cases.get_case(current_world(), _recipe(recipe_id), handle)
    name = case.name
    test_cases.delete(current_world(), case)
    flash(f"Deleted the test case '{name}'.", "success")
    return redirect(url_for("test_cases.listing", recipe_id=recipe_id), 303)


def _save(recipe: Recipe, case: RecipeTestCase | None) -> Response | tuple[str, int]:
    world, typed = current_world(), request.form
    parts: dict[str, Any] = {each: kind() for each, (kind, _what) in _PARTS.items()}
    unread: dict[str, str] = {}
    for each in _PARTS:
        try:
            parts[each] = _read(each)
        except FieldError as error:
            unread[each] = error.message
    draft = Draft(name=typed.get("name", ""), **parts)
    if errors := test_cases.find_mistakes(recipe, draft) | unread:
        return _form(recipe, case, typed, errors), 422
    try:
        if case is None:
            test_cases.create(world, recipe, draft)
        else:
            test_cases.change(world, recipe, case, draft)
    except FieldError as error:
        world.db.rollback()
        return _form(recipe, case, typed, {error.field: error.message}), 422
    flash("Saved.", "success")
    return redirect(url_for("test_cases.listing", recipe_id=recipe.id), 303)


def _read(part: str) -> Any:
    kind, what = _PARTS[part]
    text = request.form.get(part, "").strip()
    if len(text) > test_cases.LONGEST:
        raise FieldError(part, f"Longer than {test_cases.LONGEST:,} characters.")
    try:
        value = json.loads(text) if text else kind()
    except (ValueError, RecursionError) as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise FieldError(part, f"This is not JSON{where}.") from None
    if not isinstance(value, kind):
        raise FieldError(part, f"It must be {what}.")
    return value


def _recipe(recipe_id: int) -> Recipe:
    return recipes.get_recipe(current_world(), person().workspace_id, recipe_id)


def _show(case: Draft | RecipeTestCase) -> dict[str, str]:
    parts = {each: getattr(case, each) for each in _PARTS}
    shown = {each: json.dumps(part, indent=2, ensure_ascii=False) for each, part in parts.items()}
    return {"name": case.name, **shown}


def _form(
    recipe: Recipe,
    case: RecipeTestCase | None,
    values: Mapping[str, str],
    errors: Mapping[str, str],
) -> str:
    return render_template(
        "aihub/test_case.html",
        recipe=recipe,
        **describe_head(recipe),
        case=case,
        values=values,
        errors=errors,
        conditions=list(case_checks.CONDITIONS),
        longest=test_cases.LONGEST,
    )
