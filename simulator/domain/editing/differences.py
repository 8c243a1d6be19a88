"""What two versions of a recipe differ in: in words, step by step, and line by line."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.domain.engine.block_code import children, iter_blocks
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.errors import RecipeInvalid

Block = Mapping[str, Any]
ADDED, REMOVED, CHANGED, MOVED = "added", "removed", "changed", "moved"
#: Members of a block that say where it is, or what is in it.
_PLACE = ("number", "block", "uuid")
#: What is to be compared of a longer recipe is told in words alone.
_MOST_LINES = 20_000


@dataclass(frozen=True, kw_only=True)
class FieldChange:
    """A value that is another one in the newer version.

    Attributes:
        path: into the step, such as `result.total`; for the connections, the app.
        before: its value; None where there was none.
        after: likewise.
    """

    path: str
    before: Any
    after: Any


@dataclass(frozen=True, kw_only=True)
class StepChange:
    """A step that is not the same in both versions.

    Attributes:
        kind: ADDED, REMOVED, CHANGED or MOVED; a step that was moved may be changed as well.
        number: the number as the editor shows it: in the newer version, or in the older one if it
            was removed.
        title: what it does, in words.
        fields: what is different of it.
    """

    kind: str
    number: int
    title: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Difference:
    """What two versions differ in; false where they do not.

    Attributes:
        steps: in the order of the newer version, those that were removed behind.
        connections: app → what the recipe acts with there.
        lines: the lines of the code as JSON, each with `+`, `-`, `@` or a space before it; empty
            where there are too many.
    """

    steps: tuple[StepChange, ...]
    connections: tuple[FieldChange, ...]
    lines: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.steps or self.connections or self.lines)


@dataclass(frozen=True)
class _Placed:
    block: Block
    number: int
    title: str
    parent: str


def compare(
    older: Block, newer: Block, config: tuple[Sequence[Block], Sequence[Block]] = ((), ())
) -> Difference:
    """Return what two versions of a recipe differ in.

    Args:
        older: code of the one.
        newer: code of the other.
        config: the config of both, in this order.
    """
    before, after = _place(older, config[0]), _place(newer, config[1])
    moved = _find_moved(before, after)
    changes = []
    for key, placed in after.items():
        if key not in before:
            changes.append(_change(ADDED, placed))
            continue
        fields = tuple(compare_blocks(before[key].block, placed.block))
        if key in moved or fields:
            changes.append(_change(MOVED if key in moved else CHANGED, placed, fields))
    changes += [_change(REMOVED, placed) for key, placed in before.items() if key not in after]
    return Difference(
        steps=tuple(changes),
        connections=tuple(_compare_config(*config)),
        lines=tuple(_compare_lines(older, newer)),
    )


def compare_texts(before: str, after: str) -> Sequence[str]:
    """Return what two texts differ in, line by line, each with `+`, `-`, `@` or a space before it.

    Args:
        before: the one.
        after: the other.

    Returns:
        Nothing where they are the same, or where there are too many lines.
    """
    import difflib

    old, new = before.splitlines(), after.splitlines()
    if max(len(old), len(new)) > _MOST_LINES:
        return []
    return list(difflib.unified_diff(old, new, lineterm="", n=2))[2:]


def compare_blocks(before: Block, after: Block) -> Iterator[FieldChange]:
    """Yield the differences of two blocks, except for their position and their inner blocks.

    Args:
        before: the one.
        after: the other.
    """
    values = [dict(_iter_values(each)) for each in (before, after)]
    for path in dict.fromkeys((*values[0], *values[1])):
        old, new = values[0].get(path), values[1].get(path)
        if old != new:
            yield FieldChange(path=path, before=old, after=new)


def flatten(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield nested values as (path, value) rows: `result.total`, `lines[1].description`.

    Args:
        value: the value of JSON.
        path: of it.
    """
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from flatten(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list):
        for index, inner in enumerate(value, start=1):
            yield from flatten(inner, f"{path}[{index}]")
    else:
        yield path, value


def name_blocks(code: Block) -> dict[str, Block]:
    """Return a recipe's blocks by what identifies them in every version, the trigger first.

    Args:
        code: the code of the recipe. A block without `uuid` is known by its alias, and without one
            of those by what it does.
    """
    seen: Counter[str] = Counter()
    named = {}
    for block in iter_blocks(code):
        words = block.get("keyword"), block.get("provider"), block.get("as") or block.get("name")
        name = str(block.get("uuid") or " ".join(map(str, words)))
        seen[name] += 1
        named[name if seen[name] == 1 else f"{name} {seen[name]}"] = block
    return named


def _iter_values(block: Block) -> Iterator[tuple[str, Any]]:
    yield from flatten(block.get("input") or {})
    for name, value in block.items():
        if name not in (*_PLACE, "input") and value not in (None, "", {}, []):
            yield from flatten(value, name)


def _place(code: Block, config: Sequence[Block]) -> dict[str, _Placed]:
    named = name_blocks(code)
    try:
        titles = [each.title for each in list_steps(code, config)]
    except RecipeInvalid:
        titles = []
    keys = {id(block): key for key, block in named.items()}
    parents = {id(child): keys[id(block)] for block in named.values() for child in children(block)}
    return {
        key: _Placed(
            block,
            number,
            titles[number - 1] if titles else str(block.get("name") or block.get("keyword")),
            parents.get(id(block), ""),
        )
        for number, (key, block) in enumerate(named.items(), start=1)
    }


def _find_moved(before: Mapping[str, _Placed], after: Mapping[str, _Placed]) -> set[str]:
    """Return the steps of both whose parent is another one, or that stand in another order."""
    import difflib

    pairs = ((before, after), (after, before))
    common = [[key for key in one if key in other] for one, other in pairs]
    matcher = difflib.SequenceMatcher(None, common[0], common[1], autojunk=False)
    in_order = {
        key for block in matcher.get_matching_blocks() for key in common[0][block.a :][: block.size]
    }
    moved: set[str] = set()
    for key in common[1]:
        has_other_parent = before[key].parent != after[key].parent
        if has_other_parent or (key not in in_order and after[key].parent not in moved):
            moved.add(key)
    return moved


def _change(kind: str, placed: _Placed, fields: tuple[FieldChange, ...] = ()) -> StepChange:
    return StepChange(kind=kind, number=placed.number, title=placed.title, fields=fields)


def _compare_config(older: Sequence[Block], newer: Sequence[Block]) -> Iterator[FieldChange]:
    entries = [
        {
            str(entry.get("provider")): (
                entry.get("account_id"),
                entry.get("personalization") is True,
            )
            for entry in config
        }
        for config in (older, newer)
    ]
    for provider in dict.fromkeys((*entries[0], *entries[1])):
        before, after = entries[0].get(provider), entries[1].get(provider)
        if before != after and ((before or after) != (None, False)):
            yield FieldChange(path=provider, before=before, after=after)


def _compare_lines(older: Block, newer: Block) -> Sequence[str]:
    before, after = (json.dumps(each, indent=2, ensure_ascii=False) for each in (older, newer))
    return compare_texts(before, after)
