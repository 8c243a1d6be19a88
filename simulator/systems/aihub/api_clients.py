"""Workspace admin > API clients: programs that use the Developer API, and their roles."""

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import ApiClient, ApiClientRole
from simulator.domain import api_client_admin, workspaces
from simulator.errors import FieldError
from simulator.systems.aihub import meanwhile, shown_once
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("api_clients", __name__, url_prefix="/workspace_admin/api_clients")

#: Where the Developer API says what there is: systems know each other by their addresses.
_DOCUMENT = "https://www.workato.com/api/openapi.json"
_NEW = "api-client-"


@bp.get("")
def listing() -> str:
    """Return the API clients; a token that was just made is shown, once."""
    world, (text, number) = current_world(), searched()
    found = api_client_admin.list_clients(world, person().workspace_id, text).page(number)
    client_id, token = _take_token()
    return render_template(
        "aihub/api_clients.html", found=found, q=text, token=token, client_id=client_id
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create an API client."""
    return _edit(None)


@bp.route("/<int:client_id>", methods=["GET", "POST"])
def edit(client_id: int) -> Response | tuple[str, int]:
    """Change an API client; `ask` opens a question without JavaScript."""
    return _edit(_client(client_id))


@bp.post("/<int:client_id>/regenerate")
def regenerate(client_id: int) -> Response:
    """Give a client another token, which the next page shows, once."""
    client = _client(client_id)
    _keep_token(client, api_client_admin.regenerate_token(current_world(), client))
    flash(f"{client.name} has a new token. The previous one no longer works.", "success")
    return redirect(url_for("api_clients.listing"), 303)


@bp.post("/<int:client_id>/delete")
def delete(client_id: int) -> Response:
    """Delete a client; its token is refused from then on."""
    client = _client(client_id)
    name = client.name
    api_client_admin.delete_client(current_world(), client)
    flash(f"Deleted the API client '{name}'.", "success")
    return redirect(url_for("api_clients.listing"), 303)


@bp.get("/roles")
def roles() -> str:
    """Return the client roles."""
    world = current_world()
    found = api_client_admin.list_roles(world, person().workspace_id)
    counts = api_client_admin.count_clients(world, [one.id for one in found])
    return render_template("aihub/api_client_roles.html", roles=found, counts=counts)


@bp.route("/roles/new", methods=["GET", "POST"])
def create_role() -> Response | tuple[str, int]:
    """Add a client role."""
    return _edit_role(None)


@bp.route("/roles/<int:role_id>", methods=["GET", "POST"])
def edit_role(role_id: int) -> Response | tuple[str, int]:
    """Change which endpoints a client role allows."""
    return _edit_role(api_client_admin.get_role(current_world(), person().workspace_id, role_id))


@bp.post("/roles/<int:role_id>/copy")
def copy_role(role_id: int) -> Response:
    """Copy a client role; the copy is shown, to be changed."""
    role = api_client_admin.get_role(current_world(), person().workspace_id, role_id)
    made = api_client_admin.copy_role(current_world(), role)
    flash(f"Copied the client role '{role.name}'.", "success")
    return redirect(url_for("api_clients.edit_role", role_id=made.id), 303)


@bp.post("/roles/<int:role_id>/delete")
def delete_role(role_id: int) -> Response:
    """Delete a client role that no client has."""
    role = api_client_admin.get_role(current_world(), person().workspace_id, role_id)
    try:
        name = role.name
        api_client_admin.delete_role(current_world(), role)
        flash(f"Deleted the client role '{name}'.", "success")
    except FieldError as error:
        flash(error.message, "error")
    return redirect(url_for("api_clients.roles"), 303)


def _edit(client: ApiClient | None) -> Response | tuple[str, int]:
    world, workspace_id = current_world(), person().workspace_id
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            meanwhile.check(client, lambda: _shown(client))
            return _save(client)
        except FieldError as error:
            world.db.rollback()
            errors[error.field] = error.message
    form: Mapping[str, Any] = request.form if errors else _shown(client)
    chosen = request.form.getlist("projects") if errors else form.get("projects", [])
    page = render_template(
        "aihub/api_client.html",
        client=client,
        seen=meanwhile.mark(_shown(client), errors),
        form=form,
        chosen=chosen,
        errors=errors,
        roles=[(one.id, one.name) for one in api_client_admin.list_roles(world, workspace_id)],
        environments=[
            (one.id, one.name) for one in workspaces.list_environments(world, workspace_id)
        ],
        projects=[
            (str(one.id), one.name)
            for one in workspaces.offer_projects(world, workspace_id, chosen)
        ],
        asks=request.args.get("ask", ""),
    )
    return page, 422 if errors else 200


def _save(client: ApiClient | None) -> Response:
    world, workspace_id = current_world(), person().workspace_id
    role_id = parse_whole_number(request.form.get("role"))
    role = api_client_admin.get_role(world, workspace_id, role_id) if role_id else None
    some = request.form.get("access") == "some"
    ids = [parse_whole_number(one) or 0 for one in request.form.getlist("projects")]
    lines = request.form.get("ip_allow_list", "").replace(",", "\n").splitlines()
    settings: dict[str, Any] = {
        "name": request.form.get("name", ""),
        "role": role,
        "project_ids": ids if some else None,
        "ip_allow_list": [each for each in lines if each.strip()],
    }
    if client is not None:
        api_client_admin.change_client(world, client, **settings)
        flash(f"Saved {client.name}.", "success")
    else:
        number = parse_whole_number(request.form.get("environment")) or 0
        environment = workspaces.get_environment(world, workspace_id, number)
        made, token = api_client_admin.create_client(world, environment, **settings)
        _keep_token(made, token)
        flash(f"Created {made.name}.", "success")
    return redirect(url_for("api_clients.listing"), 303)


def _shown(client: ApiClient | None) -> dict[str, Any]:
    if client is None:
        return {"access": "all"}
    return {
        "name": client.name,
        "role": client.role_id,
        "environment": client.environment_id,
        "access": "all" if client.project_ids is None else "some",
        "projects": [str(one) for one in client.project_ids or []],
        "ip_allow_list": "\n".join(client.ip_allow_list),
    }


def _edit_role(role: ApiClientRole | None) -> Response | tuple[str, int]:
    world, workspace_id = current_world(), person().workspace_id
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            meanwhile.check(role, lambda: _allowed(role))
            saved = api_client_admin.save_role(
                world,
                workspace_id,
                role,
                name=request.form.get("name", ""),
                endpoints=request.form.getlist("endpoints"),
            )
            flash(f"Saved the client role '{saved.name}'.", "success")
            return redirect(url_for("api_clients.roles"), 303)
        except FieldError as error:
            world.db.rollback()
            errors[error.field] = error.message
    name, allowed = _allowed(role)
    page = render_template(
        "aihub/api_client_role.html",
        role=role,
        seen=meanwhile.mark(_allowed(role), errors),
        name=request.form.get("name", "") if errors else name,
        allowed=request.form.getlist("endpoints") if errors else allowed,
        groups=_list_endpoints(),
        errors=errors,
    )
    return page, 422 if errors else 200


def _allowed(role: ApiClientRole | None) -> tuple[str, Sequence[str]]:
    return (role.name, role.endpoints) if role else ("", [])


def _list_endpoints() -> dict[str, Sequence[tuple[str, str]]]:
    """The endpoints of the Developer API by their group: what a role names, and what each does."""
    world = current_world()
    world.db.commit()
    paths = world.http.request("GET", _DOCUMENT).json()["paths"]
    groups: dict[str, list[tuple[str, str]]] = {}
    for path, methods in paths.items():
        group = path.split("/")[2].replace("_", " ")
        for method, operation in methods.items():
            if method in ("get", "post", "put", "patch", "delete"):
                named = (f"{method.upper()} {path}", str(operation.get("summary", "")))
                groups.setdefault(group, []).append(named)
    return {name: groups[name] for name in sorted(groups)}


def _client(client_id: int) -> ApiClient:
    return api_client_admin.get_client(current_world(), person().workspace_id, client_id)


def _keep_token(client: ApiClient, token: str) -> None:
    shown_once.keep(f"{_NEW}{client.id}", token)


def _take_token() -> tuple[int | None, str]:
    about, token = shown_once.take()
    if not about.startswith(_NEW):
        return None, ""
    return parse_whole_number(about.removeprefix(_NEW)), token
