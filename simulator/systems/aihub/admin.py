"""Workspace admin > Access control: collaborators, end-user groups, end users."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import EndUserGroup, Environment
from simulator.domain import end_user_groups, invitations, people, servers, workspaces
from simulator.errors import FieldError
from simulator.systems.aihub.context import person, require_admin
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("admin", __name__, url_prefix="/workspace_admin")


@bp.before_request
def _admins_only() -> None:
    require_admin(
        "Workspace admin is open to owners and admins of the workspace. "
        "Ask one of them to make the change."
    )


@bp.get("")
def access_control() -> str:
    """Access control's default page: the workspace's collaborators (our choice of columns)."""
    found = workspaces.list_collaborators(current_world(), person().workspace_id)
    return render_template("aihub/admin_collaborators.html", collaborators=found)


@bp.get("/groups")
def groups() -> str:
    """Return the end-user groups of one environment; `delete` names one to be deleted."""
    environment = _environment()
    found = end_user_groups.list_groups(current_world(), environment.id)
    doomed = next((one for one in found if one.id == request.args.get("delete")), None)
    return render_template(
        "aihub/admin_groups.html",
        environment=environment,
        environments=workspaces.list_environments(current_world(), person().workspace_id),
        groups=found,
        doomed=doomed,
        losing=servers.list_with_group(current_world(), doomed) if doomed else [],
    )


@bp.route("/groups/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create an end-user group in an environment."""
    environment = _environment()
    name = request.form.get("name", "")
    chosen = request.form.getlist("end_users")
    errors: dict[str, str] = {}
    if request.method == "POST":
        errors = _missing(name, chosen)
        try:
            if not errors:
                end_user_groups.create_group(current_world(), environment, name, chosen)
                flash(f"Created the group '{name.strip()}'.", "success")
                return _back(environment)
        except FieldError as error:
            errors[error.field] = error.message
    page = render_template(
        "aihub/admin_group_new.html",
        environment=environment,
        end_users=people.list_end_users(current_world(), person().workspace_id),
        name=name,
        chosen=chosen,
        errors=errors,
    )
    return page, 422 if errors else 200


@bp.post("/groups/<group_id>/delete")
def delete(group_id: str) -> Response:
    """Delete an end-user group; its members lose the access it gave."""
    group: EndUserGroup = end_user_groups.get_group(
        current_world(), person().workspace_id, group_id
    )
    environment, name = group.environment, group.name
    end_user_groups.delete_group(current_world(), group)
    flash(f"Deleted the group '{name}'.", "success")
    return _back(environment)


@bp.get("/end_users")
def end_users() -> str:
    """Return everybody who can sign in through Workato Identity, with their groups."""
    found = people.list_end_users(current_world(), person().workspace_id)
    names: dict[str, list[str]] = {one.id: [] for one in found}
    for environment in workspaces.list_environments(current_world(), person().workspace_id):
        for group in end_user_groups.list_groups(current_world(), environment.id):
            for member in group.members:
                names[member.id].append(group.name)
    links = {
        one.id: invitations.create_link(current_world(), one)
        for one in found
        if one.status == "invited"
    }
    return render_template("aihub/admin_users.html", end_users=found, names=names, links=links)


def _environment() -> Environment:
    """Return the environment that the URL or form names, else the workspace's first."""
    environment_id = parse_whole_number(request.values.get("environment"))
    if environment_id is not None:
        return workspaces.get_environment(current_world(), person().workspace_id, environment_id)
    return workspaces.list_environments(current_world(), person().workspace_id)[0]


def _missing(name: str, chosen: list[str]) -> dict[str, str]:
    """Both mistakes at once, so that nobody meets them one after the other."""
    errors = {}
    if not name.strip():
        errors["name"] = "Enter a group name."
    if not chosen:
        errors["end_users"] = "Select at least one end user."
    return errors


def _back(environment: Environment) -> Response:
    return redirect(url_for("admin.groups", environment=environment.id), 303)
