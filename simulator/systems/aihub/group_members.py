"""Workspace admin > End-user groups > one group: its name and who is in it (our choice)."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import EndUserGroup
from simulator.domain import end_user_groups, group_changes, people, server_lists
from simulator.errors import FieldError
from simulator.systems.aihub.context import (
    person,
    searched,
    searched_in_form,
)
from simulator.web.application import current_world

bp = Blueprint("group_members", __name__, url_prefix="/workspace_admin/groups/<group_id>")

#: Servers that are named in a question.
_NAMED_SERVERS = 10


@bp.get("/members")
def listing(group_id: str) -> str:
    """Return the members of an end-user group; `remove` names one to be removed."""
    return _page(_group(group_id), {})


@bp.post("/name")
def rename(group_id: str) -> Response | tuple[str, int]:
    """Give the group another name."""
    group = _group(group_id)
    try:
        group_changes.rename_group(current_world(), group, request.form.get("name", ""))
    except FieldError as error:
        current_world().db.rollback()
        return _page(_group(group_id), {"name": error.message}), error.status
    flash(f"The group is named '{group.name}' now.", "success")
    return _back(group)


@bp.route("/members/add", methods=["GET", "POST"])
def add(group_id: str) -> Response | tuple[str, int]:
    """Add end users who are no members yet; `do=find` looks for some to choose.

    Enter in the field presses the form's first button, `do=enter`: that looks for end users where
    another text is sought than last time, and adds those who are chosen otherwise.
    """
    world, group = current_world(), _group(group_id)
    chosen, error = request.form.getlist("end_users"), ""
    sought, is_search = searched_in_form()
    if request.method == "POST" and not is_search:
        if chosen:
            added = group_changes.add_members(world, group, chosen)
            flash(f"Added {added:,} member{'s' if added != 1 else ''}.", "success")
            return _back(group)
        error = "Select at least one end user."
    workspace_id = person().workspace_id
    found = people.list_end_users(
        world, workspace_id, sought, except_ids=chosen, outside_group=group.id
    ).page(1)
    ticked = people.list_end_users(world, workspace_id, ids=chosen).first(len(chosen))
    page = render_template(
        "aihub/admin_group_add.html",
        group=group,
        found=found,
        ticked=ticked if chosen else [],
        find=sought,
        is_search=is_search,
        chosen=chosen,
        error=error,
    )
    return page, 422 if error else 200


@bp.post("/members/<end_user_id>/remove")
def remove(group_id: str, end_user_id: str) -> Response:
    """Remove a member."""
    world, group = current_world(), _group(group_id)
    user = people.get_end_user(world, end_user_id)
    if group_changes.remove_members(world, group, [user.id]):
        flash(f"Removed {user.name} from the group.", "success")
    else:
        flash(f"{user.name} is no longer a member.", "info")
    return _back(group)


def _group(group_id: str) -> EndUserGroup:
    return end_user_groups.get_group(current_world(), person().workspace_id, group_id)


def _back(group: EndUserGroup) -> Response:
    return redirect(url_for("group_members.listing", group_id=group.id), 303)


def _page(group: EndUserGroup, errors: dict[str, str]) -> str:
    world, (text, number) = current_world(), searched()
    leaving = people.list_members(world, group, ids=[request.args.get("remove", "")]).first(1)
    losing = server_lists.list_with_group(world, group) if leaving else None
    return render_template(
        "aihub/admin_group_members.html",
        group=group,
        found=people.list_members(world, group, text).page(number),
        q=text,
        name=request.form.get("name", group.name) if errors else group.name,
        errors=errors,
        leaving=leaving[0] if leaving else None,
        losing=losing.page(1, _NAMED_SERVERS) if losing else None,
    )
