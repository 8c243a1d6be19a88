"""Workspace admin > End users: who can sign in through Workato Identity (our choice of pages)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import EndUser, EndUserGroup
from simulator.domain import (
    end_user_accounts,
    end_user_groups,
    end_user_lists,
    end_user_removal,
    group_names,
    invitations,
    people,
    server_access,
    workspaces,
)
from simulator.domain.end_user_accounts import WrongUsers
from simulator.errors import FieldError, NotFound
from simulator.net.addresses import IDENTITY
from simulator.systems.aihub import meanwhile
from simulator.systems.aihub.context import person, searched
from simulator.web.application import current_world

bp = Blueprint("end_users", __name__, url_prefix="/workspace_admin/end_users")

#: Lines that are told about one by one; of more mistakes, how many there are.
_MOST_MISTAKES = 100
#: Groups whose names are offered.
_OFFERED = 50


@bp.get("")
def listing() -> str:
    """Return everybody who can sign in through Workato Identity, with their groups."""
    world, (text, number) = current_world(), searched()
    found = people.list_end_users(world, person().workspace_id, text).page(number)
    groups = end_user_groups.get_memberships(world, [one.id for one in found])
    return render_template(
        "aihub/admin_users.html",
        found=found,
        q=text,
        names={one.id: [group.name for group in groups.get(one.id, ())] for one in found},
        links={
            one.id: invitations.create_link(world, one) for one in found if one.status == "invited"
        },
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Add an end user by name and e-mail address, and invite them."""
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            made = end_user_accounts.create(
                current_world(),
                person().workspace_id,
                name=request.form.get("name", ""),
                email=request.form.get("email", ""),
                groups=_groups(),
            )
            flash(f"Added {made.name}. The invitation is on its way to {made.email}.", "success")
            return redirect(url_for("end_users.show", end_user_id=made.id), 303)
        except FieldError as error:
            current_world().db.rollback()
            errors[error.field] = error.message
    page = render_template(
        "aihub/admin_user_new.html", form=request.form, errors=errors, offered=_offered()
    )
    return page, 422 if errors else 200


@bp.route("/bulk", methods=["GET", "POST"])
def create_many() -> Response | tuple[str, int]:
    """Add many end users: a list that is pasted, or a CSV file; all of them, or nobody."""
    errors: dict[str, str] = {}
    mistakes: list[tuple[end_user_lists.Line, str]] = []
    text = request.form.get("people", "")
    if sent := request.files.get("file"):
        try:
            text = sent.read().decode("utf-8") or text
        except UnicodeDecodeError:
            errors["file"] = "This file is not in UTF-8: save it as CSV UTF-8, and choose it again."
    if request.method == "POST" and not errors:
        lines = end_user_lists.read_list(text)
        try:
            made = end_user_accounts.create_many(
                current_world(),
                person().workspace_id,
                [line.user for line in lines],
                _groups(),
            )
            flash(
                f"Added {len(made):,} end user{'s' if len(made) != 1 else ''}. "
                "The invitations are on their way.",
                "success",
            )
            return redirect(url_for("end_users.listing"), 303)
        except WrongUsers as wrong:
            mistakes = [
                (lines[place], " ".join(wrong_fields.values()))
                for place, wrong_fields in wrong.mistakes.items()
            ]
            errors["people"] = (
                f"Nobody was added: {len(mistakes):,} line{'s' if len(mistakes) != 1 else ''} "
                "cannot be used."
            )
        except FieldError as error:
            errors["people" if error.field == "users" else error.field] = error.message
        current_world().db.rollback()
    page = render_template(
        "aihub/admin_users_bulk.html",
        text=text,
        form=request.form,
        errors=errors,
        mistakes=mistakes[:_MOST_MISTAKES],
        further=max(0, len(mistakes) - _MOST_MISTAKES),
        offered=_offered(),
    )
    return page, 422 if errors else 200


@bp.route("/<end_user_id>", methods=["GET", "POST"])
def show(end_user_id: str) -> Response | tuple[str, int]:
    """Return one end user: name and e-mail to change, groups, and what they have access with."""
    world, user = current_world(), _user(end_user_id)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            meanwhile.check(user, lambda: [user.name, user.email])
            end_user_accounts.change_end_user(
                world,
                user,
                name=request.form.get("name", ""),
                email=request.form.get("email", ""),
            )
            flash(f"Saved {user.name}.", "success")
            return _back(user)
        except FieldError as error:
            world.db.rollback()
            errors[error.field] = error.message
            user = _user(end_user_id)
    page = render_template(
        "aihub/admin_user.html",
        user=user,
        seen=meanwhile.mark([user.name, user.email], errors),
        form=request.form if errors else {"name": user.name, "email": user.email},
        errors=errors,
        groups=end_user_groups.get_memberships(world, [user.id]).get(user.id, ()),
        access=end_user_removal.count_access(world, user),
        environments=workspaces.list_environments(world, user.workspace_id),
        lost=server_access.list_lost_environments(world, user),
        revoked=request.args.get("environment", ""),
        link=invitations.create_link(world, user) if user.status == "invited" else "",
        mailbox=f"{world.addresses.base_url(IDENTITY)}/mailbox",
        asks=request.args.get("ask", "") if not errors else "",
    )
    return page, 422 if errors else 200


@bp.post("/<end_user_id>/invite")
def invite(end_user_id: str) -> Response:
    """Send the invitation again, with a link that is good for seven days from now."""
    user = _user(end_user_id)
    try:
        end_user_accounts.invite(current_world(), user)
        flash(f"The invitation is on its way to {user.email}.", "success")
    except FieldError as error:
        flash(error.message, "error")
    return _back(user)


@bp.post("/<end_user_id>/status")
def change_status(end_user_id: str) -> Response:
    """Disable or enable an account."""
    user, status = _user(end_user_id), request.form.get("status", "")
    try:
        end_user_accounts.change_end_user(current_world(), user, status=status)
        done = "disabled, and can no longer sign in" if status == "disabled" else user.status
        flash(f"{user.name} is {done}.", "success")
    except FieldError as error:
        flash(error.message, "error")
    return _back(user)


@bp.post("/<end_user_id>/environments/<int:environment_id>")
def change_environment(end_user_id: str, environment_id: int) -> Response:
    """Revoke somebody's access to an environment, or restore it, as the button (`do`) says."""
    world, user = current_world(), _user(end_user_id)
    environment = workspaces.get_environment(world, user.workspace_id, environment_id)
    restore = request.form.get("do") == "restore"
    server_access.set_environment(world, user, environment, is_allowed=restore)
    state = "has access to" if restore else "has no access any more to"
    flash(f"{user.name} {state} the environment {environment.name}.", "success")
    return _back(user)


@bp.post("/<end_user_id>/remove")
def remove(end_user_id: str) -> Response:
    """Remove an end user for good."""
    user = _user(end_user_id)
    name = user.name
    left = end_user_removal.remove(current_world(), user)
    flash(f"Removed {name}. {left}".strip(), "success")
    return redirect(url_for("end_users.listing"), 303)


def _user(end_user_id: str) -> EndUser:
    found = people.get_end_user(current_world(), end_user_id)
    if found.workspace_id != person().workspace_id:
        raise NotFound("This end user does not exist.")
    return found


def _groups() -> list[EndUserGroup]:
    """Return the group that the form names, if it names one."""
    name = request.form.get("group", "").strip()
    if not name:
        return []
    world, workspace_id = current_world(), person().workspace_id
    known = group_names.find_by_names(world, workspace_id, [name])
    if name not in known:
        raise FieldError("group", f"There is no end-user group '{name}'.")
    return [end_user_groups.get_group(world, workspace_id, known[name])]


def _offered() -> list[str]:
    return list(group_names.list_unique_names(current_world(), person().workspace_id, _OFFERED))


def _back(user: EndUser) -> Response:
    return redirect(url_for("end_users.show", end_user_id=user.id), 303)
