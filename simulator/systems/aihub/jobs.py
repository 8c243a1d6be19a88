"""The Jobs tab of a recipe: the list of its jobs, and one job with its steps."""

import yaml
from flask import Blueprint, render_template, request

from simulator.domain import job_history, people, recipes
from simulator.domain.engine.stubs import NOTE
from simulator.domain.packages.lint import draft_rows
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
