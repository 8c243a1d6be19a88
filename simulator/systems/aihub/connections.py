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
        back=_back(),
    )


@bp.post("/<int:connection_id>/delete")
def delete(connection_id: int) -> Response | tuple[str, int]:
    """Delete it, unless running recipes use it."""
    connection = connections.get_builder_connection(
        current_world(), person().workspace_id, connection_id
    )
    if recipes.list_running_with(current_world(), connection):
        return confirm(connection_id), 409
    name = connection.name
    left = disconnection.delete(current_world(), connection)
    flash(f"Deleted the connection '{name}'. {left}".strip(), "success")
    return redirect(_back(), 303)


def _back() -> str:
    """Return the step in the editor that one came from, else the first page."""
    recipe, step = (parse_whole_number(request.values.get(name)) for name in ("recipe", "step"))
    if recipe is None or step is None:
        return url_for("servers.overview")
    return url_for("editor.edit", recipe_id=recipe, step=step, connection="end_user")
