"""What builders see of actions' inputs and outputs before anything ran.

Inputs and outputs of "Send email" are those of Workato's recipe skills; labels, hints and which of
the API's members are outputs are our choice.
"""

GMAIL_INPUTS = {
    "send_mail": """
        to: needed | To | E-mail addresses, separated by commas.
        subject: needed | Subject
        body: needed lines | Message
        email_type: = text, Text; html, HTML | Email type
        from: | From | An alias of the account; empty for its own address.
        cc: | CC
        bcc: | BCC
        reply_to: | Reply to
        attachments[].file_name: | File name
        attachments[].file_binary_content: | File content
    """,
    "get_email_or_draft_by_id": "id: needed | Email or draft ID",
    "download_attachment": """
        id: needed | Email ID
        attachmentId: needed | Attachment ID
    """,
    "adhoc_http": """
        method: needed = GET, GET; POST, POST; PUT, PUT; PATCH, PATCH; DELETE, DELETE | Method
        path: needed | Path | Below https://gmail.googleapis.com/gmail/v1/users/, as me/messages.
        data: object | Data | The query, or the body.
    """,
}
GMAIL_OUTPUTS = {
    "adhoc_http": "body:object",
    "send_mail": "id threadId labelIds:array",
    "get_email_or_draft_by_id": (
        "id threadId labelIds:array snippet internalDate sizeEstimate:integer payload.mimeType "
        "payload.headers[].name payload.headers[].value payload.body.size:integer "
        "payload.parts[].partId payload.parts[].mimeType payload.parts[].filename "
        "payload.parts[].body.size:integer"
    ),
    "download_attachment": "content_bytes size:integer",
}

_FILE_ID = "fileId: needed | File ID"
_ROLE = "role: needed = reader, Viewer; commenter, Commenter; writer, Editor | Role"
_PERMISSION_ID = f"""
        {_FILE_ID}
        permissionId: needed | Permission ID | "List permissions of a file" gives it.
"""
DRIVE_INPUTS = {
    "search_file_or_folder": """
        q: | Query | As Drive's API has it, for example name contains 'invoice'.
        pageSize: integer | Page size
        pageToken: | Page token
        orderBy: | Order by | For example modifiedTime desc.
        fields: | Fields | Beside the usual ones, for example files(id,name,size).
    """,
    "download_file_contents": "fileId: needed | File ID",
    "export_file": """
        fileId: needed | File ID
        mimeType: needed | Media type | For example text/plain.
    """,
    "upload_file_stream": """
        fileContent: needed lines | File contents
        name: | File name | Untitled where it is empty.
        mimeType: | Media type | For example text/plain.
        parentId: | Folder ID | Empty for My Drive.
    """,
    "upload_file": """
        name: needed | File name
        fileContent: needed lines | File content
        mimeType: | Media type | For example text/plain.
        parentId: | Folder ID | Empty for My Drive.
    """,
    "add_permission": f"""
        {_FILE_ID}
        {_ROLE}
        type: needed = user, A person | Share with
        emailAddress: | E-mail address
        sendNotificationEmail: boolean | Send notifications?
        emailMessage: | Notification message
    """,
    "get_permission": _PERMISSION_ID,
    "list_permission": f"""
        {_FILE_ID}
        pageSize: integer | Maximum results
        pageToken: | Page token
    """,
    "remove_permission": _PERMISSION_ID,
    "update_permission": f"""
        {_PERMISSION_ID.strip()}
        {_ROLE}
    """,
    "create_folder": "name: needed | Folder name",
}
_FILE = "id name mimeType kind"
_PERMISSION = "kind id type role emailAddress displayName"
DRIVE_OUTPUTS = {
    "search_file_or_folder": " ".join(f"files[].{each}" for each in _FILE.split()),
    "download_file_contents": "payload",
    "export_file": "file_content",
    "upload_file_stream": _FILE,
    "upload_file": _FILE,
    "add_permission": _PERMISSION,
    "get_permission": _PERMISSION,
    "list_permission": " ".join(f"permissions[].{each}" for each in _PERMISSION.split()),
    "remove_permission": "success:boolean",
    "update_permission": _PERMISSION,
    "create_folder": _FILE,
}

_CALENDAR = "calendar_id: | Calendar ID | Empty for the primary calendar."
_EVENT_INPUTS = """
        location: | Location
        description: lines | Description
        attendees[].email: | E-mail address
        attendees[].optional: boolean | Is optional
"""
CALENDAR_INPUTS = {
    "search_events": f"""
        q: | Search for | Words of the event.
        timeMin: date_time | Ends after
        timeMax: date_time | Begins before
        maxResults: integer | Events at most
        singleEvents: boolean | One by one | Repeated events as single ones.
        orderBy: = startTime, Start time; updated, Last change | Order by
        pageToken: | Page token
        {_CALENDAR}
    """,
    "create_event": f"""
        summary: needed | Event name
        start: needed date_time | Starts at
        end: needed date_time | Ends at
        {_EVENT_INPUTS.strip()}
        {_CALENDAR}
    """,
    "update_event": f"""
        event_id: needed | Event ID
        summary: | Event name
        start: date_time | Starts at
        end: date_time | Ends at
        {_EVENT_INPUTS.strip()}
        {_CALENDAR}
    """,
    "delete_event": f"""
        event_id: needed | Event ID
        {_CALENDAR}
    """,
    "add_attendee_to_an_event": f"""
        event_id: needed | Event ID
        attendees[].email: needed | E-mail address
        sendUpdates: = all, Everybody; none, Nobody | Send notifications?
        {_CALENDAR}
    """,
    "list_calendars_public": """
        minAccessRole: | Minimum access role
        showDeleted: boolean | Show deleted
        showHidden: boolean | Show hidden
    """,
}
_EVENT = (
    "id status summary description location htmlLink start.dateTime end.dateTime "
    "organizer.email attendees[].email attendees[].responseStatus created updated"
)
CALENDAR_OUTPUTS = {
    "search_events": " ".join(f"items[].{each}" for each in _EVENT.split()) + " summary timeZone",
    "create_event": _EVENT,
    "update_event": _EVENT,
    "add_attendee_to_an_event": _EVENT,
    "list_calendars_public": (
        "items[].id items[].summary items[].timeZone items[].accessRole items[].primary:boolean"
    ),
}
