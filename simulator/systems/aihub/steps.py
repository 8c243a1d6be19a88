"""Steps of a recipe, edited by hand: their inputs, their place, what is noted of them."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Recipe
from simulator.domain import recipe_edits, recipe_versions, recipes
from simulator.domain.editing import operations
from simulator.domain.editing.blocks import FOLLOWERS, StepMissing
from simulator.domain.editing.checks import check_inputs
from simulator.domain.editing.cloning import CopiedStep
from simulator.domain.editing.fields import list_fields
from simulator.domain.editing.inputs import Path
from simulator.domain.editing.kinds import Kind, get_kind, list_kinds
from simulator.domain.recipe_versions import Version
from simulator.errors import FieldError
from simulator.systems.aihub import copied_step, editor
from simulator.systems.aihub.edits import (
    draw,
    editor_url,
    get_recipe,
    perform,
    read_version,
    show_conflict,
    step_at,
)
from simulator.systems.aihub.step_form import NEW_INPUT, build_form, read_typed, with_pill
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("steps", __name__, url_prefix="/recipes/<int:recipe_id>/steps")

_LONGEST_COMMENT = 1_000


@bp.route("/<int:number>/inputs", methods=["GET", "POST"])
def inputs(recipe_id: int, number: int) -> Response | tuple[str, int]:
    """Save the inputs of a step; or, as the pressed button says, insert a pill or look for one.

    `do` may add a condition or a response too, or remove one: `remove-1` the second.
    """
    recipe = get_recipe(recipe_id)
    if request.method == "GET":  # somebody reloads the page that showed an error
        return redirect(editor_url(recipe, number), 303)
    version = recipe_versions.get_version(current_world(), recipe, read_version(recipe))
    typed = read_typed(recipe, version, number)
    values = typed.values
    do = request.form.get("do", "")
    if do == "enter":  # in a field of one line: the search, if another pill is looked for
        is_search = request.form.get("pills", "").strip() != request.form.get("found", "")
        do = "find" if is_search else "save"
    saves = operations.SetInputs(
        number=number, values=values, toggles=typed.toggles, selections=typed.selections
    )
    if "insert" in request.form or do == "find":
        if "insert" in request.form:
            values = with_pill(recipe, version, number, values)
        return _show_again(recipe, version, saves, {}, request.form.get("target", ""))
    what, _, index = do.partition("-")
    removed = parse_whole_number(index) if what == "remove" else None
    around = recipe_edits.get_surroundings(current_world(), recipe)
    errors = check_inputs(version.code, number, list_fields(version.code, number, around), values)
    errors = {path: each for path, each in errors.items() if removed not in path[2:]}
    errors |= _read_new_input(version.code, number, values)
    if errors:
        return _show_again(recipe, version, saves, errors)
    done: list[operations.Operation] = [saves]
    if what == "add":
        done.append(operations.AddItem(number=number, draw=draw))
    elif removed is not None:
        done.append(operations.RemoveItem(number=number, index=removed))
    operation = done[0] if len(done) == 1 else operations.Several(operations=done)
    return perform(recipe, operation, f"Saved step {number + 1}.", number)


@bp.post("/<int:number>/change")
def change(recipe_id: int, number: int) -> Response | tuple[str, int]:
    """Move the step `up` or `down`, `skip` it or not, or `comment` on it, as `do` says.

    `duplicate` puts a copy behind it, `copy` remembers it for whoever adds a step next.
    """
    recipe, do = get_recipe(recipe_id), request.form.get("do", "")
    if do == "duplicate":
        clone = operations.CloneStep(number=number, draw=draw)
        return perform(recipe, clone, f"Duplicated step {number + 1}: this is the copy.", number)
    if do == "copy":
        copied_step.remember(recipe, read_version(recipe), number)
        flash(f"Copied step {number + 1}. “Add a step” pastes it, in any recipe.", "success")
        return redirect(editor_url(recipe, number), 303)
    if do in ("up", "down"):
        moved = operations.MoveStep(number=number, is_up=do == "up")
        return perform(recipe, moved, f"Moved the step {do}.", number)
    if do == "comment":
        text = request.form.get("comment", "").strip()[:_LONGEST_COMMENT]
        noted = operations.CommentOnStep(number=number, text=text)
        return perform(recipe, noted, "Saved the comment.", number)
    skipped = operations.SkipStep(number=number, is_skipped=do == "skip")
    sentence = "The step is skipped from now on." if do == "skip" else "The step runs again."
    return perform(recipe, skipped, sentence, number)


@bp.route("/<int:number>/remove", methods=["GET", "POST"])
def remove(recipe_id: int, number: int) -> Response | tuple[str, int] | str:
    """Ask, with the data pills that would point to nothing, and remove a step."""
    recipe = get_recipe(recipe_id)
    if request.method == "POST":
        operation = operations.RemoveStep(number=number)
        return perform(recipe, operation, f"Removed step {number + 1}.", number)
    steps, step = list(recipes.iter_steps(recipe)), step_at(recipe, number)
    return render_template(
        "aihub/step_remove.html",
        recipe=recipe,
        step=step,
        number=number,
        inside=recipe_edits.count_inside(recipe, number),
        uses=recipe_edits.list_uses(recipe, number),
        numbers={each.alias: each.number + 1 for each in steps},
        back=editor_url(recipe, number),
    )


@bp.route("/new", methods=["GET", "POST"])
def add(recipe_id: int) -> Response | tuple[str, int]:
    """Show what can be added after a step (`after`) or into a block (`into`), and add it."""
    recipe, error = get_recipe(recipe_id), ""
    after = parse_whole_number(request.values.get("after"))
    into = parse_whole_number(request.values.get("into")) or 0
    words = request.args.get("q", "").strip()[:200]
    if request.method == "POST":
        try:
            kind = _read_kind(recipe, request.form.get("kind", ""))
        except FieldError as refusal:
            error = str(refusal)
        else:
            is_first = request.form.get("first") == "yes"
            added = operations.AddStep(
                kind=kind, after=after, into=into, is_first=is_first, draw=draw
            )
            return perform(
                recipe, added, f"Added '{kind.title}'.", into if after is None else after
            )
    near = step_at(recipe, into if after is None else after)
    is_branch = near.keyword in ("if", "elsif", "else")
    groups: dict[str, list[object]] = {}
    for each in list_kinds(recipe.trigger_application, words):
        if is_branch or each.keyword not in FOLLOWERS:
            groups.setdefault(each.group, []).append(each)
    page = render_template(
        "aihub/step_new.html",
        recipe=recipe,
        groups=groups,
        q=words,
        after=after,
        into=into,
        first="yes" if request.values.get("first") == "yes" else "",
        near=near,
        copied=copied_step.find(),
        error=error,
        back=url_for("editor.edit", recipe_id=recipe.id),
    )
    return page, 422 if error else 200


def _read_kind(recipe: Recipe, key: str) -> Kind | CopiedStep:
    copied = copied_step.find() if key == copied_step.KEY else None
    return copied or get_kind(recipe.trigger_application, key)


def _show_again(
    recipe: Recipe,
    version: Version,
    saves: operations.SetInputs,
    errors: dict[Path, str],
    target: str = "",
) -> tuple[str, int]:
    """Show the form as it was filled in, of the version that it was about, whatever came since."""
    form = build_form(
        recipe, saves.number, version=version, values=saves.values, errors=errors, target=target
    )
    try:
        place = recipe_edits.find_place(recipe, version, saves.number)
    except StepMissing:
        return show_conflict(recipe, saves, version.version_no), 409
    return editor.show_step(recipe, place, form), 422 if errors else 200


def _read_new_input(code: object, number: int, values: dict[Path, str]) -> dict[Path, str]:
    """Add the input that nobody knows of, if somebody named one; return what is wrong with it."""
    name = request.form.get("new_name", "").strip()
    text = request.form.get(NEW_INPUT, "").replace("\r\n", "\n")
    if not name:
        return {(NEW_INPUT,): "Give the input a name."} if text else {}
    path: Path = ("input", name)
    values[path] = text
    wrong = check_inputs(code, number, [], {path: text})  # type: ignore[arg-type]
    return {(NEW_INPUT,): wrong[path]} if wrong else {}
