"""Deploy a project from Development to Test or Production (Workato docs, environments).

A build is the project as it was at that moment. Deployed, it is another project, of the other
environment: with connections that nobody has authorized there yet, recipes that are stopped, and
MCP servers to which nobody has access; deployed again, it updates them, and what runs goes on
running (our choices, as for imported packages). Both are over when they are answered.
"""

import base64
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from simulator.clock import has_expired
from simulator.db.listing import Found
from simulator.db.tables import Deployment, Environment, Project, ProjectBuild
from simulator.db.tables.deployments import FAILED, SUCCESS
from simulator.domain import deployed_cases, project_scope, workspaces
from simulator.domain.packages import exporting, importing, reading
from simulator.domain.packages.refusals import PackageError
from simulator.errors import Forbidden, NotFound, SimulatorError
from simulator.world import World

#: What programs call the environments that can be deployed to → their names.
TARGETS = {"test": "Test", "prod": "Production"}
_SOURCE = "Development"


class NotProvisioned(SimulatorError):
    """The workspace has not the environments that a deployment takes."""


@dataclass(frozen=True, kw_only=True)
class Criteria:
    """Which deployments.

    Attributes:
        project_id: the id of the project that was deployed; None for any.
        environment_type: a key of `TARGETS`; empty for any.
        state: the state of the deployment; empty for any.
        since: made later than this.
        until: made not later than this.
    """

    project_id: int | None = None
    environment_type: str = ""
    state: str = ""
    since: datetime | None = None
    until: datetime | None = None


def list_targets(world: World, workspace_id: int) -> dict[str, Environment]:
    """Return key of `TARGETS` → environment; none where there is nothing to deploy from or to.

    Args:
        workspace_id: the workspace's id.
    """
    there = {each.name: each for each in workspaces.list_environments(world, workspace_id)}
    if _SOURCE not in there:
        return {}
    return {key: there[name] for key, name in TARGETS.items() if name in there}


def build(
    world: World,
    project: Project,
    *,
    by: str,
    description: str | None = None,
    include_test_cases: bool | None = None,
) -> ProjectBuild:
    """Keep a project as it is now, so that it can be deployed.

    Args:
        project: the project of Development.
        by: the name of whoever builds it.
        description: for people.
        include_test_cases: whether its recipes' test cases are kept with it.

    Raises:
        Forbidden: it is a project of another environment.
        NotProvisioned: the workspace has no environments to deploy between.
    """
    _check_source(world, project)
    now = world.clock.now()
    made = ProjectBuild(
        workspace_id=project.workspace_id,
        project_id=project.id,
        description=description,
        include_test_cases=include_test_cases,
        state=SUCCESS,
        performed_by_name=by,
        test_cases=deployed_cases.collect(world, project) if include_test_cases else [],
        content=base64.b64encode(
            exporting.to_zip(exporting.export_project(world, project))
        ).decode(),
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(made)
    world.db.session.flush()
    return made


def deploy(
    world: World,
    made: ProjectBuild,
    environment_type: str,
    *,
    by: str,
    description: str | None = None,
) -> Deployment:
    """Deploy a build to an environment; nothing there is changed where that fails.

    Args:
        made: the build.
        environment_type: a key of `TARGETS`.
        by: the name of whoever deploys it.
        description: for people.

    Returns:
        The deployment, with `error` where it failed.

    Raises:
        Forbidden: the build is of a project of another environment.
        NotFound: there is no such environment.
        NotProvisioned: the workspace has no environments to deploy between.
    """
    session, now = world.db.session, world.clock.now()
    project = session.get_one(Project, made.project_id)
    _check_source(world, project)
    target = list_targets(world, made.workspace_id).get(environment_type)
    if target is None:
        raise NotFound("Not found")
    deployment = Deployment(
        workspace_id=made.workspace_id,
        project_id=project.id,
        build=made,
        environment_type=environment_type,
        description=description,
        state=SUCCESS,
        performed_by_name=by,
        created_at=now,
        updated_at=now,
    )
    try:
        # Whoever deploys from one environment does not see the other one.
        with project_scope.lifted(world), session.begin_nested():
            deployment.target_id = _import(world, project, made, target)
    except PackageError as error:
        deployment.state, deployment.error = FAILED, str(error)
    session.add(deployment)
    session.flush()
    return deployment


def get_build(world: World, workspace_id: int, number: int) -> ProjectBuild:
    """Return a build.

    Args:
        workspace_id: the workspace's id.
        number: its id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(ProjectBuild, number)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("Not found")
    return found


def get_zip(made: ProjectBuild) -> bytes:
    """Return the package that a build is.

    Args:
        made: the build.
    """
    return base64.b64decode(made.content)


def get_deployment(world: World, workspace_id: int, number: int) -> Deployment:
    """Return a deployment.

    Args:
        workspace_id: the workspace's id.
        number: its id.

    Raises:
        NotFound: it does not exist.
    """
    found = world.db.session.get(Deployment, number)
    if found is None or found.workspace_id != workspace_id:
        raise NotFound("Not found")
    return found


def find_deployments(world: World, workspace_id: int, criteria: Criteria) -> Found[Deployment]:
    """Return deployments, the newest first.

    Args:
        workspace_id: the workspace's id.
        criteria: which.
    """
    found = select(Deployment).where(Deployment.workspace_id == workspace_id)
    if criteria.project_id is not None:
        found = found.where(Deployment.project_id == criteria.project_id)
    if criteria.environment_type:
        found = found.where(Deployment.environment_type == criteria.environment_type)
    if criteria.state:
        found = found.where(Deployment.state == criteria.state)
    if criteria.since is not None:
        found = found.where(~has_expired(Deployment.created_at, criteria.since))
    if criteria.until is not None:
        found = found.where(has_expired(Deployment.created_at, criteria.until))
    return Found(world.db.session, found.order_by(Deployment.id.desc()))


def list_deployed(world: World, project: Project) -> Sequence[Project]:
    """Return what a project became in other environments, by name.

    Args:
        project: the project that was deployed.
    """
    own = Project.workspace_id == project.workspace_id, Project.deployed_from_id == project.id
    return world.db.session.scalars(select(Project).where(*own).order_by(Project.name)).all()


def _check_source(world: World, project: Project) -> None:
    if not list_targets(world, project.workspace_id):
        raise NotProvisioned(
            "Environments not provisioned: a project is deployed from Development to Test or "
            "Production. Add them under Workspace admin > Environments."
        )
    if project.environment is not None:
        raise Forbidden(
            f"'{project.name}' was itself deployed. Only projects of Development can be deployed."
        )


def _import(world: World, project: Project, made: ProjectBuild, target: Environment) -> int:
    session = world.db.session
    before = session.scalar(
        select(Project).where(
            Project.environment_id == target.id, Project.deployed_from_id == project.id
        )
    )
    name = f"{project.name} ({target.name})"
    if before is not None and before.name != name:  # the project was renamed since
        own = Project.workspace_id == project.workspace_id, Project.name == name
        if session.scalar(select(Project.id).where(*own)) is None:
            before.name = name
            session.flush()
    package = reading.read_zip(get_zip(made), project.name).named(project.name)
    outcome = importing.import_package(
        world, project.workspace_id, target.id, package, start=False, deployed_to=target
    )
    number = outcome.projects[name]
    session.get_one(Project, number).deployed_from_id = project.id
    if made.include_test_cases:
        deployed_cases.put(world, number, made.test_cases)
    return number
