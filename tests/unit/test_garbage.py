"""When Python looks for garbage in a process that is a sandbox's alone."""

import gc

import pytest

from simulator.serving import garbage


@pytest.mark.requirement("SPEED-31")
def test_a_start_is_not_looked_through_again_and_again() -> None:
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    with garbage.wait_for_start() as started:
        assert gc.get_threshold() > usual
        started()
        assert gc.get_threshold() == usual
        assert gc.get_freeze_count() > frozen


@pytest.mark.requirement("SPEED-31")
def test_a_start_that_fails_leaves_the_collector_as_it_was() -> None:
    usual = gc.get_threshold()
    with pytest.raises(OSError, match="taken"), garbage.wait_for_start():
        raise OSError("the port is taken")
    assert gc.get_threshold() == usual
