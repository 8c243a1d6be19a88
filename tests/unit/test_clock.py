"""Simulated time runs, stands still, ticks, and stays where it can be written down."""

from datetime import UTC, datetime, timedelta

import pytest

from simulator.clock import Clock, ImpossibleTime, NotFrozen

NEW_YEAR = datetime(2030, 1, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
#: More than a test takes.
SOON = timedelta(minutes=5)


def runs_from(clock: Clock, moment: datetime) -> bool:
    """Whether time runs, and was at the moment just now."""
    first, second = clock.now(), clock.now()
    return not clock.frozen and moment <= first <= second < moment + SOON


@pytest.mark.requirement("TIME-1")
def test_frozen_time_stands_still_and_moves_by_hand() -> None:
    clock = Clock()

    clock.freeze(NEW_YEAR)
    assert clock.frozen
    assert clock.now() == clock.now() == NEW_YEAR
    clock.tick(timedelta(seconds=1))
    clock.travel(HOUR)

    assert clock.now() == NEW_YEAR + HOUR + timedelta(seconds=1)
    assert clock.timestamp() == int(clock.now().timestamp())


@pytest.mark.requirement("TIME-1")
def test_frozen_time_runs_on_from_where_it_stands() -> None:
    clock = Clock()
    clock.freeze(NEW_YEAR)

    clock.resume()

    assert runs_from(clock, NEW_YEAR)
    clock.resume()  # it runs already
    assert runs_from(clock, NEW_YEAR)


@pytest.mark.requirement("TIME-1")
def test_without_a_moment_time_stops_where_it_is() -> None:
    clock = Clock()
    clock.travel(HOUR)
    before = clock.now()

    clock.freeze()

    assert before <= clock.now() < before + SOON
    assert clock.now() == clock.now()


@pytest.mark.requirement("TIME-1")
def test_running_time_does_not_tick() -> None:
    with pytest.raises(NotFrozen, match="freeze it first, or travel"):
        Clock().tick(HOUR)


@pytest.mark.requirement("TIME-1")
def test_time_can_be_set_and_runs_on() -> None:
    clock = Clock()

    clock.set(NEW_YEAR)

    assert runs_from(clock, NEW_YEAR)


@pytest.mark.requirement("TIME-2")
def test_a_reset_thaws_and_is_back_at_real_time() -> None:
    clock = Clock()
    real = clock.now()
    clock.freeze(NEW_YEAR)

    clock.reset()

    assert runs_from(clock, real)


@pytest.mark.requirement("TIME-2")
@pytest.mark.parametrize("frozen", [True, False])
def test_time_goes_again_as_it_went_before(frozen: bool) -> None:
    clock = Clock()
    clock.set(NEW_YEAR)
    if frozen:
        clock.freeze(NEW_YEAR)
    state = clock.state
    clock.reset()

    clock.restore(state)

    assert clock.frozen == frozen
    assert NEW_YEAR <= clock.now() < NEW_YEAR + SOON


@pytest.mark.requirement("TIME-1")
@pytest.mark.parametrize("frozen", [True, False])
@pytest.mark.parametrize("by", [timedelta.max, timedelta.min, timedelta(days=-40_000)])
def test_time_does_not_leave_the_calendar(frozen: bool, by: timedelta) -> None:
    clock = Clock()
    if frozen:
        clock.freeze(NEW_YEAR)
    before = clock.state

    with pytest.raises(ImpossibleTime, match="between the years 1970 and 8999"):
        clock.travel(by)

    assert clock.state == before


@pytest.mark.requirement("TIME-1")
@pytest.mark.parametrize(
    "moment", [datetime(1969, 12, 31, tzinfo=UTC), datetime(9999, 1, 1, tzinfo=UTC)]
)
def test_a_moment_outside_of_it_is_refused(moment: datetime) -> None:
    for move in (Clock().freeze, Clock().set):
        with pytest.raises(ImpossibleTime, match="choose another moment"):
            move(moment)


@pytest.mark.requirement("TIME-1")
def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ImpossibleTime, match="needs a time zone"):
        Clock().freeze(NEW_YEAR.replace(tzinfo=None))
