"""The recipe editor: a recipe's steps, and the setup and connection of the selected one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from simulator import connectors
from simulator.connectors import Connector
from simulator.db.tables import Connection, Recipe
from simulator.domain import (
    authorizations,
    connections,
    oauth_profiles,
    recipe_undo,
    recipes,
    verified_recipes,
    workspaces,
)
from simulator.domain.connection_forms import ConnectionForm
from simulator.domain.editing.differences import flatten
from simulator.domain.engine.steps import Step
from simulator.errors import NotFound
from simulator.systems.aihub import checks
from simulator.systems.aihub.context import person
from simulator.systems.aihub.recipe_head import describe_head
from simulator.systems.aihub.step_form import StepForm, build_form
from simulator.systems.aihub.step_lines import list_lines
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("editor", __name__)

#: Connections that a menu offers; more are looked for by name.
_CHOICES = 100

END_USER, YOURS = "end_user", "your"

#: What the app's consent page led to, until the editor shows it: {connection, field, message}.
OUTCOME = "connect_outcome"


@dataclass(frozen=True, kw_only=True)
class ConnectionPanel:
    """The Connection section of a step that calls an app.

    Attributes:
        connector: the app's connector.
        choice: END_USER or YOURS: which of the two is shown.
        current: what the recipe uses today, and whether as End user's connection.
        edited: the connection that the form changes; None makes a new one.
        form: the form's values, without the secret.
        errors: field → sentence; `connect` for what belongs to no field.
        choices: the first of the builders' connections to the app, as far as they are looked for.
        count: how many there are.
        find: part of the name of those that are looked for; empty for all.
    """

    connector: Connector
    choice: str
    current: Connection | None
    as_end_user: bool
    edited: Connection | None
    form: ConnectionForm
    errors: Mapping[str, str]
    choices: Sequence[Connection]
    count: int
    find: str

    @property
    def reusable(self) -> list[Connection]:
        """Established connections that "Existing connection" offers."""
        return [
            one
            for one in self.choices
            if one.connected and one is not self.edited and _needs_consent(one)
        ]

    @property
    def unfinished(self) -> list[Connection]:
        """Connections that nobody can use: never authorized, refused, lost or disconnected."""
        return [one for one in self.choices if not one.connected]


@bp.get("/recipes/<int:recipe_id>")
def view(recipe_id: int) -> str:
    """Return a recipe as it is, with the way to Edit."""
    recipe = recipes.get_recipe(current_world(), person().workspace_id, recipe_id)
    return _page(recipe, editing=False)


@bp.get("/recipes/<int:recipe_id>/edit")
def edit(recipe_id: int) -> str:
    """Return the editor; `step` selects a step, `connection` which kind of connection is shown.

    `id` goes on with a connection that was saved but not yet authorized; `new` starts another one.
    """
    recipe = recipes.get_recipe(current_world(), person().workspace_id, recipe_id)
    step = selected_step(recipe)
    if step is None or not step.calls_app:
        return _page(recipe, editing=True, step=step)
    connector = connectors.find(step.provider)
    outcome = session.pop(OUTCOME, None) or {}
    edited = edited_connection(recipe, connector, request.args.get("id"))
    errors = {}
    if edited is not None and outcome.get("connection") == edited.id:
        errors = {outcome["field"] or "connect": outcome["message"]}
    elif edited is not None and not edited.connected and edited.authorization_error:
        errors = {"connect": edited.authorization_error}
    form = form_of(edited) if edited else empty_form(connector)
    return step_page(recipe, step, form, edited, errors)


@bp.route("/recipes/<int:recipe_id>/steps/<int:number>/connection", methods=["GET", "POST"])
def choose(recipe_id: int, number: int) -> Response | tuple[str, int]:
    """Use one of the builders' connections (`connection_id`), as Your or as End user's (`as`)."""
    recipe = recipes.get_recipe(current_world(), person().workspace_id, recipe_id)
    step = recipes.get_step(recipe, number)
    kind = END_USER if request.values.get("as") == END_USER else YOURS
    if request.method == "GET":  # somebody reloads the page that showed an error
        return redirect(editor_url(recipe, step, kind), 303)
    connector = connectors.find(step.provider)
    connection_id = parse_whole_number(request.form.get("connection_id"))
    error = ""
    if connection_id is None:
        error = f"Select a connection to {connector.name}."
    else:
        connection = connections.get_builder_connection(
            current_world(), person().workspace_id, connection_id
        )
        if connection.provider != step.provider:
            raise NotFound("This connection belongs to another app.")
        if connection.connected and kind == END_USER and not _needs_consent(connection):
            error = (
                f"'{connection.name}' authenticates with "
                f"{connections.get_auth_type(connection).label}. "
                "End user's connection takes OAuth 2.0 authorization code connections alone."
            )
        elif connection.connected:
            recipes.use_connection(current_world(), recipe, connection, end_users=kind == END_USER)
            whose = "each end user's own connection" if kind == END_USER else "your connection"
            flash(f"Saved. The recipe now uses {whose} through '{connection.name}'.", "success")
            return redirect(editor_url(recipe, step, kind, _anchor="setup"), 303)
        else:
            error = f"'{connection.name}' is not connected. Select another, or connect it first."
    edited = edited_connection(recipe, connector, None)
    form = form_of(edited) if edited else empty_form(connector)
    return step_page(recipe, step, form, edited, {f"{kind}_choice": error}, choice=kind), 422


def _needs_consent(connection: Connection) -> bool:
    return connections.get_auth_type(connection).needs_consent


def selected_step(recipe: Recipe) -> Step | None:
    """Return the step that the URL selects, if any."""
    number = parse_whole_number(request.args.get("step"))
    return recipes.get_step(recipe, number) if number is not None else None


def edited_connection(
    recipe: Recipe, connector: Connector, connection_id: str | None
) -> Connection | None:
    """Return the connection that the form changes: the named one, or what the recipe uses today."""
    number = parse_whole_number(connection_id)
    if number is not None:
        found = connections.get_builder_connection(current_world(), person().workspace_id, number)
        if found.provider != connector.provider:
            raise NotFound("This connection belongs to another app.")
        return found
    if "new" in request.args or not recipes.acts_as_end_user(recipe, connector.provider):
        return None
    return recipes.find_connection(current_world(), recipe, connector.provider)


def empty_form(connector: Connector, project_id: str = "") -> ConnectionForm:
    """Return the form of a new connection: nothing but the scopes that the app requires.

    Args:
        connector: the app's connector.
        project_id: its Location, where that is known.
    """
    return ConnectionForm(
        name="",
        project_id=project_id,
        auth_type="",
        client_id="",
        client_secret="",
        host="",
        scopes=connector.required_scopes,
    )


def form_of(connection: Connection) -> ConnectionForm:
    """Return the form of a stored connection; its secret stays where it is."""
    stored = connection.input
    return ConnectionForm(
        name=connection.name,
        project_id=str(connection.project_id),
        auth_type=stored.get("auth_type", ""),
        client_id=stored.get("client_id", ""),
        client_secret="",
        host=stored.get("host", ""),
        scopes=tuple(stored.get("scopes", ())),
        fields={name: text for name, text in stored.items() if isinstance(text, str)},
        profile_id=str(connection.custom_oauth_profile_id or ""),
    )


def list_profiles(connector: Connector) -> list[tuple[int, str]]:
    """Return the custom OAuth profiles that a connection's form offers: id and name."""
    if not connector.clients_path:
        return []
    workspace_id = person().workspace_id
    found = oauth_profiles.list_offered(current_world(), workspace_id, connector.provider)
    return [(each.id, each.name) for each in found]


def show_step(recipe: Recipe, number: int, form: StepForm) -> str:
    """Return the editor with a step selected, and its form as it was filled in.

    Args:
        recipe: the recipe.
        number: place of the step, 0 for the trigger.
        form: the form of the step.
    """
    step = list(recipes.iter_steps(recipe))[number]
    if not step.calls_app:
        return _page(recipe, editing=True, step=step, setup=form)
    connector = connectors.find(step.provider)
    edited = edited_connection(recipe, connector, None)
    connection = form_of(edited) if edited else empty_form(connector)
    return step_page(recipe, step, connection, edited, {}, setup=form)


def editor_url(recipe: Recipe, step: Step, kind: str, **more: Any) -> str:
    """Return the editor at a step and kind of connection."""
    return url_for("editor.edit", recipe_id=recipe.id, step=step.number, connection=kind, **more)


def step_page(
    recipe: Recipe,
    step: Step,
    form: ConnectionForm,
    edited: Connection | None,
    errors: Mapping[str, str],
    *,
    choice: str = "",
    setup: StepForm | None = None,
) -> str:
    """Return the editor with a step that calls an app selected."""
    connector = connectors.find(step.provider)
    as_end_user = recipes.acts_as_end_user(recipe, step.provider)
    selected, sought = choice or request.args.get("connection", ""), request.args.get("find", "")
    found = connections.list_builder_connections(
        current_world(), person().workspace_id, step.provider, sought
    )
    choices = found.first(_CHOICES)
    panel = ConnectionPanel(
        connector=connector,
        choice=selected if selected in (END_USER, YOURS) else END_USER if as_end_user else YOURS,
        current=recipes.find_connection(current_world(), recipe, step.provider),
        as_end_user=as_end_user,
        edited=edited,
        form=form,
        errors=errors,
        choices=choices,
        count=found.count() if len(choices) == _CHOICES else len(choices),
        find=sought,
    )
    return _page(recipe, editing=True, step=step, panel=panel, setup=setup)


def _page(
    recipe: Recipe,
    *,
    editing: bool,
    step: Step | None = None,
    panel: ConnectionPanel | None = None,
    setup: StepForm | None = None,
) -> str:
    steps = list(recipes.iter_steps(recipe))
    if not person().may("steps.change"):
        panel = setup = None  # the steps above say whose connection each has
    elif editing and step is not None and not recipe.running and setup is None:
        setup = build_form(recipe, steps.index(step))
    return render_template(
        "aihub/recipe.html",
        recipe=recipe,
        steps=steps,
        lines=list_lines(recipe),
        kinds=checks.KINDS,
        problems=checks.list_problems(recipe, {one.number + 1: one for one in steps}),
        numbers={one.alias: one.number + 1 for one in steps},
        whose={one.number: _whose(recipe, one) for one in steps if one.calls_app},
        editing=editing,
        undo_to=recipe_undo.find_undo(current_world(), recipe) if editing else 0,
        unverified=verified_recipes.explain(current_world(), recipe),
        step=step,
        panel=panel,
        setup=setup,
        inputs=[] if step is None or step.is_trigger else list(flatten(step.inputs)),
        schema=recipes.build_input_schema(recipe) if step is not None and step.is_trigger else None,
        projects=(
            workspaces.offer_projects(
                current_world(), person().workspace_id, [panel.form.project_id]
            )
            if panel
            else ()
        ),
        profiles=list_profiles(panel.connector) if panel else [],
        redirect_uri=(
            authorizations.get_redirect_uri(current_world(), panel.connector) if panel else ""
        ),
        **describe_head(recipe),
    )


def _whose(recipe: Recipe, step: Step) -> str:
    connection = recipes.find_connection(current_world(), recipe, step.provider)
    whose = "Acts as the end user"
    if not recipes.acts_as_end_user(recipe, step.provider):
        whose = f"Your connection: {connection.name}" if connection else "No connection yet"
    lost = connection is not None and connection.connection_lost_at is not None
    return f"{whose} (connection lost)" if lost else whose
