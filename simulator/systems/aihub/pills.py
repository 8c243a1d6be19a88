"""Data pills as people read them: `#{_('data.coupa.a1.id')}` becomes a chip "Step 2 · id"."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from simulator.domain.formulas import FormulaError, Join, Size
from simulator.domain.formulas.pills import JOB, PROPERTY, Element, read_pill

#: A pill within a text, in the form of exports or in the older one.
_PILL = re.compile(r"#\{\s*_(?:dp)?\('((?:[^'\\]|\\.)*)'\)\s*\}")
#: A pill within a formula.
_BARE_PILL = re.compile(r"_(?:dp)?\('((?:[^'\\]|\\.)*)'\)")
_ESCAPED = re.compile(r"\\(['\\])")


@dataclass(frozen=True)
class InputPart:
    """Part of an input: plain text, or a pill."""

    text: str
    pill: bool


def pieces(value: Any, numbers: Mapping[str, int]) -> list[InputPart]:
    """Return an input's value cut into text and pills.

    Args:
        value: a string with or without pills, or any JSON value.
        numbers: the step's number as shown, by its alias.
    """
    text = value if isinstance(value, str) else json.dumps(value)
    result, end = [], 0
    for match in (_BARE_PILL if text.startswith("=") else _PILL).finditer(text):
        if match.start() > end:
            result.append(InputPart(text[end : match.start()], pill=False))
        result.append(_read(match, numbers))
        end = match.end()
    if end < len(text):
        result.append(InputPart(text[end:], pill=False))
    return result


def _read(match: re.Match[str], numbers: Mapping[str, int]) -> InputPart:
    try:
        pill = read_pill(_ESCAPED.sub(r"\1", match[1]))
    except FormulaError:
        return InputPart(match[0], pill=False)
    if pill.kind == PROPERTY:
        return InputPart(f"Property · {pill.line}", pill=True)
    path = ".".join(part for element in pill.path if (part := _name(element)))
    origin = "Job" if pill.kind == JOB else pill.line
    if pill.line in numbers:
        origin = f"Step {numbers[pill.line]}"
    return InputPart(f"{origin} · {path}" if path else origin, pill=True)


def _name(element: Element) -> str:
    if isinstance(element, Join):
        return element.source
    if isinstance(element, Size):
        return "size"
    return str(element) if isinstance(element, str | int) else ""
