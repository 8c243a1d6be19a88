"""Workspace admin > Collaborators: invite, change roles, remove; and accept an invitation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Collaborator, Role
from simulator.domain import (
    activity_trail,
    collaborator_groups,
    collaborators,
    held_roles,
    project_grants,
    roles,
    workspaces,
)
from simulator.domain.collaborators import INVITED, ROLES
from simulator.domain.held_roles import BY_ENVIRONMENT, GIVEN, GIVEN_KINDS, HeldRole
from simulator.domain.roles import PROJECT
from simulator.errors import FieldError, Forbidden
from simulator.net.addresses import AIHUB
from simulator.systems.aihub import project_access
from simulator.systems.aihub.context import as_actor, person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web import sign_in_cookie
from simulator.web.application import current_world

bp = Blueprint("collaborators", __name__, url_prefix="/workspace_admin/collaborators")
#: What the value of a custom role begins with, in a form.
_CUSTOM = "custom-"
#: Roles and groups that are offered, and grants of groups that are shown.
_MOST = 500
#: For people who are not signed in: the link in an invitation.
invitations = Blueprint("collaborator_invitations", __name__, url_prefix="/users/invitations")


@bp.route("/new", methods=["GET", "POST"])
def invite() -> Response | tuple[str, int]:
    """Invite somebody with a role."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            role = request.form.get("role", "")
            if role == "owner" and person().role != "owner":
                raise FieldError("role", "Only an owner makes somebody an owner.")
            if role == "admin" and person().role not in ("owner", "admin"):
                raise FieldError("role", "Only owners and admins make somebody an admin.")
            is_custom = role.startswith(_CUSTOM)
            made, link = collaborators.invite(
                current_world(),
                person().workspace_id,
                name=request.form.get("name", ""),
                email=request.form.get("email", ""),
                role="operator" if is_custom else role,
            )
            if is_custom:
                _give(made, role)
            for each in request.form.getlist("groups"):
                group = collaborator_groups.get_group(current_world(), made.workspace_id, each)
                collaborator_groups.add_members(current_world(), group, [made.id])
            if link:
                flash(f"Invited {made.name}. Send them the link below.", "success")
            else:
                flash(
                    f"Added {made.name}, who signs in with the password that they have.", "success"
                )
            return _back(made)
        except FieldError as error:
            current_world().db.rollback()
            errors[error.field] = error.message
    page = render_template(
        "aihub/admin_collaborator_new.html",
        form=request.form,
        errors=errors,
        roles=_roles_to_give(),
        groups=[
            (each.handle, each.name)
            for each in collaborator_groups.list_groups(
                current_world(), person().workspace_id
            ).first(_MOST)
            if not each.is_system
        ],
    )
    return page, 422 if errors else 200


@bp.get("/<int:number>")
def show(number: int) -> str:
    """Return one collaborator; `ask` asks before removing them, or the project grant it names.

    Whoever has an owner's invitation becomes one: it is shown to owners alone.
    """
    return _page(_collaborator(number))


def _page(found: Collaborator, errors: dict[str, str] | None = None) -> str:
    world, asks = current_world(), request.args.get("ask", "")
    is_invited = found.password_hash == INVITED
    held = {one.environment.id: one for one in held_roles.list_held(world, [found])[found.id]}
    everywhere = {_name(one) for one in held.values()}
    there = held_roles.list_environments(world, found.workspace_id)
    is_whole = len(everywhere) == 1 and len(held) == len(there)
    return render_template(
        "aihub/admin_collaborator.html",
        one=found,
        role_name=held_roles.describe(world, found),
        roles=_roles_to_give(),
        role=everywhere.pop() if is_whole else "",
        given=[*GIVEN.items(), *_custom_roles()],
        environments=[(each, _name(held.get(each.id))) for each in there],
        is_invited=is_invited,
        may_change=found.role != "owner" or person().role == "owner",
        link=collaborators.create_link(world, found) if is_invited else "",
        asks=asks,
        grants=project_grants.list_of_holder(world, found).page(searched()[1]),
        doomed=project_grants.find_of_holder(world, found, asks),
        by_environment=found.role == BY_ENVIRONMENT,
        groups=collaborator_groups.list_of_person(world, found),
        by_group=project_grants.list_by_group(world, found).first(_MOST),
        projects=project_access.list_projects(found.workspace_id),
        project_roles=[
            (each.id, each.name)
            for each in roles.list_roles(world, found.workspace_id, PROJECT).first(_MOST)
        ],
        form=request.form,
        errors=errors or {},
    )


@bp.post("/<int:number>/role")
def change_role(number: int) -> Response:
    """Give a collaborator another role, in every environment."""
    found, role = _collaborator(number), request.form.get("role", "")
    try:
        _check_own(found)
        _give(found, role)
        flash(f"{found.name} is {held_roles.describe(current_world(), found)} now.", "success")
    except (FieldError, Forbidden) as error:
        flash(str(error), "error")
    return _back(found)


@bp.post("/<int:number>/roles")
def change_roles(number: int) -> Response:
    """Give a collaborator a role in each environment, or no access to it."""
    found = _collaborator(number)
    there = workspaces.list_environments(current_world(), found.workspace_id)
    try:
        _check_own(found)
        given = {each.id: _read(request.form.get(f"role-{each.id}", "")) for each in there}
        held_roles.give(current_world(), found, given, by_role=person().role)
        flash(f"Saved the roles of {found.name}.", "success")
    except (FieldError, Forbidden) as error:
        current_world().db.rollback()
        flash(str(error), "error")
    return _back(found)


@bp.post("/<int:number>/projects")
def grant(number: int) -> Response | tuple[str, int]:
    """Grant a collaborator the posted `project_role` in a `project`."""
    found = _collaborator(number)
    try:
        _check_own(found)
        made = project_access.assign(found)
    except (FieldError, Forbidden) as error:
        if isinstance(error, FieldError) and found.role == BY_ENVIRONMENT:
            return _page(found, {error.field: error.message}), 422
        flash(str(error), "error")  # who has another role by now has no form
        return _back(found)
    flash(f"{found.name} is {made.role.name} in {made.project.name} now.", "success")
    return _back(found)


@bp.post("/<int:number>/projects/remove")
def ungrant(number: int) -> Response:
    """Take the posted project `grant` away from a collaborator."""
    found, world = _collaborator(number), current_world()
    doomed = project_grants.find_of_holder(world, found, request.form.get("grant", ""))
    try:
        _check_own(found)
        if doomed is not None:
            name = doomed.project.name
            project_grants.remove(world, doomed)
            flash(f"{found.name} has no role in {name} any more.", "success")
    except Forbidden as error:
        flash(str(error), "error")
    return _back(found)


@bp.post("/<int:number>/remove")
def remove(number: int) -> Response:
    """Remove a collaborator; what they built stays."""
    found = _collaborator(number)
    name = found.name
    try:
        collaborators.remove(current_world(), found, by=person().id, by_role=person().role)
    except Forbidden as error:
        flash(str(error), "error")
        return _back(found)
    flash(f"Removed {name}.", "success")
    return redirect(url_for("admin.access_control"), 303)


@invitations.route("/<secret>", methods=["GET", "POST"])
def accept(secret: str) -> Response | tuple[str, int]:
    """Ask the invited collaborator for a password, and sign them in with it."""
    world, error = current_world(), ""
    invitee = collaborators.get_invitee(world, secret)
    if request.method == "POST":
        try:
            made = collaborators.accept(world, secret, request.form.get("password", ""))
        except FieldError as wrong:
            error = wrong.message
        else:
            activity_trail.act_as(world, as_actor(made))
            activity_trail.note(world, "invitation_accepted", "Member", str(made.id), made.name)
            sign_in_cookie.begin(world, AIHUB, str(made.id))
            return redirect("/", 303)
    page = render_template(
        "aihub/collaborator_invitation.html", one=invitee, secret=secret, error=error
    )
    return page, 422 if error else 200


def _collaborator(number: int) -> Collaborator:
    return collaborators.get_collaborator(current_world(), person().workspace_id, number)


def _roles_to_give() -> list[tuple[str, str]]:
    """Return the roles that can be had everywhere, by what a form posts."""
    system = [each for each in ROLES.items() if each[0] != "owner" or person().role == "owner"]
    return [*system, *_custom_roles()]


def _custom_roles() -> list[tuple[str, str]]:
    found = roles.find_roles(current_world(), person().workspace_id).first(_MOST)
    return [(f"{_CUSTOM}{each.id}", each.name) for each in found if each.kind in GIVEN_KINDS]


def _check_own(found: Collaborator) -> None:
    """Let nobody give themselves what they were not given: owners and admins have everything."""
    if found.id == person().id and person().role == BY_ENVIRONMENT:
        raise Forbidden("Nobody changes their own roles. Ask an owner or admin of the workspace.")


def _read(typed: str) -> str | Role | None:
    """Return the role that a form names; None for no access."""
    if not typed.startswith(_CUSTOM):
        return typed or None
    number = parse_whole_number(typed.removeprefix(_CUSTOM)) or 0
    return roles.get_role(current_world(), person().workspace_id, number)


def _give(found: Collaborator, typed: str) -> None:
    role = _read(typed)
    if isinstance(role, Role):
        there = workspaces.list_environments(current_world(), found.workspace_id)
        given = dict.fromkeys([each.id for each in there], role)
        held_roles.give(current_world(), found, given, by_role=person().role)
    else:
        collaborators.change_role(current_world(), found, typed, by_role=person().role)


def _name(held: HeldRole | None) -> str:
    """Return what a form posts for a role; empty for no access."""
    if held is None:
        return ""
    return f"{_CUSTOM}{held.role.id}" if held.role else held.system_role


def _back(found: Collaborator) -> Response:
    return redirect(url_for("collaborators.show", number=found.id), 303)
