"""Gmail's search box: each operator, alone and together."""

from urllib.parse import urlencode

import pytest

from simulator.sandbox.simulator import Simulator
from tests.contract.google_world import Google, demo

__all__ = ["demo"]  # the fixture
pytestmark = pytest.mark.requirement("GOOGLE-17")

TRAYS, RE_TRAYS = "Cable trays for your standing desks", "Re: Cable trays for your standing desks"
LUNCH, DRAFT = "Supplier day, room and lunch", "Re: Supplier day, room and lunch"
TICKET = "Your ticket to Leipzig"
EVERY = [DRAFT, RE_TRAYS, TRAYS, LUNCH, TICKET]


@pytest.fixture(scope="module")
def google(demo: Simulator) -> Google:
    """One driver for all: nothing is changed here."""
    google = Google(demo)
    google.at("2026-08-25 12:00")
    return google


@pytest.fixture(scope="module")
def subjects(google: Google) -> dict[str, str]:
    """The subject of each of Ada's messages by its id."""
    every = google.get("/messages")["messages"]
    return {each["id"]: google.subject(each["id"]) for each in every}


@pytest.mark.parametrize(
    "query, found",
    [
        ("", EVERY),
        ("trays", [RE_TRAYS, TRAYS]),
        ("TRAYS warehouse", [TRAYS]),
        ("tray", []),
        ('"cable trays"', [RE_TRAYS, TRAYS]),
        ('"trays cable"', []),
        ("+leipzig", [TICKET]),
        ("from:lumen", [TRAYS]),
        ("from:orders@lumen.example", [TRAYS]),
        ("from:me", [DRAFT, RE_TRAYS]),
        ("from:(bob OR northern)", [LUNCH, TICKET]),
        ("from:{bob northern}", [LUNCH, TICKET]),
        ("to:me -from:me", [TRAYS, LUNCH, TICKET]),
        ("to:bob", [DRAFT]),
        ("to:marc", [LUNCH]),
        ("cc:marc@acme.example", [LUNCH]),
        ("bcc:marc", []),
        ("deliveredto:ada@acme.example", [TRAYS, LUNCH, TICKET]),
        ("subject:supplier", [DRAFT, LUNCH]),
        ("subject:(supplier room)", [DRAFT, LUNCH]),
        ('subject:"room and lunch"', [DRAFT, LUNCH]),
        ("subject:twelve", []),
        ("has:attachment", [TRAYS]),
        ("filename:txt", [TRAYS]),
        ("filename:delivery-note.txt", [TRAYS]),
        ("filename:pdf", []),
        ("has:userlabels", [TRAYS, TICKET]),
        ("has:nouserlabels", [DRAFT, RE_TRAYS, LUNCH]),
        ("has:yellow-star", [LUNCH]),
        ("label:suppliers", [TRAYS]),
        ("label:Label_2", [TICKET]),
        ("label:inbox", [TRAYS, LUNCH]),
        ("label:nowhere", []),
        ("in:inbox", [TRAYS, LUNCH]),
        ("in:sent", [RE_TRAYS]),
        ("in:drafts", [DRAFT]),
        ("is:draft", [DRAFT]),
        ("in:travel", [TICKET]),
        ("in:archive", [TICKET]),
        ("in:anywhere", EVERY),
        ("in:spam", []),
        ("is:unread", [TRAYS]),
        ("is:read in:inbox", [LUNCH]),
        ("is:starred", [LUNCH]),
        ("is:important", [LUNCH]),
        ("is:odd", []),
        ("category:promotions", []),
        ("after:2026/08/25", [DRAFT, RE_TRAYS, TRAYS]),
        ("after:2026-08-25 before:2026-08-26", [DRAFT, RE_TRAYS, TRAYS]),
        ("before:08/22/2026", [TICKET]),
        ("newer:2026/08/25", [DRAFT, RE_TRAYS, TRAYS]),
        ("older:2026/08/22", [TICKET]),
        # Midnight of the days is that of Los Angeles: seven hours later than UTC in summer.
        ("after:1787650800", [DRAFT, RE_TRAYS]),
        ("after:soon", []),
        ("after:2026/13/45", []),
        ("newer_than:4h", [DRAFT, RE_TRAYS, TRAYS]),
        ("newer_than:2d", [DRAFT, RE_TRAYS, TRAYS, LUNCH]),
        ("older_than:2d", [TICKET]),
        ("older_than:1w", []),
        ("newer_than:9999y", EVERY),
        ("older_than:never", []),
        ("larger:600", [TRAYS]),
        ("size:1m", []),
        ("smaller:10K", EVERY),
        ("smaller:much", []),
        ("rfc822msgid:<nobody@nowhere>", []),
        ("list:announcements", []),
        ("from:bob OR from:lumen", [TRAYS, LUNCH]),
        ("from:bob OR from:lumen is:unread", [TRAYS]),
        ("{from:bob from:lumen}", [TRAYS, LUNCH]),
        ("(from:bob is:starred) OR label:travel", [LUNCH, TICKET]),
        ("-is:unread -in:drafts", [RE_TRAYS, LUNCH, TICKET]),
        ("-(from:bob OR from:me)", [TRAYS, TICKET]),
        ("trays AND warehouse", [TRAYS]),
        ("OR trays", [RE_TRAYS, TRAYS]),
        ("((((trays", [RE_TRAYS, TRAYS]),
        ("trays )", [RE_TRAYS, TRAYS]),
        ("- trays", [RE_TRAYS, TRAYS]),
        ("unknown:trays", []),
        ("100%_", []),
        ('"', EVERY),
        ("(" * 1_000 + "trays", [RE_TRAYS, TRAYS]),
    ],
)
def test_a_query_finds(
    google: Google, subjects: dict[str, str], query: str, found: list[str]
) -> None:
    answer = google.get(f"/messages?{urlencode({'q': query})}")

    assert [subjects[each["id"]] for each in answer.get("messages", [])] == found


def test_labels_narrow_a_search(google: Google) -> None:
    assert google.subjects("trays", labelIds="UNREAD") == [TRAYS]
    assert google.get("/messages?labelIds=INBOX&labelIds=STARRED")["resultSizeEstimate"] == 1


def test_threads_are_found_by_one_of_their_messages(google: Google) -> None:
    found = google.get("/threads?q=from:lumen")

    (thread,) = found["threads"]
    assert thread["snippet"] == "Thank you. Please ring the back door."
    assert len(google.get(f"/threads/{thread['id']}?format=minimal")["messages"]) == 2
