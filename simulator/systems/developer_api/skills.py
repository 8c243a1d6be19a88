"""Agentic skills (Workato docs, Developer API, Agent Studio); genies are not simulated."""

from typing import Annotated, Any

from pydantic import Field

from simulator.domain import asset_folders, recipes, skills
from simulator.domain.skills import Skill
from simulator.systems.developer_api.endpoint import (
    AGENTIC,
    READING_SKILLS,
    ApiEndpoint,
    Body,
    Call,
    Number,
    PageQuery,
)
from simulator.validation.fields import DIGITS
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/agentic/", quota=AGENTIC)


class SkillQuery(PageQuery):
    """Which skills: those of recipes in a folder, by default all."""

    folder_id: Annotated[int | None, Field(ge=0, lt=10**9), DIGITS] = None


class NewSkill(Body):
    """A skill: the recipe that does it."""

    recipe_id: Number


@ENDPOINTS.add("GET", "skills", quota=READING_SKILLS)
def list_skills(call: Call, query: SkillQuery) -> dict[str, Any]:
    """List the skills of the workspace or of a folder."""
    if query.folder_id is not None:
        there = skills.list_in_folder(call.world, call.workspace_id, query.folder_id)
        return {"data": [_skill(call, each) for each in query.cut(there)]}
    found = skills.find_skills(call.world, call.workspace_id)
    rows = query.cut(found)
    return {"data": [_skill(call, each) for each in skills.read_all(call.world, rows)]}


@ENDPOINTS.add("POST", "skills")
def create_skill(call: Call, body: NewSkill) -> dict[str, Any]:
    """Create a skill from a recipe with the skill trigger."""
    recipe = recipes.get_recipe(call.world, call.workspace_id, body.recipe_id)
    return {"data": _skill(call, skills.create(call.world, recipe))}


@ENDPOINTS.add("GET", "skills/:id", quota=READING_SKILLS)
def get_skill(call: Call, id: str) -> dict[str, Any]:
    """Return a skill."""
    return {"data": _skill(call, skills.get_skill(call.world, call.workspace_id, id))}


def _skill(call: Call, skill: Skill) -> dict[str, Any]:
    recipe, document = skill.recipe, skill.row.document or {}
    apps: list[str] = []
    place = skill.row.project_id
    if recipe is not None:
        apps = [step.provider for step in recipes.iter_steps(recipe) if step.calls_app]
        place = asset_folders.get_numbers(call.world, [recipe])[recipe.id]
    return {
        "id": skill.handle,
        "name": skill.row.name,
        "description": "" if recipe is None else recipe.description,
        "provider_id": None if recipe is None else recipe.id,
        "provider_type": "Recipe",
        "folder_id": place,
        "project_id": skill.row.project_id,
        "running": recipe is not None and recipe.running,
        "genies_count": 0,
        "trigger_description": str(document.get("trigger_description") or ""),
        "applications": list(dict.fromkeys(apps)),
        "created_at": skill.row.created_at,
        "updated_at": skill.row.updated_at,
    }
