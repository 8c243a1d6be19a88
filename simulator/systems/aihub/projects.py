"""Projects: bring a package in, look at what it would do here, take a project out again."""

import re
from pathlib import PurePath

from flask import Blueprint, Response, render_template, request, url_for

from simulator.domain import workspaces
from simulator.domain.packages import exporting, reading
from simulator.domain.packages.refusals import PackageError
from simulator.systems.aihub.context import may, person, searched
from simulator.systems.aihub.package_import import Import
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world
from simulator.web.endpoints import LONGEST_FILE
from simulator.web.posted_pages import asks_for_page

bp = Blueprint("projects", __name__, url_prefix="/projects")


def allow_files() -> None:
    """Let a package be longer than other forms; before anything reads the form."""
    if request.endpoint == f"{bp.name}.{import_package.__name__}":
        request.max_content_length = LONGEST_FILE


@bp.get("")
def listing() -> str:
    """List the projects, with a form that takes a package."""
    return _show_form({})


@bp.post("")
def import_package() -> Response | str | tuple[str, int]:
    """Import the zip that was dropped or chosen; show what was done and what each recipe does."""
    world, sent = current_world(), request.files.get("package")
    name = request.form.get("project", "").strip()
    number = parse_whole_number(request.form.get("environment")) or 0
    environment = workspaces.get_environment(world, person().workspace_id, number)
    if sent is None or not sent.filename:
        return _show_form({"package": "Choose the zip of a package."}), 422
    try:
        package = reading.read_zip(sent.read(), PurePath(sent.filename).stem)
        if name:
            package = package.named(name)
    except PackageError as error:
        return _refuse(error), 422
    job = Import(
        package=package,
        environment_id=environment.id,
        start=request.form.get("start") == "yes",
        refuse=_refuse,
    )
    if job.is_long and asks_for_page():
        return job.answer_step_by_step()
    return job.answer_at_once()


def _refuse(error: PackageError) -> str:
    return _show_form({"package": f"Nothing was imported. {error}"})


@bp.get("/<int:project_id>/export")
def export(project_id: int) -> Response:
    """Download a project as a package."""
    world = current_world()
    project = workspaces.get_project(world, person().workspace_id, project_id)
    files = exporting.export_project(world, project)
    stem = re.sub(r"[^A-Za-z0-9]+", "_", project.name).strip("_").lower() or "project"
    answer = Response(exporting.to_zip(files), mimetype="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{stem}.zip"'
    return answer


def _show_form(errors: dict[str, str]) -> str:
    world, (text, number) = current_world(), searched()
    return render_template(
        "aihub/projects.html",
        found=workspaces.find_projects(world, person().workspace_id, text).page(number),
        q=text,
        environments=[
            each
            for each in workspaces.list_environments(world, person().workspace_id)
            if may("projects.import_package", each)
        ],
        chosen=parse_whole_number(request.form.get("environment")),
        project=request.form.get("project", ""),
        start=request.method != "POST" or request.form.get("start") == "yes",
        errors=errors,
        back=url_for("projects.listing"),
    )
