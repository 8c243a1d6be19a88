"""What is done once something takes long: in order, and not if it was called off."""

from threading import Event

import pytest

from simulator.alarms import Alarms


@pytest.mark.requirement("API-71")
def test_what_was_not_called_off_is_done_in_order() -> None:
    alarms, done, over = Alarms(delay=0.02), [], Event()
    alarms.set(lambda: done.append("first"))
    alarms.set(lambda: done.append("never")).action = None
    alarms.set(over.set)
    assert over.wait(10)
    assert done == ["first"]

    again = Event()
    alarms.set(again.set)
    assert again.wait(10), "the thread had ended, or goes on"
