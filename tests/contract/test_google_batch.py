"""Many calls of Google's APIs in one request."""

import json
from email import message_from_bytes
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.systems.apps.google.batch import MOST
from tests.contract.google_world import APIS, AUTH, GMAIL, Google, demo, google

__all__ = ["demo", "google"]  # the fixtures
pytestmark = pytest.mark.requirement("GOOGLE-23")
URL = f"{GMAIL}/batch/gmail/v1"
OF_BOB = "198c3d90a2f614b7"


def send(google: Google, *calls: str, url: str = URL, **options: Any) -> TestResponse:
    """A batch of calls as Ada, each as it stands on the wire."""
    parts = "".join(
        f"--b\r\nContent-Type: application/http\r\nContent-ID: <x+{number}>\r\n\r\n{call}\r\n"
        for number, call in enumerate(calls)
    )
    kind = options.pop("content_type", 'multipart/mixed; boundary="b"')
    return google.call("POST", url, data=f"{parts}--b--", content_type=kind, **options)


def read(answer: TestResponse) -> dict[str, tuple[int, Any]]:
    """Each answer's status and JSON, by its Content-ID."""
    assert answer.status_code == 200, answer.text
    whole = message_from_bytes(
        f"Content-Type: {answer.content_type}\r\n\r\n".encode() + answer.data
    )
    found = {}
    for part in whole.walk():
        content = part.get_payload(decode=True)
        if not isinstance(content, bytes):
            continue  # the whole
        head, _, body = content.decode().partition("\r\n\r\n")
        is_json = "application/json" in head
        found[part["Content-ID"]] = int(head.split()[1]), json.loads(body) if is_json else body
    return found


def test_each_call_is_answered_as_if_it_came_alone(google: Google) -> None:
    label = json.dumps({"name": "Batched"})
    answers = read(
        send(
            google,
            "GET /gmail/v1/users/me/profile?fields=emailAddress HTTP/1.1\r\nAccept: */*\r\n\r\n",
            f"GET /gmail/v1/users/me/messages/{OF_BOB}\n\n",
            "POST /gmail/v1/users/me/labels\r\nContent-Type: application/json\r\n\r\n" + label,
            "GET /drive/v3/about?fields=user",
            "POST /batch/gmail/v1",
            "no call",
        )
    )

    assert answers["<response-x+0>"] == (200, {"emailAddress": "ada@acme.example"})
    assert answers["<response-x+1>"][0] == 404
    assert answers["<response-x+2>"][1]["name"] == "Batched"
    assert [answers[f"<response-x+{number}>"][0] for number in (3, 4, 5)] == [404, 404, 400]
    listed = google.get("/labels")["labels"]
    assert "Batched" in {each["name"] for each in listed}


def test_each_api_has_its_own_address_and_calls_their_own_scopes(google: Google) -> None:
    (about,) = read(
        send(
            google,
            "GET /drive/v3/about?fields=user/me",
            url=f"{APIS}/batch/drive/v3",
            scope=f"{AUTH}drive",
        )
    ).values()
    assert about == (200, {"user": {"me": True}})
    (refused,) = read(
        send(google, "GET /gmail/v1/users/me/labels", scope=f"{AUTH}gmail.send")
    ).values()
    assert refused[0] == 403
    own = "GET /gmail/v1/users/me/labels\r\nAuthorization: Bearer wrong\r\n\r\n"
    assert [each[0] for each in read(send(google, own)).values()] == [401]


@pytest.mark.parametrize(
    "calls, options, sentence",
    [
        ([], {}, "no parts"),
        (["GET /gmail/v1/users/me/labels"] * (MOST + 1), {}, "100 at most"),
        (["GET /"], {"content_type": "application/json"}, "no parts"),
    ],
)
def test_what_is_no_batch_is_refused(
    google: Google, calls: list[str], options: dict[str, str], sentence: str
) -> None:
    answer = send(google, *calls, **options)

    assert (answer.status_code, sentence in answer.text) == (400, True)
