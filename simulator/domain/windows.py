"""Windows that something is counted in: one opens with the first after the last one ended."""

from datetime import datetime, timedelta
from math import ceil


def is_open(opened_at: datetime | None, length: timedelta, now: datetime) -> bool:
    """Whether a window is open; None never was."""
    return opened_at is not None and opened_at <= now < opened_at + length


def seconds_left(until: datetime, now: datetime) -> int:
    """What a Retry-After says: whole seconds until a window ends, at least 1 (RFC 9110 §10.2.3)."""
    return max(1, ceil((until - now).total_seconds()))
