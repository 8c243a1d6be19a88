"""Workspace admin > Access control: collaborators, and end-user groups."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import EndUserGroup, Environment
from simulator.domain import (
    end_user_groups,
    group_changes,
    held_roles,
    people,
    server_lists,
    workspaces,
)
from simulator.errors import FieldError
from simulator.systems.aihub.context import (
    person,
    searched,
    searched_in_form,
)
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("admin", __name__, url_prefix="/workspace_admin")

#: Servers that are named in a question.
_NAMED_SERVERS = 10


@bp.get("")
def access_control() -> str:
    """Access control's default page: the workspace's collaborators (our choice of columns)."""
    text, number = searched()
    found = workspaces.list_collaborators(current_world(), person().workspace_id, text).page(number)
    held = held_roles.list_held(current_world(), found.rows)
    names = {each.id: held_roles.name_all(held[each.id]) for each in found}
    return render_template("aihub/admin_collaborators.html", found=found, q=text, names=names)


@bp.get("/groups")
def groups() -> str:
    """Return the end-user groups of one environment; `delete` names one to be deleted."""
    world, environment, (text, number) = current_world(), _environment(), searched()
    found = end_user_groups.list_groups(world, environment.id, text).page(number)
    doomed = end_user_groups.find_group(world, environment.id, request.args.get("delete", ""))
    ids = {one.id for one in (*found, doomed) if one is not None}
    losing = server_lists.list_with_group(world, doomed) if doomed else None
    return render_template(
        "aihub/admin_groups.html",
        environment=environment,
        environments=workspaces.list_environments(world, person().workspace_id),
        found=found,
        q=text,
        counts=end_user_groups.count_members(world, list(ids)),
        doomed=doomed,
        losing=losing.page(1, _NAMED_SERVERS) if losing else None,
    )


@bp.route("/groups/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create an end-user group in an environment; `do=find` looks for end users to choose.

    Enter in a field presses the form's first button, `do=enter`: that looks for end users where
    another text is sought than last time, and creates the group otherwise.
    """
    world, environment = current_world(), _environment()
    name, chosen = request.form.get("name", ""), request.form.getlist("end_users")
    sought, is_search = searched_in_form()
    errors: dict[str, str] = {}
    if request.method == "POST" and not is_search:
        errors = _missing(name, chosen)
        try:
            if not errors:
                group_changes.create_group(world, environment, name, chosen)
                flash(f"Created the group '{name.strip()}'.", "success")
                return _back(environment)
        except FieldError as error:
            errors[error.field] = error.message
    workspace_id = person().workspace_id
    found = people.list_end_users(world, workspace_id, sought, except_ids=chosen).page(1)
    ticked = people.list_end_users(world, workspace_id, ids=chosen).first(len(chosen))
    page = render_template(
        "aihub/admin_group_new.html",
        environment=environment,
        found=found,
        ticked=ticked if chosen else [],
        find=sought,
        is_search=is_search,
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


def _environment() -> Environment:
    """Return the environment that the URL or form names, else the workspace's first."""
    return workspaces.get_environment_or_first(
        current_world(),
        person().workspace_id,
        parse_whole_number(request.values.get("environment")),
    )


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
