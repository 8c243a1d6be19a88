"""Export manifests and packages (Workato docs, Developer API, recipe lifecycle management)."""

from typing import Annotated, Any

from pydantic import Field

from simulator.db.tables import ExportManifest, Package
from simulator.db.tables.packages import EXPORT
from simulator.domain import folders
from simulator.domain.folders import Place
from simulator.domain.packages import operations
from simulator.domain.packages.exporting import ExportedFile
from simulator.errors import FieldError
from simulator.net.addresses import AIHUB
from simulator.systems.developer_api.endpoint import (
    IMPORTING,
    PACKAGES,
    ApiEndpoint,
    Body,
    Call,
    Number,
    Query,
)
from simulator.validation.fields import DIGITS
from simulator.web.endpoints import Reply, Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=PACKAGES)

FolderId = Annotated[int, Field(ge=1, lt=10**9), DIGITS]


class AssetQuery(Query):
    """Which folder's assets; by default those of no project."""

    folder_id: FolderId | None = None


class ImportQuery(Query):
    """How a package is imported; `include_tags` is taken, and packages bring none."""

    restart_recipes: bool = False
    include_tags: bool = True


class NamedAsset(Body):
    """An asset by its id and kind; one that is not `checked` stays out."""

    id: Number
    type: str
    checked: bool = True


class Manifest(Body):
    """What is to be exported: a folder, or some of its assets."""

    name: Annotated[str, Field(min_length=1, max_length=100)]
    folder_id: Number | None = None
    assets: list[NamedAsset] | None = None
    auto_generate_assets: bool = False


class ManifestChange(Body):
    """Changes to a manifest; members that are left out keep their values."""

    name: Annotated[str | None, Field(min_length=1, max_length=100)] = None
    folder_id: Number | None = None
    assets: list[NamedAsset] | None = None
    auto_generate_assets: bool = False


class ChangedManifest(Body):
    """The envelope of what is to change."""

    export_manifest: ManifestChange


class NewManifest(Body):
    """The envelope of a manifest."""

    export_manifest: Manifest


@ENDPOINTS.add("GET", "export_manifests/folder_assets")
def list_folder_assets(call: Call, query: AssetQuery) -> dict[str, Any]:
    """List the assets of a folder that can be exported, by file name."""
    place = _place(call, query.folder_id)
    found = operations.list_assets(call.world, place)
    return {"result": {"assets": [_asset(place, each) for each in found]}}


@ENDPOINTS.add("POST", "export_manifests")
def create_export_manifest(call: Call, body: NewManifest) -> Reply[dict[str, Any]]:
    """Create an export manifest for all assets of a folder, or for the named ones."""
    requested = body.export_manifest
    place = _place(call, requested.folder_id)
    names = None
    if requested.assets is not None and not requested.auto_generate_assets:
        names = _list_files(call, place, requested.assets)
    manifest = operations.create_manifest(
        call.world, call.workspace_id, place, requested.name, names
    )
    return Reply(value={"result": _manifest(place, manifest)}, status=201)


@ENDPOINTS.add("GET", "export_manifests/:id")
def get_export_manifest(call: Call, id: int) -> dict[str, Any]:
    """Return an export manifest."""
    manifest = _found_manifest(call, id)
    return {"result": _manifest(operations.get_place_of(call.world, manifest), manifest)}


@ENDPOINTS.add("PUT", "export_manifests/:id")
def update_export_manifest(call: Call, id: int, body: ChangedManifest) -> dict[str, Any]:
    """Change an export manifest's name, folder or assets."""
    requested, manifest = body.export_manifest, _found_manifest(call, id)
    place = operations.get_place_of(call.world, manifest)
    if requested.folder_id is not None:
        place = folders.get_place(call.world, call.workspace_id, requested.folder_id)
    if requested.auto_generate_assets:
        names = None
    elif requested.assets is not None:
        names = _list_files(call, place, requested.assets)
    else:
        names = manifest.zip_names
    operations.change_manifest(call.world, manifest, place, requested.name, names)
    return {"result": _manifest(place, manifest)}


@ENDPOINTS.add("DELETE", "export_manifests/:id")
def delete_export_manifest(call: Call, id: int) -> dict[str, Any]:
    """Delete an export manifest; packages that were made from it are kept."""
    operations.delete_manifest(call.world, _found_manifest(call, id))
    return {"success": True}


@ENDPOINTS.add("POST", "packages/export/:manifest_id")
def export_package(call: Call, manifest_id: int) -> dict[str, Any]:
    """Export a package as an export manifest describes it."""
    return _package(call, operations.export_manifest(call.world, call.workspace_id, manifest_id))


@ENDPOINTS.add("POST", "packages/import/:folder_id", quota=IMPORTING)
def import_package(call: Call, folder_id: int, query: ImportQuery, body: bytes) -> dict[str, Any]:
    """Import a package (a zip) into a folder."""
    place = _place(call, folder_id)
    operation = operations.import_zip(
        call.world,
        call.workspace_id,
        call.environment.id,
        place,
        body,
        restart_recipes=query.restart_recipes,
    )
    return _package(call, operation)


@ENDPOINTS.add("GET", "packages/:package_id")
def get_package(call: Call, package_id: int) -> dict[str, Any]:
    """Return the status of an import or export."""
    operation = _found(call, package_id)
    failure = {"error": operation.error} if operation.error else {}
    return _package(call, operation) | failure | {"recipe_status": operation.recipe_status}


@ENDPOINTS.add("GET", "packages/:package_id/download")
def download_package(call: Call, package_id: int) -> bytes:
    """Download an exported package (a zip)."""
    return operations.get_zip(_found(call, package_id))


def _found(call: Call, package_id: int) -> Package:
    return operations.get_operation(call.world, call.workspace_id, package_id)


def _place(call: Call, number: int | None) -> Place:
    if number is None or number == folders.HOME:
        return folders.get_or_create_home_assets(call.world, call.workspace_id)
    return folders.get_place(call.world, call.workspace_id, number)


def _list_files(call: Call, place: Place, assets: list[NamedAsset]) -> list[str]:
    """Return the files of assets in a folder."""
    there = {
        (each.kind, each.row_id): each.zip_name
        for each in operations.list_assets(call.world, place)
    }
    for each in assets:
        if (each.type, each.id) not in there:
            sentence = f"has no {each.type} {each.id} in this folder"
            raise FieldError("export_manifest.assets", sentence)
    return [there[each.type, each.id] for each in assets if each.checked]


def _found_manifest(call: Call, number: int) -> ExportManifest:
    return operations.get_manifest(call.world, call.workspace_id, number)


def _package(call: Call, operation: Package) -> dict[str, Any]:
    row: dict[str, Any] = {
        "id": operation.id,
        "operation_type": operation.operation,
        "status": operation.status,
    }
    if operation.operation == EXPORT:
        row["export_manifest_id"] = operation.manifest_id
        origin = call.world.addresses.base_url(AIHUB)
        row["download_url"] = f"{origin}/api/packages/{operation.id}/download"
    return row


def _manifest(place: Place, manifest: ExportManifest) -> dict[str, Any]:
    return {
        "id": manifest.id,
        "name": manifest.name,
        "last_exported_at": manifest.last_exported_at,
        "created_at": manifest.created_at,
        "updated_at": manifest.updated_at,
        "deleted_at": None,
        "project_path": "/".join(each for each in (place.project.name, place.path) if each),
        "status": "working",
    }


def _asset(place: Place, file: ExportedFile) -> dict[str, Any]:
    folder = file.zip_name.rpartition("/")[0]
    path = "/".join(each for each in ("All projects", place.project.name, folder) if each)
    return {
        "id": file.row_id,
        "name": file.name,
        "type": file.kind,
        "version": 1,
        "folder": folder,
        "absolute_path": path,
        "root_folder": False,
        "unreachable": False,
        "zip_name": file.zip_name,
        "checked": True,
        "status": "added",
    }
