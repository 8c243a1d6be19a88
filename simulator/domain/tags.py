"""A workspace's tags, and their assignments to recipes and connections."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy import delete as delete_rows

from simulator.db.claim import delete_present
from simulator.db.listing import Found, contains
from simulator.db.tables import Collaborator, Connection, Recipe, Tag, TagAssignment
from simulator.db.upsert import insert_missing
from simulator.domain import workspaces
from simulator.domain.packages.stored import lock
from simulator.errors import FieldError, NotFound
from simulator.world import World

#: Characters.
LONGEST_TITLE = 30
LONGEST_DESCRIPTION = 150
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
    author_id: int | None = None,
    only_assigned: bool = False,
    order: str = "title",
    backwards: bool = False,
) -> Found[Tag]:
    """Return tags.

    Args:
        workspace_id: the workspace's id.
        text: part of a title or description.
        handles: the handles of those that are meant; empty for any.
        recipe_id: the id of a recipe that has the tags; None for any.
        connection_id: the id of a connection that has the tags; None for any.
        author_id: the author id of the collaborator whose own they are; None for anybody.
        only_assigned: whether something has them.
        order: one of `ORDERS`.
        backwards: whether the order is reversed.
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
    if author_id is not None:
        owner = workspaces.get_owner(world, workspace_id)
        found = found.where(func.coalesce(Tag.author_id, owner.id) == author_id)
    if only_assigned:
        found = found.where(assigned.exists())
    rank = ORDERS[order]
    by = (rank.desc(), Tag.id.desc()) if backwards else (rank, Tag.id)
    return Found(world.db.session, found.order_by(*by))


def get_tag(world: World, workspace_id: int, handle: str) -> Tag:
    """Return a tag.

    Args:
        workspace_id: the workspace's id.
        handle: the handle of the tag.

    Raises:
        NotFound: it does not exist.
    """
    own = Tag.workspace_id == workspace_id, Tag.handle == handle
    found = world.db.session.scalar(select(Tag).where(*own))
    if found is None:
        raise NotFound(f"There is no tag '{handle}' in this workspace.")
    return found


def find_titled(world: World, workspace_id: int, title: str) -> Tag | None:
    """Return the tag with a title, in upper or lower case; None without one.

    Args:
        workspace_id: the workspace's id.
        title: the title of the tag.
    """
    own = Tag.workspace_id == workspace_id, func.lower(Tag.title) == title.lower()
    return world.db.session.scalars(select(Tag).where(*own).order_by(Tag.id).limit(1)).first()


def list_authors(
    world: World, workspace_id: int, rows: Collection[Tag]
) -> Mapping[int, Collaborator]:
    """Return who made tags: tag's id → author, or the owner if they were removed (our choice).

    Args:
        workspace_id: the workspace's id.
        rows: some of its tags.
    """
    known = {each.id: each.author for each in rows if each.author is not None}
    if len(known) == len(rows):
        return known
    owner = workspaces.get_owner(world, workspace_id)
    return {each.id: owner for each in rows} | known


def create(
    world: World, author: Collaborator, title: str, description: str, color: str | None
) -> Tag:
    """Create a tag in the workspace of its author.

    Args:
        author: the author whose own it is.
        title: 1 to 30 characters, which no other tag has.
        description: at most 150 characters.
        color: one of `COLORS`; None for any, by chance.

    Raises:
        FieldError: on what is wrong; on `title`, too, where there are too many tags.
    """
    workspace_id = author.workspace_id
    lock(world, workspace_id)  # titles are compared whatever their case, which no index does
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
        author=author,
        created_at=now,
        updated_at=now,
    )
    world.db.session.add(tag)
    world.db.session.flush()
    return tag


def change(
    world: World, tag: Tag, *, title: str | None, description: str | None, color: str | None
) -> None:
    """Change a tag.

    Args:
        tag: the tag to change.
        title: the new title (see `create`); None leaves it unchanged.
        description: None leaves it unchanged.
        color: None leaves it unchanged.

    Raises:
        FieldError: on the field that is wrong.
    """
    lock(world, tag.workspace_id)
    if title is not None:
        tag.title = _check_title(world, tag.workspace_id, title, tag)
    if description is not None:
        tag.description = _check_description(description)
    if color is not None:
        tag.color = color
    tag.updated_at = world.clock.now()


def delete(world: World, tag: Tag) -> None:
    """Delete a tag and its assignments.

    Args:
        tag: the tag to delete.

    Raises:
        NotFound: the tag was deleted meanwhile.
    """
    delete_present(world.db.session, tag)


def assign(
    world: World,
    add: Sequence[Tag],
    remove: Sequence[Tag],
    recipes: Sequence[Recipe],
    connections: Sequence[Connection],
) -> None:
    """Assign tags to assets, and remove tags from them.

    Args:
        add: the tags to assign.
        remove: the tags to remove.
        recipes: the recipes among the assets.
        connections: the connections among the assets.
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


def list_of_recipes(world: World, ids: Collection[int]) -> Mapping[int, Sequence[Tag]]:
    """Return the tags of recipes: recipe id → tags sorted by title; untagged recipes are left out.

    Args:
        ids: the ids of the recipes.
    """
    return _list_of(world, TagAssignment.recipe_id, ids)


def list_of_connections(world: World, ids: Collection[int]) -> Mapping[int, Sequence[Tag]]:
    """Return the tags of connections: connection id → tags sorted by title, if it has any.

    Args:
        ids: the ids of the connections.
    """
    return _list_of(world, TagAssignment.connection_id, ids)


def has_tag(made: type[Recipe] | type[Connection], tag_id: int) -> ColumnElement[bool]:
    """Return the SQL condition that an asset has a tag.

    Args:
        made: its kind.
        tag_id: the id of the tag.
    """
    column = TagAssignment.recipe_id if made is Recipe else TagAssignment.connection_id
    return made.id.in_(select(column).where(TagAssignment.tag_id == tag_id))


def count_assignments(world: World, ids: Collection[int]) -> Mapping[int, tuple[int, int]]:
    """Return the numbers of assignments: tag id → (recipes, connections).

    Args:
        ids: the ids of the tags.
    """
    recipes, connections = TagAssignment.recipe_id, TagAssignment.connection_id
    rows = world.db.session.execute(
        select(TagAssignment.tag_id, func.count(recipes), func.count(connections))
        .where(TagAssignment.tag_id.in_(ids))
        .group_by(TagAssignment.tag_id)
    )
    return {tag_id: (of_recipes, of_connections) for tag_id, of_recipes, of_connections in rows}


def _list_of(world: World, column: Any, ids: Collection[int]) -> Mapping[int, Sequence[Tag]]:
    found: defaultdict[int, list[Tag]] = defaultdict(list)
    statement = select(column, Tag).join(Tag, Tag.id == TagAssignment.tag_id)
    for number, tag in world.db.session.execute(
        statement.where(column.in_(ids)).order_by(Tag.title, Tag.id)
    ):
        found[number].append(tag)
    return found


def _check_title(world: World, workspace_id: int, title: str, tag: Tag | None) -> str:
    title = title.strip()
    if not title:
        raise FieldError("title", "can't be blank")
    if len(title) > LONGEST_TITLE:
        raise FieldError("title", f"is too long (maximum is {LONGEST_TITLE} characters)")
    other = find_titled(world, workspace_id, title)
    if other is not None and other is not tag:
        raise FieldError("title", "has already been taken")
    return title


def _check_description(description: str) -> str:
    if len(description) > LONGEST_DESCRIPTION:
        sentence = f"is too long (maximum is {LONGEST_DESCRIPTION} characters)"
        raise FieldError("description", sentence)
    return description
