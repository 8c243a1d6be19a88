"""When Python looks for garbage."""

import gc
from collections.abc import Iterator

import pytest

from simulator.garbage import gc_paused


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    gc.enable()
    yield
    gc.enable()


def test_nobody_looks_meanwhile() -> None:
    """One inside another, too."""
    with gc_paused():
        with gc_paused():
            assert not gc.isenabled()
        assert not gc.isenabled()

    assert gc.isenabled()


def test_what_goes_wrong_changes_nothing() -> None:
    with pytest.raises(OSError, match="full"), gc_paused():
        raise OSError("full")

    assert gc.isenabled()


def test_who_switched_it_off_finds_it_off() -> None:
    gc.disable()

    with gc_paused():
        pass

    assert not gc.isenabled()
