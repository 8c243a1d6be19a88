"""Simulated time: the only place that reads the real clock."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, overload

from simulator.errors import SimulatorError

if TYPE_CHECKING:  # pragma: no cover
    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import InstrumentedAttribute

#: Simulated time stays between these, so that what is added to it can still be written down.
EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
LATEST = datetime(9000, 1, 1, tzinfo=UTC)


class ImpossibleTime(SimulatorError):
    """A moment that simulated time cannot be at."""

    status = 422


class NotFrozen(SimulatorError):
    """Only a frozen clock ticks by hand."""

    status = 409


@overload
def has_expired(expires_at: datetime, now: datetime) -> bool: ...
@overload
def has_expired(
    expires_at: "InstrumentedAttribute[datetime]", now: "datetime | ColumnElement[datetime]"
) -> "ColumnElement[bool]": ...
def has_expired(expires_at: Any, now: Any) -> Any:
    """Return whether something has expired: it is good before its `expires_at`, and not at it.

    The one rule for everything that expires, in Python and in SQL. RFC 7519 §4.1.4: not to be
    accepted "on or after" its `exp`; RFC 9111 §4.2: fresh while it is younger than its lifetime.

    Args:
        expires_at: the moment, aware; or the column of a table that holds it.
        now: the simulated moment; or what a statement has in its place until it is executed.
    """
    return expires_at <= now


@dataclass(frozen=True, kw_only=True)
class ClockState:
    """The state of simulated time, apart from what the real clock shows.

    Attributes:
        offset: between real and simulated time, while it runs.
        stopped_at: the moment that it stands still at; None while it runs.
    """

    offset: timedelta = timedelta()
    stopped_at: datetime | None = None


#: What becomes of a state; raises what it cannot become.
Change = Callable[[ClockState], ClockState]


class Clock:
    """The time that every expiry in the simulator is measured with; aware, in UTC."""

    def __init__(self) -> None:
        self._state = ClockState()
        self._lock = threading.Lock()
        self._skew: ContextVar[timedelta] = ContextVar("clock_skew", default=timedelta())
        #: Makes a change to the state that several processes share, and returns the new one.
        self.keeper: Callable[[Change], ClockState] | None = None

    def now(self) -> datetime:
        """Return the simulated moment, to the microsecond."""
        return _now(self._state) + self._skew.get()

    def this_second(self) -> datetime:
        """Return the simulated moment without its fraction, for protocols that count whole seconds.

        An `exp` is a whole second: a lifetime that is counted from one ends at the very moment
        that the client is told, not within the second after it.
        """
        return self.now().replace(microsecond=0)

    def timestamp(self) -> int:
        """Return the simulated moment in whole seconds since the epoch (RFC 7519 §2)."""
        return int(self.now().timestamp())

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._state.stopped_at is not None

    @property
    def state(self) -> ClockState:
        """How time goes now, for `restore`."""
        return self._state

    def travel(self, by: timedelta) -> None:
        """Move the simulated time forward (or, by a negative amount, back); frozen stays frozen.

        Raises:
            ImpossibleTime: that would be before 1970 or after 8999.
        """
        self._change(lambda state: _moved(state, by))

    def tick(self, by: timedelta) -> None:
        """Move a frozen clock.

        Raises:
            NotFrozen: time runs by itself.
            ImpossibleTime: as in `travel`.
        """

        def move(state: ClockState) -> ClockState:
            if state.stopped_at is None:
                raise NotFrozen("The clock is not frozen: freeze it first, or travel instead.")
            return _moved(state, by)

        self._change(move)

    def freeze(self, at: datetime | None = None) -> None:
        """Freeze the simulated time.

        Args:
            at: the moment to stand still at, aware; by default the present one.

        Raises:
            ImpossibleTime: it is before 1970 or after 8999.
        """
        self._change(
            lambda state: ClockState(stopped_at=_checked(_now(state) if at is None else at))
        )

    def set(self, to: datetime) -> None:
        """Set the simulated time to a moment, aware, and let it run on from there.

        Raises:
            ImpossibleTime: it is before 1970 or after 8999.
        """
        offset = _checked(to) - _real()
        self._change(lambda _: ClockState(offset=offset))

    def resume(self) -> None:
        """Let a frozen clock run on from where it stands; one that runs is left alone."""
        self._change(
            lambda state: (
                state if state.stopped_at is None else ClockState(offset=state.stopped_at - _real())
            )
        )

    @contextmanager
    def skewed(self, by: timedelta) -> Iterator[None]:
        """Skew the clock for the code of a `with` block, and for nothing else.

        One system's clock is wrong. Blocks do not add up: the innermost one counts.

        Args:
            by: how much later it is there; earlier if negative.
        """
        before = self._skew.set(by)
        try:
            yield
        finally:
            self._skew.reset(before)

    def restore(self, state: ClockState) -> None:
        """Go on as time went when this state was read."""
        self._change(lambda _: state)

    def adopt(self, state: ClockState) -> None:
        """Go on as another process has it: nobody is told."""
        self._state = state

    def reset(self) -> None:
        """Return to real time."""
        self.restore(ClockState())

    def _change(self, change: Change) -> None:
        if self.keeper is not None:
            # No lock meanwhile: who waits for the database may be waited for in this process.
            self._state = self.keeper(change)
            return
        with self._lock:
            self._state = change(self._state)


def _moved(state: ClockState, by: timedelta) -> ClockState:
    try:
        moment = _now(state) + by
    except OverflowError:
        raise ImpossibleTime(_IMPOSSIBLE) from None
    _checked(moment)
    if state.stopped_at is None:
        return ClockState(offset=state.offset + by)
    return ClockState(stopped_at=state.stopped_at + by)


_IMPOSSIBLE = "Simulated time stays between the years 1970 and 8999: choose another moment."


def _real() -> datetime:
    return datetime.now(UTC)


def _now(state: ClockState) -> datetime:
    return _real() + state.offset if state.stopped_at is None else state.stopped_at


def _checked(moment: object) -> datetime:
    """Return the moment in UTC.

    Raises:
        ImpossibleTime: it is out of bounds, or says no time zone.
    """
    if not isinstance(moment, datetime):
        raise ImpossibleTime(
            "A moment is a datetime with a time zone, such as datetime(2030, 1, 31, tzinfo=UTC), "
            f"not {moment!r}."
        )
    if moment.tzinfo is None:
        raise ImpossibleTime("A moment needs a time zone, such as 2030-01-31T12:00:00Z.")
    if not EARLIEST <= moment <= LATEST:
        raise ImpossibleTime(_IMPOSSIBLE)
    return moment.astimezone(UTC)


#: Returns real, monotonic seconds, for durations that the simulated clock must not bend.
stopwatch = time.monotonic
