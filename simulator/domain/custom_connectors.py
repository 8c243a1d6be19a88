"""Custom connectors of packages and of programs; recipes that use them need stubs here."""

import base64
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import TypedDict

from sqlalchemy import select

from simulator.db.listing import Found, contains
from simulator.db.tables import PackageAsset
from simulator.domain import folders
from simulator.domain.asset_folders import make_file_stem
from simulator.domain.packages.model import ATTACHMENT, VERSIONS
from simulator.domain.project_assets import get_of_kind, select_of_kind, store
from simulator.errors import SimulatorError
from simulator.world import World

_KIND = "custom_adapter"


class Version(TypedDict):
    """A version of a custom connector; `released_at` is None until it is released."""

    version: int
    note: str | None
    created_at: str
    released_at: str | None


def find_connectors(world: World, workspace_id: int) -> Found[PackageAsset]:
    """Return the custom connectors of a workspace, by id.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
    """
    return Found(world.db.session, select_of_kind(workspace_id, _KIND))


def get_connector(world: World, workspace_id: int, number: int) -> PackageAsset:
    """Return a custom connector.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        number: its id.

    Raises:
        NotFound: there is none.
    """
    return get_of_kind(world, workspace_id, _KIND, number, "custom connector")


def get_name(connector: PackageAsset) -> str:
    """Return the name by which recipes call a custom connector.

    Args:
        connector: its file.
    """
    written = (connector.document or {}).get("provider")
    file = PurePosixPath(connector.zip_name).name.partition(".")[0]
    return written if isinstance(written, str) else file


def find_by_title(world: World, workspace_id: int, title: str) -> list[PackageAsset]:
    """Return the custom connectors whose titles have a text in them, in its letters (Workato docs).

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        title: part of it.
    """
    found = select_of_kind(workspace_id, _KIND).where(*contains(title, PackageAsset.name))
    return [each for each in world.db.session.scalars(found) if title in each.name]


def list_versions(connector: PackageAsset) -> Sequence[Version]:
    """Return the versions of a custom connector, the oldest first.

    One that only packages brought has a single one, released as it came (our choice).

    Args:
        connector: its file.
    """
    document = connector.document or {}
    if VERSIONS in document:
        versions: Sequence[Version] = document[VERSIONS]
        return versions
    return [
        Version(
            version=1,
            note=document.get("note"),
            created_at=connector.created_at.isoformat(),
            released_at=connector.updated_at.isoformat(),
        )
    ]


def create(
    world: World, workspace_id: int, *, title: str, code: str, note: str | None, description: str
) -> PackageAsset:
    """Create a custom connector with one version, which is not released.

    Args:
        world: with an open unit of work.
        workspace_id: whose.
        title: for people.
        code: of the connector, in Ruby; it is kept and never run.
        note: on its version.
        description: of the connector.

    Raises:
        Forbidden: whoever asks is limited to projects.
    """
    project = folders.get_or_create_home_assets(world, workspace_id).project
    document = {"title": title, "description": description, "note": note}
    row = store(world, project, _KIND, title, document)
    provider = f"{make_file_stem(title)}_connector_{workspace_id}_{row.id}"
    row.document = {**document, "provider": provider, VERSIONS: [_begin(world, 1, note)]}
    _write_code(world, row, code)
    return row


def change(
    world: World,
    connector: PackageAsset,
    *,
    title: str | None,
    code: str | None,
    note: str | None,
    description: str | None,
) -> None:
    """Change a custom connector; other code makes a version of its own, which is not released.

    Args:
        world: with an open unit of work.
        connector: its file.
        title: the new one; None leaves it.
        code: the new one; None leaves it.
        note: on the version of the new code.
        description: the new one; None leaves it.
    """
    world.db.session.refresh(connector, with_for_update=True)  # no version of others' is lost
    document = dict(connector.document or {})
    if title is not None:
        connector.name = document["title"] = title
    if description is not None:
        document["description"] = description
    if code is not None:
        versions = list_versions(connector)
        document[VERSIONS] = [*versions, _begin(world, versions[-1]["version"] + 1, note)]
    connector.document, connector.updated_at = document, world.clock.now()
    if code is not None:
        _write_code(world, connector, code)


def release(world: World, connector: PackageAsset) -> None:
    """Release the latest version of a custom connector.

    Args:
        world: with an open unit of work.
        connector: its file.

    Raises:
        SimulatorError: it is released already.
    """
    world.db.session.refresh(connector, with_for_update=True)
    *before, latest = list_versions(connector)
    if latest["released_at"] is not None:
        raise SimulatorError(f"Version {latest['version']} of the connector is released already.")
    now = world.clock.now()
    released: Version = {**latest, "released_at": now.isoformat()}
    connector.document = {**(connector.document or {}), VERSIONS: [*before, released]}
    connector.updated_at = now


def read_code(world: World, connector: PackageAsset) -> str:
    """Return the code of a custom connector; empty where its package has none.

    Args:
        world: with an open unit of work.
        connector: its file.
    """
    written = (connector.document or {}).get("code")
    if isinstance(written, str):
        return written
    found = _find_code_file(world, connector)
    content = None if found is None else found.content
    return base64.b64decode(content or "").decode("utf-8", "replace")


def _begin(world: World, number: int, note: str | None) -> Version:
    made = world.clock.now().isoformat()
    return Version(version=number, note=note, created_at=made, released_at=None)


def _write_code(world: World, connector: PackageAsset, code: str) -> None:
    document = connector.document or {}
    if isinstance(document.get("code"), str):
        connector.document = {**document, "code": code}
        return
    now, file = world.clock.now(), _find_code_file(world, connector)
    if file is None:
        file = PackageAsset(
            project_id=connector.project_id,
            zip_name=_name_code_file(connector),
            kind=ATTACHMENT,
            name=PurePosixPath(_name_code_file(connector)).name,
            created_at=now,
        )
        world.db.session.add(file)
    file.content, file.updated_at = base64.b64encode(code.encode()).decode(), now
    world.db.session.flush()


def _find_code_file(world: World, connector: PackageAsset) -> PackageAsset | None:
    return world.db.session.scalar(
        select(PackageAsset).where(
            PackageAsset.project_id == connector.project_id,
            PackageAsset.zip_name == _name_code_file(connector),
        )
    )


def _name_code_file(connector: PackageAsset) -> str:
    return connector.zip_name.removesuffix(".json") + ".rb"
