"""A package for an app of one's own, made of the working one in the folder `_skeleton`."""

import re
from collections.abc import Iterator
from pathlib import Path

from simulator import installed_apps
from simulator.errors import SimulatorError

_FOLDER = Path(__file__).parent / "_skeleton"
_PROJECT = _FOLDER / "project"


class AppNameError(SimulatorError):
    """No package for an app can be written."""


def write(name: str, folder: Path) -> list[Path]:
    """Write a package whose test passes once it is installed; return its files.

    Args:
        name: provider name of the app, in lower case.
        folder: where to; made if it is not there.

    Raises:
        AppNameError: no app can have this name, a file is there already, or the folder cannot be
            written.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]{1,30}", name):
        raise AppNameError(f"'{name}' is no name for an app: write 2 to 31 lower-case letters.")
    if name in installed_apps.packages():
        raise AppNameError(f"There is an app '{name}' already: choose another name.")
    targets = {source: folder / target for source, target in _files(name)}
    if there := [str(target) for target in targets.values() if target.exists()]:
        raise AppNameError(f"{there[0]} is there already; nothing is overwritten.")
    try:
        for source, target in targets.items():
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(_renamed(source.read_text(encoding="utf-8"), name), encoding="utf-8")
    except OSError as error:
        raise AppNameError(f"Cannot write to {folder}: {error.strerror}.") from None
    return list(targets.values())


def _files(name: str) -> Iterator[tuple[Path, str]]:
    for source in sorted(_FOLDER.glob("*.py")):
        yield source, f"simulated_{name}/{source.name}"
    for source in sorted(each for each in _PROJECT.iterdir() if each.is_file()):
        yield source, source.name.replace("sample", name)


def _renamed(text: str, name: str) -> str:
    text = text.replace("simulator.systems.apps._skeleton", f"simulated_{name}")
    return text.replace("sample", name).replace("Sample", name.capitalize())
