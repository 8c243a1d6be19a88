"""The tree of a recipe's blocks, and where in it a block can stand."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from simulator.domain.editing.differences import name_blocks
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.engine.steps import make_connection_entry
from simulator.errors import FieldError

#: A block of a draft, which may be changed.
Block = dict[str, Any]
#: Where a block can stand: in which one, and before which of the blocks in it.
Slot = tuple[Block, int]

CONTAINERS = ("trigger", "if", "elsif", "else", "foreach", "repeat", "try", "catch")
#: They end the block that they belong to, in this order.
FOLLOWERS = ("elsif", "else", "catch")
#: Blocks that a block cannot be without, or that stand at one place alone.
_FIXED = ("trigger", "while_condition", "catch")


class StepMissing(FieldError):
    """The step to be changed no longer exists."""

    status = 409

    def __init__(self) -> None:
        super().__init__("step", "The step is not in the recipe any more: somebody removed it.")


def copy_block(block: Mapping[str, Any]) -> Block:
    """Return a copy of a block that may be changed, with all that is in it.

    Args:
        block: the block of a recipe, or the whole code of one.
    """
    return copy.deepcopy(dict(block))


def get_name(code: Mapping[str, Any], number: int) -> str:
    """Return what identifies a step in every version of its recipe.

    Args:
        code: the code of the recipe.
        number: the number of the step, 0 for the trigger.

    Raises:
        StepMissing: there is none.
    """
    names = list(name_blocks(code))
    if not 0 <= number < len(names):
        raise StepMissing
    return names[number]


def get_block(code: Mapping[str, Any], name: str) -> Any:
    """Return the block that `get_name` names.

    Args:
        code: the code of the recipe.
        name: the name as `get_name` returns it.

    Raises:
        StepMissing: there is none.
    """
    found = name_blocks(code).get(name)
    if found is None:
        raise StepMissing
    return found


def get_number(code: Mapping[str, Any], block: Mapping[str, Any]) -> int:
    """Return the place of a block of a recipe, 0 for the trigger.

    Args:
        code: the code of the recipe.
        block: one of the code's own; a copy of it is none.
    """
    return next(place for place, each in enumerate(iter_blocks(code)) if each is block)


def list_children(block: Block) -> list[Any]:
    """Return the list of what is in a block, which may be changed.

    Args:
        block: the block of a draft; it gets an empty list if it has none.
    """
    inside = block.get("block")
    if not isinstance(inside, list):
        inside = block["block"] = []
    return inside


def find_slot(code: Block, block: Mapping[str, Any]) -> Slot:
    """Return where a block stands; not for the trigger, which stands nowhere.

    Args:
        code: the code of the recipe.
        block: one of the code's own.

    Returns:
        The block that it is in, and its place there, from 0.

    Raises:
        StepMissing: it stands nowhere in the code.
    """
    for parent in iter_blocks(code):
        for index, child in enumerate(parent.get("block") or ()):
            if child is block:
                return parent, index  # type: ignore[return-value]  # the draft's own blocks
    raise StepMissing


def count_own(block: Mapping[str, Any]) -> int:
    """Return how many blocks are in a block before those that end it: ELSE IF, ELSE, On error.

    Args:
        block: the block with others in it, or without.
    """
    inside = block.get("block") or ()
    return sum(each.get("keyword") not in FOLLOWERS for each in inside)


def begin_of(block: Mapping[str, Any]) -> int:
    """Return before which of the blocks in it the first step of a block can stand.

    Args:
        block: the block with others in it, or without.

    Returns:
        1 for a loop that is repeated while a condition holds, which stands first; else 0.
    """
    inside: list[Any] = block.get("block") or [{}]
    return int(inside[0].get("keyword") == "while_condition")


def iter_slots(block: Block) -> Iterator[Slot]:
    """Yield where a step can stand, from the top of the editor to its bottom.

    Args:
        block: the block whose places are sought, those of the blocks in it, too.
    """
    inside = list_children(block)
    yield block, begin_of(block)
    for index, child in enumerate(inside[: count_own(block)]):
        if child.get("keyword") == "while_condition":
            continue
        if child.get("keyword") in CONTAINERS:
            yield from iter_slots(child)
        yield block, index + 1
    for follower in inside[count_own(block) :]:
        yield from iter_slots(follower)


def can_be_removed(block: Mapping[str, Any]) -> bool:
    """Return whether a recipe can be without a block of it.

    Args:
        block: the block of a recipe.
    """
    return block.get("keyword") not in _FIXED


def can_be_moved(block: Mapping[str, Any]) -> bool:
    """Return whether a block can stand elsewhere: not what belongs to another one.

    Args:
        block: the block of a recipe.
    """
    return block.get("keyword") not in (*_FIXED, *FOLLOWERS)


def can_be_skipped(block: Mapping[str, Any]) -> bool:
    """Return whether a block can be switched off.

    Args:
        block: the block of a recipe.
    """
    return block.get("keyword") not in ("trigger", "while_condition")


def renumber(code: Block) -> None:
    """Number a recipe's blocks as they come, the trigger being 0.

    Args:
        code: the code of a draft, which is changed.
    """
    for number, block in enumerate(iter_blocks(code)):
        block["number"] = number  # type: ignore[index]  # the draft's own blocks


def sync_config(code: Block, config: list[Any]) -> list[Any]:
    """Return a recipe's `config`: an entry for each application that its steps use, and no other.

    Args:
        code: the code of the recipe.
        config: the config as it was; entries that are still needed stay as they are.
    """
    used = dict.fromkeys(
        str(block["provider"])
        for block in iter_blocks(code)
        if block.get("keyword") in ("trigger", "action") and block.get("provider")
    )
    present = {entry.get("provider") for entry in config}
    missing = [
        make_connection_entry(provider, None) for provider in used if provider not in present
    ]
    return [*(entry for entry in config if entry.get("provider") in used), *missing]
