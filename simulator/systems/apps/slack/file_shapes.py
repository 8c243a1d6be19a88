"""What the Web API answers of files."""

import mimetypes
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from simulator.db.tables import AppUser
from simulator.systems.apps.slack import conversations, ids
from simulator.systems.apps.slack import files as slack_files
from simulator.systems.apps.slack.conversations import DIRECT
from simulator.systems.apps.slack.tables import SlackFile, SlackFileShare
from simulator.systems.apps.slack.traffic import FILES_HOST
from simulator.world import World

#: Of a file whose name says nothing of it.
_UNKNOWN = "application/octet-stream"


def media_type(row: SlackFile) -> str:
    """Return what a file's name says of its content."""
    return mimetypes.guess_type(row.name)[0] or _UNKNOWN


def upload_url(world: World, row: SlackFile) -> str:
    """Return the address that takes the content of a file, as it can be opened here."""
    return world.addresses.local(f"https://{FILES_HOST}/upload/v1/{row.upload_key}")


def files(world: World, rows: Sequence[SlackFile], viewer: AppUser) -> list[dict[str, Any]]:
    """Return files, with where they are shared of what somebody may see."""
    shared = slack_files.shares(world, rows, viewer)
    return [_file(world, row, shared.get(row.id, [])) for row in rows]


def _file(world: World, row: SlackFile, shared: Sequence[SlackFileShare]) -> dict[str, Any]:
    created, name = int(row.created_at.timestamp()), quote(row.name)
    extension = row.name.rpartition(".")[2].lower() if "." in row.name else "binary"
    number, team = ids.file_id(row.id), ids.team_id(row.host)
    content = f"https://{FILES_HOST}/files-pri/{team}-{number}"
    public = [each for each in shared if each.conversation.kind == conversations.PUBLIC]
    direct = [each for each in shared if each.conversation.kind == DIRECT]
    private = [each for each in shared if each not in public and each not in direct]
    places = {"public": _places(public), "private": _places([*private, *direct])}
    user = ids.user_id(row.owner_id)
    return {
        "id": number,
        "created": created,
        "timestamp": created,
        "name": row.name,
        "title": row.title,
        "mimetype": media_type(row),
        "filetype": extension,
        "pretty_type": extension.upper(),
        "user": user,
        "user_team": team,
        "size": row.size,
        "mode": "hosted",
        "editable": False,
        "is_external": False,
        "external_type": "",
        "is_public": bool(public),
        "public_url_shared": False,
        "display_as_bot": False,
        "username": "",
        "url_private": world.addresses.local(f"{content}/{name}"),
        "url_private_download": world.addresses.local(f"{content}/download/{name}"),
        "permalink": f"https://{row.host}/files/{user}/{number}/{name}",
        **({"alt_txt": row.alt_text} if row.alt_text else {}),
        "channels": [*places["public"]],
        "groups": [ids.conversation_id(each.conversation) for each in private],
        "ims": [ids.conversation_id(each.conversation) for each in direct],
        "shares": {kind: found for kind, found in places.items() if found},
        "comments_count": 0,
    }


def _places(shared: Sequence[SlackFileShare]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = {}
    for each in shared:
        message = {"ts": ids.write_ts(each.ts), "team_id": ids.team_id(each.conversation.host)}
        found.setdefault(ids.conversation_id(each.conversation), []).append(message)
    return found
