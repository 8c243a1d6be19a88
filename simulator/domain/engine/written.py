"""Blocks of a recipe as they are written: each is an object that has those in it in `block`."""

from collections.abc import Iterator, Mapping
from typing import Any

Written = Mapping[str, Any]


def iter_blocks(block: Written) -> Iterator[Written]:
    """Yield a block, and those in it, as they are written.

    Args:
        block: with its children in `block`.
    """
    yield block
    for child in children(block):
        yield from iter_blocks(child)


def children(block: Written) -> list[Written]:
    """Return what is in a block.

    Args:
        block: as a recipe's code has it.
    """
    inside = block.get("block") or []
    return [each for each in inside if isinstance(each, Mapping)]
