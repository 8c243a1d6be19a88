"""Which asset a reference means: exports are moved about, and their paths move with them."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from simulator.domain.packages.model import Asset, Package, PackagedProject, Reference
from simulator.domain.packages.refusals import PackageError

#: Kinds of asset that others cannot do without.
NEEDED = frozenset(
    (
        "recipe",
        "connection",
        "agentic_skill",
        "api_endpoint",
        "api_group",
        "lookup_table",
        "workato_db_table",
        "mcp_server",
    )
)


@dataclass(frozen=True, kw_only=True)
class Found:
    """An asset that a reference means, and the project that has it."""

    project: PackagedProject
    asset: Asset


@dataclass(frozen=True, kw_only=True)
class Unresolved:
    """A reference to what is not in the package.

    Attributes:
        project: the project of the asset that refers.
        asset: the asset.
        reference: what it says.
    """

    project: PackagedProject
    asset: Asset
    reference: Reference


def resolve(
    package: Package, project: PackagedProject, asset: Asset, reference: Reference
) -> Found | None:
    """Return what an asset's reference means, or None if the package has no such asset.

    A path counts from the project's folder (as exported), from the folder of the asset that refers
    or one above it (as in checkouts of a whole workspace), or from another project's folder, by
    its name. What lies deeper than the path says was moved, and is found by its file's name if
    that is one alone.

    Args:
        package: the package.
        project: the project of the asset that refers.
        asset: the asset.
        reference: what it says.
    """
    for name in _candidates(asset, reference.zip_name):
        if name in project.by_zip_name:
            return Found(project=project, asset=project.by_zip_name[name])
    first, _, rest = reference.zip_name.partition("/")
    for other in package.projects:
        if other is project:
            continue
        own = PurePosixPath(other.folder).name
        if rest and first in (other.name, own) and rest in other.by_zip_name:
            return Found(project=other, asset=other.by_zip_name[rest])
        if reference.zip_name in other.by_zip_name and reference.folder:
            return Found(project=other, asset=other.by_zip_name[reference.zip_name])
    return _moved(project, reference)


def list_unresolved(package: Package) -> list[Unresolved]:
    """Return every reference to what is not in the package, in order.

    Args:
        package: the package.
    """
    return [
        Unresolved(project=project, asset=asset, reference=reference)
        for project in package.projects
        for asset in project.assets
        for reference in asset.references
        if resolve(package, project, asset, reference) is None
    ]


def may_be_missing(package: Package, unresolved: Unresolved) -> bool:
    """Return whether what a reference means may be missing.

    It leads to another project, which was not brought along; or to what nothing here is made of.

    Args:
        package: the package.
        unresolved: a reference that it cannot resolve.
    """
    if unresolved.reference.kind not in NEEDED:
        return True
    first, _, rest = unresolved.reference.zip_name.partition("/")
    folder = unresolved.reference.folder.partition("/")[0]
    inside = {part for each in unresolved.project.assets for part in each.folder.split("/") if part}
    names = inside | {project.name for project in package.projects}
    return bool(rest and folder) and first not in names


def refuse(unresolved: Unresolved) -> PackageError:
    """Return the refusal of a package that refers to nothing.

    Args:
        unresolved: the reference.
    """
    reference = unresolved.reference
    return PackageError(
        unresolved.project.place(unresolved.asset),
        f"refers to {reference.zip_name} ('{reference.name}'), which is not in the package. Export "
        "it with what it depends on, or import the project that has it first.",
    )


def _candidates(asset: Asset, zip_name: str) -> Iterator[str]:
    yield zip_name
    for folder in PurePosixPath(asset.zip_name).parents:
        yield (folder / zip_name).as_posix()


def _moved(project: PackagedProject, reference: Reference) -> Found | None:
    file = PurePosixPath(reference.zip_name).name
    there = [each for each in project.assets if PurePosixPath(each.zip_name).name == file]
    named = [each for each in there if not reference.name or each.name == reference.name]
    return Found(project=project, asset=named[0]) if len(named) == 1 else None
