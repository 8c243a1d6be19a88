"""Custom connectors: found, made, changed and released (Workato docs, custom connectors).

Two clients and the documentation's samples agree on the envelopes: lists in `result`, what is found
by title in `data`, and bare what is made, changed or released.
"""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import ConnectorVersion, PackageAsset
from simulator.domain import connector_versions, custom_connectors
from simulator.domain.custom_connectors import LONGEST_NOTE, LONGEST_TITLE
from simulator.systems.developer_api.endpoint import (
    CUSTOM_CONNECTORS,
    ApiEndpoint,
    Body,
    Call,
    PageQuery,
    Query,
)
from simulator.validation.fields import matches
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=CUSTOM_CONNECTORS)

#: What an answer says of versions that are shared, which none is here.
_UNSHARED = {
    "latest_shared_version": None,
    "latest_shared_version_note": None,
    "oem_shared_version": None,
    "oem_shared_at": None,
    "static_webhook_url": None,
}

Title = Annotated[
    str, Field(min_length=1, max_length=LONGEST_TITLE), matches(r"(?s).*\S.*", "some text")
]
Code = Annotated[str, Field(min_length=1)]
Note = Annotated[str, Field(max_length=LONGEST_NOTE)]


class TitleQuery(Query):
    """Part of a title, case-sensitive."""

    title: Annotated[str, Field(min_length=1)]


class NewConnector(Body):
    """A custom connector; its first version is not released."""

    title: Title
    code: Code
    note: Note | None = None
    description: str = ""


class ConnectorChange(Body):
    """Changes to a custom connector; code makes a new version."""

    title: Title | None = None
    code: Code | None = None
    note: Note | None = None
    description: str | None = None


@ENDPOINTS.add("GET", "custom_connectors")
def list_custom_connectors(call: Call, query: PageQuery) -> dict[str, Any]:
    """List the workspace's custom connectors."""
    found = custom_connectors.find_connectors(call.world, call.workspace_id)
    rows = query.cut(found)
    return {"result": _describe_all(call, rows)}


@ENDPOINTS.add("GET", "custom_connectors/search")
def search_custom_connectors(call: Call, query: TitleQuery) -> dict[str, Any]:
    """Find custom connectors by part of their title, case-sensitive."""
    found = custom_connectors.find_by_title(call.world, call.workspace_id, query.title)
    return {"data": _describe_all(call, found)}


@ENDPOINTS.add("GET", "custom_connectors/:id")
def get_custom_connector(call: Call, id: int) -> dict[str, Any]:
    """Return a custom connector."""
    return {"result": _describe(call, _found(call, id))}


@ENDPOINTS.add("GET", "custom_connectors/:id/code")
def get_custom_connector_code(call: Call, id: int) -> dict[str, Any]:
    """Return the code of a custom connector; empty if it was imported without code."""
    return {"data": {"code": custom_connectors.read_code(call.world, _found(call, id))}}


@ENDPOINTS.add("POST", "custom_connectors")
def create_custom_connector(call: Call, body: NewConnector) -> dict[str, Any]:
    """Create a custom connector, with a first version that is not released yet."""
    made = custom_connectors.create(
        call.world,
        call.workspace_id,
        title=body.title.strip(),
        code=body.code,
        note=body.note,
        description=body.description,
    )
    return _describe(call, made)


@ENDPOINTS.add("PUT", "custom_connectors/:id")
def update_custom_connector(call: Call, id: int, body: ConnectorChange) -> dict[str, Any]:
    """Change a custom connector; new code makes a new version that is not released yet."""
    connector = _found(call, id)
    custom_connectors.change(
        call.world,
        connector,
        title=None if body.title is None else body.title.strip(),
        code=body.code,
        note=body.note,
        description=body.description,
    )
    return _describe(call, connector)


@ENDPOINTS.add("POST", "custom_connectors/:id/release")
def release_custom_connector(call: Call, id: int) -> dict[str, Any]:
    """Release the latest version of a custom connector; 400 if it is released already."""
    connector = _found(call, id)
    custom_connectors.release(call.world, connector)
    return _describe(call, connector)


def _found(call: Call, number: int) -> PackageAsset:
    return custom_connectors.get_connector(call.world, call.workspace_id, number)


def _describe_all(call: Call, rows: Sequence[PackageAsset]) -> list[dict[str, Any]]:
    versions = connector_versions.list_versions(call.world, rows)
    return [_tell(each, versions[each.id]) for each in rows]


def _describe(call: Call, row: PackageAsset) -> dict[str, Any]:
    return _describe_all(call, [row])[0]


def _tell(row: PackageAsset, versions: Sequence[ConnectorVersion]) -> dict[str, Any]:
    released = [each for each in reversed(versions) if each.released_at is not None]
    latest, out = versions[-1], released[0] if released else None
    return {
        "id": row.id,
        "name": custom_connectors.get_name(row),
        "title": row.name,
        "logo": None,
        "latest_version": latest.version_no,
        "latest_version_note": latest.note,
        "latest_released_version": None if out is None else out.version_no,
        "latest_released_version_note": None if out is None else out.note,
        **_UNSHARED,
        "released_versions": [_version(each) for each in released],
    }


def _version(version: ConnectorVersion) -> dict[str, Any]:
    return {
        "version": version.version_no,
        "version_note": version.note,
        "created_at": version.created_at,
        "released_at": version.released_at,
    }
