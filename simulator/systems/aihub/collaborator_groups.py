"""Workspace admin > Collaborator groups: their members, and the project roles that those have."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import CollaboratorGroup
from simulator.domain import (
    collaborator_groups,
    collaborators,
    project_grants,
    roles,
    workspaces,
)
from simulator.domain.collaborator_groups import LONGEST_DESCRIPTION, LONGEST_NAME
from simulator.domain.held_roles import BY_ENVIRONMENT
from simulator.domain.roles import PROJECT
from simulator.errors import FieldError, Forbidden
from simulator.systems.aihub import meanwhile, project_access
from simulator.systems.aihub.context import person, searched
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("collaborator_groups", __name__, url_prefix="/workspace_admin/collaborator_groups")
#: Collaborators who are offered.
_MOST = 500
#: Projects that are named in a question.
_NAMED = 10
#: What the domain refuses → the field that says so.
_FIELDS = {"user_ids": "members"}


@bp.get("")
def listing() -> str:
    """Return the groups of collaborators."""
    world, workspace_id, (text, number) = current_world(), person().workspace_id, searched()
    found = collaborator_groups.list_groups(world, workspace_id, text).page(number)
    return render_template(
        "aihub/collaborator_groups.html",
        found=found,
        q=text,
        counts=collaborator_groups.count_members(world, found.rows),
    )


@bp.route("/new", methods=["GET", "POST"])
def create() -> Response | tuple[str, int]:
    """Create a group, with the posted `members` or without."""
    world, errors = current_world(), {}
    if request.method == "POST":
        try:
            ids = _read_members()
            _check_not_self(ids)
            made = collaborator_groups.create(
                world, person().workspace_id, **_sent(), member_ids=ids
            )
            flash(f"Created the group '{made.name}'.", "success")
            return _back(made)
        except (FieldError, Forbidden) as error:
            world.db.rollback()
            errors = _tell(error, "members")
    page = render_template(
        "aihub/collaborator_group_new.html",
        form=_sent(),
        chosen=request.form.getlist("members"),
        offered=_offer(None),
        errors=errors,
        longest=(LONGEST_NAME, LONGEST_DESCRIPTION),
    )
    return page, 422 if errors else 200


@bp.get("/<group>")
def show(group: str) -> str:
    """Return one group; `ask` asks before deleting it, or about the grant or member it names."""
    return _page(_group(group))


@bp.post("/<group>")
def change(group: str) -> Response | tuple[str, int]:
    """Rename or describe a group."""
    found, world = _group(group), current_world()
    try:
        meanwhile.check(found, lambda: _stored(found))
        collaborator_groups.change(world, found, **_sent())
    except FieldError as error:
        world.db.rollback()
        return _page(_group(group), {error.field: error.message}), 422
    flash(f"Saved the group '{found.name}'.", "success")
    return _back(found)


@bp.post("/<group>/delete")
def delete(group: str) -> Response:
    """Delete a group; its members lose what they had by it alone."""
    found = _group(group)
    name = found.name
    collaborator_groups.remove(current_world(), found)
    flash(f"Deleted the group '{name}'.", "success")
    return redirect(url_for("collaborator_groups.listing"), 303)


@bp.post("/<group>/members")
def add_members(group: str) -> Response | tuple[str, int]:
    """Add the posted `members`."""
    found, world = _group(group), current_world()
    try:
        ids = _read_members()
        _check_not_self(ids)
        if not ids:
            raise FieldError("members", "Select at least one collaborator.")
        collaborator_groups.add_members(world, found, ids)
    except (FieldError, Forbidden) as error:
        world.db.rollback()
        return _page(_group(group), _tell(error, "members")), 422
    flash(f"Added {len(ids)} member{'s' if len(ids) != 1 else ''}.", "success")
    return _back(found)


@bp.post("/<group>/members/remove")
def remove_member(group: str) -> Response:
    """Remove the posted `member`."""
    found, world = _group(group), current_world()
    number = parse_whole_number(request.form.get("member")) or 0
    member = collaborators.get_collaborator(world, found.workspace_id, number)
    collaborator_groups.remove_members(world, found, [member.id])
    flash(f"{member.name} is not in the group any more.", "success")
    return _back(found)


@bp.post("/<group>/projects")
def grant(group: str) -> Response | tuple[str, int]:
    """Grant a group the posted `project_role` in a `project`."""
    found = _group(group)
    try:
        _check_not_own(found)
        made = project_access.assign(found)
    except (FieldError, Forbidden) as error:
        current_world().db.rollback()
        return _page(_group(group), _tell(error, "project")), 422
    flash(f"{found.name} is {made.role.name} in {made.project.name} now.", "success")
    return _back(found)


@bp.post("/<group>/projects/remove")
def ungrant(group: str) -> Response:
    """Take the posted project `grant` away from a group."""
    found, world = _group(group), current_world()
    doomed = project_grants.find_of_holder(world, found, request.form.get("grant", ""))
    if doomed is not None:
        name = doomed.project.name
        project_grants.remove(world, doomed)
        flash(f"{found.name} has no role in {name} any more.", "success")
    return _back(found)


def _page(group: CollaboratorGroup, errors: dict[str, str] | None = None) -> str:
    world, asks, (text, number) = current_world(), request.args.get("ask", ""), searched()
    stored = _stored(group)
    leaving = parse_whole_number(asks.removeprefix("member-")) if "member-" in asks else None
    grants = project_grants.list_of_holder(world, group)
    wrong = errors or {}
    return render_template(
        "aihub/collaborator_group.html",
        group=group,
        form=_sent() if not wrong.keys().isdisjoint(("name", "description", "seen")) else stored,
        seen=meanwhile.mark(stored, wrong),
        errors=wrong,
        longest=(LONGEST_NAME, LONGEST_DESCRIPTION),
        members=collaborator_groups.list_members(world, group, text).page(number),
        q=text,
        offered=[] if group.is_system else _offer(group),
        chosen=request.form.getlist("members"),
        grants=grants.page(parse_whole_number(request.args.get("projects")) or 1),
        named=[each.project.name for each in grants.first(_NAMED)],
        projects=project_access.list_projects(group.workspace_id),
        project_roles=[
            (each.id, each.name)
            for each in roles.list_roles(world, group.workspace_id, PROJECT).first(_MOST)
        ],
        asks=asks,
        doomed=project_grants.find_of_holder(world, group, asks),
        leaving=leaving and collaborators.get_collaborator(world, group.workspace_id, leaving),
    )


def _group(handle: str) -> CollaboratorGroup:
    return collaborator_groups.get_group(current_world(), person().workspace_id, handle)


def _offer(group: CollaboratorGroup | None) -> list[tuple[str, str]]:
    """Return who may be added, by what a form posts: those who are no members yet."""
    world = current_world()
    everybody = workspaces.list_collaborators(world, person().workspace_id).first(_MOST)
    there = collaborator_groups.list_members(world, group).first(_MOST) if group else ()
    return [
        (str(each.id), f"{each.name} ({each.email})") for each in everybody if each not in there
    ]


def _sent() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in ("name", "description")}


def _stored(group: CollaboratorGroup) -> dict[str, Any]:
    return {"name": group.name, "description": group.description or ""}


def _read_members() -> list[int]:
    return [parse_whole_number(each) or 0 for each in request.form.getlist("members")]


def _check_not_self(ids: list[int]) -> None:
    """Let nobody give themselves what they were not given: owners and admins have everything."""
    if person().id in ids and person().role == BY_ENVIRONMENT:
        raise Forbidden("Nobody adds themselves to a group. Ask an owner or admin.")


def _check_not_own(group: CollaboratorGroup) -> None:
    """The same of what groups are given."""
    if person().role != BY_ENVIRONMENT:
        return
    world = current_world()
    own = collaborators.get_collaborator(world, group.workspace_id, person().id)
    if group.is_system or group in collaborator_groups.list_of_person(world, own):
        raise Forbidden("It is a group of your own: ask an owner or admin of the workspace.")


def _tell(error: FieldError | Forbidden, field: str) -> dict[str, str]:
    name = error.field if isinstance(error, FieldError) else field
    return {_FIELDS.get(name, name): str(error)}


def _back(group: CollaboratorGroup) -> Response:
    return redirect(url_for("collaborator_groups.show", group=group.handle), 303)
