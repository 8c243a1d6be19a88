"""What Workato knows of Gmail, Google Calendar and Google Drive."""

import base64
from collections.abc import Mapping
from dataclasses import replace
from email.message import EmailMessage
from typing import Any

from simulator.connectors.base import AccountEndpoint, Action, AppRequest, Connector

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
            content = str(file.get("file_binary_content", "")).encode()
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
        try:
            text = content.decode()
        except UnicodeDecodeError:
            text = content.decode("latin-1")
        return {"content_bytes": text, "size": len(content)}


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
#: Google in the sentences of its own pages.
GOOGLE = replace(GMAIL, provider="google", name="Google")
CONNECTORS = (GMAIL,)
