"""The authentication prompt: which apps to connect, and the connection setup link."""

from collections.abc import Sequence
from datetime import datetime

from mcp_types import CallToolResult, TextContent

from simulator.db.tables import Connection
from simulator.domain.connections import connector_of

#: What a program can switch on (our choice; facts §5.3).
CODE = "authentication_required"


def as_tool_result(
    parents: Sequence[Connection], link: str, expires_at: datetime
) -> CallToolResult:
    """The prompt as a tool result, for clients without URL elicitation.

    Text for the model and the person; `structuredContent` for programs: `{error, auth_url,
    expires_at (ISO 8601), connections: [{app, name}]}`. `isError` is set, because the tool has not
    done what was asked and its result does not follow its schema.
    """
    apps = [connector_of(parent).name for parent in parents]
    sentence = (
        f"Authentication required: connect your {' and '.join(apps)} account to use this tool. "
        f"Open this link in your browser, sign in and allow the connection, then call the tool "
        f"again: {link}"
    )
    return CallToolResult(
        content=[TextContent(text=sentence)],
        structured_content={
            "error": CODE,
            "auth_url": link,
            "expires_at": expires_at.isoformat(timespec="seconds"),
            "connections": [
                {"app": app, "name": parent.name} for app, parent in zip(apps, parents, strict=True)
            ],
        },
        is_error=True,
    )
