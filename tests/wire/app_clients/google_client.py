"""Ordinary work at Gmail with Google's own library: `google_client.py GRANT APP`."""

import base64
import json
import sys
from collections.abc import Mapping
from email.message import EmailMessage
from typing import Any

from google.oauth2.credentials import Credentials
from googleapiclient.discovery import build
from googleapiclient.errors import HttpError
from googleapiclient.http import BatchHttpRequest
from grants_client import GRANTS


def main(grant: str, app: Mapping[str, Any]) -> None:
    """Get tokens, refresh them, work, and say what came of it."""
    _, tokens = GRANTS[grant](app)
    credentials = Credentials(  # expired, so that google-auth refreshes it by itself
        "ya29.expired",
        refresh_token=tokens["refresh_token"],
        token_uri=app["token"],
        client_id=app["client_id"],
        client_secret=app["client_secret"],
    )
    endpoint = {"api_endpoint": app["api"]}
    with build(
        *("gmail", "v1"),
        credentials=credentials,
        client_options=endpoint,
        cache_discovery=False,
    ) as service:
        print(json.dumps({"answer": work(service.users(), app)}), flush=True)


def work(users: Any, app: Mapping[str, Any]) -> dict[str, Any]:
    """Read, sort, write and send."""
    messages, found = users.messages(), []
    request = messages.list(userId="me", maxResults=1, q="-in:drafts")
    while request is not None:
        page = request.execute()
        found += page.get("messages", [])
        request = messages.list_next(request, page)
    first = messages.list(userId="me", q=app["query"]).execute()["messages"][0]["id"]
    whole = messages.get(userId="me", id=first).execute()
    (part,) = [each for each in whole["payload"]["parts"] if each["filename"]]
    file = (
        messages.attachments()
        .get(userId="me", messageId=first, id=part["body"]["attachmentId"])
        .execute()
    )
    start = users.getProfile(userId="me").execute()["historyId"]
    label = users.labels().create(userId="me", body={"name": "By a library"}).execute()
    change = {"addLabelIds": [label["id"]], "removeLabelIds": ["UNREAD"]}
    changed = messages.modify(userId="me", id=first, body=change).execute()
    draft = users.drafts().create(userId="me", body={"message": {"raw": raw("Draft")}}).execute()
    sent = users.drafts().send(userId="me", body={"id": draft["id"]}).execute()
    reply = {"raw": raw("Reply"), "threadId": sent["threadId"]}
    messages.send(userId="me", body=reply).execute()
    thread = users.threads().get(userId="me", id=sent["threadId"], format="minimal").execute()
    messages.batchModify(userId="me", body={"ids": [first], "addLabelIds": ["STARRED"]}).execute()
    messages.trash(userId="me", id=sent["id"]).execute()
    changed_since: list[Any] = []
    following = users.history().list(userId="me", startHistoryId=start, maxResults=2)
    while following is not None:
        page = following.execute()
        changed_since += page.get("history", [])
        following = users.history().list_next(following, page)
    names = users.labels().list(userId="me", fields="labels/name").execute()["labels"]
    try:
        messages.get(userId="me", id=app["hidden"]).execute()
        refused = ""
    except HttpError as error:
        refused = f"{error.status_code} {error.reason}"
    batched: dict[str, str] = {}
    batch = BatchHttpRequest(
        lambda name, answer, error: batched.update(
            {name: answer["id"] if answer else error.reason}
        ),
        f"{app['api']}/batch/gmail/v1",
    )
    for number in (first, app["hidden"]):
        batch.add(messages.get(userId="me", id=number, format="minimal"), request_id=number)
    batch.execute()
    both = messages.list(userId="me", labelIds=["STARRED"], q="label:by-a-library").execute()
    return {
        "email": users.getProfile(userId="me").execute()["emailAddress"],
        "count": len(found),
        "file": base64.urlsafe_b64decode(file["data"]).decode(),
        "is_read": "UNREAD" not in changed["labelIds"],
        "labels": [each["name"] for each in names if not each["name"].isupper()],
        "history": [sorted(each.keys() - {"id", "messages"})[0] for each in changed_since],
        "starred": both["resultSizeEstimate"],
        "thread": len(thread["messages"]),
        "refused": refused,
        "batched": [batched[first] == first, batched[app["hidden"]]],
    }


def raw(subject: str) -> str:
    """A message as the API takes it."""
    message = EmailMessage()
    message["To"], message["Subject"] = "carla@acme.example", subject
    message.set_content("By a library")
    return base64.urlsafe_b64encode(message.as_bytes()).decode()


main(sys.argv[1], json.loads(sys.argv[2]))
