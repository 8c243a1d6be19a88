"""Drive's API: files and folders, one's own and those that are shared with one."""

from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from simulator.connectors.base import Connector
from simulator.connectors.content import read_content
from simulator.systems.apps.google.connector import CALENDAR, DRIVE
from tests.contract.google_world import APIS, AUTH, Google, demo, google
from tests.contract.known_outputs import find_missing

__all__ = ["demo", "google"]  # the fixtures
pytestmark = pytest.mark.requirement("GOOGLE-20")
ALL, READ, METADATA = f"{AUTH}drive", f"{AUTH}drive.readonly", f"{AUTH}drive.metadata.readonly"
FOLDER = "application/vnd.google-apps.folder"


def drive(
    google: Google, method: str, path: str, who: str = "ada", scope: str = ALL, **options: Any
) -> TestResponse:
    """Call Drive's API."""
    return google.call(method, f"{APIS}/drive/v3{path}", who, scope, **options)


def names(google: Google, query: str = "", who: str = "ada", **parameters: str) -> list[str]:
    """The names of the files that a search finds."""
    path = f"/files?{urlencode({'q': query, **parameters})}"
    answer = drive(google, "GET", path, who, READ)
    assert answer.status_code == 200, answer.text
    return [each["name"] for each in answer.get_json()["files"]]


def number(google: Google, name: str, who: str = "ada") -> str:
    """The id of a file."""
    query = f"name = '{name}'"
    path = f"/files?{urlencode({'q': query})}"
    (found,) = drive(google, "GET", path, who).get_json()["files"]
    return str(found["id"])


@pytest.mark.parametrize(
    "query, who, found",
    [
        ("", "ada", ["Supplier day", "lunch.txt"]),
        ("", "bob", ["lunch.txt", "batteries.csv"]),
        ("name contains 'LUNCH'", "ada", ["lunch.txt"]),
        ("name = 'lunch.txt' and trashed = false", "ada", ["lunch.txt"]),
        (f"mimeType = '{FOLDER}'", "ada", ["Supplier day"]),
        (f"mimeType != '{FOLDER}' and not starred = true", "ada", ["lunch.txt"]),
        ("'me' in owners", "bob", ["batteries.csv"]),
        ("sharedWithMe", "bob", ["lunch.txt"]),
        ("sharedWithMe = false", "bob", ["batteries.csv"]),
        ("'ada@acme.example' in owners or starred = true", "bob", ["lunch.txt"]),
        ("'bob@acme.example' in writers", "bob", ["batteries.csv"]),
        ("'bob@acme.example' in readers", "ada", ["lunch.txt"]),
        ("modifiedTime > '2026-08-24T00:00:00'", "ada", ["lunch.txt"]),
        ("createdTime <= '2026-08-21T00:00:00Z'", "ada", ["Supplier day"]),
        ("(name = 'a' or fullText contains 'lunch') and trashed != true", "ada", ["lunch.txt"]),
    ],
)  # fmt: skip
def test_files_are_searched(google: Google, query: str, who: str, found: list[str]) -> None:
    assert names(google, query, who) == found


@pytest.mark.parametrize(
    "query",
    ["name", "name contains", "name is 'x'", "size > '1'", "trashed = 'x'", "(name = 'x'", "'x'",
     "name = 'x' and", "modifiedTime > 'soon'",
     "modifiedTime > '0001-01-01T00:00:00+14:00'", "name = x", "'x' in pockets", "(" * 50, "€"],
)  # fmt: skip
def test_a_query_that_cannot_be_read_is_refused(google: Google, query: str) -> None:
    answer = drive(google, "GET", f"/files?{urlencode({'q': query})}")

    assert answer.status_code == 400
    assert answer.get_json()["error"]["errors"][0]["location"] == "q"


def test_lists_have_an_order_pages_and_the_fields_that_were_asked_for(google: Google) -> None:
    assert names(google, orderBy="name desc") == ["lunch.txt", "Supplier day"]
    one = drive(google, "GET", "/files?pageSize=1&fields=nextPageToken,files(name,owners/me)")
    assert one.get_json()["files"] == [{"name": "Supplier day", "owners": [{"me": False}]}]
    token = one.get_json()["nextPageToken"]
    assert names(google, pageToken=token) == ["lunch.txt"]
    usual = drive(google, "GET", "/files").get_json()
    assert usual.keys() == {"kind", "incompleteSearch", "files"}
    assert usual["files"][0].keys() == {"kind", "id", "name", "mimeType"}
    for bad in ("orderBy=size", "pageToken=x", "pageSize=0"):
        assert drive(google, "GET", f"/files?{bad}").status_code == 400, bad


def test_a_file_is_read_by_those_who_may(google: Google) -> None:
    lunch = number(google, "lunch.txt")
    theirs = number(google, "batteries.csv", "bob")

    content = drive(google, "GET", f"/files/{lunch}?alt=media", "bob", READ)
    assert (content.text, content.mimetype) == ("Twelve people, two of them vegan", "text/plain")
    refused = drive(google, "GET", f"/files/{theirs}")
    assert (refused.status_code, refused.get_json()["error"]["message"]) == (
        *(404, f"File not found: {theirs}."),
    )
    few = drive(google, "GET", f"/files/{lunch}?alt=media", "ada", METADATA)
    assert few.get_json()["error"]["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"
    folder = number(google, "Supplier day")
    assert drive(google, "GET", f"/files/{folder}?alt=media").status_code == 403
    changed = drive(google, "PATCH", f"/files/{lunch}", "bob", json={"name": "x"})
    assert changed.get_json()["error"]["errors"][0]["reason"] == "insufficientFilePermissions"
    about = drive(google, "GET", "/about?fields=user/emailAddress").get_json()
    assert about == {"user": {"emailAddress": "ada@acme.example"}}
    assert drive(google, "GET", "/about").status_code == 400


def test_files_are_made_changed_shared_and_deleted(google: Google) -> None:
    folder = drive(google, "POST", "/files", json={"name": "New", "mimeType": FOLDER}).get_json()
    parts = (
        b'--b\r\nContent-Type: application/json\r\n\r\n{"name": "a.txt", "parents": ["%s"]}\r\n'
        b"--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b--"
    ) % folder["id"].encode()
    url = f"{APIS}/upload/drive/v3/files"
    made = google.call(
        *("POST", f"{url}?uploadType=multipart&fields=*", "ada", ALL),
        data=parts,
        content_type="multipart/related; boundary=b",
    ).get_json()
    assert (made["parents"], made["size"], made["fileExtension"]) == ([folder["id"]], "5", "txt")
    path = f"/files/{made['id']}"
    renamed = drive(google, "PATCH", path, json={"name": "b.txt", "starred": True})
    assert renamed.get_json()["name"] == "b.txt"
    google.call(
        *("PATCH", f"{url}/{made['id']}?uploadType=media", "ada", ALL),
        data=b"changed",
        content_type="text/plain",
    )
    assert drive(google, "GET", f"{path}?alt=media").text == "changed"
    shared = {"type": "user", "role": "writer", "emailAddress": "bob@acme.example"}
    assert drive(google, "POST", f"{path}/permissions", json=shared).get_json()["role"] == "writer"
    roles = drive(google, "GET", f"{path}/permissions").get_json()["permissions"]
    assert [each["role"] for each in roles] == ["owner", "writer"]
    assert drive(google, "PATCH", path, "bob", json={"trashed": True}).status_code == 200
    assert names(google, "trashed = true") == ["b.txt"]
    copied = drive(google, "POST", f"{path}/copy", json={}).get_json()
    assert copied["name"] == "Copy of b.txt"
    for bad in ({"role": "king"}, {"type": "anyone"}, {"emailAddress": "nobody@acme.example"}):
        answer = drive(google, "POST", f"{path}/permissions", json=shared | bad)
        assert answer.status_code == 400
    assert drive(google, "POST", "/files", json={"parents": [made["id"]]}).status_code == 403
    for odd in ({"mimeType": "a/b\r\nX: y"}, {"mimeType": "€/x"}, {"name": 7}):
        assert drive(google, "POST", "/files", json=odd).status_code == 400
    assert drive(google, "DELETE", path, "bob").status_code == 403
    assert drive(google, "DELETE", path).status_code == 204
    assert drive(google, "GET", path).status_code == 404


def test_a_document_is_exported(google: Google) -> None:
    kind = {"name": "Plan", "mimeType": "application/vnd.google-apps.document"}
    path = f"/files/{drive(google, 'POST', '/files', json=kind).get_json()['id']}/export"

    assert drive(google, "GET", f"{path}?mimeType=text/plain").mimetype == "text/plain"
    assert drive(google, "GET", f"{path}?mimeType=image/png").status_code == 400
    lunch = number(google, "lunch.txt")
    assert drive(google, "GET", f"/files/{lunch}/export?mimeType=text/plain").status_code == 403


@pytest.mark.requirement("EDIT-11", "GOOGLE-26")
def test_each_action_of_the_connector_does_what_its_name_says(google: Google) -> None:
    def run(name: str, /, **inputs: Any) -> Any:
        action = DRIVE.actions[name]
        sent = action.request(inputs)
        path = f"{sent.path}{'&' if '?' in sent.path else '?'}{urlencode(sent.params)}"
        body = {"json": sent.json, "data": sent.body}
        kind = sent.headers.get("Content-Type")
        answer = google.call(sent.method, f"{APIS}{path}", "ada", ALL, content_type=kind, **body)
        assert answer.status_code in (200, 204), answer.text
        given = action.output(
            read_content(answer.data) if action.takes_content else answer.get_json(silent=True)
        )
        assert list(find_missing(DRIVE, name, inputs, given)) == [], name
        return given

    (found,) = run("search_file_or_folder", q="name contains 'lunch'")["files"]
    content = run("download_file_contents", fileId=found["id"])["payload"]
    assert content == "Twelve people, two of them vegan"
    assert run("create_folder", name="Made")["mimeType"] == FOLDER
    folder = number(google, "Supplier day")
    for text in ("Grüße", "%PDF\x00\xe9"):
        made = run("upload_file", name="menu", fileContent=text, parentId=folder)["id"]
        assert run("download_file_contents", fileId=made)["payload"] == text
    kind = {"name": "Plan", "mimeType": "application/vnd.google-apps.document"}
    made = drive(google, "POST", "/files", json=kind).get_json()["id"]
    assert run("export_file", fileId=made, mimeType="text/plain") == {"file_content": ""}
    lunch = {"fileId": run("upload_file_stream", fileContent="Soup")["id"]}
    bob = {"emailAddress": "bob@acme.example", "role": "reader", "type": "user"}
    one = {**lunch, "permissionId": run("add_permission", **lunch, **bob)["id"]}
    assert run("update_permission", **one, role="writer")["role"] == "writer"
    assert run("get_permission", **one)["emailAddress"] == "bob@acme.example"
    roles = [each["role"] for each in run("list_permission", **lunch)["permissions"]]
    assert roles == ["owner", "writer"]
    assert run("remove_permission", **one) == {"success": True}
    path = f"/files/{lunch['fileId']}"
    assert drive(google, "GET", path, "bob").status_code == 404, "it is shared no more"
    for method in ("GET", "PATCH", "DELETE"):
        gone = drive(google, method, f"{path}/permissions/{one['permissionId']}", json={})
        assert (gone.status_code, gone.get_json()["error"]["errors"][0]["location"]) == (
            404, "permissionId",
        )  # fmt: skip
    assert set(DRIVE.actions) == {
        *("search_file_or_folder", "download_file_contents", "export_file", "upload_file"),
        *("create_folder", "upload_file_stream", "add_permission", "get_permission"),
        *("list_permission", "remove_permission", "update_permission"),
    }


@pytest.mark.requirement("GOOGLE-22")
@pytest.mark.parametrize(
    "connector, scope, account",
    [
        (DRIVE, READ, "Ada Reyes (ada@acme.example)"),
        (DRIVE, f"{AUTH}drive.file", "Ada Reyes (ada@acme.example)"),
        (CALENDAR, f"{AUTH}calendar.events", "ada@acme.example"),
    ],
)
def test_a_connection_says_whose_it_is_by_the_api_s_own_scopes(
    google: Google, connector: Connector, scope: str, account: str
) -> None:
    asked = connector.account_endpoint([scope])

    assert asked is not None
    answer = google.call("GET", f"{APIS}{asked.path}", "ada", scope)
    assert asked.account(answer.get_json()) == account
