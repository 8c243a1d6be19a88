"""What one process holds in memory has an end: journal, snapshots, requests to hosts outside."""

from collections.abc import Callable
from threading import BoundedSemaphore
from typing import Any

import pytest

from simulator import journal
from simulator.clock import Clock
from simulator.db import snapshot
from simulator.db.snapshot import TooManySnapshots
from simulator.journal import CAPACITY, Journal
from simulator.net import outbound
from simulator.net.outbound import FetchRefused, OutboundClient
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.tools import bounds_page

pytestmark = pytest.mark.requirement("GROW-7")


def _answer(_environ: object, start_response: Callable[..., Any]) -> list[bytes]:
    start_response("204 No Content", [])
    return []


def _ignore(*_: Any) -> Callable[[bytes], object]:
    return lambda _chunk: None


def _record(recorded: Journal, times: int, query: str = "") -> None:
    for _ in range(times):
        environ = {"REQUEST_METHOD": "GET", "PATH_INFO": "/x", "QUERY_STRING": query}
        list(recorded.record("identity", _answer, environ, _ignore))


def test_the_journal_holds_so_many_exchanges() -> None:
    recorded = Journal(Clock())

    _record(recorded, CAPACITY + 500)

    assert len(list(recorded)) == CAPACITY
    assert recorded.forgotten == 500


def test_the_journal_holds_so_many_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    """The oldest go, and it says how many."""
    monkeypatch.setattr(journal, "MOST_BYTES", 50 * 10_000)
    recorded = Journal(Clock())

    _record(recorded, 300, "q=" + "x" * 10_000)

    assert len(list(recorded)) < 50
    assert recorded.forgotten == 300 - len(list(recorded))
    _record(recorded, 199)
    assert len(list(recorded)) > 199, "small ones have room"


def test_the_journal_forgets_what_is_old(monkeypatch: pytest.MonkeyPatch) -> None:
    """By real time: the simulated one may go backwards."""
    now = 0.0
    monkeypatch.setattr(journal, "stopwatch", lambda: now)
    recorded = Journal(Clock())
    _record(recorded, 150)
    now = journal.LONGEST_SECONDS + 1.0

    _record(recorded, 50)

    assert [each.number for each in recorded] == list(range(151, 201))


def test_so_many_snapshots_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    """One more is refused before the database is copied; a name that is used again is none more."""
    monkeypatch.setattr(snapshot, "MOST", 2)
    with Simulator(Settings(database="memory")) as simulator:
        for name in ("one", "two", "two"):
            simulator.keep_snapshot(name)

        with pytest.raises(TooManySnapshots, match=r"2 snapshots are kept.*drop one first"):
            simulator.keep_snapshot("three")

        simulator.drop_snapshot("one")
        simulator.keep_snapshot("three")


def test_so_many_hosts_are_asked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each that is slow holds a thread of the systems; whoever comes too much is told at once."""
    full = BoundedSemaphore(1)
    monkeypatch.setattr(outbound, "_SLOTS", full)
    client = OutboundClient(allowed_hosts=("a.example",))

    with full, pytest.raises(FetchRefused, match="other hosts are asked at this moment"):
        client.get("https://a.example/x", limit=10)

    for _ in range(3):  # a place is given back whatever becomes of a request
        with pytest.raises(FetchRefused, match="may not ask"):
            client.get("https://b.example/x", limit=10)


def test_the_page_says_what_the_code_holds() -> None:
    page = bounds_page.PAGE.read_text(encoding="utf-8")

    assert page == bounds_page.renewed(page), "stale; run: python -m tests.tools.bounds_page"
