"""Drafts of the stubs that recipes need, with made-up values for each step's output.

A draft of a package goes by schemas and data pills alone; that of a job has the inputs that its
steps had, as rows of a table.
"""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from typing import Any

from simulator.domain.engine import stubs
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.engine.schemas import Fields, read_fields
from simulator.domain.formulas import CurrentItem, Pill, Size, iter_pills
from simulator.domain.packages.lint.findings import Report, Verdict
from simulator.domain.packages.model import Package

_DEEPEST = 8
#: Rows of a draft, and inputs that a row goes by.
_MOST_ROWS, _MOST_INPUTS = 20, 10
_SAMPLES: Mapping[str, Any] = {
    "integer": 1,
    "number": 1.5,
    "boolean": True,
    "date": "2026-01-31",
    "date_time": "2026-01-31T12:00:00+00:00",
    "timestamp": "2026-01-31T12:00:00+00:00",
}


def list_drafts(package: Package, report: Report) -> list[dict[str, Any]]:
    """Return a draft of a stub for each step that one answers for, as scenarios have them.

    Args:
        package: the package as read.
        report: on the same package.
    """
    documents = {
        (project.name, asset.zip_name): asset.document or {}
        for project in package.projects
        for asset in project.of_kind("recipe")
    }
    drafts: list[dict[str, Any]] = []
    for recipe in report.recipes:
        code = documents[recipe.project, recipe.zip_name]["code"]
        blocks = list(iter_blocks(code))
        for step, block in zip(recipe.steps, blocks, strict=False):
            is_of_called = step.calls_recipe and step.verdict is Verdict.STUB
            if step.stub_helps and not is_of_called:
                output = draft_output(block, code)
                drafts.append({"recipe": recipe.name, "step": step.number, "output": output})
    return drafts


def draft_rows(
    recipe: str, code: Mapping[str, Any], entries: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Return a draft of a stub for each step of a job that had none, with a row for each input.

    Args:
        recipe: its name.
        code: the code of the recipe.
        entries: what the job kept of its steps.
    """
    blocks: dict[Any, Mapping[str, Any]] = {
        block.get("number", place): block for place, block in enumerate(iter_blocks(code))
    }
    tables: dict[int, list[dict[str, Any]]] = {}
    for entry in entries:
        number = entry.get("number", -1)
        if entry.get("note") != stubs.MISSING or number not in blocks:
            continue
        block = blocks[number]
        when = _read_inputs(entry.get("input"), block.get("input"))
        rows = tables.setdefault(number, [])
        if len(rows) < _MOST_ROWS and all(row["when"] != when for row in rows):
            output = rows[0]["output"] if rows else draft_output(block, code)
            rows.append({"when": when, "output": copy.deepcopy(output)})
    return [
        {"recipe": recipe, "step": number + 1, "table": rows} for number, rows in tables.items()
    ]


def _read_inputs(text: str | None, written: Any) -> dict[str, Any]:
    """Return the inputs that a row may go by, by their path: plain, not masked, not constant."""
    try:
        inputs = json.loads(text or "{}")
    except ValueError:  # cut, for it is long
        return {}
    found: dict[str, Any] = {}
    constants = dict(_flatten(written, ""))
    for path, value in _flatten(inputs, ""):
        if constants.get(path) == value:
            continue
        is_plain = isinstance(value, str | int | float) and value != "" and "\n" not in str(value)
        if is_plain and "…" not in str(value) and len(found) < _MOST_INPUTS:
            found[path] = value
    return found


def _flatten(value: Any, path: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            if "." not in name:
                yield from _flatten(inner, f"{path}.{name}" if path else name)
    elif path:
        yield path, value


def draft_output(block: Mapping[str, Any], code: Mapping[str, Any]) -> dict[str, Any]:
    """Return an output of the shape that a step declares, and that pills read, with samples.

    Args:
        block: the block of the step; `extended_output_schema` says its fields, and for code
            `code_output_schema_json`.
        code: the code of the recipe, whose data pills may read more.
    """
    inputs = block.get("input")
    declared = inputs.get("code_output_schema_json") if isinstance(inputs, Mapping) else None
    if declared:
        output = {"output": _sample_object(read_fields(declared), 0)}
    else:
        output = _sample_object(read_fields(block.get("extended_output_schema")), 0)
    for each in iter_blocks(code):
        for pill in _read_pills(each.get("source"), block.get("as")):
            item: dict[str, Any] = {}
            for inner in iter_blocks(each):
                for read in _read_pills([inner.get("input"), inner.get("source")], each.get("as")):
                    _add_path(item, read)
            _add_path(output, pill, [item])
    for each in iter_blocks(code):
        for pill in _read_pills([each.get("input"), each.get("filter")], block.get("as")):
            _add_path(output, pill)
    return output


def _read_pills(field: Any, alias: Any) -> Iterator[Pill]:
    """Yield the pills of a field that read the output of the step with this alias."""
    for pill in iter_pills(field):
        if pill.kind == "output" and pill.line and pill.line == alias:
            yield pill


def _add_path(output: dict[str, Any], pill: Pill, last: Any = None) -> None:
    """Have an output what a pill reads, where it is a member of objects and lists."""
    here: Any = output
    for name, following in zip_longest(pill.path, pill.path[1:]):
        if isinstance(here, list):
            here = here[0] if here else None
        if isinstance(name, CurrentItem):
            continue
        if not isinstance(here, dict) or not isinstance(name, str):
            return
        sample: Any = {}
        if isinstance(following, CurrentItem | Size):
            sample = [{}]
        elif following is None:
            sample = name.replace("_", " ") if last is None else last
        here = here.setdefault(name, sample)


def draft_sample(fields: Fields) -> dict[str, Any]:
    """Return an object with a made-up value for each field.

    Args:
        fields: the fields as `read_fields` returns them.
    """
    return _sample_object(fields, 0)


def _sample_object(fields: Fields, depth: int) -> dict[str, Any]:
    return dict(_iter_samples(fields, depth)) if depth < _DEEPEST else {}


def _iter_samples(fields: Fields, depth: int) -> Iterator[tuple[str, Any]]:
    for field in fields:
        yield str(field["name"]), _sample(field, depth)


def _sample(field: Mapping[str, Any], depth: int) -> Any:
    kind = str(field.get("type") or "string")
    inner = read_fields(field.get("properties"))
    if kind == "object":
        return _sample_object(inner, depth + 1)
    if kind == "array":
        of = str(field.get("of"))
        return [_sample_object(inner, depth + 1) if inner else _SAMPLES.get(of, "text")]
    if options := field.get("pick_list"):
        first = options[0]  # a value, or a label and its value
        return first[-1] if isinstance(first, list) else first
    return _SAMPLES.get(kind, field.get("example") or str(field.get("label") or field["name"]))
