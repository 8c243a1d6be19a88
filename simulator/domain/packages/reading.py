"""From a folder, a zip or a checkout to a checked package, or to the first thing wrong in it."""

from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from simulator.domain.packages import shapes
from simulator.domain.packages.archives import LARGEST_PACKAGE, read_archive
from simulator.domain.packages.folders import read_folder
from simulator.domain.packages.model import (
    ATTACHMENT,
    CLI_FILE,
    KINDS,
    PROJECT_FILE,
    Asset,
    Package,
    PackagedProject,
    kind_of,
    name_of,
)
from simulator.domain.packages.refusals import PackageError
from simulator.validation.parsing import NotJson, parse_strict_json

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def read_path(path: Path) -> Package:
    """Return the package at a path.

    Args:
        path: a folder, a checkout, or a zip.

    Raises:
        PackageError: there is none, or something in it is wrong: the file and the reason.
    """
    try:
        path = path.resolve()
        if path.is_dir():
            return build_package(read_folder(path), path.name)
        if not path.is_file():
            raise PackageError("", f"There is no folder and no zip at {path}.")
        if path.stat().st_size > LARGEST_PACKAGE:
            raise PackageError("", f"{path} is larger than {LARGEST_PACKAGE // 2**20} MB.")
        content = path.read_bytes()
    except OSError as error:
        raise PackageError("", f"{path} cannot be read: {error.strerror}.") from None
    return read_zip(content, path.stem)


def read_zip(content: bytes, name: str) -> Package:
    """Return the package that a zip is.

    Args:
        content: the content of the zip.
        name: the name of its project, where nothing in it says one.

    Raises:
        PackageError: something in it is wrong: the file and the reason.
    """
    files = read_archive(content)
    if not any(kind_of(each) in KINDS for each in files):
        raise PackageError("", "The zip has no file of an export, such as name.recipe.json.")
    return build_package(files, name)


def build_package(files: Mapping[str, bytes], name: str) -> Package:
    """Return the package that is made of files.

    Args:
        files: their contents by their paths.
        name: the name of the project, where nothing among the files says one.

    Raises:
        PackageError: something in it is wrong: the file and the reason.
    """
    documents = {each: _read_document(each, content) for each, content in files.items()}
    roots = sorted(
        (each for each in files if _is_root(each, documents[each])),
        key=lambda each: -len(PurePosixPath(each).parts),
    )
    folders = list(dict.fromkeys(_folder(each) for each in roots))
    by_folder: defaultdict[str, list[Asset]] = defaultdict(list)
    for each in sorted(files):
        if PurePosixPath(each).name == CLI_FILE:
            continue
        folder = next((one for one in folders if _is_below(each, one)), "")
        by_folder[folder].append(
            Asset(
                zip_name=each[len(folder) + 1 :] if folder else each,
                kind=_kind(each, documents[each]),
                name=name_of(each, documents[each]),
                content=files[each],
                document=documents[each],
            )
        )
    projects = tuple(
        _project(folder, assets, documents, name)
        for folder, assets in sorted(by_folder.items())
        if any(asset.kind in KINDS for asset in assets)
    )
    _refuse_repeated_names(projects)
    remarks = []
    for project in projects:
        for asset in project.assets:
            remarks += shapes.check(project, asset)
    return Package(projects=projects, remarks=tuple(remarks))


def _read_document(name: str, content: bytes) -> Mapping[str, Any] | None:
    """Return what a file of JSON says; None for another file."""
    path = PurePosixPath(name)
    if path.name == CLI_FILE:
        try:
            found = parse_strict_json(content)
        except NotJson:
            return None
        return found if isinstance(found, dict) else None
    if path.suffix.lower() != ".json":
        return None
    try:
        found = parse_strict_json(content.removeprefix(_BYTE_ORDER_MARK), "The file")
    except NotJson as error:
        raise PackageError(name, str(error)) from None
    if isinstance(found, dict):
        return found
    if kind_of(name) in KINDS or path.name == PROJECT_FILE:
        raise PackageError(name, "must be a JSON object.")
    return None


def _kind(name: str, document: Mapping[str, Any] | None) -> str:
    return ATTACHMENT if document is None else kind_of(name)


def _folder(name: str) -> str:
    parent = PurePosixPath(name).parent.as_posix()
    return "" if parent == "." else parent


def _is_below(name: str, folder: str) -> bool:
    return not folder or name.startswith(f"{folder}/")


def _is_root(name: str, document: Mapping[str, Any] | None) -> bool:
    """Return whether a file says that its folder is a project."""
    file = PurePosixPath(name).name
    if file == PROJECT_FILE:
        return True
    # The command line writes its file beside a project and, with a path, at the workspace's root.
    return file == CLI_FILE and bool(
        document and document.get("project_name") and not document.get("project_path")
    )


def _project(
    folder: str,
    assets: list[Asset],
    documents: Mapping[str, Mapping[str, Any] | None],
    default: str,
) -> PackagedProject:
    own = f"{folder}/" if folder else ""
    described = documents.get(own + PROJECT_FILE) or {}
    for_cli = documents.get(own + CLI_FILE) or {}
    candidates = (
        described.get("name"),
        for_cli.get("project_name"),
        PurePosixPath(folder).name,
        default,
    )
    name = next(each for each in candidates if isinstance(each, str) and each.strip())
    description = described.get("description")
    return PackagedProject(
        name=name.strip(),
        description=description if isinstance(description, str) else "",
        folder=folder,
        assets=tuple(assets),
    )


def _refuse_repeated_names(projects: tuple[PackagedProject, ...]) -> None:
    folders: dict[str, str] = {}
    for project in projects:
        other = folders.setdefault(project.name, project.folder)
        if other != project.folder:
            raise PackageError(
                project.folder or ".",
                f"is a project named '{project.name}', and so is {other or '.'}. Import one "
                "of the folders by itself, with --project and another name.",
            )
