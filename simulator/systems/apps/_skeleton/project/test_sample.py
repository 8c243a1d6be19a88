"""The app goes the whole way: sign-in, consent, and each person's own notes."""

from pathlib import Path

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing import acting

SCENARIO = str(Path(__file__).with_name("sample.yaml"))


@pytest.mark.parametrize("name, note", [("Ada", "Water the plants"), ("Bob", "Call the plumber")])
def test_everybody_gets_their_own_notes(name: str, note: str) -> None:
    settings = Settings(database="memory", scenario=SCENARIO)
    with Simulator(settings) as simulator, acting(simulator) as actor:
        person = actor(name)
        person.connect("Notes")
        person.connect_account(person.call("List_my_notes"))

        answer = person.call("List_my_notes")

    assert [each["text"] for each in answer.structured_content["notes"]] == [note]
