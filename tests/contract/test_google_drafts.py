"""Gmail's API: labels that people make, drafts, and messages that are put into the mailbox."""

from typing import Any

import pytest

from tests.contract.google_world import SEND, Google, demo, google, raw

__all__ = ["demo", "google"]  # the fixtures


@pytest.mark.requirement("GOOGLE-13")
def test_people_make_labels(google: Google) -> None:
    listed = google.get("/labels")["labels"]
    names = {each["name"] for each in listed if each["type"] == "user"}
    assert names == {"Suppliers", "Travel"}
    assert {"id": "INBOX", "name": "INBOX", "type": "system"} in listed

    made = google.post("/labels", {"name": "Work/Big deals", "labelListVisibility": "labelHide"})
    assert (made["id"], made["type"], made["messageListVisibility"]) == ("Label_3", "user", "show")
    path = f"/labels/{made['id']}"
    number = google.find("has:attachment")
    google.post(f"/messages/{number}/modify", {"addLabelIds": [made["id"]]})
    assert google.subjects("label:work-big-deals") == ["Cable trays for your standing desks"]
    counted = google.get(path)
    assert (counted["messagesTotal"], counted["messagesUnread"], counted["threadsTotal"]) == (
        *(1, 1),
        1,
    )
    color = {"textColor": "#000000", "backgroundColor": "#ffffff"}
    patched = google.gmail("PATCH", path, json={"color": color}).get_json()
    assert (patched["name"], patched["color"]) == ("Work/Big deals", color)
    assert google.gmail("PUT", path, json={"name": "Deals"}).get_json()["name"] == "Deals"
    assert google.gmail("DELETE", path).status_code == 204
    assert made["id"] not in google.get(f"/messages/{number}")["labelIds"]


@pytest.mark.requirement("GOOGLE-13")
@pytest.mark.parametrize(
    "method, path, body, status",
    [
        ("POST", "", {"name": "suppliers"}, 409),
        ("POST", "", {"name": "Inbox"}, 400),
        ("POST", "", {"name": " "}, 400),
        ("POST", "", {"name": "A", "labelListVisibility": "seldom"}, 400),
        ("PATCH", "/Label_1", {"name": "Travel"}, 409),
        ("PUT", "/INBOX", {"name": "A"}, 400),
        ("DELETE", "/INBOX", None, 400),
        ("DELETE", "/Label_9", None, 404),
    ],
)
def test_labels_that_cannot_be_made_are_refused(
    google: Google, method: str, path: str, body: Any, status: int
) -> None:
    assert google.gmail(method, f"/labels{path}", json=body).status_code == status


@pytest.mark.requirement("GOOGLE-14")
def test_a_draft_is_made_changed_and_sent(google: Google) -> None:
    made = google.post("/drafts", {"message": {"raw": raw("First", Subject="Draft")}})
    assert made["message"]["labelIds"] == ["DRAFT"]
    path = f"/drafts/{made['id']}"
    assert google.subjects("in:drafts subject:draft") == ["Draft"]
    assert google.subjects("subject:draft", "bob") == []

    changed = google.gmail("PUT", path, json={"message": {"raw": raw("Second", Subject="Draft")}})
    assert changed.get_json()["id"] == made["id"]
    assert changed.get_json()["message"]["id"] != made["message"]["id"]
    got = google.get(f"{path}?format=full")
    assert got["message"]["snippet"] == "Second"
    found = google.get("/drafts?q=subject:draft")["drafts"]
    assert [(each["id"], each["message"]["id"]) for each in found] == [
        (made["id"], got["message"]["id"])
    ]

    sent = google.post("/drafts/send", {"id": made["id"]})
    assert sent["labelIds"] == ["SENT"]
    assert google.gmail("GET", path).status_code == 404
    assert google.subjects("subject:draft", "bob") == ["Draft"]
    at_once = {"message": {"raw": raw("At once", Subject="Quick")}}
    assert google.post("/drafts/send", at_once)["labelIds"] == ["SENT"]
    kept = google.post("/drafts", {"message": {"raw": raw(To="")}})
    assert google.gmail("POST", "/drafts/send", json={"id": kept["id"]}).status_code == 400
    assert google.gmail("POST", "/drafts/send", json={}).status_code == 400
    assert google.gmail("DELETE", f"/drafts/{kept['id']}").status_code == 204
    assert google.gmail("GET", f"/drafts/{kept['id']}").status_code == 404


@pytest.mark.requirement("GOOGLE-14")
def test_messages_are_put_into_the_mailbox(google: Google) -> None:
    """`insert` as received now, `import` as dated; both with labels of one's choice."""
    google.at("2026-08-26 12:00")
    dated = raw("Old", Subject="Archived", Date="Mon, 03 Aug 2026 10:00:00 +0000")
    one = google.post("/messages", {"raw": dated, "labelIds": ["INBOX"]})
    other = google.post("/messages/import", {"raw": dated, "labelIds": ["INBOX"]})

    assert google.get(f"/messages/{one['id']}")["internalDate"] == "1787745600000"
    assert google.get(f"/messages/{other['id']}")["internalDate"] == "1785751200000"
    assert google.gmail("POST", "/messages", json={"raw": dated}, scope=SEND).status_code == 403
