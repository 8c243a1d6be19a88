"""Versions of recipes (Workato docs, Developer API, recipes)."""

from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import Collaborator
from simulator.domain import recipe_versions, workspaces
from simulator.domain.recipe_versions import LONGEST_COMMENT, Version
from simulator.systems.developer_api.endpoint import RECIPES, ApiEndpoint, Body, Call, PageQuery
from simulator.systems.developer_api.recipes import find_recipe, write_json
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=RECIPES)


class Comment(Body):
    """What is noted of a version."""

    comment: Annotated[str, Field(max_length=LONGEST_COMMENT)]


@ENDPOINTS.add("GET", "recipes/:recipe_id/versions")
def list_recipe_versions(call: Call, recipe_id: int, query: PageQuery) -> dict[str, Any]:
    """List the versions of a recipe, newest first."""
    owner = workspaces.get_owner(call.world, call.workspace_id)
    found = recipe_versions.list_versions(call.world, find_recipe(call, recipe_id), query.part)
    return {"data": [_row(each, owner) for each in found]}


@ENDPOINTS.add("GET", "recipes/:recipe_id/versions/:id")
def get_recipe_version(call: Call, recipe_id: int, id: int) -> dict[str, Any]:
    """Return a version of a recipe, with its code."""
    recipe = find_recipe(call, recipe_id)
    found = recipe_versions.get_version(call.world, recipe, id)
    return _with_code(call, found)


@ENDPOINTS.add("PATCH", "recipes/:recipe_id/versions/:id")
def patch_recipe_version(call: Call, recipe_id: int, id: int, body: Comment) -> dict[str, Any]:
    """Set the comment on a version, at most 255 characters."""
    recipe = find_recipe(call, recipe_id)
    return _with_code(call, recipe_versions.comment_on(call.world, recipe, id, body.comment))


@ENDPOINTS.add("PUT", "recipes/:recipe_id/versions/:id")
def put_recipe_version(call: Call, recipe_id: int, id: int, body: Comment) -> dict[str, Any]:
    """Set the comment on a version, as PATCH does."""
    return patch_recipe_version(call, recipe_id, id, body)


def _with_code(call: Call, version: Version) -> dict[str, Any]:
    owner = workspaces.get_owner(call.world, call.workspace_id)
    return {
        **_row(version, owner),
        "code": write_json(version.code),
        "config": write_json(version.config),
    }


def _row(version: Version, owner: Collaborator) -> dict[str, Any]:
    return {
        "id": version.version_no,
        "version_no": version.version_no,
        "comment": version.comment,
        "author_name": version.author_name or owner.name,
        "author_email": version.author_email or owner.email,
        "created_at": version.created_at,
        "updated_at": version.updated_at,
    }
