"""What the demo world's apps have comes from statements that were made before."""

import shutil
from pathlib import Path

import pytest

from simulator import scenarios
from simulator.db import Database
from simulator.scenarios import prepared
from simulator.scenarios.seed import seed
from tests.memory_worlds import empty_world
from tests.tools.prepared_rows import SCENARIO, render
from tests.unit.scenario_world import seeded_world

pytestmark = pytest.mark.requirement("SPEED-42")


def test_the_statements_make_what_the_scenario_makes() -> None:
    world = empty_world()
    statements = prepared.find(SCENARIO, world.db)
    scenario = scenarios.load(SCENARIO, is_prepared=True)
    with world.db.unit():
        seed(world, scenario, statements)
    written = prepared.find_script(SCENARIO).read_text(encoding="utf-8")

    assert written == render(seeded_world(SCENARIO)), "python -m tests.tools.schema_page writes it"
    assert render(world) == written


def test_a_file_that_was_changed_goes_the_long_way(tmp_path: Path) -> None:
    db, mine = Database("memory"), tmp_path / "mine.yaml"
    shutil.copy(SCENARIO, mine)
    assert prepared.find(mine, db) is None
    shutil.copy(SCENARIO, tmp_path / SCENARIO.name)
    shutil.copy(prepared.find_script(SCENARIO), tmp_path)
    assert prepared.find(tmp_path / SCENARIO.name, db)

    with (tmp_path / SCENARIO.name).open("a", encoding="utf-8") as file:
        file.write("# one more line\n")

    assert prepared.find(tmp_path / SCENARIO.name, db) is None
    db.close()
