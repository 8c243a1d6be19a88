"""Workspace admin > Collaborators: invite, change a role, remove; and accept an invitation."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Collaborator
from simulator.domain import activity_trail, collaborators
from simulator.domain.collaborators import INVITED, ROLES
from simulator.errors import FieldError, Forbidden
from simulator.net.addresses import AIHUB
from simulator.systems.aihub.context import as_actor, person, require_workspace_admin
from simulator.web import sign_in_cookie
from simulator.web.application import current_world

bp = Blueprint("collaborators", __name__, url_prefix="/workspace_admin/collaborators")
bp.before_request(require_workspace_admin)
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
            made, link = collaborators.invite(
                current_world(),
                person().workspace_id,
                name=request.form.get("name", ""),
                email=request.form.get("email", ""),
                role=role,
            )
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
    )
    return page, 422 if errors else 200


@bp.get("/<int:number>")
def show(number: int) -> str:
    """Return one collaborator; `ask` asks before removing them.

    Whoever has an owner's invitation becomes one: it is shown to owners alone.
    """
    found = _collaborator(number)
    is_invited = found.password_hash == INVITED
    may_change = found.role != "owner" or person().role == "owner"
    return render_template(
        "aihub/admin_collaborator.html",
        one=found,
        roles=_roles_to_give(),
        is_invited=is_invited,
        may_change=may_change,
        link=collaborators.create_link(current_world(), found) if is_invited else "",
        asks=request.args.get("ask", ""),
    )


@bp.post("/<int:number>/role")
def change_role(number: int) -> Response:
    """Give a collaborator another role."""
    found, role = _collaborator(number), request.form.get("role", "")
    try:
        collaborators.change_role(current_world(), found, role, by_role=person().role)
        flash(f"{found.name} is {ROLES[found.role].lower()} now.", "success")
    except (FieldError, Forbidden) as error:
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
    return [each for each in ROLES.items() if each[0] != "owner" or person().role == "owner"]


def _back(found: Collaborator) -> Response:
    return redirect(url_for("collaborators.show", number=found.id), 303)
