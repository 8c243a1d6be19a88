"""Databases of either kind, one after the other, and connections that nobody closes."""

import gc
import warnings
from pathlib import Path

import pytest
from sqlalchemy import select

from simulator.crypto import Keys
from simulator.db import Database
from simulator.db.schema import prepare
from simulator.db.snapshot import Snapshot
from simulator.db.sqlite_dialect import compiled_statements
from simulator.db.tables import McpServer, Workspace
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings


@pytest.mark.requirement("HARN-3")
@pytest.mark.parametrize("url", ["memory", "sqlite:///{}/file.db"])
def test_what_is_forgotten_is_closed_without_a_warning(url: str, tmp_path: Path) -> None:
    """Python 3.13 warns of what is not, in whatever test runs then."""
    db = Database(url.format(tmp_path))
    snapshot = Snapshot(db)
    in_use = db.engine.raw_connection()
    db.close()

    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        del snapshot, in_use, db
        gc.collect()

    assert [str(each.message) for each in warned] == []


@pytest.mark.requirement("SPEED-44")
def test_databases_of_one_process_share_the_statements_that_they_compiled(tmp_path: Path) -> None:
    compiled = []
    for url in ("memory", "memory", f"sqlite:///{tmp_path}/file.db"):
        db = Database(url)
        prepare(db, lambda: Keys("test"))
        with db.unit() as session:
            session.add(Workspace(name="Acme"))
            session.flush()
            assert session.scalars(select(Workspace.name)).all() == ["Acme"]
        db.close()
        compiled.append(len(compiled_statements))

    assert compiled == [compiled[0]] * 3


@pytest.mark.requirement("SPEED-44")
def test_a_database_is_told_by_the_address_that_it_was_given(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/sandbox.db"
    with Simulator(Settings(database=url, secret_key="k" * 32)) as simulator:
        assert simulator.describe()["database"] == url


@pytest.mark.requirement("HARN-3")
def test_what_never_opened_is_no_trouble(tmp_path: Path) -> None:
    db = Database(f"sqlite:///{tmp_path}/sandbox.db")
    (tmp_path / "sandbox.db").unlink()
    (tmp_path / "sandbox.db").mkdir()

    with pytest.raises(Exception, match="unable to open database file"):
        db.engine.connect()
    gc.collect()


@pytest.mark.requirement("HARN-3")
def test_a_world_in_memory_comes_after_one_in_a_file(tmp_path: Path) -> None:
    """Both are put back from what was seeded before; a file has a write-ahead log, memory none."""
    url = f"sqlite:///{tmp_path}/sandbox.db"
    for database in (url, "memory", url):
        with Simulator(Settings(database=database, secret_key="k" * 32)) as simulator:
            simulator.reset("minimal")
            assert simulator.world.settings.database == database
            with simulator.world.db.reading() as session:
                assert session.scalars(select(McpServer.number)).all()
