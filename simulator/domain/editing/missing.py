"""The required inputs that steps of a recipe lack: what keeps it from being started."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from simulator.connectors.inputs import list_inputs
from simulator.domain.editing.fields import list_fixed_fields
from simulator.domain.editing.inputs import Block, Path, get_value, list_schema_inputs
from simulator.domain.editing.outputs import make_label
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.engine.platform.tables import DATA, LOOKUP
from simulator.domain.engine.schemas import read_fields
from simulator.domain.engine.steps import CUSTOM_ACTION, RECIPE_FUNCTION, Step
from simulator.domain.engine.stubs import Stub, find_stub


@dataclass(frozen=True, kw_only=True)
class MissingInput:
    """A required input that has no value.

    Attributes:
        number: the number of the step, as the editor shows it.
        label: the label of the input, as people read it.
        path: the path of the input in the step, with dots.
    """

    number: int
    label: str
    path: str

    @property
    def sentence(self) -> str:
        """What is wrong, as pages and commands say it."""
        return f"{self.label} is required."


def list_missing(
    code: Block, steps: Sequence[Step], stubs: Sequence[Stub] = ()
) -> list[MissingInput]:
    """Return the required inputs that steps lack; those that are skipped or stubbed lack none.

    Of an app's action, what is required is what its connector knows and what an export's own schema
    says in so many words (`optional: false`); of Workato's own steps, what no schema decides; of a
    condition that compares sizes, its value, too: nothing is greater than nothing.

    Args:
        code: the code of the recipe.
        steps: the steps of the recipe, in order, as `list_steps` returns them.
        stubs: the stubs of the recipe.
    """
    return [
        MissingInput(number=step.number + 1, label=label, path=path)
        for step, block in zip(steps, iter_blocks(code), strict=True)
        if not step.is_skipped and not step.is_trigger and find_stub(stubs, step) is None
        for label, path in _list_missing(step, block)
    ]


def name_path(path: Path) -> str:
    """Return the path of an input in its step, with dots, as the Developer API returns it.

    Args:
        path: into the block.
    """
    return ".".join(map(str, path[1:] if path[0] == "input" else path))


def _list_missing(step: Step, block: Block) -> Iterator[tuple[str, str]]:
    for field in list_fixed_fields(block):
        is_needed = field.required or _compares_sizes(block, field.path)
        if is_needed and _is_empty(get_value(block, field.path)):
            yield field.label, name_path(field.path)
    own = _find_own(step)
    if own and all(_is_empty(step.inputs.get(name)) for name in own[1]):
        yield own[0], own[1][0]
    if step.connector is None or step.name == CUSTOM_ACTION:
        return
    declared = [
        each
        for each in read_fields(block.get("extended_input_schema"))
        if each.get("optional") in (False, "false") and not each.get("ngIf")
    ]
    known = list_inputs(step.connector, step.name, step.inputs)
    inner = {each["name"]: each for each in known if each.get("properties")}
    for field in list_schema_inputs(block, [*inner.values()], ("input",), is_deep=True):
        if field.required and _is_empty(get_value(block, field.path)):
            yield field.label, name_path(field.path)
    outer = [each for each in known if each["optional"] is False and each["name"] not in inner]
    needed = {
        str(each["name"]): str(each.get("label") or make_label(str(each["name"])))
        for each in (*outer, *declared)
    }
    for name, label in needed.items():
        if not _has_any(name, step.inputs, block):
            yield label, name


def _compares_sizes(block: Block, path: Path) -> bool:
    operand = get_value(block, (*path[:-1], "operand"))
    return path[-1] == "rhs" and operand in ("greater_than", "less_than")


def _has_any(name: str, inputs: Mapping[str, Any], block: Block) -> bool:
    """Return whether an input has a value, also under the name of the field that it toggles to."""
    if not _is_empty(inputs.get(name)):
        return True
    for each in read_fields(block.get("extended_input_schema")):
        toggled = each.get("toggle_field")
        if each["name"] == name and isinstance(toggled, Mapping):
            return not _is_empty(inputs.get(str(toggled.get("name"))))
    return False


def _is_empty(value: Any) -> bool:
    return value in (None, "", {}, []) or (isinstance(value, str) and not value.strip())


def _find_own(step: Step) -> tuple[str, tuple[str, ...]] | None:
    """Return of which inputs an action of Workato's own needs one, and what people call it."""
    if step.provider == LOOKUP:
        return "Lookup table", ("lookup_table_id", "table_id")
    if step.provider == DATA:
        return "Data table", ("table_id", "lookup_table_id")
    if step.provider == RECIPE_FUNCTION and step.name.startswith("call_recipe"):
        return "Recipe function", ("flow_id",)
    if step.provider != "workato_variable":
        return None
    if step.name in ("update_variable", "update_variables"):
        return "Variable", ("name", *step.inputs)  # exports name them in one of three ways
    if step.name == "declare_list":
        return "List name", ("name",)
    is_of_list = step.name in ("insert_to_list", "insert_to_list_batch", "clear_list")
    return ("List", ("name",)) if is_of_list else None
