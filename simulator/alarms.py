"""Do something once it has not been called off for a while: one thread for all that waits.

Ours: `threading.Timer` has a thread for each, and nearly all of these are called off at once.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event, Lock, Thread

from simulator.clock import stopwatch


@dataclass
class Alarm:
    """What waits.

    Attributes:
        due: when it goes off, by `stopwatch`.
        action: what is done then; None calls it off.
    """

    due: float
    action: Callable[[], None] | None


class Alarms:
    """Alarms of one process, each after the same while.

    Attributes:
        delay: the while, in real seconds.
    """

    def __init__(self, delay: float = 1.0) -> None:
        self.delay = delay
        self._waiting: deque[Alarm] = deque()
        self._lock = Lock()
        self._runs = False

    def set(self, action: Callable[[], None]) -> Alarm:
        """Have something be done after the while, unless it is called off.

        Args:
            action: may be run in another thread, and raises nothing.
        """
        alarm = Alarm(due=stopwatch() + self.delay, action=action)
        with self._lock:
            self._waiting.append(alarm)
            starts, self._runs = not self._runs, True
        if starts:
            Thread(target=self._run, name="alarms", daemon=True).start()
        return alarm

    def _run(self) -> None:
        """Do what is due, in order; end when nothing waits."""
        while (alarm := self._next()) is not None:
            Event().wait(max(0.0, alarm.due - stopwatch()))
            if (action := alarm.action) is not None:
                action()

    def _next(self) -> Alarm | None:
        with self._lock:
            while self._waiting:
                if (alarm := self._waiting.popleft()).action is not None:
                    return alarm
            self._runs = False
            return None
