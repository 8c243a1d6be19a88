"""A project's tab Deployments: deploy it to Test or Production, and a past deployment again."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Project, ProjectBuild
from simulator.domain import deployments, workspaces
from simulator.domain.deployments import TARGETS, Criteria
from simulator.errors import NotFound
from simulator.systems.aihub.context import person, searched
from simulator.web.application import current_world

bp = Blueprint("deployments", __name__, url_prefix="/projects/<int:project_id>/deployments")

_LONGEST = 1000


@bp.get("")
def listing(project_id: int) -> str:
    """Return what was deployed where, the newest first; `dialog=deploy` opens "Deploy to"."""
    return _page(_project(project_id))


@bp.post("")
def deploy(project_id: int) -> Response | tuple[str, int]:
    """Build the project as it is now, and deploy it to the posted `environment`."""
    project, key = _project(project_id), request.form.get("environment", "")
    if key not in deployments.list_targets(current_world(), project.workspace_id):
        return _page(project, error="Select the environment that it is deployed to."), 422
    description = request.form.get("description", "").strip()[:_LONGEST] or None
    made = deployments.build(
        current_world(),
        project,
        by=person().name,
        description=description,
        include_test_cases=bool(request.form.get("test_cases")),
    )
    return _deploy(project, made, key, description)


@bp.route("/<int:number>/deploy", methods=["GET", "POST"])
def deploy_again(project_id: int, number: int) -> Response | str:
    """Ask, and deploy the build of a past deployment to the same environment."""
    project = _project(project_id)
    found = deployments.get_deployment(current_world(), project.workspace_id, number)
    if found.project_id != project.id:
        raise NotFound("This deployment is of another project.")
    if request.method == "GET":
        names = {"project": project, "environment": TARGETS[found.environment_type]}
        return render_template("aihub/deployment_again.html", deployment=found, **names)
    return _deploy(project, found.build, found.environment_type, found.description)


def _deploy(project: Project, made: ProjectBuild, key: str, description: str | None) -> Response:
    done = deployments.deploy(current_world(), made, key, by=person().name, description=description)
    if done.error is not None:
        flash(f"Nothing was deployed to {TARGETS[key]}. {done.error}", "error")
    else:
        flash(
            f"Deployed '{project.name}' to {TARGETS[key]}. New recipes there are "
            "stopped; authorize the new connections before you start them.",
            "success",
        )
    return redirect(url_for("deployments.listing", project_id=project.id), 303)


def _project(project_id: int) -> Project:
    return workspaces.get_project(current_world(), person().workspace_id, project_id)


def _page(project: Project, error: str = "") -> str:
    world, (_text, number) = current_world(), searched()
    criteria = Criteria(project_id=project.id)
    found = deployments.find_deployments(world, project.workspace_id, criteria).page(number)
    targets = deployments.list_targets(world, project.workspace_id)
    return render_template(
        "aihub/deployments.html",
        project=project,
        found=found,
        targets=[(key, TARGETS[key]) for key in targets],
        names=TARGETS,
        there=deployments.list_deployed(world, project),
        dialog="deploy" if error else request.args.get("dialog", ""),
        environment=request.form.get("environment", ""),
        description=request.form.get("description", ""),
        with_test_cases=bool(request.form.get("test_cases")),
        error=error,
    )
