"""The files of a folder or a git checkout that belong to exports."""

import os
import unicodedata
from collections.abc import Mapping, Set
from pathlib import Path, PurePosixPath

from simulator.domain.packages.archives import MOST_FILES, check_name, check_size, is_litter
from simulator.domain.packages.model import CLI_FILE, KINDS, PROJECT_FILE, kind_of
from simulator.domain.packages.refusals import PackageError

#: Folders of a checkout that hold no export, and may hold a hundred thousand files.
_PASSED_OVER = frozenset(("node_modules", "__pycache__"))
#: How many files are looked at before it is clear that this is no folder of exports.
_MOST_LOOKED_AT = 200_000


def read_folder(folder: Path) -> Mapping[str, bytes]:
    """Return the files of exports below a folder, by their paths in it.

    What belongs to an export: files named `<name>.<kind of asset>.json`, the project's own file,
    and, in folders that hold such files, what belongs to one of them (the code and icon of a custom
    connector, the page of an MCP app). A checkout's other files are ignored, and so are hidden
    ones.

    Args:
        folder: the folder.

    Raises:
        PackageError: it cannot be read or is too large, or an asset is a symbolic link.
    """
    found = _find(folder)
    assets = [name for name in found if kind_of(name) in KINDS]
    if not assets:
        raise PackageError(
            "",
            f"{folder} has no file of an export, such as name.recipe.json. Name a folder, a zip or "
            "a checkout that Workato, or its command line, exported.",
        )
    places = {PurePosixPath(name).parent for name in assets}
    files: dict[str, bytes] = {}
    total = 0
    for name in sorted(found):
        if not _belongs(name, places):
            continue
        path = folder / name
        check_name(name)
        if path.is_symlink():
            raise PackageError(name, "is a symbolic link; a package has files alone.")
        try:
            size = path.stat().st_size
            total += size
            check_size(name, size, total)
            # A file system may take accents apart, and references in JSON have them whole.
            files[unicodedata.normalize("NFC", name)] = path.read_bytes()
        except OSError as error:
            raise PackageError(name, f"cannot be read: {error.strerror}.") from None
        if len(files) > MOST_FILES:
            raise PackageError("", f"{folder} has more than {MOST_FILES:,} files of exports.")
    return files


def _find(folder: Path) -> list[str]:
    names: list[str] = []
    for where, folders, files in os.walk(folder):
        folders[:] = sorted(
            each for each in folders if each not in _PASSED_OVER and not each.startswith(".")
        )
        inside = Path(where).relative_to(folder).as_posix()
        names += [
            file if inside == "." else f"{inside}/{file}"
            for file in files
            if not file.startswith(".") or file == CLI_FILE
        ]
        if len(names) > _MOST_LOOKED_AT:
            raise PackageError("", f"{folder} has too many files. Name the folder of the export.")
    return names


def _belongs(name: str, places: Set[PurePosixPath]) -> bool:
    """Return whether a file is part of an export, given the folders that hold assets."""
    path = PurePosixPath(name)
    if kind_of(name) in KINDS:
        return True
    if path.name in (PROJECT_FILE, CLI_FILE):
        return any(each.is_relative_to(path.parent) for each in places)
    if path.parent not in places or is_litter(name):
        return False
    belongs_to_asset = not set(path.name.split(".")[1:-1]).isdisjoint(KINDS)
    return path.suffix == ".bin" or belongs_to_asset or kind_of(name) != ""
