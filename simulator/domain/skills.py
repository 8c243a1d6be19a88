"""Agentic skills: recipes that genies and MCP servers may use, as files of projects.

A skill is an asset `agentic_skill` that refers to its recipe (recipe-skills, genie-skill). The
forms of ids come from live workspaces (`skl-AbkLQ9X6-3D96NQ-CD`); what ours say is our choice.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import String, cast, select, tuple_
from sqlalchemy.orm import selectinload

from simulator.db.listing import Found, contains
from simulator.db.tables import PackageAsset, Recipe
from simulator.domain import asset_folders
from simulator.domain.engine.steps import SKILL as TRIGGER
from simulator.domain.packages.model import Reference, read_reference
from simulator.domain.project_assets import (
    find_of_kind,
    get_of_kind,
    refer,
    select_of_kind,
    store,
)
from simulator.errors import FieldError, NotFound
from simulator.world import World

SKILL = "agentic_skill"
_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
_DIGITS = 6


@dataclass(frozen=True, kw_only=True)
class Skill:
    """A skill.

    Attributes:
        row: its file.
        recipe: the recipe that does it; None where that is not there.
    """

    row: PackageAsset
    recipe: Recipe | None

    @property
    def handle(self) -> str:
        """What programs name it by."""
        number, digits = self.row.id, ""
        for _ in range(_DIGITS):
            number, rest = divmod(number, len(_ALPHABET))
            digits = _ALPHABET[rest] + digits
        return f"skl-{_mark(digits)}-{digits}-CD"


def find_skills(world: World, workspace_id: int) -> Found[PackageAsset]:
    """Return the files of the skills of a workspace, by id.

    Args:
        workspace_id: the workspace's id.
    """
    return Found(world.db.session, select_of_kind(workspace_id, SKILL))


def search(world: World, workspace_id: int, text: str) -> Found[PackageAsset]:
    """Return the files of the skills whose names contain a text, by name.

    Args:
        workspace_id: the workspace's id.
        text: the text as typed; empty for all.
    """
    return find_of_kind(world, workspace_id, SKILL, text)


def find_recipes(world: World, workspace_id: int, text: str) -> Found[Recipe]:
    """Return the recipes that a skill can be made of, by name.

    Args:
        workspace_id: the workspace's id.
        text: part of a name; empty for all.
    """
    taken = [each.recipe.id for each in _list(world, workspace_id) if each.recipe]
    provider = cast(Recipe.code["provider"], String)  # as JSON writes a text
    found = select(Recipe).where(
        Recipe.workspace_id == workspace_id,
        provider == f'"{TRIGGER}"',
        Recipe.id.not_in(taken),
        *contains(text, Recipe.name),
    )
    return Found(world.db.session, found.order_by(Recipe.name, Recipe.id))


def list_in_folder(world: World, workspace_id: int, number: int) -> list[Skill]:
    """Return the skills whose recipes are in a folder, by id; a workspace has few of them.

    Args:
        workspace_id: the workspace's id.
        number: the number of the folder.
    """
    found = _list(world, workspace_id)
    places = asset_folders.get_numbers(world, [each.recipe for each in found if each.recipe])
    return [each for each in found if each.recipe and places[each.recipe.id] == number]


def get_skill(world: World, workspace_id: int, handle: str) -> Skill:
    """Return a skill.

    Args:
        workspace_id: the workspace's id.
        handle: the handle as programs name it.

    Raises:
        NotFound: it does not exist.
    """
    parts, number = handle.split("-"), 0
    is_one = len(parts) == 4 and len(parts[2]) == _DIGITS and set(parts[2]) <= {*_ALPHABET}
    for digit in parts[2] if is_one else "":
        number = number * len(_ALPHABET) + _ALPHABET.index(digit)
    if 0 < number < 2**31:
        found = read(world, get_of_kind(world, workspace_id, SKILL, number, "skill"))
        if found.handle == handle:
            return found
    raise NotFound(f"There is no skill '{handle}' in this workspace.")


def read(world: World, row: PackageAsset) -> Skill:
    """Return the skill that a file describes.

    Args:
        row: the file.
    """
    return read_all(world, [row])[0]


def read_all(world: World, rows: Sequence[PackageAsset]) -> list[Skill]:
    """Return the skills that files describe, in their order.

    Args:
        rows: the files.
    """
    named = {
        row.id: (row.project_id, reference.zip_name)
        for row in rows
        if (reference := _find_reference(row)) is not None
    }
    place = tuple_(PackageAsset.project_id, PackageAsset.zip_name)
    files = select(PackageAsset).where(place.in_(set(named.values())))
    found = world.db.session.scalars(files.options(selectinload(PackageAsset.recipe)))
    recipes = {(each.project_id, each.zip_name): each.recipe for each in found}
    return [Skill(row=row, recipe=recipes.get(named.get(row.id, (0, "")))) for row in rows]


def _list(world: World, workspace_id: int) -> list[Skill]:
    rows = world.db.session.scalars(select_of_kind(workspace_id, SKILL)).all()
    return read_all(world, rows)


def _find_reference(row: PackageAsset) -> Reference | None:
    references = (row.document or {}).get("references")
    named = references.get("recipe_id") if isinstance(references, dict) else None
    target = named.get("id") if isinstance(named, dict) else None
    return read_reference(target) or read_reference(named)


def create(world: World, recipe: Recipe) -> Skill:
    """Make a skill of a recipe.

    Args:
        recipe: the recipe whose trigger is that of a skill.

    Raises:
        FieldError: on `recipe_id`: it has another trigger, or is one already.
    """
    if recipe.trigger_application != TRIGGER:
        sentence = f"the recipe '{recipe.name}' lacks the trigger 'Start workflow' of skills"
        raise FieldError("recipe_id", sentence)
    file = asset_folders.get_or_create_file(world, recipe)
    if any(each.recipe is recipe for each in _list(world, recipe.workspace_id)):
        raise FieldError("recipe_id", f"the recipe '{recipe.name}' is a skill already")
    document = {
        "name": recipe.name,
        "trigger_description": recipe.description,
        "references": {"recipe_id": {"type": "recipe", "id": dict(refer(file))}},
    }
    row = store(world, recipe.project, SKILL, recipe.name, document)
    return Skill(row=row, recipe=recipe)


def _mark(digits: str) -> str:
    """Return eight letters that belong to a number, so that no handle is guessed from another."""
    octets = hashlib.sha256(digits.encode()).digest()[:7]
    return "A" + "".join(_ALPHABET[each % len(_ALPHABET)] for each in octets)
