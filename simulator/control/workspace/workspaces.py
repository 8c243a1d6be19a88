"""The workspaces: the sandbox's own and customers', and Workspace admin > Settings of each."""

from typing import Annotated

from pydantic import Field

from simulator.control.listing import Next, Part, cut
from simulator.control.models import Body, ResponseModel
from simulator.control.workspace.scope import BELOW, changing, missing, reading
from simulator.domain import tag_rules, workspaces
from simulator.net.addresses import CONTROL_PATH
from simulator.sandbox.simulator import Simulator
from simulator.web.endpoints import Endpoint, Table

ENDPOINTS = Table(Endpoint, CONTROL_PATH)
SETTINGS = Table(Endpoint, BELOW)

_RESTRICTS = Field(description="Whether owners and admins alone create and change tags.")


class WorkspaceOut(ResponseModel):
    """A workspace."""

    id: Annotated[int, Field(description="What paths name it by.")]
    name: str


class WorkspacesOut(ResponseModel):
    """A page of the workspaces."""

    workspaces: list[WorkspaceOut]
    next: Next


class WorkspaceSettings(ResponseModel):
    """Workspace admin > Settings."""

    restricts_tags: Annotated[bool, _RESTRICTS]


class SetWorkspaceSettings(Body):
    """Workspace admin > Settings, as they are to be."""

    restricts_tags: Annotated[bool, _RESTRICTS]


@ENDPOINTS.add("GET", "workspaces")
def list_workspaces(simulator: Simulator, query: Part) -> WorkspacesOut:
    """List a page of the workspaces, by id; the first one is the scenario's."""
    world = simulator.world
    with world.db.reading():
        rows, behind = cut(workspaces.find_workspaces(world), query)
        listed = [WorkspaceOut(id=each.id, name=each.name) for each in rows]
        return WorkspacesOut(workspaces=listed, next=behind)


@SETTINGS.add("GET", "settings", problems=missing())
def get_workspace_settings(simulator: Simulator, workspace: int) -> WorkspaceSettings:
    """Tell a workspace's settings."""
    with reading(simulator, workspace) as world:
        return WorkspaceSettings(restricts_tags=tag_rules.is_restricted(world, workspace))


@SETTINGS.add("PUT", "settings", problems=missing())
def set_workspace_settings(
    simulator: Simulator, workspace: int, body: SetWorkspaceSettings
) -> WorkspaceSettings:
    """Set a workspace's settings: who creates and changes tags."""
    with changing(simulator, workspace) as world:
        tag_rules.restrict(world, workspace, to_admins=body.restricts_tags)
        return WorkspaceSettings(restricts_tags=body.restricts_tags)
