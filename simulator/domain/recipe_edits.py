"""Edit recipes by hand: one operation after another, each of which makes a version."""

from dataclasses import dataclass

from simulator.db.tables import Recipe
from simulator.domain import recipe_changes, recipe_versions
from simulator.domain.editing import blocks
from simulator.domain.editing.differences import Difference, compare
from simulator.domain.editing.kinds import Trigger
from simulator.domain.editing.operations import Operation
from simulator.domain.editing.surroundings import Surroundings
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.errors import RecipeInvalid
from simulator.domain.folders import Place
from simulator.domain.formulas import iter_pills
from simulator.domain.recipe_versions import Version
from simulator.errors import FieldError
from simulator.world import World


@dataclass(frozen=True, kw_only=True)
class Conflict:
    """What two people did to one version of a recipe.

    Attributes:
        base: the version that both saw.
        present: what the other left.
        theirs: what the other changed.
        mine: what I would have changed.
        both: fields that both changed, as `Step 2, status`.
        gone: why mine cannot be done to what the other left; empty where it can.
    """

    base: Version
    present: Version
    theirs: Difference
    mine: Difference
    both: tuple[str, ...]
    gone: str


@dataclass(frozen=True, kw_only=True)
class Use:
    """A data pill that stands in an input of another step.

    Attributes:
        number: the number of that step, as the editor shows it.
        title: the title of that step.
        pill_line: alias of the step whose output it is.
    """

    number: int
    title: str
    pill_line: str


def create(world: World, place: Place, *, name: str, description: str, trigger: Trigger) -> Recipe:
    """Create a recipe that has its trigger alone; it is stopped.

    Args:
        place: the folder.
        name: for people.
        description: for people.
        trigger: what it begins with.

    Raises:
        FieldError: on `name`.
    """
    code = trigger.make(lambda purpose: draw(world, purpose))
    return recipe_changes.create_recipe(
        world,
        place,
        name=name,
        code=code,
        config=blocks.sync_config(code, []),
        description=description,
    )


def draw(world: World, purpose: str) -> str:
    """Return a new id: an `alias` of eight digits, as exported recipes have it, or a UUID.

    Args:
        world: the world.
        purpose: what it is for.
    """
    if purpose == "alias":
        return world.randomness.hex("recipe step alias", 4)
    return world.randomness.uuid(f"recipe {purpose}")


def edit(
    world: World, recipe: Recipe, operation: Operation, *, seen: int, onto: int | None = None
) -> int:
    """Do something to a stopped recipe.

    Args:
        recipe: the recipe to change.
        operation: what is done.
        seen: the version that it was decided at.
        onto: the version that it is to be done to, where somebody was told that it is another one.

    Returns:
        The number of the step that is to be selected now.

    Raises:
        FieldError: on `running`, when it runs; on what is wrong otherwise.
        ChangedMeanwhile: its version is another one.
        NotFound: it never had the version `seen`.
    """
    recipe_changes.lock(world, recipe, seen if onto is None else onto)
    base = recipe_versions.get_version(world, recipe, seen)
    code = blocks.copy_block(recipe.code)
    selected = operation.apply(code, base.code)
    blocks.renumber(code)
    config = blocks.sync_config(code, recipe.config)
    try:
        list_steps(code, config)
    except RecipeInvalid as error:
        raise FieldError("step", str(error)) from None
    recipe_changes.save_code(world, recipe, code, config)
    return blocks.get_number(code, selected)


def explain_conflict(world: World, recipe: Recipe, operation: Operation, seen: int) -> Conflict:
    """Return what somebody else did since a version, and what I would have done.

    Args:
        recipe: the recipe that was changed meanwhile.
        operation: what I would have done.
        seen: the version that I saw.

    Raises:
        FieldError: it could not even be done to that version.
        NotFound: it never had the version `seen`.
    """
    base = recipe_versions.get_version(world, recipe, seen)
    present = recipe_versions.get_version(world, recipe, recipe.version_no)
    draft = blocks.copy_block(base.code)
    operation.apply(draft, base.code)
    gone = ""
    try:
        operation.apply(blocks.copy_block(recipe.code), base.code)
    except FieldError as error:
        gone = str(error)
    theirs = compare(base.code, present.code, (base.config, present.config))
    mine = compare(base.code, draft)
    others = {(each.title, field.path) for each in theirs.steps for field in each.fields}
    both = [
        f"Step {each.number}, {field.path}"
        for each in mine.steps
        for field in each.fields
        if (each.title, field.path) in others
    ]
    return Conflict(
        base=base, present=present, theirs=theirs, mine=mine, both=tuple(both), gone=gone
    )


def find_place(recipe: Recipe, version: Version, number: int) -> int:
    """Return where a step of a version stands now, 0 for the trigger.

    Args:
        recipe: the recipe.
        version: of it.
        number: place of the step, there.

    Raises:
        StepMissing: it is not there any more.
    """
    block = blocks.get_block(recipe.code, blocks.get_name(version.code, number))
    return blocks.get_number(recipe.code, block)


def count_inside(recipe: Recipe, number: int) -> int:
    """Return how many steps are in a step.

    Args:
        recipe: the recipe.
        number: the number of the step.
    """
    return len(list(iter_blocks(list(iter_blocks(recipe.code))[number]))) - 1


def list_uses(recipe: Recipe, number: int) -> list[Use]:
    """Return where data pills of a step stand, and of those in it, outside of it.

    Args:
        recipe: the recipe.
        number: the number of the step.
    """
    block = list(iter_blocks(recipe.code))[number]
    inside = list(iter_blocks(block))
    lines = {str(each.get("as")) for each in inside if each.get("as")}
    found = []
    for step, each in zip(
        list_steps(recipe.code, recipe.config), iter_blocks(recipe.code), strict=True
    ):
        if any(each is one for one in inside):
            continue
        fields = [each.get(member) for member in ("input", "source", "filter")]
        pills = {pill.line for field in fields for pill in iter_pills(field)}
        found += [
            Use(number=step.number + 1, title=step.title, pill_line=line)
            for line in sorted(pills & lines)
        ]
    return found


def get_surroundings(world: World, recipe: Recipe) -> Surroundings:
    """Return what is beside a recipe in its workspace.

    Args:
        recipe: the recipe.
    """
    return Surroundings(world, recipe.workspace_id, recipe.project_id, recipe.id)
