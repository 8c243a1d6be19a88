"""What is done once something takes long: in order, and not if it was called off."""

from threading import Event

import pytest

from simulator.alarms import Alarms


@pytest.mark.requirement("API-71")
def test_what_was_not_called_off_is_done_in_order() -> None:
    alarms, done, gate, over = Alarms(delay=0.0), [], Event(), Event()
    alarms.set(lambda: done.append(gate.wait(30)))  # nothing else is done before the gate opens
    alarms.set(lambda: done.append(False)).action = None
    alarms.set(over.set)
    gate.set()
    assert over.wait(30)
    assert done == [True]

    again = Event()
    alarms.set(again.set)
    assert again.wait(30), "the thread had ended, or goes on"
