"""The JSON of a recipe's blocks: an object for each block, with its children in `block`."""

from collections.abc import Iterator, Mapping
from typing import Any

BlockCode = Mapping[str, Any]


def iter_blocks(block: BlockCode) -> Iterator[BlockCode]:
    """Yield a block and all blocks inside it, in order.

    Args:
        block: a block of a recipe's code.
    """
    yield block
    for child in children(block):
        yield from iter_blocks(child)


def children(block: BlockCode) -> list[BlockCode]:
    """Return the blocks directly inside a block.

    Args:
        block: a block of a recipe's code.
    """
    inside = block.get("block") or []
    return [each for each in inside if isinstance(each, Mapping)]
