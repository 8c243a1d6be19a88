"""Windows that something is counted in: one opens with the first after the last one ended."""

from datetime import datetime, timedelta
from math import ceil

from simulator.clock import has_expired


def is_open(opened_at: datetime | None, length: timedelta, now: datetime) -> bool:
    """Return whether a window is open.

    Args:
        opened_at: when it opened; None if it never did.
        length: the length of the window.
        now: the simulated moment.
    """
    if opened_at is None or now < opened_at:  # the clock was moved back behind it
        return False
    return not has_expired(opened_at + length, now)


def count_seconds_left(until: datetime, now: datetime) -> int:
    """Return the whole seconds until a window ends, at least 1 (RFC 9110 §10.2.3).

    Args:
        until: when the window ends.
        now: the simulated moment.
    """
    return max(1, ceil((until - now).total_seconds()))
