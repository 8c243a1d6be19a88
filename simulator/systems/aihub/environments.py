"""Workspace admin > Environments: which there are, and what each has of its own."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.domain import environments, workspaces
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.web.application import current_world

bp = Blueprint("environments", __name__, url_prefix="/workspace_admin/environments")


@bp.route("", methods=["GET", "POST"])
def listing() -> Response | tuple[str, int]:
    """Return the environments; a POST adds one."""
    world, workspace_id = current_world(), person().workspace_id
    error = ""
    if request.method == "POST":
        try:
            made = environments.add(world, workspace_id, request.form.get("name", ""))
            flash(f"Added the environment {made.name}.", "success")
            return _back()
        except FieldError as wrong:
            world.db.rollback()
            error = wrong.message
    found = workspaces.list_environments(world, workspace_id)
    there = {one.name for one in found}
    page = render_template(
        "aihub/environments.html",
        environments=found,
        contents=environments.count_contents(world, found),
        offered=[(name, name) for name in environments.NAMES if name not in there],
        error=error,
    )
    return page, 422 if error else 200


@bp.post("/<int:environment_id>/remove")
def remove(environment_id: int) -> Response:
    """Remove an environment in which nothing is."""
    world = current_world()
    found = workspaces.get_environment(world, person().workspace_id, environment_id)
    name = found.name
    try:
        environments.remove(world, found)
        flash(f"Removed the environment {name}.", "success")
    except FieldError as error:
        flash(error.message, "error")
    return _back()


def _back() -> Response:
    return redirect(url_for("environments.listing"), 303)
