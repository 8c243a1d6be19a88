"""Connect: from the form of End user's connection to the app's consent page, and back."""

from flask import Blueprint, flash, redirect, request, session, url_for
from werkzeug.wrappers import Response

from simulator import connectors
from simulator.connectors import Connector
from simulator.db.tables import Collaborator, Connection, Project, Recipe
from simulator.domain import (
    authorizations,
    connection_forms,
    connections,
    credentials,
    proxy_servers,
    recipes,
    server_lists,
    tokens,
    workspaces,
)
from simulator.domain.authorizations import NotGranted
from simulator.domain.connection_forms import ConnectionForm
from simulator.errors import Forbidden, NotFound
from simulator.systems.aihub import editor, server_tools
from simulator.systems.aihub.context import person
from simulator.web.application import current_world

bp = Blueprint("connect", __name__)


@bp.post("/recipes/<int:recipe_id>/edit")
def connect(recipe_id: int) -> Response | tuple[str, int]:
    """Check and save the form, then send the builder to the app's consent page.

    A connection that no recipe can use yet is saved before the app is asked, so that its secret
    need not be typed twice; an established one stays as it is until the app has nothing against
    the new settings.
    """
    recipe = recipes.get_recipe(current_world(), person().workspace_id, recipe_id)
    step = editor.selected_step(recipe)
    if step is None or not step.calls_app:
        raise NotFound("Select a step that acts in an app first.")
    connector = connectors.find(step.provider)
    form = read_form(connector)
    edited = None
    if request.form.get("connection_id"):
        edited = editor.edited_connection(recipe, connector, request.form["connection_id"])
    edited, errors = submit(connector, form, edited, _environment(recipe), for_end_users=True)
    if errors or edited is None:
        return editor.step_page(recipe, step, form, edited, errors, choice=editor.END_USER), 422
    return send_to_app(edited, recipe_id=recipe.id, step=step.number)


def submit(
    connector: Connector,
    form: ConnectionForm,
    edited: Connection | None,
    environment_id: int,
    *,
    for_end_users: bool = False,
) -> tuple[Connection | None, dict[str, str]]:
    """Check a form, and save it once nothing is wrong with it; returns it, and what is wrong.

    Args:
        connector: the app's connector.
        form: the form as it was typed.
        edited: the connection that it changes; None for a new one.
        environment_id: where a new one is stored.
        for_end_users: whether it is the form of End user's connection.
    """
    world = current_world()
    errors = connection_forms.check_form(
        world, connector, form, edited, for_end_users=for_end_users
    )
    if errors:
        return edited, errors
    auth_type = connector.find_auth_type(form.auth_type)
    if auth_type is not None and not auth_type.needs_consent:
        return _connect_at_once(connector, form, edited, environment_id)
    if edited is None or not edited.connected:
        edited = _save(environment_id, connector, form, edited)
        return edited, authorizations.check_settings(world, edited)
    candidate = connection_forms.build(world, edited, connector, form)
    refusal = authorizations.preflight(world, candidate)
    if refusal is None:
        return _save(environment_id, connector, form, edited), {}
    is_same_client = candidate.custom_oauth_profile is edited.custom_oauth_profile
    if refusal.cause and candidate.input == edited.input and is_same_client:
        connections.mark_lost(world, edited, refusal.lost_reason, refusal.cause)
    return edited, refusal.as_errors


def _connect_at_once(
    connector: Connector, form: ConnectionForm, edited: Connection | None, environment_id: int
) -> tuple[Connection, dict[str, str]]:
    """Ask the app with the credentials of a form; an established connection stays until it agrees.

    Returns:
        The connection, and what the app has against it.
    """
    world = current_world()
    granted = None
    try:
        if edited is not None and edited.connected:
            candidate = connection_forms.build(world, edited, connector, form)
            granted = credentials.obtain(world, candidate)
        edited = _save(environment_id, connector, form, edited)
        if granted is None:
            credentials.connect(world, edited, person().email)
        else:
            credentials.store(world, edited, person().email, granted)
    except tokens.TokenRefused as refused:
        assert edited is not None, "it was saved"
        return edited, {refused.field or "connect": refused.message}
    return edited, {}


def go_on(connection: Connection) -> Response:
    """Send the builder on: to the app's consent page, or to the page of what is connected already.

    Args:
        connection: the connection whose form was submitted, without a mistake.
    """
    if connections.get_auth_type(connection).needs_consent:
        return send_to_app(connection)
    flash(_tell_connected(connection), "success")
    return redirect(url_for("connection_page.view", connection_id=connection.id), 303)


def _tell_connected(connection: Connection) -> str:
    account = f" as {connection.account}" if connection.account else ""
    return f"'{connection.name}' is connected{account}."


def send_to_app(
    connection: Connection, recipe_id: int | None = None, step: int | None = None
) -> Response:
    """Send the builder to the app's consent page.

    Args:
        connection: to be authorized.
        recipe_id: the id of the recipe that the editor shows afterwards; None for the connection's
            page.
        step: the step of that recipe.
    """
    builder = authorizations.Builder(collaborator_id=person().id, recipe_id=recipe_id, step=step)
    url = authorizations.start(current_world(), connection, builder)
    return redirect(current_world().addresses.local(url), 303)


@bp.get("/connections/finish/<secret>")
def finish(secret: str) -> Response:
    """Finish a flow that this builder started: exchange the code, store the tokens."""
    flow, outcome = authorizations.redeem(current_world(), secret)
    if flow.collaborator_id != person().id:
        raise Forbidden(
            "Somebody else started this connection. Only the person who pressed Connect can "
            f"finish it; you are signed in as {person().email}."
        )
    connection = connections.get_builder_connection(
        current_world(), person().workspace_id, flow.connection_id
    )
    field, problem, code = "", "", ""
    if isinstance(outcome, NotGranted):
        problem = _refusal(connection, outcome)
    else:
        try:
            granted = tokens.exchange_code(current_world(), connection, outcome)
            connections.authorize(
                current_world(),
                connection,
                person().email,
                granted.answer,
                granted.account,
                granted.api_url,
            )
        except tokens.TokenRefused as refused:
            field, problem, code = refused.field, refused.message, refused.error
    if problem:
        _remember_failure(connection, field, problem, code)
    if flow.recipe_id is None:
        if not problem:
            flash(_tell_connected(connection), "success")
            if server := proxy_servers.find_by_connection(current_world(), connection):
                return server_tools.take_over(server, connection)
        return redirect(url_for("connection_page.view", connection_id=connection.id), 303)
    recipe = recipes.get_recipe(current_world(), person().workspace_id, flow.recipe_id)
    step = recipes.get_step(recipe, flow.step or 0)
    if not problem:
        recipes.use_connection(current_world(), recipe, connection, end_users=True)
        app = connections.get_connector(connection).name
        flash(
            f"{_tell_connected(connection)} {app} now sees end users as themselves.",
            "success",
        )
    target = editor.editor_url(recipe, step, editor.END_USER, id=connection.id)
    return redirect(target, 303)


def read_form(connector: Connector) -> ConnectionForm:
    """Return the form as it was posted; a Location of another workspace counts as none."""
    values = request.form
    location = values.get("location", "")
    there = workspaces.is_project(current_world(), person().workspace_id, location)
    auth_type = connector.find_auth_type(values.get("auth_type", ""))
    further = [each.name for each in (*connector.fields, *(auth_type.fields if auth_type else ()))]
    secret = auth_type.secret if auth_type else None
    return ConnectionForm(
        name=values.get("name", ""),
        project_id=location if there else "",
        auth_type=auth_type.value if auth_type else "",
        client_id=values.get("client_id", ""),
        client_secret=values.get(secret.name if secret else "client_secret", ""),
        host=values.get("host", "").strip() or connector.chosen_host(values.get("host_choice", "")),
        scopes=(
            tuple(values.get("scopes", "").split())
            if connector.is_elsewhere
            else tuple(name for name in values.getlist("scopes") if name in connector.scopes)
        ),
        fields={
            name: values.get(name, "") for name in further if not secret or name != secret.name
        },
        profile_id=values.get("profile_id", "") if connector.clients_path else "",
    )


def _save(
    environment_id: int, connector: Connector, form: ConnectionForm, edited: Connection | None
) -> Connection:
    session = current_world().db.session
    builder = session.get_one(Collaborator, person().id)
    if edited is None:
        project = session.get_one(Project, int(form.project_id))
        environment_id = project.environment_id or environment_id
        return connection_forms.create(current_world(), builder, environment_id, connector, form)
    return connection_forms.save(current_world(), builder, environment_id, connector, form, edited)


def _environment(recipe: Recipe) -> int:
    """Return where a recipe's new connection is: with its server, else the workspace's first."""
    if publishing := server_lists.find_publishing(current_world(), recipe):
        return publishing.environment_id
    return workspaces.list_environments(current_world(), person().workspace_id)[0].id


def _refusal(connection: Connection, outcome: NotGranted) -> str:
    """Return what the app answered instead of a code, in words."""
    app = connections.get_connector(connection).name
    if outcome.is_denied:
        return f"{app}: the consent was denied. Connect again when you are ready."
    return f"{app} gave no consent: {outcome.reason}"


def _remember_failure(connection: Connection, field: str, message: str, code: str) -> None:
    """Keep the sentence for the editor; an established connection stays established."""
    session[editor.OUTCOME] = {"connection": connection.id, "field": field, "message": message}
    credentials.note_failure(current_world(), connection, message, code)
