"""Workspace admin > Roles: roles of the workspace's own, of each kind, and what they allow."""

from itertools import chain
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Role
from simulator.domain import role_holders, roles, workspaces
from simulator.domain.privileges import ACTIONS
from simulator.domain.roles import KINDS, LEGACY
from simulator.errors import FieldError
from simulator.systems.aihub import meanwhile
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("roles", __name__, url_prefix="/workspace_admin/roles")
#: Between a resource and an action, in the value of a box that is ticked.
_BETWEEN = ": "
#: Collaborators who are named.
_NAMED = 10


@bp.get("")
def listing() -> str:
    """Return the custom roles; `delete` names one to be deleted."""
    world, workspace_id, (text, number) = current_world(), person().workspace_id, searched()
    found = roles.find_roles(world, workspace_id, text).page(number)
    number_of_doomed = parse_whole_number(request.args.get("delete"))
    doomed = _role(number_of_doomed) if number_of_doomed else None
    return render_template(
        "aihub/roles.html",
        found=found,
        q=text,
        kinds=KINDS,
        counts=role_holders.count_users(world, found.rows),
        doomed=doomed,
        holders=role_holders.name_holders(world, doomed) if doomed else None,
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a role of the kind that `kind` names."""
    kind = request.values.get("kind", LEGACY)
    return _edit(None, kind if kind in KINDS else LEGACY)


@bp.route("/<int:role_id>", methods=["GET", "POST"])
def edit(role_id: int) -> Response | tuple[str, int]:
    """Change what a role allows."""
    role = _role(role_id)
    return _edit(role, role.kind)


@bp.post("/<int:role_id>/copy")
def copy(role_id: int) -> Response:
    """Copy a role; the copy is shown, to be changed."""
    role = _role(role_id)
    made = roles.copy(current_world(), role)
    flash(f"Copied the role '{role.name}'.", "success")
    return redirect(url_for("roles.edit", role_id=made.id), 303)


@bp.post("/<int:role_id>/delete")
def delete(role_id: int) -> Response:
    """Delete a role that nobody has."""
    role = _role(role_id)
    name = role.name
    try:
        roles.remove(current_world(), role)
        flash(f"Deleted the role '{name}'.", "success")
    except FieldError as error:
        flash(error.message, "error")
    return redirect(url_for("roles.listing"), 303)


def _edit(role: Role | None, kind: str) -> Response | tuple[str, int]:
    world, workspace_id = current_world(), person().workspace_id
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            _check_own(role)
            meanwhile.check(role, lambda: _stored(role))
            saved = _save(role, kind)
            flash(f"Saved the role '{saved.name}'.", "success")
            return redirect(url_for("roles.listing"), 303)
        except FieldError as error:
            world.db.rollback()
            errors[error.field] = error.message
    form = _sent() if errors else _stored(role)
    page = render_template(
        "aihub/role.html",
        role=role,
        kind=kind,
        kinds=KINDS,
        form=form,
        seen=meanwhile.mark(_stored(role), errors),
        errors=errors,
        resources=roles.list_resources(kind),
        actions=ACTIONS,
        between=_BETWEEN,
        users=role_holders.list_users(world, role).page(1, _NAMED) if role else None,
        projects=[
            (str(one.id), one.name)
            for one in workspaces.offer_projects(world, workspace_id, form["projects"])
        ],
    )
    return page, 422 if errors else 200


def _save(role: Role | None, kind: str) -> Role:
    given: dict[str, list[str]] = {}
    for each in _sent()["privileges"]:
        resource, _, action = each.partition(_BETWEEN)
        given.setdefault(resource, []).append(action)
    some = kind == LEGACY and request.form.get("access") == "some"
    ids = [parse_whole_number(one) or 0 for one in request.form.getlist("projects")]
    return roles.save(
        current_world(),
        person().workspace_id,
        role,
        kind=kind,
        name=request.form.get("name", ""),
        given=given,
        project_ids=ids if some else None,
    )


def _sent() -> dict[str, Any]:
    return {
        "name": request.form.get("name", ""),
        "privileges": request.form.getlist("privileges"),
        "access": request.form.get("access", "all"),
        "projects": request.form.getlist("projects"),
    }


def _stored(role: Role | None) -> dict[str, Any]:
    if role is None:
        return {"name": "", "privileges": [], "access": "all", "projects": []}
    ticked = [f"{name}{_BETWEEN}{one}" for name, some in role.privileges.items() for one in some]
    return {
        "name": role.name,
        "privileges": ticked,
        "access": "all" if role.project_ids is None else "some",
        "projects": [str(one) for one in role.project_ids or ()],
    }


def _check_own(role: Role | None) -> None:
    """Let nobody give themselves what they were not given."""
    theirs = person().permissions
    own = [*(each.role for each in theirs.held), *chain(*theirs.granted.values())]
    if role is not None and role in own:
        raise FieldError("privileges", "It is a role of your own: ask an owner or admin.")


def _role(role_id: int) -> Role:
    return roles.get_role(current_world(), person().workspace_id, role_id)
