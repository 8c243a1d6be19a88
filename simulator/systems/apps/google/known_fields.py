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
}
GMAIL_OUTPUTS = {
    "send_mail": "id threadId labelIds:array",
    "get_email_or_draft_by_id": (
        "id threadId labelIds:array snippet internalDate sizeEstimate:integer payload.mimeType "
        "payload.headers[].name payload.headers[].value payload.body.size:integer "
        "payload.parts[].partId payload.parts[].mimeType payload.parts[].filename "
        "payload.parts[].body.size:integer"
    ),
    "download_attachment": "content_bytes size:integer",
}

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
    "upload_file": """
        name: needed | File name
        fileContent: needed lines | File content
        mimeType: | Media type | For example text/plain.
        parentId: | Folder ID | Empty for My Drive.
    """,
    "create_folder": "name: needed | Folder name",
}
_FILE = "id name mimeType kind"
DRIVE_OUTPUTS = {
    "search_file_or_folder": " ".join(f"files[].{each}" for each in _FILE.split()),
    "download_file_contents": "payload",
    "export_file": "file_content",
    "upload_file": _FILE,
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
}
_EVENT = (
    "id status summary description location htmlLink start.dateTime end.dateTime "
    "organizer.email attendees[].email attendees[].responseStatus created updated"
)
CALENDAR_OUTPUTS = {
    "search_events": " ".join(f"items[].{each}" for each in _EVENT.split()) + " summary timeZone",
    "create_event": _EVENT,
    "update_event": _EVENT,
}
