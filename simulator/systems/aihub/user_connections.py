"""Tools > Runtime user connections: whose accounts end users act with (our choice of columns)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables.connections import ConnectionStatus
from simulator.domain import user_connections, workspaces
from simulator.domain.connections import get_connector
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("user_connections", __name__, url_prefix="/tools/runtime_user_connections")

#: What a runtime user connection can be; a program may have begun one that was never authorized.
STATUSES = tuple(ConnectionStatus)


@bp.get("")
def listing() -> str:
    """One page; `q` filters by user, account, app and parent; `status` and `environment` filter."""
    world, workspace_id = current_world(), person().workspace_id
    (text, number), status = searched(), request.args.get("status", "")
    environment_id = parse_whole_number(request.args.get("environment"))
    found = user_connections.list_in_workspace(
        world, workspace_id, text, status, number, environment_id
    )
    return render_template(
        "aihub/user_connections.html",
        found=found,
        rows=[(one, place, get_connector(one).name) for one, place in found.rows],
        q=text,
        status=status,
        statuses=STATUSES,
        environment=environment_id,
        environments=workspaces.list_environments(world, workspace_id),
    )


@bp.get("/<int:connection_id>/disconnect")
def confirm(connection_id: int) -> str | Response:
    """Ask before disconnecting what is connected; Back may lead here when it is not any more."""
    found = user_connections.get_in_workspace(current_world(), person().workspace_id, connection_id)
    app = get_connector(found).name
    if not found.connected:
        who = found.owner_name
        flash(f"{who} is not connected to {app} any more: there is nothing to disconnect.", "info")
        return redirect(url_for("user_connections.listing"), 303)
    end = get_connector(found).end_of_grant
    return render_template(
        "aihub/user_connection_disconnect.html", connection=found, app=app, end_of_grant=end
    )


@bp.post("/<int:connection_id>/disconnect")
def disconnect(connection_id: int) -> Response:
    """Disconnect; the person is asked to connect again at the next call."""
    found = user_connections.get_in_workspace(current_world(), person().workspace_id, connection_id)
    who = found.owner_name
    app = get_connector(found).name
    left = user_connections.disconnect(current_world(), found, person().email)
    flash(f"Disconnected {who} from {app}. {left}".strip(), "success")
    return redirect(url_for("user_connections.listing"), 303)


@bp.get("/<int:connection_id>/delete")
def confirm_delete(connection_id: int) -> str:
    """Ask before deleting."""
    found = user_connections.get_in_workspace(current_world(), person().workspace_id, connection_id)
    connector = get_connector(found)
    return render_template(
        "aihub/user_connection_delete.html",
        connection=found,
        app=connector.name,
        end_of_grant=connector.end_of_grant,
    )


@bp.post("/<int:connection_id>/delete")
def delete(connection_id: int) -> Response:
    """Delete: the tokens are revoked at the app, and nothing is left here."""
    found = user_connections.get_in_workspace(current_world(), person().workspace_id, connection_id)
    who = found.owner_name
    app = get_connector(found).name
    left = user_connections.delete(current_world(), found)
    flash(f"Deleted the connection of {who} to {app}. {left}".strip(), "success")
    return redirect(url_for("user_connections.listing"), 303)
