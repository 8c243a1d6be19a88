"""Drive's files (Drive API v3)."""

import re
from typing import Any

from flask import Response, g, jsonify, request

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps._kit.instance import here
from simulator.systems.apps.google.api.access import needs, record_own, user
from simulator.systems.apps.google.api.reading import (
    parse_object,
    read_body,
    read_number,
    text_of,
    texts_of,
)
from simulator.systems.apps.google.api.refusals import Refused
from simulator.systems.apps.google.api.uploading import read_upload
from simulator.systems.apps.google.api.views import api_views
from simulator.systems.apps.google.drive import files, shapes
from simulator.systems.apps.google.drive.search import BadQuery
from simulator.systems.apps.google.tables import DriveFile, DrivePermission
from simulator.validation.parsing import parse_whole_number

views = api_views("drive", "/drive/v3")
uploads = api_views("drive_uploads", "/upload/drive/v3")
_READ = ("drive", "drive.file", "drive.readonly", "drive.metadata.readonly")
_CONTENT = ("drive", "drive.file", "drive.readonly")
_WRITE = ("drive", "drive.file")
_ROLES = ("reader", "commenter", "writer")
_MEDIA_TYPE = re.compile(r"[\w.+-]{1,100}/[\w.+-]{1,100}", re.ASCII)


def _answer(row: DriveFile) -> Response:
    members = _members(row)
    return jsonify(members if g.get("google_fields") else shapes.usual(members))


def _members(row: DriveFile) -> dict[str, Any]:
    record_own()
    return shapes.file(row, user(), can_edit=files.may_write(here().world, user(), row))


def _find(file_id: str, *, to_change: bool = False) -> DriveFile:
    row = files.find(here().world, user(), file_id, to_change=to_change)
    if row is None:
        raise Refused(
            *(404, f"File not found: {file_id[:100]}.", "notFound"),
            location="fileId",
            locationType="parameter",
        )
    if to_change and not files.may_write(here().world, user(), row):
        raise Refused(
            403,
            "The user does not have sufficient permissions for this file.",
            "insufficientFilePermissions",
        )
    return row


@views.get("/about")
@needs("drive.about.get", *_READ)
def about() -> Response:
    """Whose drive it is; only what is selected."""
    if not g.get("google_fields"):
        raise Refused(
            400,
            "The 'fields' parameter is required for this method.",
            "required",
            location="fields",
            locationType="parameter",
        )
    own = shapes.person(user()) | {"me": True}
    return jsonify({"kind": "drive#about", "user": own, "storageQuota": {"usage": "0"}})


@views.get("/files")
@needs("drive.files.list", *_READ)
def list_files() -> Response:
    """A page of the files that the person owns or that are shared with them."""
    most, offset = read_number("pageSize", 100, 1000), _read_offset()
    query, order = request.args.get("q", "")[:2_000], request.args.get("orderBy", "")
    try:
        rows, has_more = files.list_files(here().world, user(), query, order, offset, most)
    except BadQuery:
        raise Refused(400, "Invalid Value", "invalid", location="q") from None
    except KeyError:
        raise Refused(400, "Invalid Value", "invalid", location="orderBy") from None
    found = [_members(row) for row in rows]
    if not g.get("google_fields"):
        found = [shapes.usual(each) for each in found]
    page: dict[str, Any] = {"kind": "drive#fileList", "incompleteSearch": False, "files": found}
    if has_more:
        page["nextPageToken"] = f"~!!~{offset + most}"
    return jsonify(page)


def _read_offset() -> int:
    token = request.args.get("pageToken", "")
    offset = parse_whole_number(token.removeprefix("~!!~")) if token else 0
    if offset is None or offset >= 2**31 or (token and not token.startswith("~!!~")):
        raise Refused(400, "Invalid Value", "invalid", location="pageToken")
    return offset


@views.get("/files/<file_id>")
@needs("drive.files.get", *_READ)
def get(file_id: str) -> Response:
    """One file, or with `alt=media` what is in it."""
    row = _find(file_id)
    if request.args.get("alt") != "media":
        return _answer(row)
    answer: Response = download(file_id)
    return answer


@needs("drive.files.download", *_CONTENT)
def download(file_id: str) -> Response:
    """What is in a file."""
    row = _find(file_id)
    if row.mime_type.startswith("application/vnd.google-apps."):
        raise Refused(
            403,
            "Only files with binary content can be downloaded. Use Export with Docs Editors files.",
            "fileNotDownloadable",
            location="alt",
            locationType="parameter",
        )
    record_own()
    return Response(row.content, mimetype=row.mime_type)


@views.get("/files/<file_id>/export")
@needs("drive.files.export", *_CONTENT)
def export(file_id: str) -> Response:
    """One of Google's own documents in another format; its text, whatever the format."""
    row, form = _find(file_id), request.args.get("mimeType", "")
    if row.mime_type not in files.EXPORTS:
        raise Refused(403, "Export only supports Docs Editors files.", "fileNotExportable")
    if form not in files.EXPORTS[row.mime_type]:
        raise Refused(400, "The requested conversion is not supported.", "badRequest")
    record_own()
    return Response(row.content, mimetype=form)


@views.post("/files")
@uploads.post("/files")
@needs("drive.files.create", *_WRITE)
def create() -> Response:
    """Make a file, perhaps with what is in it."""
    members, media_type, content = _read()
    values = _read_columns(members)
    values.setdefault("name", "Untitled")
    values.setdefault("mime_type", media_type or "application/octet-stream")
    values = {"parent_id": files.ROOT, "description": "", "is_starred": False, **values}
    return _answer(files.create(here().world, user(), content=content or b"", **values))


@views.patch("/files/<file_id>")
@uploads.patch("/files/<file_id>")
@needs("drive.files.update", *_WRITE)
def update(file_id: str) -> Response:
    """Change a file, perhaps what is in it."""
    row = _find(file_id, to_change=True)
    members, _, content = _read()
    values = _read_columns(members)
    if isinstance(members.get("trashed"), bool):
        values["is_trashed"] = members["trashed"]
    if parent := request.args.get("addParents"):
        values["parent_id"] = _parent(parent)
    if content is not None:
        values["content"] = content
    files.change(here().world, row, **values)
    return _answer(row)


@views.delete("/files/<file_id>")
@needs("drive.files.delete", *_WRITE)
def delete(file_id: str) -> tuple[str, int]:
    """Delete a file for good."""
    row = _find(file_id, to_change=True)
    if row.owner_id != user().id:
        raise Refused(403, "The user does not have sufficient permissions for this file.")
    files.delete(here().world, row)
    return "", 204


@views.post("/files/<file_id>/copy")
@needs("drive.files.copy", *_WRITE)
def copy(file_id: str) -> Response:
    """Make a file of another one."""
    row, values = _find(file_id), _read_columns(read_body())
    same = {"mime_type": row.mime_type, "description": row.description, "is_starred": False}
    same |= {"name": f"Copy of {row.name}", "parent_id": files.ROOT}
    return _answer(files.create(here().world, user(), content=row.content, **(same | values)))


@views.get("/files/<file_id>/permissions")
@needs("drive.permissions.list", *_READ)
def permissions(file_id: str) -> Response:
    """With whom a file is shared."""
    row = _find(file_id)
    found = [shapes.permission(row.owner, "owner")]
    for each in files.permissions(here().world, row):
        other = people.by_id(here().world, here().host, each.user_id)
        if other is not None:
            found.append(shapes.permission(other, each.role))
    return jsonify({"kind": "drive#permissionList", "permissions": found})


@views.post("/files/<file_id>/permissions")
@needs("drive.permissions.create", *_WRITE)
def share(file_id: str) -> Response:
    """Share a file with an account of the organization."""
    row, members = _find(file_id, to_change=True), read_body()
    role, email = text_of(members, "role"), text_of(members, "emailAddress")
    if text_of(members, "type") != "user" or role not in _ROLES:
        raise Refused(400, "The specified permission is invalid or not supported.", "badRequest")
    other = people.by_email(here().world, here().host, email) if email else None
    if other is None or other.id == row.owner_id:
        raise Refused(400, "Bad Request. User message: the address has no account.", "invalid")
    here().world.db.session.merge(DrivePermission(file_key=row.id, user_id=other.id, role=role))
    return jsonify(shapes.permission(other, role))


@views.get("/files/<file_id>/permissions/<permission_id>")
@needs("drive.permissions.get", *_READ)
def get_permission(file_id: str, permission_id: str) -> Response:
    """One of those whom a file is shared with, or its owner."""
    row = _find(file_id)
    if permission_id == shapes.permission(row.owner, "owner")["id"]:
        return jsonify(shapes.permission(row.owner, "owner"))
    found, other = _find_permission(row, permission_id)
    return jsonify(shapes.permission(other, found.role))


@views.patch("/files/<file_id>/permissions/<permission_id>")
@needs("drive.permissions.update", *_WRITE)
def change_permission(file_id: str, permission_id: str) -> Response:
    """Give somebody whom a file is shared with another role."""
    found, other = _find_permission(_find(file_id, to_change=True), permission_id)
    role = text_of(read_body(), "role")
    if role not in _ROLES:
        raise Refused(400, "The specified permission is invalid or not supported.", "badRequest")
    found.role = role
    return jsonify(shapes.permission(other, role))


@views.delete("/files/<file_id>/permissions/<permission_id>")
@needs("drive.permissions.delete", *_WRITE)
def withdraw(file_id: str, permission_id: str) -> tuple[str, int]:
    """Share a file no longer with somebody."""
    found, _ = _find_permission(_find(file_id, to_change=True), permission_id)
    here().world.db.session.delete(found)
    return "", 204


def _find_permission(row: DriveFile, permission_id: str) -> tuple[DrivePermission, AppUser]:
    for each in files.permissions(here().world, row):
        other = people.by_id(here().world, here().host, each.user_id)
        if other is not None and shapes.permission(other, each.role)["id"] == permission_id:
            return each, other
    raise Refused(
        *(404, f"Permission not found: {permission_id[:100]}.", "notFound"),
        location="permissionId",
        locationType="parameter",
    )


def _read() -> tuple[dict[str, Any], str, bytes | None]:
    upload = read_upload()
    if upload is None:
        return parse_object(request.get_data()), "", None
    return upload


def _read_columns(members: dict[str, Any]) -> dict[str, Any]:
    names = {"name": "name", "mimeType": "mime_type", "description": "description"}
    found: dict[str, Any] = {
        column: text_of(members, name) for name, column in names.items() if name in members
    }
    if not _MEDIA_TYPE.fullmatch(found.get("mime_type", "a/b")):
        raise Refused(400, "Invalid MIME type provided for the uploaded content.", "badContent")
    if isinstance(members.get("starred"), bool):
        found["is_starred"] = members["starred"]
    if parents := texts_of(members, "parents"):
        found["parent_id"] = _parent(parents[0])
    return found


def _parent(file_id: str) -> str:
    if file_id == files.ROOT:
        return file_id
    if _find(file_id).mime_type != files.FOLDER:
        raise Refused(403, "The specified parent is not a folder.", "parentNotAFolder")
    return file_id
