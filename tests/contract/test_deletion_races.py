"""Several who delete one thing at the same moment: one does, the others are told it is gone."""

from collections.abc import Iterator

import pytest

from simulator.domain import folder_changes, folders, tags, workspaces
from simulator.errors import NotFound
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.racing import once, race
from tests.postgres.plugin import SECRET_KEY

pytestmark = pytest.mark.requirement("CORE-18", "PROC-6")


@pytest.fixture
def simulator(database_url: str) -> Iterator[Simulator]:
    """The demo world."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        yield simulator


def test_one_deletes_a_folder_a_project_or_a_tag(simulator: Simulator, race_rounds: int) -> None:
    world = simulator.world

    def delete(number: int) -> None:
        if number % 2:
            tags.delete(world, tags.get_tag(world, 1, handle))
            return
        place = folders.get_place(world, 1, numbers[number // 4])
        folder_changes.delete_place(world, place, "somebody", force=True)

    for _ in range(race_rounds):
        with world.db.unit():
            project = folders.create(world, 1, "Going", None)
            inner = folders.create(world, 1, "Inner", project.number)
            tag = tags.create(world, workspaces.get_owner(world, 1), "Going", "", None)
            numbers, handle = (inner.number, project.number), tag.handle

        outcomes = race(once(simulator, delete, NotFound))

        folder, whole = outcomes[0:4:2], outcomes[4::2]
        assert outcomes[1::2].count(True) == whole.count(True) == 1
        assert folder.count(True) <= 1  # none, where its project was gone before
