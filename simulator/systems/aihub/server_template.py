"""Start an MCP server with a template: the gallery's choice, its connections, its Location."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator import connectors
from simulator.db.tables import Connection
from simulator.domain import connections, folders, server_templates, servers, workspaces
from simulator.domain.server_templates import ConnectionChoice, Template
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.systems.aihub.new_server import find_environment
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("server_template", __name__, url_prefix="/ai_hub/mcp/new/template")

#: Location of a project that is made with the server.
_NEW = "new"
_OFFERED = 100
#: What a form calls whose connection it is (Workato docs, MCP servers, templates).
_USERS, _YOURS = "user", "your"


@bp.route("/<key>", methods=["GET", "POST"])
def use(key: str) -> Response | tuple[str, int]:
    """Use this template: name, Location, and for each app whose connection it is."""
    template = server_templates.get_template(key)
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors, made = _make(template)
        if made:
            return redirect(url_for("servers.server", handle=made), 303)
    world, workspace_id = current_world(), person().workspace_id
    location = request.form.get("location", _NEW)
    offered = workspaces.offer_projects(world, workspace_id, [location])
    projects = [(str(each.id), each.name) for each in offered]
    page = render_template(
        "aihub/server_template.html",
        template=template,
        name=request.form.get("name", template.name),
        locations=[(_NEW, "A new project, named like the server"), *projects],
        location=location,
        environments=[
            (each.id, each.name) for each in workspaces.list_environments(world, workspace_id)
        ],
        environment=request.form.get("environment", ""),
        apps=[_app(template, provider) for provider in template.connections],
        errors=errors,
    )
    return page, 422 if errors else 200


def _app(template: Template, provider: str) -> dict[str, object]:
    """What the Connections section shows of an app."""
    found = connections.list_builder_connections(
        current_world(), person().workspace_id, provider
    ).first(_OFFERED)
    kind = _USERS if provider in template.personalized else _YOURS
    return {
        "provider": provider,
        "name": connectors.find(provider).name,
        "kind": request.form.get(f"{provider}_kind", kind),
        "chosen": request.form.get(f"{provider}_connection", ""),
        "connections": [(each.id, each.name) for each in found if each.connected],
    }


def _make(template: Template) -> tuple[dict[str, str], str]:
    """Make the server; returns every mistake, or its handle."""
    world, workspace_id = current_world(), person().workspace_id
    errors: dict[str, str] = {}
    name = ""
    try:
        name = servers.check_name(request.form.get("name", ""))
    except FieldError as error:
        errors[error.field] = error.message
    choices = {}
    for provider in template.connections:
        try:
            choices[provider] = _choice(provider)
        except FieldError as error:
            errors[error.field] = error.message
    if errors:
        return errors, ""
    environment = find_environment(request.form.get("environment", ""))
    try:
        project = _project_name(name)
        server = server_templates.use_template(
            world, workspace_id, environment.id, template, name, project, choices
        )
    except FieldError as error:
        return {error.field: error.message}, ""
    missing = [
        connectors.find(app).name for app, each in choices.items() if each.connection is None
    ]
    todo = f" Its tools work once {' and '.join(missing)} is connected." if missing else ""
    flash(f"Created the MCP server '{name}' in the project '{project}'.{todo}", "success")
    return {}, server.handle


def _project_name(name: str) -> str:
    """Return the name of the project that is the server's Location."""
    world, typed = current_world(), request.form.get("location", "")
    if typed == _NEW:
        name = name.replace("/", "-")
        try:
            return folders.create(world, person().workspace_id, name, None).name
        except FieldError:
            raise FieldError(
                "location",
                f"There is a project named '{name}' already. Select it, or name the server "
                "differently.",
            ) from None
    number = parse_whole_number(typed)
    if number is None:
        raise FieldError("location", "Select a project, or a new one.")
    return workspaces.get_project(world, person().workspace_id, number).name


def _choice(provider: str) -> ConnectionChoice:
    is_users = request.form.get(f"{provider}_kind") == _USERS
    number = parse_whole_number(request.form.get(f"{provider}_connection"))
    if number is None:
        return ConnectionChoice(connection=None, is_users=is_users)
    found: Connection = connections.get_builder_connection(
        current_world(), person().workspace_id, number
    )
    if found.provider != provider or not found.connected:
        field = f"{provider}_connection"
        raise FieldError(field, f"'{found.name}' is not connected. Select another one.")
    return ConnectionChoice(connection=found, is_users=is_users)
