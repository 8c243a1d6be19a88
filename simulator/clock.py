"""Simulated time: the only place that reads the real clock."""

import threading
import time
from collections.abc import Iterator
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
    expires_at: "InstrumentedAttribute[datetime]", now: datetime
) -> "ColumnElement[bool]": ...
def has_expired(expires_at: Any, now: datetime) -> Any:
    """Whether something is gone: it is good before the moment it expires at, and not at it.

    The one rule for everything that expires, in Python and in SQL. RFC 7519 §4.1.4: not to be
    accepted "on or after" its `exp`; RFC 9111 §4.2: fresh while it is younger than its lifetime.

    Args:
        expires_at: the moment, aware; or the column of a table that holds it.
        now: the simulated moment.
    """
    return expires_at <= now


@dataclass(frozen=True, kw_only=True)
class Course:
    """How simulated time goes, apart from what the real clock says.

    Attributes:
        offset: between real and simulated time, while it runs.
        stopped_at: the moment that it stands still at; None while it runs.
    """

    offset: timedelta = timedelta()
    stopped_at: datetime | None = None


class Clock:
    """The time that every expiry in the simulator is measured with; aware, in UTC."""

    def __init__(self) -> None:
        self._course = Course()
        self._lock = threading.Lock()
        self._ahead: ContextVar[timedelta] = ContextVar("ahead", default=timedelta())

    def now(self) -> datetime:
        """The simulated moment, to the microsecond."""
        return _now(self._course) + self._ahead.get()

    def this_second(self) -> datetime:
        """The simulated moment without the fraction, for what a protocol tells in whole seconds.

        An `exp` is a whole second: a lifetime that is counted from one ends at the very moment
        that the client is told, not within the second after it.
        """
        return self.now().replace(microsecond=0)

    def timestamp(self) -> int:
        """The simulated moment as whole seconds since the epoch (JWT NumericDate)."""
        return int(self.now().timestamp())

    @property
    def frozen(self) -> bool:
        """Whether time stands still."""
        return self._course.stopped_at is not None

    @property
    def course(self) -> Course:
        """How time goes now, for `follow`."""
        return self._course

    def travel(self, by: timedelta) -> None:
        """Move the simulated time forward (or, by a negative amount, back); frozen stays frozen.

        Raises:
            ImpossibleTime: that would be before 1970 or after 8999.
        """
        with self._lock:
            self._move(by)

    def tick(self, by: timedelta) -> None:
        """Move a frozen clock.

        Raises:
            NotFrozen: time runs by itself.
            ImpossibleTime: as in `travel`.
        """
        with self._lock:
            if self._course.stopped_at is None:
                raise NotFrozen("The clock is not frozen: freeze it first, or travel instead.")
            self._move(by)

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still.

        Args:
            at: the moment to stand still at, aware; by default the present one.

        Raises:
            ImpossibleTime: it is before 1970 or after 8999.
        """
        with self._lock:
            self._course = Course(stopped_at=_possible(_now(self._course) if at is None else at))

    def set(self, to: datetime) -> None:
        """Make it a certain moment, aware, and let time run on from there.

        Raises:
            ImpossibleTime: it is before 1970 or after 8999.
        """
        with self._lock:
            self._course = Course(offset=_possible(to) - _real())

    def resume(self) -> None:
        """Let a frozen clock run on from where it stands; one that runs is left alone."""
        with self._lock:
            if self._course.stopped_at is not None:
                self._course = Course(offset=self._course.stopped_at - _real())

    @contextmanager
    def ahead(self, by: timedelta) -> Iterator[None]:
        """For whoever asks in this block, and for nobody else, it is later (or, below 0, earlier).

        One system's clock is wrong; blocks do not add up.
        """
        before = self._ahead.set(by)
        try:
            yield
        finally:
            self._ahead.reset(before)

    def follow(self, course: Course) -> None:
        """Go as it went at another time."""
        with self._lock:
            self._course = course

    def reset(self) -> None:
        """Back to real time."""
        self.follow(Course())

    def _move(self, by: timedelta) -> None:
        try:
            moment = _now(self._course) + by
        except OverflowError:
            raise ImpossibleTime(_IMPOSSIBLE) from None
        _possible(moment)
        stopped_at = self._course.stopped_at
        if stopped_at is None:
            self._course = Course(offset=self._course.offset + by)
        else:
            self._course = Course(stopped_at=stopped_at + by)


_IMPOSSIBLE = "Simulated time stays between the years 1970 and 8999: choose another moment."


def _real() -> datetime:
    return datetime.now(UTC)


def _now(course: Course) -> datetime:
    return _real() + course.offset if course.stopped_at is None else course.stopped_at


def _possible(moment: object) -> datetime:
    """The moment in UTC.

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


def stopwatch() -> float:
    """Seconds of real, monotonic time; for durations that the simulated clock must not bend."""
    return time.monotonic()
