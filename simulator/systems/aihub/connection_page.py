"""A builder's connection by itself: made by hand, looked at, connected again, disconnected."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from simulator import connectors
from simulator.connectors import CONNECTORS, Connector
from simulator.db.tables import Connection
from simulator.domain import authorizations, connections, disconnection, recipes, tags, workspaces
from simulator.domain.connection_forms import ConnectionForm
from simulator.errors import FieldError
from simulator.systems.aihub import connect, editor, meanwhile, tag_choice
from simulator.systems.aihub.context import person
from simulator.systems.aihub.editor import ConnectionPanel
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("connection_page", __name__, url_prefix="/connections")

#: Recipes that are named.
_NAMED = 20


@bp.get("/new")
def choose() -> str:
    """Return the apps to which a connection can be made; `project` is where it is to be."""
    world = current_world()
    return render_template(
        "aihub/connection_new.html",
        apps=sorted((each.name, each.provider) for each in CONNECTORS.values()),
        environments=workspaces.list_environments(world, person().workspace_id),
        project=parse_whole_number(request.args.get("project")),
    )


@bp.route("/new/<provider>", methods=["GET", "POST"])
def create(provider: str) -> Response | tuple[str, int]:
    """Check and save the app's own form, then send the builder to the app's consent page."""
    connector = connectors.find(provider)
    if request.method == "GET":
        form = editor.empty_form(connector, request.args.get("project", ""))
        return _form(connector, form, {}), 200
    form = connect.read_form(connector)
    begun = _begun(connector)
    edited, errors = connect.submit(connector, form, begun, _environment_id())
    if errors or edited is None:
        return _form(connector, form, errors, edited), 422
    return connect.go_on(edited)


@bp.route("/<int:connection_id>", methods=["GET", "POST"])
def view(connection_id: int) -> Response | tuple[str, int]:
    """Return how a connection stands; a POST changes its settings, and connects it again."""
    connection = _connection(connection_id)
    connector = connections.get_connector(connection)
    if request.method == "POST":
        form = connect.read_form(connector)
        try:
            meanwhile.check(connection, lambda: _describe(connection))
        except FieldError as error:
            return _page(connection, form, {error.field: error.message}), error.status
        edited, errors = connect.submit(connector, form, connection, connection.environment_id)
        if errors or edited is None:
            return _page(connection, form, errors), 422
        return connect.go_on(edited)
    outcome = session.get(editor.OUTCOME) or {}
    errors = {}
    if outcome.get("connection") == connection.id:
        session.pop(editor.OUTCOME)
        errors = {outcome["field"] or "connect": outcome["message"]}
    return _page(connection, editor.form_of(connection), errors), 200


@bp.route("/<int:connection_id>/disconnect", methods=["GET", "POST"])
def disconnect(connection_id: int) -> Response | str:
    """Ask, and disconnect: tokens are forgotten here and revoked at the app."""
    world, connection = current_world(), _connection(connection_id)
    back = url_for("connection_page.view", connection_id=connection_id)
    if request.method == "GET":
        return render_template(
            "aihub/connection_disconnect.html",
            connection=connection,
            connector=connections.get_connector(connection),
            used_by=recipes.list_running_with(world, connection)[:_NAMED],
            back=back,
        )
    left = disconnection.disconnect(world, connection, f"{person().name} disconnected it.")
    flash(f"Disconnected '{connection.name}'. {left}".strip(), "success")
    return redirect(back, 303)


@bp.post("/<int:connection_id>/tags")
def save_tags(connection_id: int) -> Response | tuple[str, int]:
    """Give it a tag, or take one away."""
    connection = _connection(connection_id)
    if error := tag_choice.save(connections=[connection]):
        return _page(connection, editor.form_of(connection), {}, error), 422
    return redirect(
        url_for("connection_page.view", connection_id=connection_id, _anchor="tags"), 303
    )


def _describe(connection: Connection) -> list[Any]:
    return [asdict(editor.form_of(connection)), connection.client_secret_sealed]


def _connection(connection_id: int) -> Connection:
    world = current_world()
    return connections.get_builder_connection(world, person().workspace_id, connection_id)


def _begun(connector: Connector) -> Connection | None:
    """Return the connection that the form before saved, if the app refused its settings."""
    number = parse_whole_number(request.form.get("connection_id"))
    found = _connection(number) if number is not None else None
    return found if found is not None and found.provider == connector.provider else None


def _environment_id() -> int:
    world, number = current_world(), parse_whole_number(request.values.get("environment"))
    if number is not None:
        return workspaces.get_environment(world, person().workspace_id, number).id
    return workspaces.list_environments(world, person().workspace_id)[0].id


def _panel(
    connector: Connector,
    form: ConnectionForm,
    errors: Mapping[str, str],
    edited: Connection | None,
) -> ConnectionPanel:
    return ConnectionPanel(
        connector=connector,
        choice=editor.YOURS,
        current=None,
        as_end_user=False,
        edited=edited,
        form=form,
        errors=errors,
        choices=(),
        count=0,
        find="",
    )


def _form(
    connector: Connector,
    form: ConnectionForm,
    errors: Mapping[str, str],
    edited: Connection | None = None,
) -> str:
    world, environment = current_world(), request.values.get("environment")
    return render_template(
        "aihub/connection_create.html",
        panel=_panel(connector, form, errors, edited),
        projects=workspaces.offer_projects(world, person().workspace_id, [form.project_id]),
        profiles=editor.list_profiles(connector),
        redirect_uri=authorizations.get_redirect_uri(world, connector),
        form_action=url_for(
            "connection_page.create", provider=connector.provider, environment=environment
        ),
        form_label=f"Connection to {connector.name}",
    )


def _page(
    connection: Connection, form: ConnectionForm, errors: Mapping[str, str], tag_error: str = ""
) -> str:
    world = current_world()
    own = tags.list_of_connections(world, [connection.id]).get(connection.id, ())
    connector = connections.get_connector(connection)
    return render_template(
        "aihub/connection.html",
        connection=connection,
        panel=_panel(connector, form, errors, connection),
        seen=meanwhile.mark(_describe(connection), errors),
        projects=workspaces.offer_projects(world, person().workspace_id, [form.project_id]),
        profiles=editor.list_profiles(connector),
        redirect_uri=authorizations.get_redirect_uri(world, connector),
        form_action=url_for("connection_page.view", connection_id=connection.id),
        form_label=f"Connection to {connector.name}",
        needs_consent=connections.get_auth_type(connection).needs_consent,
        running=recipes.list_running_with(world, connection)[:_NAMED],
        children=connections.count_children(world, connection),
        tags=own,
        offered=tag_choice.list_offered(own),
        tag_error=tag_error,
    )
