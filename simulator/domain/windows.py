"""Windows that something is counted in: one opens with the first after the last one ended."""

from datetime import datetime, timedelta
from math import ceil

from simulator.clock import has_expired


def is_open(opened_at: datetime | None, length: timedelta, now: datetime) -> bool:
    """Whether a window is open; None never was."""
    if opened_at is None or now < opened_at:  # the clock was moved back behind it
        return False
    return not has_expired(opened_at + length, now)


def count_seconds_left(until: datetime, now: datetime) -> int:
    """What a Retry-After says: whole seconds until a window ends, at least 1 (RFC 9110 §10.2.3)."""
    return max(1, ceil((until - now).total_seconds()))
