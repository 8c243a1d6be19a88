"""Custom connectors of packages and of programs; recipes that use them need stubs here."""

import base64
from pathlib import PurePosixPath

from sqlalchemy import select

from simulator.db.claim import lock_present
from simulator.db.listing import Found, contains
from simulator.db.tables import ConnectorVersion, PackageAsset
from simulator.domain import folders
from simulator.domain.asset_folders import make_file_stem
from simulator.domain.connector_versions import add_version, find_versions, get_latest, name_actor
from simulator.domain.packages.model import ATTACHMENT
from simulator.domain.project_assets import find_of_kind, get_of_kind, select_of_kind, store
from simulator.errors import FieldError, SimulatorError
from simulator.world import World

KIND = "custom_adapter"
LONGEST_TITLE, LONGEST_NOTE = 255, 1000


class ChangedMeanwhile(FieldError):
    """Somebody else saved the connector after this version was read."""

    status = 409

    def __init__(self, seen: int, present: int) -> None:
        message = f"The connector was changed meanwhile: version {seen} is now version {present}."
        super().__init__("version", message)


def find_connectors(world: World, workspace_id: int) -> Found[PackageAsset]:
    """Return the custom connectors of a workspace, by id.

    Args:
        workspace_id: the workspace's id.
    """
    return Found(world.db.session, select_of_kind(workspace_id, KIND))


def search(world: World, workspace_id: int, text: str) -> Found[PackageAsset]:
    """Return the custom connectors whose titles contain a text, by title.

    Args:
        workspace_id: the workspace's id.
        text: the text as typed; empty for all.
    """
    return find_of_kind(world, workspace_id, KIND, text)


def get_connector(world: World, workspace_id: int, number: int) -> PackageAsset:
    """Return a custom connector.

    Args:
        workspace_id: the workspace's id.
        number: its id.

    Raises:
        NotFound: it does not exist.
    """
    return get_of_kind(world, workspace_id, KIND, number, "custom connector")


def get_name(connector: PackageAsset) -> str:
    """Return the name by which recipes call a custom connector.

    Args:
        connector: its file.
    """
    written = (connector.document or {}).get("provider")
    file = PurePosixPath(connector.zip_name).name.partition(".")[0]
    return written if isinstance(written, str) else file


def find_by_title(world: World, workspace_id: int, title: str) -> list[PackageAsset]:
    """Return the custom connectors whose titles contain a text, case-sensitive (Workato docs).

    Args:
        workspace_id: the workspace's id.
        title: part of it.
    """
    found = select_of_kind(workspace_id, KIND).where(*contains(title, PackageAsset.name))
    return [each for each in world.db.session.scalars(found) if title in each.name]


def create(
    world: World, workspace_id: int, *, title: str, code: str, note: str | None, description: str
) -> PackageAsset:
    """Create a custom connector with one version, which is not released.

    Args:
        workspace_id: the workspace's id.
        title: for people, with 1 to `LONGEST_TITLE` characters.
        code: the code of the connector, in Ruby; it is kept and never run.
        note: on its version.
        description: the description of the connector.

    Raises:
        FieldError: on `title`, `code` or `note`.
        Forbidden: whoever asks is limited to projects.
    """
    _check(title=title, code=code, note=note)
    project = folders.get_or_create_home_assets(world, workspace_id).project
    document = {"title": title, "description": description, "note": note}
    row = store(world, project, KIND, title, document)
    provider = f"{make_file_stem(title)}_connector_{workspace_id}_{row.id}"
    row.document = {**document, "provider": provider}
    _write_code(world, row, code)
    add_version(world, row, 1, code, note)
    return row


def change(
    world: World,
    connector: PackageAsset,
    *,
    title: str | None = None,
    code: str | None = None,
    note: str | None = None,
    description: str | None = None,
    seen: int | None = None,
) -> None:
    """Change a custom connector; code makes a version of its own, which is not released.

    Args:
        connector: its file.
        title: the new one; None leaves it.
        code: the new one; None leaves it.
        note: on the version of the new code.
        description: the new one; None leaves it.
        seen: the latest version as whoever changes it saw it; None for any.

    Raises:
        ChangedMeanwhile: there is a later version than the one that was seen.
        FieldError: on `title`, `code` or `note`.
    """
    _check(title=title, code=code, note=note)
    latest = _lock(world, connector, seen)
    document = dict(connector.document or {})
    if title is not None:
        connector.name = document["title"] = title
    if description is not None:
        document["description"] = description
    connector.document, connector.updated_at = document, world.clock.now()
    if code is not None:
        _write_code(world, connector, code)
        add_version(world, connector, latest.version_no + 1, code, note)


def release(
    world: World, connector: PackageAsset, note: str | None = None, seen: int | None = None
) -> ConnectorVersion:
    """Release the latest version of a custom connector.

    Args:
        connector: its file.
        note: what it changes; None leaves the note that the version has.
        seen: the latest version as whoever releases it saw it; None for any.

    Raises:
        ChangedMeanwhile: there is a later version than the one that was seen.
        FieldError: on `note`.
        SimulatorError: it is released already.
    """
    _check(note=note)
    latest = _lock(world, connector, seen)
    if latest.released_at is not None:
        raise SimulatorError(f"Version {latest.version_no} of the connector is released already.")
    if note is not None:
        latest.note = note
    latest.released_at = connector.updated_at = world.clock.now()
    latest.released_by = name_actor(world)
    return latest


def record_import(world: World, connector: PackageAsset) -> None:
    """Make a version of the code that a package brought, if it is not the latest one's.

    It is released as it came, so that recipes of the package use it (our choice).

    Args:
        connector: its file, as it is now.
    """
    code = read_code(world, connector)
    before = find_versions(world, connector).first(1)
    if before and before[0].code == code:
        return
    note = (connector.document or {}).get("note")
    made = add_version(
        world,
        connector,
        before[0].version_no + 1 if before else 1,
        code,
        note if isinstance(note, str) else None,
    )
    made.released_at, made.released_by = made.created_at, made.author_name


def read_code(world: World, connector: PackageAsset) -> str:
    """Return the code of a custom connector; empty where its package has none.

    What is no text in it is replaced by U+FFFD, as is U+0000, which is in no text here.

    Args:
        connector: its file.
    """
    written = (connector.document or {}).get("code")
    if isinstance(written, str):
        return written
    found = _find_code_file(world, connector)
    content = None if found is None else found.content
    text = base64.b64decode(content or "").decode("utf-8", "replace")
    return text.replace("\0", "\ufffd")


def _check(*, title: str | None = None, code: str | None = None, note: str | None = None) -> None:
    if title is not None and not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise FieldError("title", f"A name has 1 to {LONGEST_TITLE} characters.")
    if code is not None and not code.strip():
        raise FieldError("code", "Enter the source code of the connector.")
    if len(note or "") > LONGEST_NOTE:
        raise FieldError("note", f"A note has at most {LONGEST_NOTE:,} characters.")


def _lock(world: World, connector: PackageAsset, seen: int | None) -> ConnectorVersion:
    """Return the latest version; none of others' is made before this unit of work ends."""
    lock_present(world.db.session, connector)
    latest = get_latest(world, connector)
    if seen is not None and seen != latest.version_no:
        raise ChangedMeanwhile(seen, latest.version_no)
    return latest


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
