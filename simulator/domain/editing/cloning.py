"""Copies of steps: with ids and aliases of their own, and pills that stay within the copy."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from simulator.domain.editing.blocks import Block, copy_block
from simulator.domain.engine.block_code import iter_blocks

#: What names a step in a text: a pill's line, in the form of exports or in the older one, and the
#: uuid and alias of the step that declared a variable or a list.
_NAMES = re.compile(
    r"""(?P<before>"line"\s*:\s*"|_(?:dp)?\('data\.\w+\.)(?P<line>[^".']+)"""
    r"|(?P<uuid>[\w-]+):(?P<alias>\w+)"
)


@dataclass(frozen=True, kw_only=True)
class CopiedStep:
    """A step that is to be added once more, there or in another recipe.

    Attributes:
        block: the block with all that is in it.
        title: the title as people read it.
    """

    block: Mapping[str, Any]
    title: str

    def make(self, draw: Callable[[str], str]) -> Block:
        """Return a copy of the step, with new ids, for the same recipe.

        Args:
            draw: draws ids; see `clone`.
        """
        return clone(self.block, draw)


def can_be_cloned(block: Mapping[str, Any]) -> bool:
    """Return whether a block can be there twice: not what its recipe, IF or monitor has one of.

    Args:
        block: the block of a recipe.
    """
    return block.get("keyword") not in ("trigger", "while_condition", "catch", "else")


def clone(block: Mapping[str, Any], draw: Callable[[str], str]) -> Block:
    """Return a copy of a block, with new ids, for the same recipe.

    What names a block within the copy names the copy's own; what names others stays.

    Args:
        block: the block with all that is in it.
        draw: draws an id: of a `step` or a `condition`, or an `alias`.
    """
    copied = copy_block(block)
    aliases: dict[str, str] = {}
    uuids: dict[str, str] = {}
    for each in iter_blocks(copied):
        for member, purpose, known in (("as", "alias", aliases), ("uuid", "step", uuids)):
            if each.get(member):
                known[each[member]] = draw(purpose)
    renamed: Block = _rename(copied, aliases, uuids)
    for each in iter_blocks(renamed):
        for member, known in (("as", aliases), ("uuid", uuids)):
            if each.get(member):
                each[member] = known[each[member]]  # type: ignore[index]  # the copy's own
        for condition in _list_conditions(each):
            condition["uuid"] = draw("condition")
    return renamed


def _rename(value: Any, aliases: Mapping[str, str], uuids: Mapping[str, str]) -> Any:
    if isinstance(value, Mapping):
        return {
            _rename(name, aliases, uuids): _rename(inner, aliases, uuids)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_rename(inner, aliases, uuids) for inner in value]
    if not isinstance(value, str):
        return value

    def name(found: re.Match[str]) -> str:
        if found["before"]:
            return found["before"] + aliases.get(found["line"], found["line"])
        if found["uuid"] not in uuids:
            return found[0]
        return f"{uuids[found['uuid']]}:{aliases.get(found['alias'], found['alias'])}"

    return _NAMES.sub(name, value)


def _list_conditions(block: Mapping[str, Any]) -> list[dict[str, Any]]:
    inputs = block.get("input")
    found = inputs.get("conditions") if isinstance(inputs, Mapping) else None
    return [each for each in found or () if isinstance(each, dict) and each.get("uuid")]
