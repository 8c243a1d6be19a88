"""One input of a step, and the inputs that a schema declares."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.domain.editing.outputs import make_label
from simulator.domain.editing.surroundings import Option
from simulator.domain.engine.schemas import Fields, read_fields
from simulator.domain.formulas.fields import SOURCE

Block = Mapping[str, Any]
Path = tuple[str | int, ...]
YES_NO: Sequence[Option] = (("true", "Yes"), ("false", "No"))
_DEEPEST = 4
_LIST_HINT = 'A list: its pill alone, or a formula such as the pill of a list and .pluck("name").'


@dataclass(frozen=True, kw_only=True)
class InputField:
    """One input of a step.

    Attributes:
        path: into the block, such as `("input", "status")`.
        label: the label as people read it.
        hint: what belongs there.
        type: the type of the value, such as `string` or `date`.
        required: whether the step cannot do without.
        options: what can be picked: (value, label); a text with pills can be there instead.
        is_fixed: whether nothing else than an option can be there: no pill, no formula.
        lines: how high its field is.
        takes_formula: whether a formula can be there.
        has_toggle: whether exports note which of the two is used: option list or custom value.
        bounds: the least and the greatest whole number, where only such a number can be there.
        is_dynamic: whether the options are the workspace's, so that exports note which was chosen.
    """

    path: Path
    label: str
    hint: str = ""
    type: str = "string"
    required: bool = False
    options: Sequence[Option] = ()
    is_fixed: bool = False
    lines: int = 1
    takes_formula: bool = True
    has_toggle: bool = False
    bounds: tuple[int, int] | None = None
    is_dynamic: bool = False


def get_value(block: Block, path: Path) -> Any:
    """Return what a block has at a path; None where it has nothing.

    Args:
        block: the block of a recipe.
        path: names of members and places in lists, from the block inwards.
    """
    value: Any = block
    for part in path:
        if isinstance(value, Mapping) and isinstance(part, str):
            value = value.get(part)
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            value = value[part]
        else:
            return None
    return value


def list_schema_inputs(
    block: Block,
    fields: Fields,
    path: Path,
    before: str = "",
    depth: int = 0,
    *,
    is_deep: bool = False,
) -> Iterator[InputField]:
    """Yield the inputs that a schema declares: of a list, its source and its items' fields.

    Args:
        block: the block of the step.
        fields: the fields of the schema.
        path: where the values stand in the block.
        before: labels of what they are in.
        depth: how many of those there are.
        is_deep: whether what stands in a needed field can be needed itself.
    """
    for field in fields if depth < _DEEPEST else ():
        here = (*path, str(field["name"]))
        label = before + str(field.get("label") or make_label(str(field["name"])))
        kind, inner = str(field.get("type") or "string"), read_fields(field.get("properties"))
        required = depth == 0 and field.get("optional") not in (True, "true")
        if depth and is_deep:
            required = field.get("optional") in (False, "false")
        if inner and kind == "object":
            deep = is_deep and required
            yield from list_schema_inputs(
                block, inner, here, f"{label} › ", depth + 1, is_deep=deep
            )
        elif inner and kind == "array":
            yield from list_list_inputs(block, inner, here, label, depth)
        else:
            yield InputField(
                path=here,
                label=label,
                hint=str(field.get("hint") or (_LIST_HINT if kind == "array" else "")),
                type=kind,
                required=required,
                options=YES_NO if kind == "boolean" else _read_options(field.get("pick_list")),
                lines=4 if field.get("control_type") == "text-area" else 1,
                takes_formula=field.get("disable_formula") not in (True, "true"),
                has_toggle=isinstance(field.get("toggle_field"), Mapping),
            )


def list_list_inputs(
    block: Block, fields: Fields, path: Path, label: str, depth: int = 0
) -> Iterator[InputField]:
    """Yield the inputs that make a list: one that is taken whole, or a source and its fields.

    Args:
        block: the block of the step.
        fields: the fields of the list's items.
        path: where the list stands in the block.
        label: the label of the list.
        depth: how many lists and objects it is in.
    """
    present = get_value(block, path)
    if not isinstance(present, Mapping):
        hint = "A list as it is: its items have the right fields already."
        yield InputField(path=path, label=f"{label} (whole list)", hint=hint, type="array")
    if not isinstance(present, str | list):
        hint = "A list of whose items a new one is made, field by field."
        yield InputField(path=(*path, SOURCE), label=f"{label}: source list", hint=hint)
        yield from list_schema_inputs(block, fields, path, f"{label} › ", depth + 1)


def _read_options(written: Any) -> Sequence[Option]:
    pairs = written if isinstance(written, list) else ()
    return [(str(each[1]), str(each[0])) for each in pairs if isinstance(each, list) and each[1:]]
