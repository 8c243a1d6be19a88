"""Versions of recipes: what each was like before it was changed, and what was noted of it.

A version's id is its number, which no other version of the recipe has (our choice).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from simulator.db.tables import McpTool, Recipe, RecipeVersion
from simulator.db.upsert import get_or_create
from simulator.domain import activity_trail
from simulator.domain.engine.steps import SKILLS
from simulator.errors import FieldError, NotFound
from simulator.validation.paging import Page
from simulator.world import World

#: Characters of a comment (Workato docs, Developer API, recipes).
LONGEST_COMMENT = 255


@dataclass(frozen=True, kw_only=True)
class Version:
    """A version, whether it is the present one or not.

    Attributes:
        version_no: its number, from 1.
        name: the name of the recipe, then.
        code: the code of the recipe, then.
        config: the config of the recipe, then.
        comment: what somebody noted of it; None where nobody did.
        author_name: who made it, a person or a program; None where nobody knows.
        author_email: the author e-mail address of a person; empty for a program.
        created_at: when the recipe became like this.
        updated_at: when the comment was changed last.
    """

    version_no: int
    name: str
    code: dict[str, Any]
    config: list[Any]
    comment: str | None
    author_name: str | None
    author_email: str | None
    created_at: datetime
    updated_at: datetime


def change(world: World, recipe: Recipe, **values: Any) -> bool:
    """Change a recipe: what it was like is kept, and its version is the next one.

    Of two who change it at once, the second changes what the first left.

    Args:
        recipe: the recipe to change.
        **values: column → value.

    Returns:
        Whether anything is different now; otherwise there is no new version.
    """
    if all(getattr(recipe, name) == value for name, value in values.items()):
        return False
    save(world, recipe, **values)
    return True


def save(world: World, recipe: Recipe, **values: Any) -> None:
    """Save a recipe as its next version, whether anything is different or not.

    One that was a skill and gets another trigger is no tool of any MCP server from then on
    (Workato docs, skills: that cannot be undone).

    Args:
        recipe: to be saved.
        **values: column → value.
    """
    _keep(world, recipe)
    was_skill = recipe.trigger_application in SKILLS
    for name, value in values.items():
        setattr(recipe, name, value)
    if was_skill and recipe.trigger_application not in SKILLS:
        _withdraw(world, recipe)
    recipe.version_no += 1
    recipe.updated_at = world.clock.now()
    sign(world, recipe)


def _withdraw(world: World, recipe: Recipe) -> None:
    """Remove the tools that a recipe is, from whichever servers they are of."""
    session = world.db.session
    for tool in session.scalars(select(McpTool).where(McpTool.recipe_id == recipe.id)).all():
        server = tool.server
        session.delete(tool)
        session.flush()
        session.expire(server, ["tools"])
        server.updated_at = world.clock.now()


def sign(world: World, recipe: Recipe) -> None:
    """Note who made the present version of a recipe.

    Args:
        recipe: new, or just changed.
    """
    actor = activity_trail.get_actor(world)
    recipe.version_author_name = actor.name if actor else None
    recipe.version_author_email = actor.email if actor else None


def count_versions(world: World, recipe: Recipe) -> int:
    """Return how many versions of a recipe are kept, the present one included.

    Args:
        recipe: the recipe.
    """
    own = RecipeVersion.recipe_id == recipe.id, RecipeVersion.version_no < recipe.version_no
    before = select(func.count()).select_from(RecipeVersion).where(*own)
    return 1 + (world.db.session.scalar(before) or 0)


def list_versions(world: World, recipe: Recipe, page: Page) -> Sequence[Version]:
    """Return a page of a recipe's versions, the newest first; the present one is the first of all.

    Args:
        recipe: the recipe.
        page: which.
    """
    before = (
        select(RecipeVersion)
        .where(RecipeVersion.recipe_id == recipe.id, RecipeVersion.version_no < recipe.version_no)
        .order_by(RecipeVersion.version_no.desc())
    )
    offset = max(0, page.offset - 1)
    size = page.size - 1 if page.number == 1 else page.size
    found = [_read(each) for each in world.db.session.scalars(before.limit(size).offset(offset))]
    return [_present(world, recipe), *found] if page.number == 1 else found


def get_version(world: World, recipe: Recipe, number: int) -> Version:
    """Return a version of a recipe.

    Args:
        recipe: the recipe.
        number: the number of the version.

    Raises:
        NotFound: the recipe has none.
    """
    if number == recipe.version_no:
        return _present(world, recipe)
    row = world.db.session.get(RecipeVersion, (recipe.id, number))
    if row is None:
        raise NotFound(f"The recipe '{recipe.name}' has no version {number}.")
    return _read(row)


def comment_on(world: World, recipe: Recipe, number: int, comment: str) -> Version:
    """Note something of a version.

    Args:
        recipe: the recipe.
        number: the number of the version.
        comment: at most 255 characters.

    Raises:
        FieldError: on `comment`, when it is too long.
        NotFound: the recipe has no such version.
    """
    if len(comment) > LONGEST_COMMENT:
        raise FieldError("comment", f"is too long (maximum is {LONGEST_COMMENT} characters)")
    found = get_version(world, recipe, number)
    now = world.clock.now()
    key = {"recipe_id": recipe.id, "version_no": number}
    row = get_or_create(
        world.db.session,
        RecipeVersion,
        key,
        name=found.name,
        description=recipe.description,
        code=found.code,
        config=found.config,
        author_name=found.author_name,
        author_email=found.author_email,
        created_at=found.created_at,
        updated_at=now,
    )
    row.comment, row.updated_at = comment, now
    return get_version(world, recipe, number)


def _keep(world: World, recipe: Recipe) -> None:
    """Keep what a recipe is like before it is changed."""
    key = {"recipe_id": recipe.id, "version_no": recipe.version_no}
    values = {
        "name": recipe.name,
        "description": recipe.description,
        "code": recipe.code,
        "config": recipe.config,
        "author_name": recipe.version_author_name,
        "author_email": recipe.version_author_email,
        "created_at": recipe.updated_at,
    }
    session = world.db.session
    row = get_or_create(session, RecipeVersion, key, **values, updated_at=recipe.updated_at)
    for name, value in values.items():
        setattr(row, name, value)


def _present(world: World, recipe: Recipe) -> Version:
    row = world.db.session.get(RecipeVersion, (recipe.id, recipe.version_no))
    return Version(
        version_no=recipe.version_no,
        name=recipe.name,
        code=recipe.code,
        config=recipe.config,
        comment=row.comment if row else None,
        author_name=recipe.version_author_name,
        author_email=recipe.version_author_email,
        created_at=recipe.updated_at,
        updated_at=row.updated_at if row else recipe.updated_at,
    )


def _read(row: RecipeVersion) -> Version:
    return Version(
        version_no=row.version_no,
        name=row.name,
        code=row.code,
        config=row.config,
        comment=row.comment,
        author_name=row.author_name,
        author_email=row.author_email,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
