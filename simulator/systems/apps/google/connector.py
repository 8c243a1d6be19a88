"""What Workato knows of Gmail, Google Calendar and Google Drive."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from hashlib import sha256
from typing import Any

from simulator.connectors.base import (
    AccountEndpoint,
    Action,
    AppRequest,
    Connector,
)
from simulator.connectors.content import read_content, write_content
from simulator.systems.apps.google.further_actions import PERMISSIONS, AddAttendees, AdhocHttp
from simulator.systems.apps.google.known_fields import (
    CALENDAR_INPUTS,
    CALENDAR_OUTPUTS,
    DRIVE_INPUTS,
    DRIVE_OUTPUTS,
    GMAIL_INPUTS,
    GMAIL_OUTPUTS,
)

_AUTH = "https://www.googleapis.com/auth/"
_MAIL = "https://mail.google.com/"
_SIGN_IN = ("openid", f"{_AUTH}userinfo.email", f"{_AUTH}userinfo.profile")
_GMAIL = "/gmail/v1/users/me"
_USERINFO = AccountEndpoint(
    path="https://openidconnect.googleapis.com/v1/userinfo",
    scopes=frozenset({"openid", f"{_AUTH}userinfo.email", f"{_AUTH}userinfo.profile"}),
    members=("name", "", "email"),
)


class _SendMail(Action):
    """Send an e-mail: text or HTML, with files."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the request with the message as RFC 5322 has it."""
        given = {name: value for name, value in inputs.items() if value not in (None, "")}
        message = EmailMessage()
        headers = {"from": "From", "to": "To", "cc": "Cc", "bcc": "Bcc", "reply_to": "Reply-To"}
        for name, header in {**headers, "subject": "Subject"}.items():
            if name in given:
                value = given[name]
                text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
                message[header] = " ".join(text.split())
        kind = "html" if given.get("email_type") == "html" else "plain"
        message.set_content(str(given.get("body", "")), subtype=kind)
        for file in given.get("attachments") or []:
            content = write_content(str(file.get("file_binary_content", "")))
            name = str(file.get("file_name", "attachment"))
            message.add_attachment(
                content, maintype="application", subtype="octet-stream", filename=name
            )
        raw = base64.urlsafe_b64encode(message.as_bytes()).decode()
        return AppRequest(method=self.method, path=self.path, json={"raw": raw})


class _DownloadAttachment(Action):
    """The content of an attachment, decoded."""

    def output(self, answer: Any) -> Any:
        """Return it under the name that recipes read."""
        data = answer.get("data", "") if isinstance(answer, Mapping) else ""
        content = base64.urlsafe_b64decode(str(data))
        return {"content_bytes": read_content(content), "size": len(content)}


_GMAIL_ACTIONS = (
    _SendMail(
        name="send_mail",
        title="Send email",
        method="POST",
        path=f"{_GMAIL}/messages/send",
        body={
            name: name
            for name in (
                *("email_type", "to", "subject", "body", "from", "cc", "bcc", "reply_to"),
                "attachments",
            )
        },
        scopes=(f"{_AUTH}gmail.send",),
    ),
    Action(
        name="get_email_or_draft_by_id",
        title="Get email or draft by ID",
        method="GET",
        path=f"{_GMAIL}/messages/{{id}}",
        scopes=(f"{_AUTH}gmail.readonly",),
    ),
    _DownloadAttachment(
        name="download_attachment",
        title="Download attachment",
        method="GET",
        path=f"{_GMAIL}/messages/{{id}}/attachments/{{attachmentId}}",
        scopes=(f"{_AUTH}gmail.readonly",),
    ),
    AdhocHttp(
        name="adhoc_http",
        title="Custom action (older)",
        method="GET",
        path="/gmail/v1/users/",
        needs=("method", "path"),
        scopes=(f"{_AUTH}gmail.readonly",),
    ),
)


def _read_error(members: Mapping[str, Any]) -> str:
    """`{"error": {"message": …}}` of the APIs, or the two texts of the authorization server."""
    error = members.get("error")
    if isinstance(error, Mapping):
        return str(error.get("message", ""))
    return str(members.get("error_description") or error or "")


GMAIL = Connector(
    provider="gmail",
    name="Gmail",
    authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
    # Our choice: without them, Google gives a refresh token at the first consent alone.
    authorize_parameters={"access_type": "offline", "prompt": "consent"},
    token_url="https://oauth2.googleapis.com/token",
    scopes=(
        *(_MAIL, f"{_AUTH}gmail.modify", f"{_AUTH}gmail.readonly", f"{_AUTH}gmail.send"),
        *(f"{_AUTH}gmail.compose", f"{_AUTH}gmail.labels", *_SIGN_IN),
    ),
    required_scopes=(),
    client_page="Google Auth Platform > Clients",
    actions={action.name: action for action in _GMAIL_ACTIONS},
    inputs=GMAIL_INPUTS,
    outputs=GMAIL_OUTPUTS,
    read_error=_read_error,
    revoke_url="https://oauth2.googleapis.com/revoke",
    grants_page="Third-party apps & services of the Google Account",
    account_endpoints=(
        _USERINFO,
        *(
            AccountEndpoint(
                path=f"{_GMAIL}/profile",
                scopes=frozenset({scope}),
                members=("", "", "emailAddress"),
            )
            for scope in (
                *(_MAIL, f"{_AUTH}gmail.modify", f"{_AUTH}gmail.readonly"),
                f"{_AUTH}gmail.compose",
            )
        ),
    ),
    api_url="https://www.googleapis.com",
    api_hosts=("gmail.googleapis.com",),
    custom_action_path="/gmail/v1/users/",
)


class _CreateFolder(Action):
    """Make a folder: a file of a media type of its own."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the request with that media type."""
        kind = {"mimeType": "application/vnd.google-apps.folder"}
        return AppRequest(
            method=self.method, path=self.path, json={"name": inputs.get("name"), **kind}
        )


class _UploadFile(Action):
    """Make a file of what a step has as text; one that is made of octets has them one by one."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the request with metadata and content (Drive API, "Upload file data")."""
        content = str(inputs.get("fileContent") or "")
        folder = inputs.get("parentId")
        metadata = {"name": inputs.get("name") or "Untitled"} | (
            {"parents": [folder]} if folder else {}
        )
        parts = (
            ("application/json; charset=UTF-8", json.dumps(metadata).encode()),
            (str(inputs.get("mimeType") or "application/octet-stream"), write_content(content)),
        )
        boundary = sha256(b"".join(part for _, part in parts)).hexdigest()
        body = b"".join(
            f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n".encode() + part + b"\r\n"
            for kind, part in parts
        )
        return AppRequest(
            method=self.method,
            path=self.path,
            body=body + f"--{boundary}--".encode(),
            headers={"Content-Type": f"multipart/related; boundary={boundary}"},
        )


_FILES = "/drive/v3/files"
_READ_FILES, _WRITE_FILES = (f"{_AUTH}drive.readonly",), (f"{_AUTH}drive.file",)
_DRIVE_ACTIONS = (
    Action(
        name="search_file_or_folder",
        title="Search files or folders",
        method="GET",
        path=_FILES,
        query=("q", "pageSize", "pageToken", "orderBy", "fields"),
        scopes=_READ_FILES,
    ),
    Action(
        name="download_file_contents",
        title="Download file contents",
        method="GET",
        path=f"{_FILES}/{{fileId}}?alt=media",
        wrap="payload",
        takes_content=True,
        scopes=_READ_FILES,
    ),
    Action(
        name="export_file",
        title="Export file",
        method="GET",
        path=f"{_FILES}/{{fileId}}/export",
        query=("mimeType",),
        wrap="file_content",
        takes_content=True,
        scopes=_READ_FILES,
    ),
    *(
        _UploadFile(
            name=name,
            title=title,
            method="POST",
            path=f"/upload{_FILES}?uploadType=multipart",
            scopes=_WRITE_FILES,
        )
        for name, title in (
            ("upload_file_stream", "Upload file"),
            ("upload_file", "Upload small file"),
        )
    ),
    _CreateFolder(
        name="create_folder",
        title="Create folder",
        method="POST",
        path=_FILES,
        body={"name": "name"},
        scopes=_WRITE_FILES,
    ),
    *PERMISSIONS,
)
DRIVE = replace(
    GMAIL,
    provider="google_drive",
    name="Google Drive",
    clients_path="/apis/credentials",
    scopes=(
        *(f"{_AUTH}drive", f"{_AUTH}drive.file", f"{_AUTH}drive.readonly"),
        *(f"{_AUTH}drive.metadata.readonly", *_SIGN_IN),
    ),
    actions={action.name: action for action in _DRIVE_ACTIONS},
    inputs=DRIVE_INPUTS,
    outputs=DRIVE_OUTPUTS,
    account_endpoints=(
        _USERINFO,
        *(
            AccountEndpoint(
                path="/drive/v3/about?fields=user",
                scopes=frozenset({f"{_AUTH}{scope}"}),
                members=("user.displayName", "", "user.emailAddress"),
            )
            for scope in ("drive", "drive.file", "drive.readonly", "drive.metadata.readonly")
        ),
    ),
    api_hosts=(),
    custom_action_path="/drive/v3/",
)
_EVENTS = "/calendar/v3/calendars/{calendar_id}/events"
_READ_EVENTS, _WRITE_EVENTS = (f"{_AUTH}calendar.events.readonly",), (f"{_AUTH}calendar.events",)
_EVENT = {
    "summary": "summary",
    "description": "description",
    "location": "location",
    "start": "start.dateTime",
    "end": "end.dateTime",
    "attendees": "attendees",
}


class _OfCalendar(Action):
    """An action in a calendar: the primary one, where a step names none."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the request at that calendar."""
        return super().request({"calendar_id": "primary"} | _without_empty(inputs))


def _without_empty(inputs: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in inputs.items() if value not in (None, "")}


_CALENDAR_ACTIONS = (
    _OfCalendar(
        name="search_events",
        title="Search events",
        method="GET",
        path=_EVENTS,
        query=("q", "timeMin", "timeMax", "maxResults", "pageToken", "singleEvents", "orderBy"),
        scopes=_READ_EVENTS,
    ),
    _OfCalendar(
        name="create_event",
        title="Create event",
        method="POST",
        path=_EVENTS,
        body=_EVENT,
        scopes=_WRITE_EVENTS,
    ),
    _OfCalendar(
        name="update_event",
        title="Update event",
        method="PATCH",
        path=f"{_EVENTS}/{{event_id}}",
        body=_EVENT,
        scopes=_WRITE_EVENTS,
    ),
    _OfCalendar(
        name="delete_event",
        title="Delete event",
        method="DELETE",
        path=f"{_EVENTS}/{{event_id}}",
        scopes=_WRITE_EVENTS,
    ),
    AddAttendees(
        name="add_attendee_to_an_event",
        title="Add attendees to an event",
        method="GET",
        path=f"{_EVENTS}/{{event_id}}",
        needs=("attendees",),
        scopes=_WRITE_EVENTS,
    ),
    Action(
        name="list_calendars_public",
        title="List calendars",
        method="GET",
        path="/calendar/v3/users/me/calendarList",
        query=("minAccessRole", "showDeleted", "showHidden"),
        scopes=(f"{_AUTH}calendar.readonly",),
    ),
)
CALENDAR = replace(
    DRIVE,
    provider="google_calendar",
    name="Google Calendar",
    scopes=(
        *(f"{_AUTH}calendar", f"{_AUTH}calendar.events", f"{_AUTH}calendar.readonly"),
        *(f"{_AUTH}calendar.events.readonly", *_SIGN_IN),
    ),
    actions={action.name: action for action in _CALENDAR_ACTIONS},
    inputs=CALENDAR_INPUTS,
    outputs=CALENDAR_OUTPUTS,
    account_endpoints=(
        _USERINFO,
        *(
            AccountEndpoint(
                path="/calendar/v3/calendars/primary/events?maxResults=1&fields=summary",
                scopes=frozenset({f"{_AUTH}{scope}"}),
                members=("", "", "summary"),
            )
            for scope in (
                *("calendar", "calendar.events", "calendar.readonly", "calendar.events.readonly"),
            )
        ),
    ),
    custom_action_path="/calendar/v3/",
)
#: Google in the sentences of its own pages.
GOOGLE = replace(GMAIL, provider="google", name="Google")
CONNECTORS = (GMAIL, DRIVE, CALENDAR)
