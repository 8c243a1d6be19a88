"""What a package is made of, once read: projects, their assets, and what they refer to."""

import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Any

from simulator.domain.packages.refusals import PackageError

#: The kinds of asset that an export manifest accepts (the CLI's OpenAPI document, `Asset.type`).
KINDS = (
    "recipe",
    "connection",
    "lookup_table",
    "workato_db_table",
    "account_property",
    "project_property",
    "workato_schema",
    "workato_template",
    "lcap_app",
    "lcap_page",
    "custom_adapter",
    "topic",
    "api_group",
    "api_endpoint",
    "agentic_genie",
    "agentic_skill",
    "data_pipeline",
    "decision_engine_model",
    "agentic_knowledge_base",
    "mcp_server",
)

#: The member of an API endpoint's document that says whether clients may call it here; it does not
#: travel in packages.
ACTIVE = "active"
#: Members that stay when a package brings their asset once more.
LOCAL = (ACTIVE,)

#: The kind of a file that is no asset, such as an icon or the code of a custom connector.
ATTACHMENT = ""

#: The file that describes a project: `{description, color, icon}`.
PROJECT_FILE = "project.json"
#: What Workato's command line keeps beside a project: `{project_id, project_name, folder_id}`.
CLI_FILE = ".workatoenv"


@dataclass(frozen=True, kw_only=True)
class Reference:
    """What one asset says of another: `{zip_name, name, folder}`.

    Attributes:
        zip_name: the other's file, as the package has it.
        name: the other's name for people.
        folder: where it is; empty for the folder of the project itself.
        is_custom: whether it says that it is of a custom connector (`custom`).
    """

    zip_name: str
    name: str
    folder: str
    is_custom: bool = False

    @property
    def kind(self) -> str:
        """The kind of asset that the file's name says."""
        return kind_of(self.zip_name)


@dataclass(frozen=True, kw_only=True)
class Asset:
    """One file of a project.

    Attributes:
        zip_name: its path in the project, with `/`.
        kind: one of `KINDS`, another word that stands there, or `ATTACHMENT`.
        name: what people call it.
        content: its bytes; empty where they are not at hand.
        document: what its JSON says; None for what is no JSON object.
    """

    zip_name: str
    kind: str
    name: str
    content: bytes = b""
    document: Mapping[str, Any] | None = None

    @property
    def folder(self) -> str:
        """Its folder in the project; empty for the project's top folder."""
        parent = str(PurePosixPath(self.zip_name).parent)
        return "" if parent == "." else parent

    @cached_property
    def references(self) -> tuple[Reference, ...]:
        """What it refers to, each once, in the order of the document."""
        return tuple(dict.fromkeys(find_references(self.document)))


@dataclass(frozen=True, kw_only=True)
class PackagedProject:
    """One project of a package.

    Attributes:
        name: the project's name.
        description: the same for people.
        folder: where it lies in what was read; empty for the whole of it.
        assets: by `zip_name`.
    """

    name: str
    description: str
    folder: str
    assets: tuple[Asset, ...]

    @cached_property
    def by_zip_name(self) -> Mapping[str, Asset]:
        """The assets by their files."""
        return {asset.zip_name: asset for asset in self.assets}

    def of_kind(self, kind: str) -> list[Asset]:
        """Return the assets of one kind, in order.

        Args:
            kind: such as `recipe` or `connection`.
        """
        return [asset for asset in self.assets if asset.kind == kind]

    def place(self, asset: Asset) -> str:
        """Return the path of an asset's file in the package as it was given.

        Args:
            asset: one of the project's.
        """
        return f"{self.folder}/{asset.zip_name}" if self.folder else asset.zip_name


@dataclass(frozen=True, kw_only=True)
class Package:
    """What was read.

    Attributes:
        projects: in the order of their folders.
        remarks: sentences about what is in it and is no mistake, such as ignored files.
    """

    projects: tuple[PackagedProject, ...]
    remarks: tuple[str, ...] = ()

    def named(self, name: str) -> "Package":
        """Return the same package, its one project with another name.

        Args:
            name: the name of the project.

        Raises:
            PackageError: it has several projects.
        """
        if len(self.projects) > 1:
            names = ", ".join(f"'{each.name}'" for each in self.projects)
            raise PackageError("", f"It has several projects ({names}): one name is not enough.")
        return replace(self, projects=(replace(self.projects[0], name=name.strip()),))


def name_of(zip_name: str, document: Mapping[str, Any] | None) -> str:
    """Return what people call an asset; the file's name where its document says nothing.

    Args:
        zip_name: the zip name of its file.
        document: what that says.
    """
    for member in ("name", "title"):
        named = document and document.get(member)
        if isinstance(named, str) and named.strip():
            return named.strip()
    return PurePosixPath(zip_name).name.partition(".")[0]


def kind_of(file_name: str) -> str:
    """Return the kind of asset that a file's name says: `x.recipe.json` is a `recipe`.

    Args:
        file_name: with or without folders.
    """
    parts = PurePosixPath(file_name).name.split(".")
    return parts[-2] if len(parts) >= 3 and parts[-1].lower() == "json" else ATTACHMENT


def find_references(value: Any) -> Iterator[Reference]:
    """Yield every reference inside a document: each object that has a `zip_name`.

    Args:
        value: what JSON says.
    """
    if isinstance(value, Mapping):
        reference = read_reference(value)
        if reference is not None:
            yield reference
            return
        for inner in value.values():
            yield from find_references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from find_references(inner)


def read_reference(value: Any) -> Reference | None:
    """Return the reference that a value is, or None.

    Args:
        value: what JSON says.
    """
    if not isinstance(value, Mapping) or not isinstance(value.get("zip_name"), str):
        return None
    name, folder = value.get("name"), value.get("folder")
    return Reference(
        zip_name=unicodedata.normalize("NFC", value["zip_name"]),
        name=name if isinstance(name, str) else "",
        folder=folder if isinstance(folder, str) else "",
        is_custom=value.get("custom") is True,
    )
