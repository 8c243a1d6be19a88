"""Gmail's history: what changed in a mailbox since a client looked at it last."""

from typing import Any
from urllib.parse import urlencode

import pytest
from sqlalchemy import delete, text, update

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.apps.google.gmail import history
from simulator.systems.apps.google.tables import GmailChange, GmailMailbox
from tests.contract.google_world import MODIFY, Google, demo, google, raw
from tests.postgres.plugin import SECRET_KEY

__all__ = ["demo", "google"]  # the fixtures


def now(google: Google, who: str = "ada") -> str:
    """The number of a mailbox's last change."""
    return str(google.get("/profile", who)["historyId"])


def since(google: Google, start: str, who: str = "ada", **query: Any) -> dict[str, Any]:
    """A page of the history."""
    parameters = urlencode({"startHistoryId": start, **query}, doseq=True)
    return dict(google.get(f"/history?{parameters}", who))


def kinds(page: dict[str, Any]) -> list[str]:
    """What the entries of a page tell."""
    return [
        name for each in page.get("history", []) for name in each if name not in ("id", "messages")
    ]


@pytest.mark.requirement("GOOGLE-25")
def test_a_client_learns_what_changed_since_it_looked(google: Google) -> None:
    """A message comes, gets and loses labels, and goes; each has a number, in order."""
    start, of_bob = now(google), now(google, "bob")
    sent = google.post("/messages/send", {"raw": raw()})
    google.post(f"/messages/{sent['id']}/modify", {"addLabelIds": ["STARRED", "IMPORTANT"]})
    google.post(f"/messages/{sent['id']}/modify", {"removeLabelIds": ["STARRED"]})
    google.gmail("DELETE", f"/messages/{sent['id']}", scope="https://mail.google.com/")

    page = since(google, start)
    added, got, lost, deleted = page["history"]
    message = {"id": sent["id"], "threadId": sent["threadId"]}

    assert page["historyId"] == now(google) == deleted["id"]
    assert [int(each["id"]) for each in page["history"]] == [int(start) + n for n in range(1, 5)]
    assert added["messages"] == [message]
    assert added["messagesAdded"] == [{"message": {**message, "labelIds": ["SENT"]}}]
    assert got["labelsAdded"][0]["labelIds"] == ["IMPORTANT", "STARRED"]
    assert got["labelsAdded"][0]["message"]["labelIds"] == ["IMPORTANT", "SENT", "STARRED"]
    assert lost["labelsRemoved"][0]["labelIds"] == ["STARRED"]
    assert [each["message"]["id"] for each in deleted["messagesDeleted"]] == [sent["id"]]
    assert kinds(since(google, of_bob, "bob")) == ["messagesAdded"]
    assert since(google, page["historyId"]) == {"historyId": page["historyId"]}


@pytest.mark.requirement("GOOGLE-25")
def test_the_history_is_filtered_and_has_pages(google: Google) -> None:
    start = now(google)
    sent = google.post("/messages/send", {"raw": raw()})
    google.post(f"/messages/{sent['id']}/modify", {"addLabelIds": ["STARRED"]})
    google.post(f"/messages/{sent['id']}/trash")

    first = since(google, start, maxResults=2)
    second = since(google, start, maxResults=2, pageToken=first["nextPageToken"])
    assert [kinds(each) for each in (first, second)] == [
        ["messagesAdded", "labelsAdded"],
        ["labelsAdded"],
    ]
    assert "nextPageToken" not in second
    assert kinds(since(google, start, historyTypes="messageAdded")) == ["messagesAdded"]
    both = since(google, start, historyTypes=["messageAdded", "labelAdded"])
    assert len(both["history"]) == 3
    assert kinds(since(google, start, historyTypes="labelRemoved")) == []
    assert kinds(since(google, start, labelId="TRASH")) == ["labelsAdded"]
    assert kinds(since(google, start, labelId="TRAS")) == []


@pytest.mark.requirement("GOOGLE-25")
def test_a_seeded_mailbox_has_a_history_from_its_first_message_on(google: Google) -> None:
    """The documented way: from the number of a message that a full synchronization found."""
    number = google.find("has:attachment")
    start = google.get(f"/messages/{number}")["historyId"]
    everything = since(google, "1000")

    assert kinds(everything) == ["messagesAdded"] * 5
    assert number not in [
        each["messages"][0]["id"] for each in since(google, start).get("history", [])
    ]


@pytest.mark.requirement("GOOGLE-25")
@pytest.mark.parametrize(
    "query, status",
    [
        ({}, 400),
        ({"startHistoryId": "x"}, 400),
        ({"startHistoryId": "9" * 30}, 400),
        ({"startHistoryId": "1"}, 404),
        ({"startHistoryId": "18446744073709551615"}, 404),
        ({"startHistoryId": "2000", "pageToken": "1"}, 400),
        ({"startHistoryId": "2000", "pageToken": "x"}, 400),
        ({"startHistoryId": "2000", "historyTypes": "messageRead"}, 400),
    ],
)
def test_a_history_that_cannot_be_told_is_refused(
    google: Google, query: dict[str, str], status: int
) -> None:
    assert google.gmail("GET", f"/history?{urlencode(query)}").status_code == status
    assert google.gmail("GET", "/history?startHistoryId=2000", scope="openid").status_code == 403


@pytest.mark.requirement("GOOGLE-25")
def test_the_oldest_changes_are_forgotten(google: Google) -> None:
    """Who asks from before them is told to look at everything anew, as by Gmail."""
    start = now(google)
    with google.simulator.world.db.unit() as session:
        far = history.LONGEST + 2_000 - 1
        session.execute(update(GmailMailbox).values(history_id=far))
    google.post("/messages/send", {"raw": raw()})  # the sweep comes with this number

    assert google.gmail("GET", f"/history?startHistoryId={int(start) - 1}").status_code == 404
    with google.simulator.world.db.unit() as session:
        oldest = session.query(GmailChange.history_id).filter(
            GmailChange.history_id <= int(start), GmailChange.user_id == mailbox_of(google)
        )
        assert oldest.all() == []


def mailbox_of(google: Google) -> int:
    """The number of Ada's account."""
    with google.simulator.world.db.unit() as session:
        row = session.query(GmailMailbox).order_by(GmailMailbox.history_id.desc()).first()
        assert row is not None
        return int(row.user_id)


@pytest.mark.requirement("GOOGLE-25")
def test_mailboxes_of_before_get_a_history(database_url: str) -> None:
    settings = Settings(database=database_url, secret_key=SECRET_KEY)
    with Simulator(settings) as simulator, simulator.world.db.unit() as session:
        session.execute(delete(GmailChange))
        session.execute(text("DROP TABLE gmail_changes"))
        session.execute(text("UPDATE app_versions SET version = 2 WHERE app = 'google'"))

    with Simulator(settings) as simulator:
        site = Google(simulator)
        assert kinds(since(site, "1000")) == ["messagesAdded"] * 5
        site.post("/messages/send", {"raw": raw()}, scope=MODIFY)
        assert len(kinds(since(site, "1000"))) == 6
