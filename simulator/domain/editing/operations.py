"""What somebody does to a recipe: each is decided at one version, and can be done to a later one.

Steps are numbered as in the version that somebody saw. In a later one the same step is found by its
own id, so that what two people do to different steps, or to different inputs of one, is both kept.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from simulator.domain.editing import blocks, cloning, schemas
from simulator.domain.editing.blocks import Block
from simulator.domain.editing.inputs import Path, get_value
from simulator.domain.editing.missing import name_path
from simulator.domain.editing.schemas import Row
from simulator.domain.engine.schemas import read_fields
from simulator.domain.engine.tree import get_mapping
from simulator.errors import FieldError

Code = Mapping[str, Any]
#: Draws an id for a purpose.
Draw = Callable[[str], str]


class Operation(Protocol):
    """A change of a recipe's code."""

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        """Change the code; return the block that is to be selected now.

        Args:
            code: a draft, made of the newest version.
            seen: the version that it was decided at.

        Raises:
            FieldError: it cannot be done.
        """


def to_text(value: Any) -> str:
    """Return a value as a field of a form has it.

    Args:
        value: the value as the block has it.
    """
    if value is None:
        return ""
    if isinstance(value, str):
        return value.replace("\r\n", "\n")
    import json

    return json.dumps(value, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class SetInputs:
    """Give inputs of a step other values; those that are as they were seen stay as they are.

    Attributes:
        number: the number of the step.
        values: path into the block → text; empty for no value.
        toggles: path of an input with a toggle → whether it was picked of the option list, rather
            than typed as a custom value; exports note it (`toggleCfg`).
        selections: path of an input whose options are the workspace's → what people read of the one
            that was picked; empty for a custom value (`dynamicPickListSelection`).
    """

    number: int
    values: Mapping[Path, str]
    toggles: Mapping[Path, bool] = field(default_factory=dict)
    selections: Mapping[Path, str] = field(default_factory=dict)

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        name = blocks.get_name(seen, self.number)
        block, before = blocks.get_block(code, name), blocks.get_block(seen, name)
        for path, text in self.values.items():
            is_other = text != to_text(get_value(before, path))
            if is_other:
                _set(block, path, text)
            self._note(block, before, path, is_other=is_other)
        return block  # type: ignore[no-any-return]

    def _note(self, block: Block, before: Code, path: Path, *, is_other: bool) -> None:
        """Note how a value was chosen, where it is another one, or was chosen otherwise before."""
        key, has_value = name_path(path), bool(self.values[path])
        toggle, noted = self.toggles.get(path), get_value(before, ("toggleCfg", key))
        if toggle is not None and (is_other or noted not in (None, toggle)):
            _set_note(block, "toggleCfg", key, toggle if has_value else None)
        if path in self.selections and is_other:
            _set_note(block, "dynamicPickListSelection", key, self.selections[path] or None)


@dataclass(frozen=True, kw_only=True)
class SetSchema:
    """Declare other fields.

    Attributes:
        number: the number of the step.
        key: the key of the schema.
        within: names of the fields whose fields these are, from the outermost on.
        rows: the fields.
    """

    number: int
    key: str
    within: Sequence[str]
    rows: Sequence[Row]

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        name = blocks.get_name(seen, self.number)
        block, before = blocks.get_block(code, name), blocks.get_block(seen, name)
        schema = schemas.get_schema(before, self.key)
        present = read_fields(get_value(block, schema.path))
        fields = [
            schemas.find_within(each, self.within)
            for each in (read_fields(get_value(before, schema.path)), present)
        ]
        base, theirs = map(schemas.read_rows, fields)
        rows = schemas.merge([row for row in self.rows if row.name], base, theirs)
        written = schemas.write_rows(rows, fields[1])
        text = schemas.dump(schemas.set_within(present, self.within, written))
        if read_fields(text) != present:
            _set(block, schema.path, text)
        return block  # type: ignore[no-any-return]


class Made(Protocol):
    """What a step is made of: a kind of step, or one that was copied."""

    def make(self, draw: Draw) -> Block:
        """Return a block with ids of its own.

        Args:
            draw: draws them.
        """


@dataclass(frozen=True, kw_only=True)
class AddStep:
    """Add a step.

    Attributes:
        kind: what it does, or the step that it is a copy of.
        after: the step that it comes after; the whole block after its ELSE or On error; None where
            it comes first or last in a block.
        into: the block that it is added to, where it comes after none; last there.
        is_first: first there, instead.
        draw: draws ids.
    """

    kind: Made
    after: int | None = None
    into: int = 0
    is_first: bool = False
    draw: Draw

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        made = self.kind.make(self.draw)
        number = self.into if self.after is None else self.after
        near = blocks.get_block(code, blocks.get_name(seen, number))
        if made["keyword"] in blocks.FOLLOWERS:
            return _add_follower(code, near, made)
        if self.after is not None and near.get("keyword") in blocks.FOLLOWERS:
            near, _ = blocks.find_slot(code, near)
        if self.after is not None and blocks.can_be_moved(near):
            return _put_behind(code, near, made)
        if near.get("keyword") == "while_condition":
            near, _ = blocks.find_slot(code, near)
        if near.get("keyword") not in blocks.CONTAINERS:
            raise FieldError("step", "This step cannot contain other steps.")
        is_first = self.is_first or self.after is not None
        index = blocks.begin_of(near) if is_first else blocks.count_own(near)
        blocks.list_children(near).insert(index, made)
        return made


@dataclass(frozen=True, kw_only=True)
class CloneStep:
    """Put a copy of a step, with all that is in it, behind it.

    Attributes:
        number: the number of the step.
        draw: draws ids.
    """

    number: int
    draw: Draw

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        block = blocks.get_block(code, blocks.get_name(seen, self.number))
        if not cloning.can_be_cloned(block):
            raise FieldError("step", "There can be only one of this step.")
        return _put_behind(code, block, cloning.clone(block, self.draw))


@dataclass(frozen=True, kw_only=True)
class RemoveStep:
    """Remove a step with all that is in it; what stands before it is selected."""

    number: int

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        block = blocks.get_block(code, blocks.get_name(seen, self.number))
        if not blocks.can_be_removed(block):
            raise FieldError("step", "This step cannot be removed: the recipe needs it.")
        parent, index = blocks.find_slot(code, block)
        inside = blocks.list_children(parent)
        del inside[index]
        return inside[index - 1] if index else parent


@dataclass(frozen=True, kw_only=True)
class MoveStep:
    """Move a step to the next place where it can stand, up or down, also into and out of blocks."""

    number: int
    is_up: bool

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        block = blocks.get_block(code, blocks.get_name(seen, self.number))
        if not blocks.can_be_moved(block):
            raise FieldError("step", "This step cannot be moved.")
        parent, index = blocks.find_slot(code, block)
        blocks.list_children(parent).remove(block)
        slots = list(blocks.iter_slots(code))
        place = next(
            place for place, (each, at) in enumerate(slots) if each is parent and at == index
        )
        place += -1 if self.is_up else 1
        if not 0 <= place < len(slots):
            raise FieldError("step", "The step is the first, or the last, already.")
        target, at = slots[place]
        blocks.list_children(target).insert(at, block)
        return block  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class SkipStep:
    """Switch a step off, or on again."""

    number: int
    is_skipped: bool

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        block = blocks.get_block(code, blocks.get_name(seen, self.number))
        if not blocks.can_be_skipped(block):
            raise FieldError("step", "This step cannot be skipped.")
        block.pop("skip", None)
        if self.is_skipped:
            block["skip"] = True
        return block  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class CommentOnStep:
    """Note something of a step; nothing removes the note."""

    number: int
    text: str

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        block = blocks.get_block(code, blocks.get_name(seen, self.number))
        block.pop("comment", None)
        if self.text:
            block["comment"] = self.text
        return block  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class AddItem:
    """Add a condition to an IF, or a response to an API recipe."""

    number: int
    draw: Draw

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        block = blocks.get_block(code, blocks.get_name(seen, self.number))
        items, is_condition = _get_items(block)
        if is_condition:
            items.append(
                {"operand": "present", "lhs": "", "rhs": "", "uuid": self.draw("condition")}
            )
        else:
            name = f"Response {len(items) + 1}"
            items.append({"name": name, "http_status_code": "400", "body_schema": "[]"})
        return block  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class RemoveItem:
    """Remove a condition, or a response; one of them stays."""

    number: int
    index: int

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        name = blocks.get_name(seen, self.number)
        block, before = blocks.get_block(code, name), blocks.get_block(seen, name)
        items, _ = _get_items(block)
        shown, _ = _get_items(blocks.copy_block(before))
        if len(items) != len(shown) or not 0 <= self.index < len(items):
            raise FieldError("step", "Somebody added or removed one meanwhile.")
        if len(items) < 2:
            raise FieldError("step", "At least one has to remain.")
        del items[self.index]
        return block  # type: ignore[no-any-return]


@dataclass(frozen=True, kw_only=True)
class Several:
    """Do one thing after another, as one version; the last says what is selected.

    Attributes:
        operations: at least one.
    """

    operations: Sequence[Operation]

    def apply(self, code: Block, seen: Code) -> Mapping[str, Any]:
        selected: Mapping[str, Any] = code
        for each in self.operations:
            selected = each.apply(code, seen)
        return selected


def _get_items(block: Block) -> tuple[list[Any], bool]:
    """Return the conditions or the responses of a block, and whether they are conditions."""
    is_condition = block.get("keyword") in ("if", "elsif", "while_condition")
    path: Path = ("input", "conditions") if is_condition else ("input", "response", "responses")
    found = get_value(block, path)
    if not isinstance(found, list):
        raise FieldError("step", "This step has neither conditions nor responses.")
    return found, is_condition


def _put_behind(code: Block, near: Block, made: Block) -> Block:
    parent, index = blocks.find_slot(code, near)
    blocks.list_children(parent).insert(index + 1, made)
    return made


def _add_follower(code: Block, near: Any, made: Block) -> Block:
    """Put an ELSE IF or an ELSE into its IF: after all ELSE IF, and ELSE as the last."""
    while near.get("keyword") in ("elsif", "else"):
        near, _ = blocks.find_slot(code, near)
    if near.get("keyword") != "if" or made["keyword"] == "catch":
        raise FieldError("kind", "ELSE IF and ELSE belong to an IF: select one first.")
    inside = blocks.list_children(near)
    has_else = any(each.get("keyword") == "else" for each in inside)
    if made["keyword"] == "else" and has_else:
        raise FieldError("kind", "This IF has an ELSE already.")
    inside.insert(len(inside) - has_else, made)
    return made


def _set_note(block: Any, member: str, key: str, value: Any) -> None:
    """Set what a block notes of an input; None notes nothing."""
    noted = dict(get_mapping(block.get(member)))
    noted.pop(key, None)
    if value is not None:
        noted[key] = value
    block.pop(member, None)
    if noted:
        block[member] = noted


def _set(block: Any, path: Path, text: str) -> None:
    """Set a text at a path, making what is around it; without a text, remove what is there."""
    *around, last = path
    for part, following in zip(around, path[1:], strict=True):
        inner = block.get(part) if isinstance(block, dict) else block[part]
        if not isinstance(inner, dict | list):
            if not text:
                return
            inner = block[part] = [] if isinstance(following, int) else {}
        block = inner
    if text or "conditions" in path:
        block[last] = text
    elif isinstance(block, dict):
        block.pop(last, None)
    elif isinstance(last, int) and last < len(block):
        block[last] = text
