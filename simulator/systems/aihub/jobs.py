"""The Jobs tab of a recipe: the list of its jobs, and one job with its steps."""

import yaml
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Environment, Job, McpServer
from simulator.domain import job_history, people, recipes, repeated_jobs, workspaces
from simulator.domain.engine.stubs import NOTE
from simulator.domain.packages.lint import draft_rows
from simulator.errors import FieldError
from simulator.systems.aihub.context import person
from simulator.systems.aihub.recipe_head import describe_head
from simulator.validation.paging import Page
from simulator.validation.parsing import parse_whole_number
from simulator.web.application import current_world

bp = Blueprint("jobs", __name__)

#: Jobs on a page.
_SIZE = 25


@bp.get("/recipes/<int:recipe_id>/jobs")
def listing(recipe_id: int) -> str:
    """Return the jobs of a recipe, newest first; `page` is which of them."""
    world = current_world()
    recipe = recipes.get_recipe(world, person().workspace_id, recipe_id)
    counts = job_history.count_jobs(world, recipe)
    number = parse_whole_number(request.args.get("page")) or 1
    page = Page.nearest(number, size=_SIZE, total=counts.total)
    found = job_history.list_page(world, recipe, page)
    return render_template(
        "aihub/jobs.html",
        recipe=recipe,
        counts=counts,
        **describe_head(recipe),
        jobs=found,
        page=page,
        names=people.find_names(world, [job.end_user_id for job in found]),
    )


@bp.get("/recipes/<int:recipe_id>/jobs/<job_id>")
def job(recipe_id: int, job_id: str) -> str:
    """Return one job, with input, output, error and duration of each step."""
    world = current_world()
    recipe = recipes.get_recipe(world, person().workspace_id, recipe_id)
    found = job_history.get_job(world, recipe, job_id)
    drafts = draft_rows(recipe.name, recipe.code, found.steps)
    return render_template(
        "aihub/job.html",
        recipe=recipe,
        job=found,
        missing=[draft["step"] for draft in drafts],
        draft=yaml.safe_dump({"stubs": drafts}, sort_keys=False, allow_unicode=True),
        stubbed=sorted({each["number"] + 1 for each in found.steps if each.get("note") == NOTE}),
        called=job_history.list_called(world, found),
        names=people.find_names(world, [found.end_user_id]),
    )


@bp.post("/recipes/<int:recipe_id>/jobs/<job_id>/repeat")
def repeat(recipe_id: int, job_id: str) -> Response:
    """Run the recipe once more with what the job began with, for the same person."""
    world = current_world()
    recipe = recipes.get_recipe(world, person().workspace_id, recipe_id)
    found = job_history.get_job(world, recipe, job_id)
    try:
        made = repeated_jobs.repeat(world, recipe, found, _environment_of(found))
    except FieldError as error:
        flash(f"The job was not repeated. {error.message}", "error")
        return redirect(url_for("jobs.job", recipe_id=recipe_id, job_id=job_id), 303)
    flash(f"Repeated the job {job_id}.", "success")
    return redirect(url_for("jobs.job", recipe_id=recipe_id, job_id=made), 303)


def _environment_of(job: Job) -> Environment:
    """Return the environment of the server that was called, else the workspace's first one."""
    world, number = current_world(), job.server_number
    server = None if number is None else world.db.session.get(McpServer, number)
    if server is not None:
        return server.environment
    return workspaces.list_environments(world, person().workspace_id)[0]
