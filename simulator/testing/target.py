"""A tenant that is not ours to start: described in a file, its secrets in the environment."""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from simulator.errors import SimulatorError

#: Stands for an environment variable in any text of the file.
_VARIABLE = re.compile(r"\$\{(\w+)\}")
_NEEDED = {
    "systems": ("aihub", "identity"),
    "people": ("name", "email", "password", "role"),
    "servers": ("name", "mcp_url"),
    "apps": ("production_host", "people"),
}


class TargetError(SimulatorError):
    """The description of a tenant cannot be used."""


def load(file: Path, environment: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """A description in the shape of `simulator describe --json`, for the people of a test.

    Args:
        file: YAML or JSON; `${NAME}` in a text stands for an environment variable.
        environment: where the variables are looked up.

    Raises:
        TargetError: the file cannot be read, a variable is not set, or something is missing;
            names all variables and all that is missing.
    """
    import yaml

    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise TargetError(f"Cannot read the target {file}: {error.strerror}.") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise TargetError(f"The target {file} is no YAML: {error}") from None
    if missing := _missing(data):
        raise TargetError(f"The target {file} lacks {', '.join(missing)}.")
    unset: set[str] = set()
    filled: dict[str, Any] = _filled(data, environment, unset)
    if unset:
        raise TargetError(
            f"The target {file} needs these environment variables: {', '.join(sorted(unset))}."
        )
    filled["people"] = [{"status": "active", "groups": []} | each for each in filled["people"]]
    return filled


def _missing(data: Any) -> list[str]:
    if not isinstance(data, dict):
        return list(_NEEDED)
    found: list[str] = []
    for section, names in _NEEDED.items():
        part = data.get(section)
        entries = part if isinstance(part, list) else [part]
        if part is None or not all(isinstance(each, dict) for each in entries):
            found.append(section)
            continue
        found += [
            f"{section}[{number}].{name}" if isinstance(part, list) else f"{section}.{name}"
            for number, entry in enumerate(entries)
            for name in names
            if name not in entry
        ]
    return found


def _filled(value: Any, environment: Mapping[str, str], unset: set[str]) -> Any:
    if isinstance(value, dict):
        return {key: _filled(inner, environment, unset) for key, inner in value.items()}
    if isinstance(value, list):
        return [_filled(inner, environment, unset) for inner in value]
    if not isinstance(value, str):
        return value
    unset |= set(_VARIABLE.findall(value)) - environment.keys()
    return _VARIABLE.sub(lambda found: environment.get(found[1], ""), value)
