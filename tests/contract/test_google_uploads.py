"""Uploads to Google's APIs whose content comes in several requests."""

from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.systems.apps.google.api.uploading import LONGEST
from tests.contract.google_world import APIS, AUTH, GMAIL, Google, demo, google

__all__ = ["demo", "google"]  # the fixtures
pytestmark = pytest.mark.requirement("GOOGLE-24")
DRIVE, FILES = f"{AUTH}drive", f"{APIS}/upload/drive/v3/files"
SEND = f"{GMAIL}/upload/gmail/v1/users/me/messages/send"


def ask(
    google: Google, method: str, url: str, scope: str = DRIVE, who: str = "ada", **more: Any
) -> TestResponse:
    """One request of an upload, with the headers of its own beside the token."""
    token = google.access_token(who, scope)
    headers = {"Authorization": f"Bearer {token}", **more.pop("headers", {})}
    return google.request(method, url, headers=headers, **more)


def begin(google: Google, method: str, url: str, scope: str = DRIVE, **more: Any) -> str:
    """Begin an upload; where its content belongs."""
    sign = "&" if "?" in url else "?"
    answer = ask(google, method, f"{url}{sign}uploadType=resumable", scope, **more)
    assert (answer.status_code, answer.data) == (200, b"")
    return answer.headers["Location"]


def put(google: Google, where: str, content: bytes, named: str | None, **more: Any) -> TestResponse:
    """Send a part of the content."""
    headers = {"Content-Range": named} if named else {}
    return ask(google, "PUT", where, data=content, headers=headers, **more)


def test_a_file_is_made_of_parts_and_goes_on_after_an_interruption(google: Google) -> None:
    kind = {"X-Upload-Content-Type": "text/csv", "X-Upload-Content-Length": "10"}
    where = begin(google, "POST", f"{FILES}?fields=name,size", json={"name": "a.csv"}, headers=kind)

    nothing = put(google, where, b"", "bytes */10")
    assert (nothing.status_code, nothing.headers.get("Range")) == (308, None)
    assert put(google, where, b"0123", "bytes 0-3/10").headers["Range"] == "bytes=0-3"
    assert put(google, where, b"", "bytes */10").headers["Range"] == "bytes=0-3"
    assert put(google, where, b"x", "bytes 7-7/10").status_code == 400
    made = put(google, where, b"3456789", "bytes 3-9/10")

    assert (made.status_code, made.get_json()) == (200, {"name": "a.csv", "size": "10"})
    assert put(google, where, b"", "bytes */10").status_code == 404
    found = ask(google, "GET", f"{APIS}/drive/v3/files?q=name='a.csv'").get_json()["files"][0]
    assert found["mimeType"] == "text/csv"
    path = f"{APIS}/drive/v3/files/{found['id']}"
    assert ask(google, "GET", f"{path}?alt=media").data == b"0123456789"

    changed = begin(google, "PATCH", f"{FILES}/{found['id']}", json={"name": "b.csv"})
    assert put(google, changed, b"new", None).get_json()["name"] == "b.csv"
    assert ask(google, "GET", f"{path}?alt=media").data == b"new"


def test_a_message_is_sent_so(google: Google) -> None:
    scope = f"{AUTH}gmail.send"
    where = begin(google, "POST", SEND, scope, headers={"X-Upload-Content-Type": "message/rfc822"})

    mail = b"To: bob@acme.example\r\nSubject: In parts\r\n\r\nHello"
    first = put(google, where, mail[:10], "bytes 0-9/*", scope=scope)
    last = put(google, where, mail[10:], f"bytes 10-{len(mail) - 1}/{len(mail)}", scope=scope)

    assert (first.status_code, last.get_json()["labelIds"]) == (308, ["SENT"])
    assert google.get("/messages?q=subject:parts", "bob")["resultSizeEstimate"] == 1


def test_an_upload_is_its_owners_and_ends(google: Google) -> None:
    where = begin(google, "POST", FILES, json={})

    assert put(google, where, b"a", None, who="bob").status_code == 404
    assert put(google, where, b"ab", "bytes 0-0/2").status_code == 400
    assert put(google, where, b"a", f"bytes 0-0/{LONGEST + 1}").status_code == 413
    long = {"X-Upload-Content-Length": str(LONGEST + 1)}
    refused = ask(google, "POST", f"{FILES}?uploadType=resumable", headers=long)
    assert refused.status_code == 413
    for _ in range(20):
        begin(google, "POST", FILES, json={})
    assert put(google, where, b"a", None).status_code == 404
    where = begin(google, "POST", FILES, json={})
    google.simulator.clock.travel(days=8)
    assert put(google, where, b"a", None).status_code == 404
