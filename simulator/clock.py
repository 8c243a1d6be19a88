"""Simulated time: the only place that reads the real clock."""

import threading
import time
from datetime import UTC, datetime, timedelta


class Clock:
    """The time that every expiry in the simulator is measured with; aware, in UTC."""

    def __init__(self) -> None:
        self._offset = timedelta()
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """The simulated moment, to the microsecond."""
        return datetime.now(UTC) + self._offset

    def timestamp(self) -> int:
        """The simulated moment as whole seconds since the epoch (JWT NumericDate)."""
        return int(self.now().timestamp())

    def travel(self, by: timedelta) -> None:
        """Move the simulated time forward (or, by a negative amount, back)."""
        with self._lock:
            self._offset += by

    def reset(self) -> None:
        """Back to real time."""
        with self._lock:
            self._offset = timedelta()


def stopwatch() -> float:
    """Seconds of real, monotonic time; for durations that the simulated clock must not bend."""
    return time.monotonic()
