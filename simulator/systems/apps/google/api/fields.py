"""Partial responses: `fields=id,payload(headers/name)` (Google, "Partial response").

A dot is as good as a slash, as in field masks: exported recipes have `payload.parts(filename)`.
"""

import re
from typing import Any

_TOKENS = re.compile(r"[A-Za-z0-9_*@-]+|[(),/.]")
#: Levels of a selection; what is deeper is refused.
_DEEPEST = 20

#: Member → what of it; an empty one stands for all of it.
Selection = dict[str, Any]


class BadSelection(ValueError):
    """A selection that cannot be read; the argument is what is odd."""


def read_selection(text: str) -> Selection:
    """Return a selection.

    Args:
        text: the text as a client sent it.

    Raises:
        BadSelection: it cannot be read.
    """
    if _TOKENS.sub("", text).strip():
        raise BadSelection(text)
    tokens = _TOKENS.findall(text)
    found, rest = _read_list(tokens, text, 0)
    if rest or not found:
        raise BadSelection(text)
    return found


def _read_list(tokens: list[str], text: str, depth: int) -> tuple[Selection, list[str]]:
    if depth > _DEEPEST:
        raise BadSelection(text)
    found: Selection = {}
    while True:
        path = []
        while tokens and tokens[0] not in "(),/.":
            path.append(tokens.pop(0))
            if tokens and tokens[0] in "/.":
                tokens.pop(0)
            else:
                break
        if not path or len(path) > _DEEPEST:
            raise BadSelection(text)
        inner: Selection = {}
        if tokens and tokens[0] == "(":
            inner, tokens = _read_list(tokens[1:], text, depth + 1)
            if not tokens or tokens.pop(0) != ")":
                raise BadSelection(text)
        _add(found, path, inner)
        if not tokens or tokens[0] != ",":
            return found, tokens
        tokens = tokens[1:]


def _add(found: Selection, path: list[str], inner: Selection) -> None:
    *outer, last = path
    for name in outer:
        found = found.setdefault(name, {})
    _merge(found.setdefault(last, {}), inner)


def _merge(one: Selection, other: Selection) -> None:
    for name, inner in other.items():
        _merge(one.setdefault(name, {}), inner)


def select_fields(value: Any, selection: Selection) -> Any:
    """Return what a selection leaves of an answer; of a list, of each of its members."""
    if not selection:
        return value
    if isinstance(value, list):
        return [select_fields(each, selection) for each in value]
    if not isinstance(value, dict):
        return value
    every = selection.get("*")
    return {
        name: select_fields(inner, selection.get(name) or every or {})
        for name, inner in value.items()
        if name in selection or every is not None
    }
