"""Data pills: `#{_('data.<provider>.<step alias>.<path>')}` in a step's inputs."""

import re
from collections.abc import Mapping
from typing import Any

_PILL = re.compile(r"#\{_\('data\.([^']+)'\)\}")


def resolve(value: Any, data: Mapping[str, Any]) -> Any:
    """Replace every pill in a value by what it points to.

    A string that is one pill takes the value's own type; inside other text a pill becomes text.
    A pill that points to nothing is None (as a missing field is in Workato).

    Args:
        value: a string, list or mapping of a step's input.
        data: `{provider: {alias: output}}` of the steps that ran.
    """
    if isinstance(value, str):
        whole = _PILL.fullmatch(value)
        if whole:
            return _look_up(whole[1], data)
        return _PILL.sub(lambda match: _text(_look_up(match[1], data)), value)
    if isinstance(value, Mapping):
        return {name: resolve(inner, data) for name, inner in value.items()}
    if isinstance(value, list):
        return [resolve(inner, data) for inner in value]
    return value


def _look_up(path: str, data: Any) -> Any:
    for part in path.split("."):
        if isinstance(data, Mapping):
            data = data.get(part)
        elif isinstance(data, list) and part.isdigit() and int(part) < len(data):
            data = data[int(part)]
        else:
            return None
    return data


def _text(value: Any) -> str:
    return "" if value is None else str(value)
