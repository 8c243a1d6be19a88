"""Actions of Workato's Google connectors that ask the API otherwise than by one JSON request."""

from collections.abc import Mapping
from typing import Any

from simulator.connectors.base import Action, AppRequest

_AUTH = "https://www.googleapis.com/auth/"
_READ, _WRITE = (f"{_AUTH}drive.readonly",), (f"{_AUTH}drive.file",)
_PERMISSIONS = "/drive/v3/files/{fileId}/permissions"
_ONE = f"{_PERMISSIONS}/{{permissionId}}"
_BODILESS = ("GET", "DELETE")


class AdhocHttp(Action):
    """A custom action as older recipes of Gmail have it: `method`, `path` and `data`."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the request; `data` is the query where there is no body."""
        method, path = str(inputs.get("method") or "GET").upper(), str(inputs.get("path") or "")
        data = inputs.get("data") or None
        return AppRequest(
            method=method,
            path=path if "://" in path else self.path + path.removeprefix("/"),
            params=data if method in _BODILESS and isinstance(data, Mapping) else {},
            json=None if method in _BODILESS else data,
        )

    def output(self, answer: Any) -> Any:
        """Return the answer under `body`, where such recipes read it."""
        return {"body": answer}


class AddAttendees(Action):
    """Add people to a meeting: the API takes all attendees or none, so it is read before."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the request that reads the event, and what follows it."""
        given = {name: value for name, value in inputs.items() if value not in (None, "")}
        read = super().request({"calendar_id": "primary"} | given)
        sent = given.get("attendees") or []
        new = [one if isinstance(one, Mapping) else {"email": str(one)} for one in sent]

        def add(event: Any) -> AppRequest:
            there = event.get("attendees", []) if isinstance(event, Mapping) else []
            emails = {str(one.get("email")).lower() for one in there}
            others = [one for one in new if str(one.get("email")).lower() not in emails]
            return AppRequest(
                method="PATCH",
                path=read.path,
                params={name: given[name] for name in ("sendUpdates",) if name in given},
                json={"attendees": [*there, *others]},
            )

        return AppRequest(method="GET", path=read.path, follow=add)


class _Removal(Action):
    """An action whose answer has no body."""

    def output(self, answer: Any) -> Any:
        """Return that it was done."""
        return {"success": True}


PERMISSIONS = (
    Action(
        name="add_permission",
        title="Add permission to a file",
        method="POST",
        path=_PERMISSIONS,
        query=("sendNotificationEmail", "emailMessage"),
        body={"role": "role", "type": "type", "emailAddress": "emailAddress"},
        needs=("role", "type"),
        scopes=_WRITE,
    ),
    Action(
        name="get_permission",
        title="Get permission of a file",
        method="GET",
        path=_ONE,
        scopes=_READ,
    ),
    Action(
        name="list_permission",
        title="List permissions of a file",
        method="GET",
        path=_PERMISSIONS,
        query=("pageSize", "pageToken"),
        scopes=_READ,
    ),
    _Removal(
        name="remove_permission",
        title="Remove permissions from a file",
        method="DELETE",
        path=_ONE,
        scopes=_WRITE,
    ),
    Action(
        name="update_permission",
        title="Update permission of a file",
        method="PATCH",
        path=_ONE,
        body={"role": "role"},
        needs=("role",),
        scopes=_WRITE,
    ),
)
