"""The form that grants a project role: to a collaborator, or to a group of them."""

from flask import request

from simulator.db.tables import Project, ProjectGrant
from simulator.domain import project_grants, roles, workspaces
from simulator.domain.project_grants import Holder
from simulator.errors import FieldError
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

#: What a grant is refused for → the field of the form that says so.
_FIELDS = {"role": "project_role", "collaborator": "project"}


def assign(holder: Holder) -> ProjectGrant:
    """Grant the posted `project_role` in the posted `project`.

    Args:
        holder: the person or group that gets it.

    Raises:
        FieldError: on one of these two.
    """
    world = current_world()
    project = workspaces.get_project(world, holder.workspace_id, _read_id("project", "project"))
    number = _read_id("project_role", "project role")
    role = roles.get_role(world, holder.workspace_id, number)
    try:
        return project_grants.assign(world, project, holder, role)
    except FieldError as error:
        raise FieldError(_FIELDS[error.field], error.message) from None


def list_projects(workspace_id: int) -> list[tuple[int, str]]:
    """Return the projects that are offered: id and name.

    Args:
        workspace_id: the workspace's id.
    """
    chosen = [request.form.get("project")]
    found = workspaces.offer_projects(current_world(), workspace_id, chosen)
    return [(each.id, _name(each)) for each in found]


def _name(project: Project) -> str:
    """Return a project's name, and where it was deployed to: names are the same there."""
    return f"{project.name} ({project.environment.name})" if project.environment else project.name


def _read_id(name: str, noun: str) -> int:
    number = parse_whole_number(request.form.get(name))
    if number is None:
        raise FieldError(name, f"Select a {noun}.")
    return number
