"""A new database gets its tables by statements that were compiled before."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import text

from simulator.crypto import Keys
from simulator.db import Database, app_tables, schema
from tests.tools import table_scripts

pytestmark = pytest.mark.requirement("SPEED-41")


def test_the_scripts_of_new_databases_say_what_the_tables_say() -> None:
    stale = [str(file) for file, text in table_scripts.scripts() if read_or_nothing(file) != text]

    assert stale == [], "python -m tests.tools.schema_page writes them"


def test_tables_are_the_same_without_a_script(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_script = describe_tables(tmp_path / "by script.db")
    monkeypatch.setattr(app_tables, "run_script", lambda *_: False)

    assert describe_tables(tmp_path / "compiled.db") == by_script
    assert len(by_script) > 150


def read_or_nothing(file: Path) -> str | None:
    return file.read_text(encoding="utf-8") if file.exists() else None


def describe_tables(file: Path) -> list[str]:
    """Every table and index, without the white space of its statement."""
    db = Database(f"sqlite:///{file}")
    assert schema.prepare(db, lambda: Keys("a master of these tests"))
    with db.engine.connect() as connection:
        found = connection.scalars(text("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL"))
        made = sorted("".join(each.split()) for each in found)
        versions = connection.execute(text("SELECT * FROM app_versions ORDER BY 1")).all()
    db.close()
    return [*made, *map(str, versions)]


@pytest.mark.requirement("SPEED-42")
def test_a_first_world_maps_no_tables_of_apps_and_needs_no_dialect_of_postgresql() -> None:
    script = """
import sys
import simulator.systems.aihub, simulator.systems.identity
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
Simulator(Settings(database="memory")).close()
assert "sqlalchemy.dialects.postgresql" not in sys.modules
assert not [each for each in sys.modules if "apps" in each and each.endswith(".tables")]
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)
