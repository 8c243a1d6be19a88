"""Jobs of a recipe: the tab with their list, and one with its steps; of a deleted recipe, too."""

import yaml
from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from simulator.db.tables import Connection, EndUser, Environment, Job, McpServer, Recipe
from simulator.db.tables.recipes import JobStatus
from simulator.domain import (
    job_history,
    people,
    recipe_tests,
    recipes,
    repeated_jobs,
    running_jobs,
    workspaces,
)
from simulator.domain.connections import get_connector
from simulator.domain.engine.stubs import NOTE
from simulator.domain.packages.lint import draft_rows
from simulator.errors import FieldError, NotFound
from simulator.net.addresses import AIHUB
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
    running = running_jobs.list_running(world, recipe)
    return render_template(
        "aihub/jobs.html",
        recipe=recipe,
        counts=counts,
        **describe_head(recipe),
        jobs=found,
        page=page,
        running=running,
        names=people.find_names(
            world, [*(one.end_user_id for one in running), *(one.end_user_id for one in found)]
        ),
    )


@bp.get("/recipes/<int:recipe_id>/jobs/<job_id>")
def job(recipe_id: int, job_id: str) -> str:
    """Return one job, with input, output, error and duration of each step."""
    world = current_world()
    recipe = recipes.get_recipe(world, person().workspace_id, recipe_id)
    found = job_history.get_job(world, recipe, job_id)
    drafts = draft_rows(recipe.name, recipe.code, found.steps)
    owner = people.find_active_end_user(world, found.end_user_id)
    unconnected = _list_unconnected(recipe, found, owner)
    return render_template(
        "aihub/job.html",
        recipe=recipe,
        job=found,
        missing=[draft["step"] for draft in drafts],
        draft=yaml.safe_dump({"stubs": drafts}, sort_keys=False, allow_unicode=True),
        stubbed=sorted({each["number"] + 1 for each in found.steps if each.get("note") == NOTE}),
        called=job_history.list_called(world, found),
        calling=job_history.find_calling(world, found),
        names=people.find_names(world, [found.end_user_id]),
        owner=owner,
        unconnected=[(each, get_connector(each).name) for each in unconnected or ()],
        is_connected_now=unconnected == [],
    )


@bp.get("/jobs/<job_id>")
def of_deleted(job_id: str) -> str:
    """Return a job whose recipe was deleted: what is kept of it."""
    world = current_world()
    found, gone = job_history.get_job_of_deleted(world, person().workspace_id, job_id)
    return render_template(
        "aihub/job_of_deleted.html",
        job=found,
        gone=gone,
        called=job_history.list_called(world, found),
        calling=job_history.find_calling(world, found),
        names=people.find_names(world, [found.end_user_id]),
    )


@bp.get("/recipes/<int:recipe_id>/jobs/<job_id>/cancel")
def cancel_question(recipe_id: int, job_id: str) -> Response | str:
    """Ask before a job that is under way is cancelled; one that has ended is shown instead."""
    world = current_world()
    recipe = recipes.get_recipe(world, person().workspace_id, recipe_id)
    try:
        running = running_jobs.get_running(world, recipe, job_id)
    except NotFound:
        return redirect(url_for("jobs.job", recipe_id=recipe_id, job_id=job_id), 303)
    names = people.find_names(world, [running.end_user_id])
    return render_template("aihub/job_cancel.html", recipe=recipe, job=running, names=names)


@bp.post("/recipes/<int:recipe_id>/jobs/<job_id>/cancel")
def cancel(recipe_id: int, job_id: str) -> Response:
    """Have a job stop after its current step."""
    world = current_world()
    recipe = recipes.get_recipe(world, person().workspace_id, recipe_id)
    if running_jobs.cancel(world, recipe, [job_id]):
        flash(f"The job {job_id} stops after its current step.", "success")
    else:
        flash(f"The job {job_id} ended before it was cancelled.", "error")
    return redirect(url_for("jobs.listing", recipe_id=recipe_id), 303)


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


@bp.post("/recipes/<int:recipe_id>/jobs/<job_id>/connect")
def connect(recipe_id: int, job_id: str) -> Response:
    """Go to an app (`connection_id`), to connect the account of the person whom a job ran for."""
    world = current_world()
    recipe = recipes.get_recipe(world, person().workspace_id, recipe_id)
    found = job_history.get_job(world, recipe, job_id)
    here = url_for("jobs.job", recipe_id=recipe_id, job_id=job_id)
    owner = people.find_active_end_user(world, found.end_user_id)
    number = parse_whole_number(request.form.get("connection_id"))
    parents = {each.id: each for each in _list_unconnected(recipe, found, owner) or ()}
    if owner is None or number not in parents:
        flash("There is nothing to connect any more.", "success")
        return redirect(here, 303)
    back = f"{world.addresses.base_url(AIHUB)}{here}"
    url = recipe_tests.connect(world, recipe, parents[number], owner, back)
    return redirect(world.addresses.local(url), 303)


def _list_unconnected(recipe: Recipe, job: Job, owner: EndUser | None) -> list[Connection] | None:
    """Return what the person of a job still lacks, as far as a builder can connect it for them.

    None where they lacked nothing, or lack what is of another environment.
    """
    if owner is None or job.status != JobStatus.CONNECTION_REQUIRED:
        return None
    where = _environment_of(job)
    missing = recipe_tests.list_missing_connections(current_world(), recipe, owner, where)
    if missing is None or any(each.environment_id != where.id for each in missing):
        return None
    return missing


def _environment_of(job: Job) -> Environment:
    """Return the environment of the server that was called, else the workspace's first one."""
    world, number = current_world(), job.server_number
    server = None if number is None else world.db.session.get(McpServer, number)
    if server is not None:
        return server.environment
    return workspaces.list_environments(world, person().workspace_id)[0]
