"""Which faults there are, and how often each happened: in this process alone, or for several."""

from collections.abc import Iterable
from itertools import count
from threading import TIMEOUT_MAX, RLock

from simulator.faults.fault import Fault


class Ledger:
    """The faults of one process, oldest first.

    Attributes:
        active: those that were not cleared; another list after each change.
        patience: so many real seconds a delay lasts before somebody looks whether another process
            has cleared its fault.
    """

    patience = TIMEOUT_MAX

    def __init__(self) -> None:
        self._lock = RLock()
        self.active: list[Fault] = []
        self._numbers = count(1)

    def refresh(self) -> bool:
        """Read what other processes did; return whether something was cleared by one."""
        return False

    def plant(self, faults: Iterable[Fault]) -> None:
        """Add faults, and number them."""
        with self._lock:
            planted = list(faults)
            for fault in planted:
                fault.number = next(self._numbers)
            self.active = [*self.active, *planted]

    def strike(self, fault: Fault, outcome: Fault) -> bool | None:
        """Have an outcome happen to a request, if chance agrees; if so, it is counted.

        Args:
            fault: one of these.
            outcome: what is to happen, as `fault.outcome()` returned it.

        Returns:
            Whether it happens; None where another request took the last of it meanwhile.
        """
        with self._lock:
            if fault.outcome() is not outcome:
                return None
            fires = fault.draw()
            if fires:
                fault.count(outcome)
            return fires

    def discount(self, fault: Fault, outcome: Fault) -> None:
        """Take back that an outcome happened: there was nothing to change."""
        with self._lock:
            fault.count(outcome, -1)

    def clear(self, fault: Fault | None = None) -> None:
        """Remove one fault, or all of them."""
        with self._lock:
            self.active = [each for each in self.active if fault and each is not fault]
            if fault is None:
                self._numbers = count(1)

    def forget(self) -> None:
        """Forget all of them in this process; elsewhere they stay."""
        self.clear()
