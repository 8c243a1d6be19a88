"""The form of a step's inputs: build it, and read the values that were typed."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from flask import request

from simulator.connectors import CONNECTORS
from simulator.db.tables import Recipe
from simulator.domain import recipe_edits
from simulator.domain.editing import blocks, modes
from simulator.domain.editing.cloning import can_be_cloned
from simulator.domain.editing.fields import list_fields
from simulator.domain.editing.inputs import InputField, Path, get_value
from simulator.domain.editing.missing import list_missing, name_path
from simulator.domain.editing.operations import to_text
from simulator.domain.editing.outputs import Source, insert_pill, list_sources
from simulator.domain.editing.schemas import Schema, find_schemas, read_rows
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.engine.compiling import list_steps
from simulator.domain.engine.schemas import read_fields
from simulator.domain.recipe_versions import Version
from simulator.web.application import current_world

#: Names of a form's fields begin so; the path into the block follows, as JSON.
_VALUE, _PICK, _MODE, _TOGGLE = "value:", "pick:", "mode:", "toggle:"
#: An input that a step of an app is given beside those that are known.
NEW_INPUT = "new_value"
#: So many empty inputs that a step can do without are shown at once (our choice).
_MOST_SPARE = 10


@dataclass(frozen=True, kw_only=True)
class FormField:
    """One field of the form.

    Attributes:
        field: the input's definition.
        id: the id of the control.
        path: the path of the input in the step's block, as JSON.
        value: the text.
        error: the error message; empty for none.
        is_missing: whether the recipe cannot be started without it.
    """

    field: InputField
    id: str
    path: str
    value: str
    error: str
    is_missing: bool

    @property
    def is_picked(self) -> bool:
        """Whether the value is one of the options."""
        return self.value in [value for value, _ in self.field.options]

    @property
    def is_formula(self) -> bool:
        """Whether it is in formula mode."""
        return self.field.takes_formula and modes.is_formula(self.value)

    @property
    def has_pills(self) -> bool:
        """Whether the value contains data pills, which are shown by their labels."""
        return "_dp(" in self.value or "_('" in self.value

    @property
    def is_spare(self) -> bool:
        """Whether it is empty and optional."""
        return not (self.value or self.error or self.field.required)

    @property
    def text(self) -> str:
        """The text that the field shows: a formula is shown without its `=`."""
        return self.value[1:] if self.is_formula else self.value


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The values that were typed into a step's form; see `operations.SetInputs`."""

    values: dict[Path, str]
    toggles: dict[Path, bool]
    selections: dict[Path, str]


@dataclass(frozen=True, kw_only=True)
class SchemaPart:
    """A schema of the step, with how many fields it has."""

    schema: Schema
    names: list[str]


@dataclass(frozen=True, kw_only=True)
class StepForm:
    """Everything that the form shows.

    Attributes:
        version: the version of the recipe that the form was filled in from.
        onto: the newer version to save on, after the person was told about it; None otherwise.
        number: the position of the step, 0 for the trigger.
        fields: the inputs.
        schemas: the schemas that the step declares.
        sources: the steps whose pills can be inserted, filtered by `find`.
        find: the search text for pills.
        target: the id of the field that a pill is inserted into.
        focus: the id of the field that gets the focus: `target`, or the first field with an error.
        takes_more: whether the step may have inputs that the simulator does not know.
        new_name: the name of such an input, as typed.
        new_value: the value of such an input, as typed.
        new_error: the error message for such an input.
        items: the kind of items that can be added and removed: `condition`, `response`, or empty.
        count: the number of these items.
        moves: whether the step can be moved.
        goes: whether the step can be removed.
        skips: whether the step can be skipped.
        copies: whether the step can be copied.
        opens: whether the step can contain other steps.
        is_unsaved: whether the form has values that are not saved yet.
    """

    version: int
    onto: str
    number: int
    fields: list[FormField]
    schemas: list[SchemaPart]
    sources: list[Source]
    find: str
    target: str
    focus: str
    takes_more: bool
    new_name: str
    new_value: str
    new_error: str
    items: str
    count: int
    moves: bool
    goes: bool
    skips: bool
    copies: bool
    opens: bool
    is_unsaved: bool

    @property
    def shown(self) -> list[FormField]:
        """The inputs that are visible at first: all, or only filled ones if there are many."""
        folded = {each.id for each in self.folded}
        return [each for each in self.fields if each.id not in folded]

    @property
    def folded(self) -> list[FormField]:
        """The inputs that are unfolded first, where there are many that the step does without."""
        spare = [each for each in self.fields if each.is_spare and each.id != self.target]
        return spare if self.takes_more and len(spare) > _MOST_SPARE else []


def build_form(
    recipe: Recipe,
    number: int,
    *,
    version: Version | None = None,
    values: Mapping[Path, str] | None = None,
    errors: Mapping[Path, str] | None = None,
    target: str = "",
) -> StepForm:
    """Return the form of a step.

    Args:
        recipe: the recipe.
        number: the number of the step.
        version: the version that somebody began with; None for the present one.
        values: what was typed; None for what the recipe has.
        errors: what is wrong with it.
        target: id of the field that has the focus.
    """
    around = recipe_edits.get_surroundings(current_world(), recipe)
    code, config = (version or recipe).code, (version or recipe).config
    block = list(iter_blocks(code))[number]
    steps = list_steps(code, config)
    missing = [each.path for each in list_missing(code, steps, recipe.stubs)
               if each.number == number + 1]  # fmt: skip
    shown = []
    for index, field in enumerate(list_fields(code, number, around)):
        stored = to_text(get_value(block, field.path))
        shown.append(
            FormField(
                field=field,
                id=f"input-{index}",
                path=json.dumps(field.path, separators=(",", ":")),
                value=(values or {}).get(field.path, stored),
                error=(errors or {}).get(field.path, ""),
                is_missing=name_path(field.path) in missing and field.path not in (errors or {}),
            )
        )
    find = request.form.get("pills", "").strip()
    items = {"if": "condition", "elsif": "condition", "while_condition": "condition"}
    kind = items.get(str(block.get("keyword")), "")
    if block.get("provider") == "workato_api_platform" and number == 0:
        kind = "response"
    path = ("input", "conditions") if kind == "condition" else ("input", "response", "responses")
    present = get_value(block, path) if kind else []
    return StepForm(
        version=(version or recipe).version_no,
        onto=request.form.get("onto", ""),
        number=number,
        fields=shown,
        schemas=[
            SchemaPart(
                schema=each,
                names=[row.name for row in read_rows(read_fields(get_value(block, each.path)))],
            )
            for each in find_schemas(block)
        ],
        sources=_search(list_sources(code, config, number, around), find),
        find=find,
        target=target,
        focus=target or next((each.id for each in shown if each.error), ""),
        takes_more=_takes_more(block),
        new_name=request.form.get("new_name", ""),
        new_value=request.form.get(NEW_INPUT, ""),
        new_error=(errors or {}).get((NEW_INPUT,), ""),
        items=kind,
        count=len(present) if isinstance(present, list) else 0,
        moves=blocks.can_be_moved(block),
        goes=blocks.can_be_removed(block),
        skips=blocks.can_be_skipped(block),
        copies=can_be_cloned(block),
        opens=block.get("keyword") in blocks.CONTAINERS,
        is_unsaved=values is not None,
    )


def read_typed(recipe: Recipe, version: Version, number: int) -> Typed:
    """Return what was typed into the form of a step.

    Args:
        recipe: the recipe.
        version: the version that the form was about.
        number: the number of the step, there.
    """
    around = recipe_edits.get_surroundings(current_world(), recipe)
    block = blocks.get_block(version.code, blocks.get_name(version.code, number))
    typed = Typed(values={}, toggles={}, selections={})
    for field in list_fields(version.code, number, around):
        path = json.dumps(field.path, separators=(",", ":"))
        text, picked = request.form.get(_VALUE + path), request.form.get(_PICK + path, "")
        if text is None and not picked:
            continue
        is_list = request.form.get(_TOGGLE + path, "list" if picked else "") == "list"
        if is_list:
            typed.values[field.path] = picked
        else:
            mode = request.form.get(_MODE + path, "")
            before = to_text(get_value(block, field.path))
            typed.values[field.path] = _read_text((text or "").replace("\r\n", "\n"), mode, before)
        if field.has_toggle:
            typed.toggles[field.path] = is_list
        if field.is_dynamic:
            labels = dict(field.options) if is_list else {}
            typed.selections[field.path] = labels.get(picked, "")
    return typed


def _read_text(text: str, mode: str, before: str) -> str:
    """Return a field's text as recipes have it: a formula begins with `=`, whatever its mode says.

    Args:
        text: the text as typed.
        mode: `formula`, `text`, or empty where the form says none.
        before: what the recipe has: if its mode was another one, pills and texts are rewritten.
    """
    was_formula = modes.is_formula(before)
    if modes.is_formula(text) or not text.strip() or not mode:
        return text
    if mode == "formula":
        return f"={text}" if was_formula else modes.to_formula(text)
    return modes.to_text(f"={text}") if was_formula and "#{" not in text else text


def with_pill(
    recipe: Recipe, version: Version, number: int, values: dict[Path, str]
) -> dict[Path, str]:
    """Return the values with the pill that was pressed (`insert`) in its field (`target`).

    Args:
        recipe: the recipe.
        version: the version that the form was about.
        number: the number of the step, there.
        values: the values as typed.
    """
    around = recipe_edits.get_surroundings(current_world(), recipe)
    pill, target = request.form.get("insert", ""), request.form.get("target", "")
    for index, field in enumerate(list_fields(version.code, number, around)):
        if target == f"input-{index}" and not field.is_fixed:
            values[field.path] = insert_pill(values.get(field.path, ""), pill)
    return values


def _search(sources: list[Source], words: str) -> list[Source]:
    found = words.lower().split()
    matching = []
    for source in sources:
        pills = tuple(
            each
            for each in source.pills
            if all(word in f"{source.title} {each[0]}".lower() for word in found)
        )
        if pills:
            matching.append(Source(title=source.title, pills=pills))
    return matching


def _takes_more(block: Mapping[str, object]) -> bool:
    """Return whether a step may have unknown inputs, as steps of apps and those with stubs may."""
    provider, name = str(block.get("provider") or ""), str(block.get("name") or "")
    if block.get("keyword") != "action" or name == "__adhoc_http_action":
        return False
    return provider in CONNECTORS or not provider.startswith(("workato", "logger", "lookup"))
