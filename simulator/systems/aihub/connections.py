"""Delete a builder's connection: one that was never finished, is lost, or is not needed."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.domain import connections, disconnection, recipes
from simulator.systems.aihub.context import person
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("connections", __name__, url_prefix="/connections")


@bp.get("/<int:connection_id>/delete")
def confirm(connection_id: int) -> str:
    """Ask before deleting; say what depends on the connection."""
    connection = connections.get_builder_connection(
        current_world(), person().workspace_id, connection_id
    )
    return render_template(
        "aihub/connection_delete.html",
        connection=connection,
        app=connections.get_connector(connection).name,
        used_by=recipes.list_running_with(current_world(), connection),
        children=connections.count_children(current_world(), connection),
        back=_back(url_for("connection_page.view", connection_id=connection.id)),
    )


@bp.post("/<int:connection_id>/delete")
def delete(connection_id: int) -> Response | tuple[str, int]:
    """Delete it, unless running recipes use it."""
    connection = connections.get_builder_connection(
        current_world(), person().workspace_id, connection_id
    )
    if recipes.list_running_with(current_world(), connection):
        return confirm(connection_id), 409
    name, project = connection.name, url_for("project.view", project_id=connection.project_id)
    left = disconnection.delete(current_world(), connection)
    flash(f"Deleted the connection '{name}'. {left}".strip(), "success")
    return redirect(_back(project), 303)


def _back(otherwise: str) -> str:
    """Return the step in the editor that one came from, else another page."""
    recipe, step = (parse_whole_number(request.values.get(name)) for name in ("recipe", "step"))
    if recipe is None or step is None:
        return otherwise
    return url_for("editor.edit", recipe_id=recipe, step=step, connection="end_user")
