"""Tags of a workspace, and which recipes and connections have them."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import delete as delete_rows
from sqlalchemy import func, select

from simulator.db.listing import Found, contains
from simulator.db.tables import Connection, Recipe, Tag, TagAssignment
from simulator.db.upsert import insert_missing
from simulator.errors import FieldError, NotFound
from simulator.world import World

_LONGEST_TITLE = 30
_LONGEST_DESCRIPTION = 150
_HANDLE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
#: Of a workspace (Workato docs, platform limits).
_MOST_TAGS = 1000
#: As the Developer API names them.
COLORS = (
    *("blue", "violet", "green", "red", "orange", "gold"),
    *("indigo", "brown", "teal", "plum", "slate", "neutral"),
)

_OWN = select(TagAssignment.id).where(TagAssignment.tag_id == Tag.id).correlate(Tag)
#: What tags are listed by: name → column or number of each; who was assigned later has a higher id.
ORDERS: Mapping[str, Any] = {
    "title": Tag.title,
    "assignment_count": _OWN.with_only_columns(func.count(TagAssignment.id)).scalar_subquery(),
    "updated_at": Tag.updated_at,
    "last_assigned_at": func.coalesce(
        _OWN.with_only_columns(func.max(TagAssignment.id)).scalar_subquery(), 0
    ),
}


def find_tags(
    world: World,
    workspace_id: int,
    *,
    text: str = "",
    handles: Sequence[str] = (),
    recipe_id: int | None = None,
    connection_id: int | None = None,
    only_assigned: bool = False,
    order: str = "title",
    backwards: bool = False,
) -> Found[Tag]:
    """Return tags.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        text: part of a title or description.
        handles: of those that are meant; empty for any.
        recipe_id: that has them; None for any.
        connection_id: that has them; None for any.
        only_assigned: whether something has them.
        order: one of `ORDERS`.
        backwards: with the last one first.
    """
    found = select(Tag).where(
        Tag.workspace_id == workspace_id, *contains(text, Tag.title, Tag.description)
    )
    if handles:
        found = found.where(Tag.handle.in_(handles))
    assigned = select(TagAssignment.id).where(TagAssignment.tag_id == Tag.id)
    if recipe_id is not None:
        found = found.where(assigned.where(TagAssignment.recipe_id == recipe_id).exists())
    if connection_id is not None:
        found = found.where(assigned.where(TagAssignment.connection_id == connection_id).exists())
    if only_assigned:
        found = found.where(assigned.exists())
    rank = ORDERS[order]
    by = (rank.desc(), Tag.id.desc()) if backwards else (rank, Tag.id)
    return Found(world.db.session, found.order_by(*by))


def get_tag(world: World, workspace_id: int, handle: str) -> Tag:
    """Return a tag.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        handle: of the tag.

    Raises:
        NotFound: there is none.
    """
    own = Tag.workspace_id == workspace_id, Tag.handle == handle
    found = world.db.session.scalar(select(Tag).where(*own))
    if found is None:
        raise NotFound(f"There is no tag '{handle}' in this workspace.")
    return found


def create(world: World, workspace_id: int, title: str, description: str, color: str | None) -> Tag:
    """Create a tag.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        title: 1 to 30 characters, which no other tag has.
        description: at most 150 characters.
        color: one of `COLORS`; None for any, by chance.

    Raises:
        FieldError: on what is wrong; on `title`, too, where there are too many tags.
    """
    if find_tags(world, workspace_id).count() >= _MOST_TAGS:
        raise FieldError("title", f"cannot be added: a workspace has at most {_MOST_TAGS:,} tags")
    if color is None:
        color = COLORS[world.randomness.octets("color of a tag", 1)[0] % len(COLORS)]
    octets = world.randomness.octets("tag", 14)
    letters = "".join(_HANDLE_ALPHABET[byte % len(_HANDLE_ALPHABET)] for byte in octets)
    now = world.clock.now()
    tag = Tag(
        workspace_id=workspace_id,
        handle=f"tag-{letters[:8]}-{letters[8:]}",
        title=_check_title(world, workspace_id, title, None),
        description=_check_description(description),
        color=color,
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(tag)
    world.db.session.flush()
    return tag


def change(
    world: World, tag: Tag, *, title: str, description: str | None, color: str | None
) -> None:
    """Change a tag.

    Args:
        world: with an open unit of work.
        tag: to be changed.
        title: as in `create`.
        description: None leaves it as it is.
        color: None leaves it as it is.

    Raises:
        FieldError: on what is wrong.
    """
    tag.title = _check_title(world, tag.workspace_id, title, tag)
    if description is not None:
        tag.description = _check_description(description)
    if color is not None:
        tag.color = color
    tag.updated_at = world.clock.now()


def delete(world: World, tag: Tag) -> None:
    """Delete a tag; whatever had it has it no more.

    Args:
        world: with an open unit of work.
        tag: to be deleted.
    """
    world.db.session.execute(delete_rows(Tag).where(Tag.id == tag.id))
    world.db.session.expunge(tag)


def assign(
    world: World,
    add: Sequence[Tag],
    remove: Sequence[Tag],
    recipes: Sequence[Recipe],
    connections: Sequence[Connection],
) -> None:
    """Give tags to assets, and take tags away from them.

    Args:
        world: with an open unit of work.
        add: tags that they get.
        remove: tags that they lose.
        recipes: some of the assets.
        connections: the others.
    """
    session = world.db.session
    for tag in add:
        for recipe in recipes:
            insert_missing(session, TagAssignment, {"tag_id": tag.id, "recipe_id": recipe.id})
        for one in connections:
            insert_missing(session, TagAssignment, {"tag_id": tag.id, "connection_id": one.id})
    for tag in remove:
        own = delete_rows(TagAssignment).where(TagAssignment.tag_id == tag.id)
        session.execute(own.where(TagAssignment.recipe_id.in_([each.id for each in recipes])))
        chosen = [each.id for each in connections]
        session.execute(own.where(TagAssignment.connection_id.in_(chosen)))


def list_handles_of_recipes(world: World, ids: Collection[int]) -> Mapping[int, list[str]]:
    """Return the tags of recipes: id → handles.

    Args:
        world: with an open unit of work.
        ids: of the recipes.
    """
    return _list_handles(world, TagAssignment.recipe_id, ids)


def list_handles_of_connections(world: World, ids: Collection[int]) -> Mapping[int, list[str]]:
    """Return the tags of connections: id → handles.

    Args:
        world: with an open unit of work.
        ids: of the connections.
    """
    return _list_handles(world, TagAssignment.connection_id, ids)


def count_assignments(world: World, ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """Return how many recipes and connections have tags: id → the two numbers.

    Args:
        world: with an open unit of work.
        ids: of the tags.
    """
    recipes, connections = TagAssignment.recipe_id, TagAssignment.connection_id
    rows = world.db.session.execute(
        select(TagAssignment.tag_id, func.count(recipes), func.count(connections))
        .where(TagAssignment.tag_id.in_(ids))
        .group_by(TagAssignment.tag_id)
    )
    return {tag_id: (of_recipes, of_connections) for tag_id, of_recipes, of_connections in rows}


def _list_handles(world: World, column: Any, ids: Collection[int]) -> Mapping[int, list[str]]:
    found: defaultdict[int, list[str]] = defaultdict(list)
    statement = select(column, Tag.handle).join(Tag, Tag.id == TagAssignment.tag_id)
    for number, handle in world.db.session.execute(
        statement.where(column.in_(ids)).order_by(Tag.title, Tag.id)
    ):
        found[number].append(handle)
    return found


def _check_title(world: World, workspace_id: int, title: str, tag: Tag | None) -> str:
    title = title.strip()
    if not title:
        raise FieldError("title", "can't be blank")
    if len(title) > _LONGEST_TITLE:
        raise FieldError("title", f"is too long (maximum is {_LONGEST_TITLE} characters)")
    own = Tag.workspace_id == workspace_id, func.lower(Tag.title) == title.lower()
    other = world.db.session.scalar(select(Tag).where(*own).limit(1))
    if other is not None and other is not tag:
        raise FieldError("title", "has already been taken")
    return title


def _check_description(description: str) -> str:
    if len(description) > _LONGEST_DESCRIPTION:
        sentence = f"is too long (maximum is {_LONGEST_DESCRIPTION} characters)"
        raise FieldError("description", sentence)
    return description
