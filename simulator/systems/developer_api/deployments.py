"""Builds of projects and their deployments (Workato docs, Developer API, projects).

Paths, parameters, members and the statuses of refusals are documented; that a build's zip is at
`/api/project_builds/:id/download` is our choice.
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field

from simulator.db.tables import Deployment, Project, ProjectBuild
from simulator.domain import deployments, folders, workspaces
from simulator.domain.deployments import Criteria
from simulator.errors import NotFound
from simulator.net.addresses import AIHUB
from simulator.systems.developer_api.endpoint import (
    FOLDERS,
    ApiEndpoint,
    Body,
    Call,
    LongQuery,
    Query,
)
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=FOLDERS)
_REFUSED = {403: "it is no project of Development"}


class NewBuild(Body):
    """Options of a build."""

    description: str | None = None
    include_test_cases: bool | None = None


class NewDeployment(Body):
    """Options of a deployment."""

    description: str | None = None


class TargetQuery(Query):
    """Where to: `test` or `prod`."""

    environment_type: str


class DeploymentQuery(LongQuery):
    """Which deployments; folders as `f` and their id."""

    project_id: str | None = None
    folder_id: str | None = None
    environment_type: Literal["test", "prod"] | None = None
    state: Literal["pending", "success", "failed"] | None = None
    from_: Annotated[AwareDatetime | None, Field(alias="from")] = None
    to: AwareDatetime | None = None


@ENDPOINTS.add("POST", "projects/:id/build", problems=_REFUSED)
def build_project(call: Call, id: str, body: NewBuild) -> dict[str, Any]:
    """Build a project (a snapshot to deploy), named by its id or by `f` and its folder's id."""
    made = deployments.build(
        call.world,
        _get_project(call, id),
        by=call.client.name,
        description=body.description,
        include_test_cases=body.include_test_cases,
    )
    return _build(call, made)


@ENDPOINTS.add("GET", "project_builds/:id")
def get_project_build(call: Call, id: int) -> dict[str, Any]:
    """Return a project build."""
    return _build(call, deployments.get_build(call.world, call.workspace_id, id))


@ENDPOINTS.add("GET", "project_builds/:id/download")
def download_project_build(call: Call, id: int) -> bytes:
    """Download the zip of a project build."""
    return deployments.get_zip(deployments.get_build(call.world, call.workspace_id, id))


@ENDPOINTS.add("POST", "project_builds/:id/deploy", problems=_REFUSED)
def deploy_project_build(
    call: Call, id: int, query: TargetQuery, body: NewDeployment
) -> dict[str, Any]:
    """Deploy a project build to an environment."""
    made = deployments.get_build(call.world, call.workspace_id, id)
    return _deploy(call, made, query.environment_type, body.description)


@ENDPOINTS.add("POST", "projects/:id/deploy", problems=_REFUSED)
def deploy_project(call: Call, id: str, query: TargetQuery, body: NewDeployment) -> dict[str, Any]:
    """Build a project and deploy it to an environment."""
    made = deployments.build(
        call.world, _get_project(call, id), by=call.client.name, description=body.description
    )
    return _deploy(call, made, query.environment_type, body.description)


@ENDPOINTS.add("GET", "deployments/:id")
def get_deployment(call: Call, id: int) -> dict[str, Any]:
    """Return a deployment."""
    return _row(deployments.get_deployment(call.world, call.workspace_id, id))


@ENDPOINTS.add("GET", "deployments")
def list_deployments(call: Call, query: DeploymentQuery) -> dict[str, Any]:
    """List deployments, the newest first."""
    named = query.project_id or query.folder_id
    criteria = Criteria(
        project_id=None if named is None else _get_project(call, named).id,
        environment_type=query.environment_type or "",
        state=query.state or "",
        since=query.from_,
        until=query.to,
    )
    found = deployments.find_deployments(call.world, call.workspace_id, criteria)
    return {"items": [_row(each) for each in query.cut(found)]}


def _deploy(
    call: Call, made: ProjectBuild, environment_type: str, description: str | None
) -> dict[str, Any]:
    deployment = deployments.deploy(
        call.world, made, environment_type, by=call.client.name, description=description
    )
    return _row(deployment)


def _get_project(call: Call, named: str) -> Project:
    number = parse_whole_number(named.removeprefix("f"))
    if number is None:
        raise NotFound("Not found")
    if named.startswith("f"):
        return folders.get_place(call.world, call.workspace_id, number).project
    return workspaces.get_project(call.world, call.workspace_id, number)


def _build(call: Call, made: ProjectBuild) -> dict[str, Any]:
    origin = call.world.addresses.base_url(AIHUB)
    return {
        "id": made.id,
        "created_at": made.created_at,
        "updated_at": made.updated_at,
        "description": made.description,
        "include_test_cases": made.include_test_cases,
        "project_id": str(made.project_id),
        "state": made.state,
        "performed_by_name": made.performed_by_name,
        "download_url": f"{origin}/api/project_builds/{made.id}/download",
    }


def _row(deployment: Deployment) -> dict[str, Any]:
    row = {
        "id": deployment.id,
        "created_at": deployment.created_at,
        "updated_at": deployment.updated_at,
        "description": deployment.description,
        "project_build_id": deployment.project_build_id,
        "environment_type": deployment.environment_type,
        "project_id": str(deployment.project_id),
        "state": deployment.state,
        "performed_by_name": deployment.performed_by_name,
    }
    return row if deployment.error is None else {**row, "error": deployment.error}
