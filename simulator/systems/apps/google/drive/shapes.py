"""Files of Drive as the API answers them."""

from collections.abc import Mapping
from datetime import datetime
from hashlib import md5
from typing import Any

from simulator.db.tables import AppUser
from simulator.systems.apps.google.drive.files import FOLDER
from simulator.systems.apps.google.tables import DriveFile

#: What a file has where nobody selects fields (Drive API, files.get).
USUAL = ("kind", "id", "name", "mimeType")


def file(row: DriveFile, reader: AppUser, *, can_edit: bool) -> dict[str, Any]:
    """A file with all its members."""
    owner = person(row.owner)
    found = {
        "kind": "drive#file",
        "id": row.file_id,
        "name": row.name,
        "mimeType": row.mime_type,
        "description": row.description,
        "starred": row.is_starred,
        "trashed": row.is_trashed,
        "parents": [row.parent_id],
        "version": str(row.version),
        "createdTime": moment(row.created_at),
        "modifiedTime": moment(row.modified_at),
        "owners": [owner],
        "lastModifyingUser": owner,
        "ownedByMe": row.owner_id == reader.id,
        "shared": row.owner_id != reader.id,
        "webViewLink": f"https://drive.google.com/file/d/{row.file_id}/view",
        "capabilities": {"canEdit": can_edit, "canDownload": True},
    }
    if not row.mime_type.startswith("application/vnd.google-apps."):
        extension = row.name.rpartition(".")[2] if "." in row.name else ""
        found |= {
            "size": str(len(row.content)),
            "md5Checksum": md5(row.content, usedforsecurity=False).hexdigest(),
            "originalFilename": row.name,
            "fileExtension": extension,
        }
    elif row.mime_type == FOLDER:
        found["webViewLink"] = f"https://drive.google.com/drive/folders/{row.file_id}"
    return found


def person(user: AppUser) -> dict[str, Any]:
    """A person as files name them."""
    return {
        "kind": "drive#user",
        "displayName": user.name,
        "emailAddress": user.email,
        "permissionId": f"{user.id:020d}",
        "me": False,
    }


def permission(user: AppUser, role: str) -> dict[str, Any]:
    """Somebody whom a file is shared with."""
    return {
        "kind": "drive#permission",
        "id": f"{user.id:020d}",
        "type": "user",
        "role": role,
        "emailAddress": user.email,
        "displayName": user.name,
    }


def usual(members: Mapping[str, Any]) -> dict[str, Any]:
    """What of a file is answered without `fields`."""
    return {name: members[name] for name in USUAL}


def moment(value: datetime) -> str:
    """A moment as Drive writes it: `2026-08-24T09:00:00.000Z`."""
    return f"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}Z"
