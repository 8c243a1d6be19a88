"""Actions of Workato's Jira connector that are no plain requests, or give another shape."""

import re
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from simulator.connectors.base import Action, AppRequest
from simulator.connectors.content import write_content
from simulator.errors import FieldError

_REST = "/rest/api/2"
_CONTENT = re.compile(r"/rest/api/[23]/(attachment/content/[0-9]+)$")
#: What Jira's types of fields are in recipes (our choice).
_TYPES = {"array": "array", "date": "date", "datetime": "date_time", "number": "number"}


class _SearchAssignable(Action):
    """Search the people to whom an issue may be assigned."""

    def output(self, answer: Any) -> Any:
        """Return them, and how many they are."""
        return {"users": answer, "list_size": len(answer)}


class _GetSchema(Action):
    """Describe the fields of issues."""

    def output(self, answer: Any) -> Any:
        """Return them under the names that recipes read."""
        fields = [
            {
                "fieldName": each.get("id"),
                "fieldLabel": each.get("name"),
                "originalType": (kind := (each.get("schema") or {}).get("type", "string")),
                "mappedType": _TYPES.get(kind, "string"),
                "orderable": each.get("orderable"),
                "navigable": each.get("navigable"),
                "searchable": each.get("searchable"),
                "customField": each.get("custom"),
            }
            for each in answer
        ]
        return {
            "objectName": "issue",
            "objectLabel": "Issue",
            "fields": fields,
            "list_size": len(fields),
        }


class _Upload(Action):
    """Attach a file to an issue."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the request: a form with one file."""
        plain = super().request(inputs)
        content = write_content(str(inputs.get("file_content") or ""))
        name = re.sub(r'[\r\n"\\]', "_", str(inputs.get("file_name") or "attachment"))
        boundary = sha256(content).hexdigest()
        head = f'Content-Disposition: form-data; name="file"; filename="{name}"'
        kind = "Content-Type: application/octet-stream"
        body = f"--{boundary}\r\n{head}\r\n{kind}\r\n\r\n".encode() + content
        return AppRequest(
            method=self.method,
            path=plain.path,
            body=body + f"\r\n--{boundary}--\r\n".encode(),
            headers={
                "Content-Type": f"multipart/form-data; boundary={boundary}",
                "X-Atlassian-Token": "no-check",
            },
        )

    def output(self, answer: Any) -> Any:
        """Return what was attached, and how many files that are."""
        return {"attachments": answer, "list_size": len(answer)}


class _Download(Action):
    """Download an attachment, whose address an issue tells."""

    def request(self, inputs: Mapping[str, Any]) -> AppRequest:
        """Return the request at the API, where the address's own host takes no OAuth token.

        Raises:
            FieldError: on `attachment_uri`: it is not one of an attachment.
        """
        found = _CONTENT.search(str(inputs.get("attachment_uri") or "").partition("?")[0])
        if found is None:
            sentence = "needs the address that an issue's attachment has as `content`."
            raise FieldError("attachment_uri", sentence)
        return AppRequest(method=self.method, path=f"{_REST}/{found[1]}")

    def output(self, answer: Any) -> Any:
        """Return the content as text, and how many octets it has."""
        return {"content": answer, "size": len(write_content(answer))}


FURTHER_ACTIONS = (
    _SearchAssignable(
        name="search_assignable_users",
        title="Search assignable users",
        method="GET",
        path=f"{_REST}/user/assignable/search",
        query=("project", "issueKey", "query", "accountId"),
        scopes=("read:jira-user",),
    ),
    _GetSchema(
        name="get_object_schema",
        title="Get issue schema",
        method="GET",
        path=f"{_REST}/field",
        scopes=("read:jira-work",),
    ),
    _Upload(
        name="upload_attachment",
        title="Upload attachment",
        method="POST",
        path=f"{_REST}/issue/{{issue}}/attachments",
        needs=("file_content", "file_name"),
        scopes=("write:jira-work",),
    ),
    _Download(
        name="get_attachment",
        title="Download attachment",
        method="GET",
        path=f"{_REST}/attachment/content",
        needs=("attachment_uri",),
        takes_content=True,
        scopes=("read:jira-work",),
    ),
)
FURTHER_OUTPUTS = {
    "search_assignable_users": (
        "users[].accountId users[].displayName users[].emailAddress users[].active:boolean "
        "list_size:integer"
    ),
    "get_object_schema": (
        "objectName objectLabel fields[].fieldName fields[].fieldLabel fields[].originalType "
        "fields[].mappedType fields[].orderable:boolean fields[].navigable:boolean "
        "fields[].searchable:boolean fields[].customField:boolean list_size:integer"
    ),
    "upload_attachment": (
        "attachments[].id attachments[].self attachments[].filename attachments[].created "
        "attachments[].size:integer attachments[].mimeType attachments[].content list_size:integer"
    ),
    "get_attachment": "content size:integer",
}
FURTHER_INPUTS = {
    "search_assignable_users": """
        project: needed | Project ID or key
        issueKey: needed | Issue ID or key | For example OPS-1.
        query: | Username | Part of a name or e-mail address.
        accountId: | Assignee account ID
    """,
    "upload_attachment": """
        issue: needed | Issue ID or key | For example OPS-1.
        file_content: needed lines | File content
        file_name: needed | File name | With its extension, such as offer.pdf.
    """,
    "get_attachment": """
        attachment_uri: needed | Attachment URI | An issue's attachments have it as "content".
    """,
}
