"""Data pills as people read them: `#{_('data.coupa.a1.id')}` becomes a chip "Step 2 · id"."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_PILL = re.compile(r"#\{_\('data\.([^.']+)\.([^.']+)\.([^']+)'\)\}")


@dataclass(frozen=True)
class Piece:
    """Part of an input: plain text, or a pill."""

    text: str
    pill: bool


def pieces(value: Any, numbers: Mapping[str, int]) -> list[Piece]:
    """Return an input's value cut into text and pills.

    Args:
        value: a string with or without pills, or any JSON value.
        numbers: the step's number as shown, by its alias.
    """
    text = value if isinstance(value, str) else json.dumps(value)
    result, end = [], 0
    for match in _PILL.finditer(text):
        if match.start() > end:
            result.append(Piece(text[end : match.start()], pill=False))
        _provider, alias, path = match.groups()
        origin = f"Step {numbers[alias]}" if alias in numbers else alias
        result.append(Piece(f"{origin} · {path}", pill=True))
        end = match.end()
    if end < len(text):
        result.append(Piece(text[end:], pill=False))
    return result


def flattened(inputs: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Nested inputs as (path, value) rows: `result.total`, `lines[1].description`."""
    if isinstance(inputs, Mapping):
        for name, value in inputs.items():
            yield from flattened(value, f"{path}.{name}" if path else str(name))
    elif isinstance(inputs, list):
        for index, value in enumerate(inputs, start=1):
            yield from flattened(value, f"{path}[{index}]")
    else:
        yield path, inputs
