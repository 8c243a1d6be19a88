"""The first turn of a connection to a SQLite file that another process uses already."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path

import pytest

from simulator.db.sqlite_connection import QueuedConnection
from simulator.db.sqlite_engine import make_settings

pytestmark = pytest.mark.requirement("PROC-7")


def test_it_waits_for_who_writes_a_new_file(tmp_path: Path) -> None:
    """SQLite itself would say at once that the database is locked."""
    file, outcome = tmp_path / "new.db", list[str]()
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        def begin() -> None:
            with closing(sqlite3.connect(file, timeout=20, factory=QueuedConnection)) as own:
                own.isolation_level = None
                try:
                    own.set_up(make_settings(in_memory=False))
                    outcome.extend(own.execute("PRAGMA journal_mode").fetchone())
                except sqlite3.OperationalError as error:
                    outcome.append(str(error))

        beginning = threading.Thread(target=begin)
        beginning.start()
        beginning.join(0.2)  # long enough for a refusal
        assert outcome == []
        other.execute("COMMIT")
        beginning.join(20)

    assert outcome == ["wal"]
