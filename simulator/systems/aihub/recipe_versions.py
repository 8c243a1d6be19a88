"""The Versions tab of a recipe: the list, what two of them differ in, and the way back to one."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.connectors import CONNECTORS
from simulator.db.tables import Connection, Recipe
from simulator.domain import recipe_changes, recipe_undo, recipe_versions, recipes
from simulator.domain.editing.differences import Difference, FieldChange, compare
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.errors import RecipeInvalid
from simulator.domain.recipe_versions import LONGEST_COMMENT, Version
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.systems.aihub.recipe_head import describe_head
from simulator.validation.paging import Page
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("recipe_versions", __name__, url_prefix="/recipes/<int:recipe_id>/versions")

#: Versions on a page.
_SIZE = 25


@bp.get("")
def listing(recipe_id: int) -> str:
    """Return the versions of a recipe, the newest first; `page` is which of them."""
    return _list(_recipe(recipe_id))


@bp.post("/<int:number>/comment")
def comment(recipe_id: int, number: int) -> Response | tuple[str, int]:
    """Note something of a version."""
    recipe, text = _recipe(recipe_id), request.form.get("comment", "").strip()
    try:
        recipe_versions.comment_on(current_world(), recipe, number, text)
    except FieldError as error:
        return _list(recipe, wrong=number, typed=text, error=error.sentence), 422
    flash(f"Saved the comment on version {number}.", "success")
    page = parse_whole_number(request.form.get("page"))
    return redirect(url_for("recipe_versions.listing", recipe_id=recipe_id, page=page), 303)


@bp.get("/compare")
def difference(recipe_id: int) -> str:
    """Return what version `new` has that version `old` had not, and the other way round."""
    recipe = _recipe(recipe_id)
    newer = _version(recipe, parse_whole_number(request.args.get("new")) or recipe.version_no)
    older = _version(recipe, parse_whole_number(request.args.get("old")) or newer.version_no - 1)
    return render_template(
        "aihub/recipe_difference.html",
        recipe=recipe,
        older=older,
        newer=newer,
        **describe_head(recipe),
        **describe(older, newer),
    )


@bp.route("/<int:number>/restore", methods=["GET", "POST"])
def restore(recipe_id: int, number: int) -> Response | tuple[str, int]:
    """Ask, with what would change, and restore a version as the newest one."""
    recipe, error = _recipe(recipe_id), ""
    found = _version(recipe, number)
    if request.method == "POST":
        seen = parse_whole_number(request.form.get("version")) or 0
        try:
            recipe_changes.restore(current_world(), recipe, number, seen=seen)
        except recipe_changes.ChangedMeanwhile:
            error = (
                f"{name_author(_version(recipe, recipe.version_no))} changed the recipe meanwhile. "
                "Nothing was restored: look at what would change now, and decide again."
            )
        except FieldError as refusal:
            error = "It is running: stop it first." if refusal.field == "running" else str(refusal)
        else:
            flash(f"Restored version {number} as version {recipe.version_no}.", "success")
            return redirect(url_for("editor.view", recipe_id=recipe.id), 303)
    page = render_template(
        "aihub/recipe_restore.html",
        recipe=recipe,
        version=found,
        error=error,
        **describe_head(recipe),
        **describe(_version(recipe, recipe.version_no), found),
    )
    return page, 409 if error else 200


@bp.post("/undo")
def undo(recipe_id: int) -> Response:
    """Undo the last change that is not undone yet, in the editor."""
    recipe = _recipe(recipe_id)
    seen = parse_whole_number(request.form.get("version")) or 0
    try:
        number = recipe_undo.undo(current_world(), recipe, seen=seen)
    except recipe_changes.ChangedMeanwhile:
        author = name_author(_version(recipe, recipe.version_no))
        flash(f"{author} changed the recipe meanwhile. Nothing was undone.", "error")
    except FieldError:
        flash("It is running: stop it first.", "error")
    else:
        flash(f"Undone: the recipe is as in version {number}.", "success")
    return redirect(url_for("editor.edit", recipe_id=recipe.id), 303)


def describe(older: Version, newer: Version) -> dict[str, Any]:
    """Return what the part `_difference.html` shows of two versions of a recipe.

    Args:
        older: the one.
        newer: the other.
    """
    found = compare(older.code, newer.code, (older.config, newer.config))
    return describe_difference(found, (older, newer))


def describe_difference(found: Difference, versions: tuple[Version, Version]) -> dict[str, Any]:
    """Return what the part `_difference.html` shows.

    Args:
        found: what differs.
        versions: in whose words it is told.
    """
    numbers: dict[str, int] = {}
    for version in versions:
        try:
            steps = list_steps(version.code, version.config)
        except RecipeInvalid:
            continue
        numbers |= {each.alias: each.number + 1 for each in steps}
    return {
        "difference": found,
        "numbers": numbers,
        "connections": [_describe_connection(each) for each in found.connections],
    }


def name_author(version: Version) -> str:
    """Return who made a version, as people read it."""
    return version.author_name or "Somebody"


def _describe_connection(change: FieldChange) -> tuple[str, str, str]:
    connector = CONNECTORS.get(change.path)
    app = connector.name if connector else change.path
    return app, _name_connection(change.before), _name_connection(change.after)


def _name_connection(acts_with: tuple[Any, bool] | None) -> str:
    if acts_with is None:
        return "not used"
    number, as_end_user = acts_with
    row = current_world().db.session.get(Connection, number) if type(number) is int else None
    own = row is not None and row.workspace_id == person().workspace_id
    name = f"'{row.name}'" if row is not None and own else "no connection"
    return f"{name} as End user's connection" if as_end_user else name


def _list(recipe: Recipe, wrong: int = 0, typed: str = "", error: str = "") -> str:
    world = current_world()
    number = parse_whole_number(request.values.get("page")) or 1
    total = recipe_versions.count_versions(world, recipe)
    page = Page.nearest(number, size=_SIZE, total=total)
    return render_template(
        "aihub/recipe_versions.html",
        recipe=recipe,
        **describe_head(recipe),
        versions=recipe_versions.list_versions(world, recipe, page),
        page=page,
        name_author=name_author,
        longest=LONGEST_COMMENT,
        wrong=wrong,
        typed=typed,
        error=error,
    )


def _recipe(recipe_id: int) -> Recipe:
    return recipes.get_recipe(current_world(), person().workspace_id, recipe_id)


def _version(recipe: Recipe, number: int) -> Version:
    return recipe_versions.get_version(current_world(), recipe, number)
