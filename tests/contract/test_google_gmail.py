"""Gmail's API: messages, threads, drafts, labels and attachments of one's own mailbox."""

import base64
from typing import Any
from urllib.parse import urlencode

import pytest

from simulator.systems.apps.google.connector import GMAIL as CONNECTOR
from tests.contract.google_world import (
    APIS,
    AUTH,
    GMAIL,
    MODIFY,
    READONLY,
    Google,
    demo,
    google,
    raw,
)
from tests.contract.known_outputs import find_missing

__all__ = ["demo", "google"]  # the fixtures
FULL = "https://mail.google.com/"
METADATA = f"{AUTH}gmail.metadata"


def decoded(text: str) -> str:
    """What a base64url text of an answer stands for."""
    return base64.urlsafe_b64decode(text).decode()


@pytest.mark.requirement("GOOGLE-10")
def test_everybody_has_a_mailbox_of_their_own(google: Google) -> None:
    """Another person's message is answered like one that does not exist."""
    ada, bob = google.get("/profile"), google.get("/profile", "bob")
    assert (ada["emailAddress"], ada["messagesTotal"], ada["threadsTotal"]) == (
        *("ada@acme.example", 5),
        3,
    )
    assert (bob["emailAddress"], bob["messagesTotal"]) == ("bob@acme.example", 2)

    theirs = google.find("has:attachment", "bob")
    for path in (f"/messages/{theirs}", f"/threads/{theirs}", "/drafts/r1", "/labels/Label_9"):
        answer = google.gmail("GET", path)
        assert answer.status_code == 404
        assert answer.get_json()["error"] == {
            "code": 404,
            "message": "Requested entity was not found.",
            "errors": [
                {
                    "message": "Requested entity was not found.",
                    "domain": "global",
                    "reason": "notFound",
                }
            ],
            "status": "NOT_FOUND",
        }
    by_address = google.call("GET", f"{APIS}/gmail/v1/users/ada@acme.example/profile")
    assert by_address.get_json() == ada
    other = google.call("GET", f"{GMAIL}/gmail/v1/users/bob@acme.example/profile")
    assert (other.status_code, other.get_json()["error"]["message"]) == (
        403,
        "Delegation denied for ada@acme.example",
    )


@pytest.mark.requirement("GOOGLE-10")
def test_a_message_has_four_formats(google: Google) -> None:
    number = google.find("has:attachment")
    full = google.get(f"/messages/{number}")

    assert full["id"] == number
    assert set(full["labelIds"]) == {"INBOX", "UNREAD", "Label_1"}
    assert full["snippet"].startswith("The missing trays leave our warehouse on Friday.")
    assert full["internalDate"] == "1787645520000"
    text, file = full["payload"]["parts"]
    assert decoded(text["body"]["data"]).startswith("The missing trays")
    assert (file["filename"], file["partId"]) == ("delivery-note.txt", "1")
    assert "data" not in file["body"]

    path = f"/messages/{number}/attachments/{file['body']['attachmentId']}"
    attached = google.get(path)
    assert decoded(attached["data"]) == "4 cable trays, order 88120"
    assert attached["size"] == len("4 cable trays, order 88120")
    assert google.gmail("GET", f"/messages/{number}/attachments/x").status_code == 400

    names = urlencode({"format": "metadata", "metadataHeaders": ["Subject", "From"]}, doseq=True)
    metadata = google.get(f"/messages/{number}?{names}")
    assert [each["name"] for each in metadata["payload"]["headers"]] == ["From", "Subject"]
    assert "parts" not in metadata["payload"]
    assert "payload" not in google.get(f"/messages/{number}?format=minimal")
    whole = decoded(google.get(f"/messages/{number}?format=RAW")["raw"])
    assert whole.startswith("From: Lumen Furniture <orders@lumen.example>")
    wrong = google.gmail("GET", f"/messages/{number}?format=short")
    assert wrong.get_json()["error"]["errors"][0]["location"] == "format"


@pytest.mark.requirement("GOOGLE-10")
def test_a_list_has_pages(google: Google) -> None:
    """Ids alone; without its list where that is empty."""
    pages, token = [], ""
    while True:
        page = google.get(f"/messages?{urlencode({'maxResults': 2, 'pageToken': token})}")
        pages.append([each["id"] for each in page["messages"]])
        token = page.get("nextPageToken", "")
        if not token:
            break

    assert [len(each) for each in pages] == [2, 2, 1]
    assert len({each for page in pages for each in page}) == 5
    assert google.get("/messages?q=nowhere") == {"resultSizeEstimate": 0}
    assert len(google.get("/threads?maxResults=2")["threads"]) == 2
    for bad in ("pageToken=x", "maxResults=0", "maxResults=many", "includeSpamTrash=perhaps"):
        assert google.gmail("GET", f"/messages?{bad}").status_code == 400, bad


@pytest.mark.requirement("GOOGLE-11")
def test_what_is_sent_arrives_with_the_people_of_the_organization(google: Google) -> None:
    """The sender's copy is in Sent; a blind copy is seen by nobody else."""
    sent = google.post(
        "/messages/send", {"raw": raw("Lunch?", Subject="Today", Cc="marc@acme.example")}
    )
    assert (sent.keys(), sent["labelIds"]) == ({"id", "threadId", "labelIds"}, ["SENT"])
    mine = google.get(f"/messages/{sent['id']}")
    assert google.header(mine, "From") == "Ada Reyes <ada@acme.example>"
    assert google.header(mine, "Message-ID").endswith("@mail.gmail.com>")

    arrived = google.find("subject:today is:unread in:inbox", "bob")
    assert google.find("subject:today", "marc")
    answer = raw(
        "Yes", Subject="Re: Today", To="ada@acme.example", Bcc="priya@acme.example",
        In_Reply_To=google.header(google.get(f"/messages/{arrived}", "bob"), "Message-ID"),
    )  # fmt: skip
    google.post("/messages/send", {"raw": answer, "threadId": arrived}, "bob")

    thread = google.get(f"/threads/{sent['threadId']}")
    assert [google.header(each, "Subject") for each in thread["messages"]] == ["Today", "Re: Today"]
    assert google.header(thread["messages"][1], "Bcc") == ""
    assert google.subjects("from:bob", "priya") == ["Re: Today"]
    to_oneself = google.post("/messages/send", {"raw": raw(To="ada@acme.example")})
    assert set(to_oneself["labelIds"]) == {"SENT", "INBOX", "UNREAD"}
    forged = google.post("/messages/send", {"raw": raw(From="Bob <bob@acme.example>")})
    assert "ada@acme.example" in google.header(google.get(f"/messages/{forged['id']}"), "From")


@pytest.mark.requirement("GOOGLE-11")
@pytest.mark.parametrize(
    "body, sentence",
    [
        ({}, "'raw' RFC822 payload message string"),
        ({"raw": "&"}, "no base64url"),
        ({"raw": 7}, "Invalid value at 'raw'"),
        ({"raw": raw(To="")}, "Recipient address required"),
    ],
    ids=["nothing", "no base64url", "number", "nobody"],
)
def test_what_cannot_be_sent_is_refused(google: Google, body: Any, sentence: str) -> None:
    answer = google.gmail("POST", "/messages/send", json=body)

    assert answer.status_code == 400
    assert sentence in answer.get_json()["error"]["message"]


@pytest.mark.requirement("GOOGLE-11")
def test_odd_messages_are_refused_or_taken_and_never_break(google: Google) -> None:
    """Parts in parts in parts, an unknown charset, headers that nobody can read."""
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(90)
    )
    odd = b"To: bob@acme.example\r\nSubject: =?klingon?Q?x?=\r\nDate: soon\r\n"
    odd += b"Content-Type: text/plain; charset=klingon\r\n\r\n\xff\xfe"
    thread = google.gmail("POST", "/messages/send", json={"raw": raw(), "threadId": "no"})
    for octets, status in (
        (b"To: bob@acme.example\r\n" + deep, 400),
        (odd, 200),
        (b"To: bob@acme.example\r\nMessage-ID: <a\0b>\r\nSubject: \0\xe9\r\n\r\n\0 nothing", 200),
        (b"To: bob@acme.example\r\nDate: Mon, 01 Jan 0001 00:00:00 +0000\r\n\r\n", 200),
        (b"\xff", 400),
    ):
        sent = base64.urlsafe_b64encode(octets).decode()
        answer = google.gmail("POST", "/messages/send", json={"raw": sent})
        assert answer.status_code == status, answer.text
    assert thread.status_code == 404
    assert google.gmail("POST", "/messages/send", data="{", content_type="x/y").status_code == 400
    assert google.gmail("POST", "/messages/send", json=[]).status_code == 400


@pytest.mark.requirement("GOOGLE-11")
def test_a_message_can_be_uploaded(google: Google) -> None:
    octets = base64.urlsafe_b64decode(raw("By upload", Subject="Uploaded") + "==")
    url = f"{GMAIL}/upload/gmail/v1/users/me/messages/send"
    simple = google.call(
        "POST", f"{url}?uploadType=media", data=octets, content_type="message/rfc822"
    )
    parts = (
        b'--b\r\nContent-Type: application/json\r\n\r\n{"threadId": "%s"}\r\n'
        b"--b\r\nContent-Type: message/rfc822\r\n\r\n%s\r\n--b--"
    ) % (simple.get_json()["threadId"].encode(), octets)
    both = google.call(
        *("POST", f"{url}?uploadType=multipart"),
        data=parts,
        content_type='multipart/related; boundary="b"',
    )

    assert both.get_json()["threadId"] == simple.get_json()["threadId"]
    assert google.subjects("subject:uploaded") == ["Uploaded", "Uploaded"]
    for kind in ("resumable", "multipart"):
        assert google.call("POST", f"{url}?uploadType={kind}", data=b"x").status_code == 400


@pytest.mark.requirement("GOOGLE-12")
def test_labels_are_added_and_removed(google: Google) -> None:
    number = google.find("has:attachment")
    history = int(google.get("/profile")["historyId"])
    changed = google.post(
        f"/messages/{number}/modify", {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    )

    assert set(changed["labelIds"]) == {"INBOX", "STARRED", "Label_1"}
    assert int(google.get("/profile")["historyId"]) == history + 1
    thread = google.post(f"/threads/{changed['threadId']}/modify", {"removeLabelIds": ["INBOX"]})
    assert [("INBOX" in each["labelIds"]) for each in thread["messages"]] == [False, False]
    assert google.subjects("in:inbox") == ["Supplier day, room and lunch"]
    ids = [each["id"] for each in google.get("/messages")["messages"]]
    google.post("/messages/batchModify", {"ids": [*ids, "nobody"], "addLabelIds": ["Label_2"]})
    assert google.get("/labels/Label_2")["messagesTotal"] == 5


@pytest.mark.requirement("GOOGLE-12")
@pytest.mark.parametrize(
    "body, sentence",
    [
        ({}, "No label add or removes specified"),
        ({"addLabelIds": ["Nope"]}, "Invalid label: Nope"),
        ({"addLabelIds": ["SENT"]}, "Invalid label: SENT"),
        ({"addLabelIds": ["INBOX"], "removeLabelIds": ["INBOX"]}, "Cannot both add and remove"),
        ({"addLabelIds": {}}, "Invalid value at 'addLabelIds'"),
    ],
)
def test_labels_that_cannot_be_are_refused(google: Google, body: Any, sentence: str) -> None:
    number = google.find("has:attachment")
    answer = google.gmail("POST", f"/messages/{number}/modify", json=body)

    assert answer.status_code == 400
    assert sentence in answer.get_json()["error"]["message"]
    assert answer.get_json()["error"]["errors"][0]["reason"] == "invalidArgument"


@pytest.mark.requirement("GOOGLE-12")
def test_trash_hides_and_deletion_is_for_good(google: Google) -> None:
    number = google.find("has:attachment")
    assert "TRASH" in google.post(f"/messages/{number}/trash")["labelIds"]
    assert google.subjects("has:attachment") == []
    assert len(google.subjects("has:attachment", includeSpamTrash="true")) == 1
    assert len(google.subjects("in:trash")) == 1
    assert "TRASH" not in google.post(f"/messages/{number}/untrash")["labelIds"]

    thread = google.get(f"/messages/{number}")["threadId"]
    assert len(google.post(f"/threads/{thread}/trash")["messages"]) == 2
    google.post(f"/threads/{thread}/untrash")
    assert google.gmail("DELETE", f"/messages/{number}").status_code == 403
    assert google.gmail("DELETE", f"/messages/{number}", scope=FULL).status_code == 204
    assert google.gmail("GET", f"/messages/{number}").status_code == 404
    assert google.gmail("DELETE", f"/threads/{thread}", scope=FULL).status_code == 204
    rest = [each["id"] for each in google.get("/messages")["messages"]]
    google.post("/messages/batchDelete", {"ids": rest}, scope=FULL)
    assert google.get("/profile")["messagesTotal"] == 0


@pytest.mark.requirement("GOOGLE-15")
def test_a_token_for_metadata_reads_no_body(google: Google) -> None:
    number = google.find("has:attachment")
    path = f"/messages/{number}"

    metadata = google.get(f"{path}?format=metadata", scope=METADATA)
    assert "parts" not in metadata["payload"]
    for refused in (path, f"{path}?format=raw", "/messages?q=x", f"/threads/{number}"):
        answer = google.gmail("GET", refused, scope=METADATA)
        assert (answer.status_code, answer.get_json()["error"]["status"]) == (
            403,
            "PERMISSION_DENIED",
        )
    assert google.get("/messages", scope=METADATA)["resultSizeEstimate"] == 5
    assert google.get("/labels", scope=f"{AUTH}gmail.labels")["labels"]
    assert google.gmail("GET", "/messages", scope=f"{AUTH}gmail.labels").status_code == 403
    assert google.gmail("POST", f"{path}/modify", scope=READONLY, json={}).status_code == 403


@pytest.mark.requirement("GOOGLE-16")
@pytest.mark.parametrize(
    "fields, found",
    [
        ("emailAddress", {"emailAddress": "ada@acme.example"}),
        ("*", None),
        ("nothing", {}),
    ],
)
def test_an_answer_has_the_fields_that_were_asked_for(
    google: Google, fields: str, found: Any
) -> None:
    answer = google.get(f"/profile?fields={fields}")

    assert answer == (found if found is not None else google.get("/profile"))


@pytest.mark.requirement("GOOGLE-16")
def test_fields_reach_into_lists_and_objects(google: Google) -> None:
    path = f"/messages/{google.find('has:attachment')}"
    selected = google.get(f"{path}?fields=id,payload(mimeType,parts/filename)")

    assert selected.keys() == {"id", "payload"}
    assert selected["payload"] == {
        "mimeType": "multipart/mixed",
        "parts": [{"filename": ""}, {"filename": "delivery-note.txt"}],
    }
    assert google.get(f"{path}?fields=payload.parts(filename)") == {
        "payload": {"parts": selected["payload"]["parts"]}
    }
    names = google.get(f"{path}?fields=payload/*/filename")["payload"]["parts"]
    assert names == [{"filename": ""}, {"filename": "delivery-note.txt"}]
    for bad in ("id,", "a(", "a(b", "a)b", "a//b", "a b!", "(" * 50):
        answer = google.gmail("GET", f"{path}?{urlencode({'fields': bad})}")
        error = answer.get_json()["error"]
        assert answer.status_code == 400, bad
        assert error["message"].startswith("Invalid field selection")
        assert error["errors"][0]["location"] == "fields"


@pytest.mark.requirement("GOOGLE-15")
def test_a_token_that_is_none_is_refused_in_google_s_words(google: Google) -> None:
    url = f"{GMAIL}/gmail/v1/users/me/profile"
    none = google.request("GET", url)
    dead = google.request("GET", url, headers={"Authorization": "Bearer ya29.dead"})

    assert none.get_json()["error"]["errors"][0]["reason"] == "required"
    assert dead.get_json()["error"]["errors"][0] == {
        "message": "Invalid Credentials",
        "domain": "global",
        "reason": "authError",
        "location": "Authorization",
        "locationType": "header",
    }
    assert 'error="invalid_token"' in dead.headers["WWW-Authenticate"]
    assert (none.status_code, dead.status_code) == (401, 401)
    gone = google.call("GET", f"{GMAIL}/gmail/v1/users/me/nothing")
    assert (gone.status_code, gone.get_json()["error"]["status"]) == (404, "NOT_FOUND")
    assert google.call("PUT", url, scope=MODIFY).get_json()["error"]["code"] == 405


@pytest.mark.requirement("EDIT-11", "GOOGLE-26")
def test_what_actions_are_known_to_give_is_what_they_give(google: Google) -> None:
    def run(name: str, **inputs: Any) -> Any:
        action = CONNECTOR.actions[name]
        sent = action.request(inputs)
        path = f"{sent.path.partition('/me')[2]}?{urlencode(sent.params)}"
        answer = google.gmail(sent.method, path, json=sent.json)
        assert answer.status_code == 200, answer.text
        given = action.output(answer.get_json())
        assert list(find_missing(CONNECTOR, name, inputs, given)) == [], name
        return given

    files = [{"file_name": "offer.txt", "file_binary_content": "Ten lamps"}]
    mail = {"to": "bob@acme.example", "subject": "Offer", "body": "See below", "attachments": files}
    sent = run("send_mail", **mail)["id"]
    whole = run("get_email_or_draft_by_id", id=sent)
    file = next(each for each in whole["payload"]["parts"] if each["filename"])
    got = run("download_attachment", id=sent, attachmentId=file["body"]["attachmentId"])
    assert (file["filename"], got["content_bytes"]) == ("offer.txt", "Ten lamps")
    older = {"method": "GET", "path": "me/messages", "data": {"q": "subject:Offer in:sent"}}
    assert [each["id"] for each in run("adhoc_http", **older)["body"]["messages"]] == [sent]
    label = {"method": "POST", "path": "me/labels", "data": {"name": "Offers"}}
    assert run("adhoc_http", **label)["body"]["name"] == "Offers"
