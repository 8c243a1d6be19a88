"""Tags and their assignments (Workato docs, Developer API, environment management)."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.db.tables import Collaborator, Tag
from simulator.domain import connections, recipes, tags, workspaces
from simulator.domain.tags import COLORS
from simulator.systems.developer_api.endpoint import (
    ENVIRONMENT_MANAGEMENT,
    TAG_ASSIGNMENTS,
    ApiEndpoint,
    Body,
    Call,
    Number,
    PageQuery,
)
from simulator.validation.fields import matches
from simulator.validation.model_errors import ModelError
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table
from simulator.web.typed_requests import Unusable

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=ENVIRONMENT_MANAGEMENT)

Title = Annotated[str, Field(min_length=1, max_length=30), matches(r"(?s).*\S.*", "some text")]
Description = Annotated[str, Field(max_length=150)]
Color = Annotated[str, Field(pattern=f"^({'|'.join(COLORS)})$")]


class TagQuery(PageQuery):
    """Which tags, as `q[recipe_id_eq]=7`.

    Known are `title_or_description_cont`, `handle_in`, `author_id_eq`, `recipe_id_eq`,
    `connection_id_eq` and `only_assigned`.
    """

    q: dict[str, str] = {}
    sort_by: Literal["title", "assignment_count", "updated_at", "last_assigned_at"] = "title"
    sort_direction: Literal["asc", "desc"] = "asc"


class NewTag(Body):
    """A tag."""

    title: Title
    description: Description = ""
    color: Color | None = None


class TagChange(Body):
    """Changes to a tag; members that are left out keep their values (as workato-devs/wk asks)."""

    title: Title | None = None
    description: Description | None = None
    color: Color | None = None


class Assignment(Body):
    """Tags by their handles, and the assets that get or lose them."""

    add_tags: list[str] = []
    remove_tags: list[str] = []
    recipe_ids: list[Number] = []
    connection_ids: list[Number] = []


@ENDPOINTS.add("GET", "tags")
def list_tags(call: Call, query: TagQuery) -> dict[str, Any]:
    """List the tags, sorted by title or by `sort_by`."""
    criteria = query.q
    handles = [each.strip() for each in criteria.get("handle_in", "").split(",") if each.strip()]
    found = tags.find_tags(
        call.world,
        call.workspace_id,
        text=criteria.get("title_or_description_cont", ""),
        handles=handles,
        recipe_id=_number(criteria, "recipe_id_eq"),
        connection_id=_number(criteria, "connection_id_eq"),
        author_id=_number(criteria, "author_id_eq"),
        only_assigned=criteria.get("only_assigned") == "true",
        order=query.sort_by,
        backwards=query.sort_direction == "desc",
    )
    rows = query.cut(found)
    return {"data": {"tags": _describe(call, rows)}}


@ENDPOINTS.add("POST", "tags")
def create_tag(call: Call, body: NewTag) -> dict[str, Any]:
    """Create a tag; its author is the workspace's owner (our choice)."""
    owner = workspaces.get_owner(call.world, call.workspace_id)
    made = tags.create(call.world, owner, body.title, body.description, body.color)
    return _describe(call, [made])[0]


@ENDPOINTS.add("PUT", "tags/:handle")
def update_tag(call: Call, handle: str, body: TagChange) -> dict[str, Any]:
    """Change a tag."""
    tag = tags.get_tag(call.world, call.workspace_id, handle)
    tags.change(call.world, tag, title=body.title, description=body.description, color=body.color)
    return _describe(call, [tag])[0]


@ENDPOINTS.add("DELETE", "tags/:handle")
def delete_tag(call: Call, handle: str) -> dict[str, Any]:
    """Delete a tag, and its assignments."""
    tags.delete(call.world, tags.get_tag(call.world, call.workspace_id, handle))
    return {"success": True}


@ENDPOINTS.add("POST", "tags_assignments", quota=TAG_ASSIGNMENTS)
def assign_tags(call: Call, body: Assignment) -> str:
    """Add tags to recipes and connections, and remove tags; the response is empty."""
    world, workspace_id = call.world, call.workspace_id
    tags.assign(
        world,
        [tags.get_tag(world, workspace_id, each) for each in body.add_tags],
        [tags.get_tag(world, workspace_id, each) for each in body.remove_tags],
        [recipes.get_recipe(world, workspace_id, each) for each in body.recipe_ids],
        [
            connections.get_in_environment(world, call.environment.id, each)
            for each in body.connection_ids
        ],
    )
    return ""


def _number(criteria: Mapping[str, str], name: str) -> int | None:
    """Return the id in a filter; None where the filter is not used."""
    text = criteria.get(name)
    if text is None:
        return None
    number = parse_whole_number(text)
    if number is None:
        mistake = ModelError((f"q[{name}]",), "int_parsing", "must be a whole number", text)
        raise Unusable("query", [mistake])
    return number


def _describe(call: Call, rows: Sequence[Tag]) -> list[dict[str, Any]]:
    counts = tags.count_assignments(call.world, [each.id for each in rows])
    authors = tags.list_authors(call.world, call.workspace_id, rows)
    return [_row(each, authors[each.id], counts.get(each.id, (0, 0))) for each in rows]


def _row(tag: Tag, author: Collaborator, counts: tuple[int, int]) -> dict[str, Any]:
    return {
        "handle": tag.handle,
        "title": tag.title,
        "description": tag.description,
        "color": tag.color,
        "author": {"id": author.id, "name": author.name, "avatar_url": ""},
        "assignment_count": sum(counts),
        "assignments_count": sum(counts),
        "recipe_assignments_count": counts[0],
        "connection_assignments_count": counts[1],
        "created_at": tag.created_at,
        "updated_at": tag.updated_at,
    }
