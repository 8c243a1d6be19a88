"""Dates, times and durations: reading them, moving them, comparing them.

`now` and `today` are in US Pacific time, as documented; everything else keeps the offset it has.
"""

import calendar
import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from simulator.domain.formulas.errors import FormulaError, Misuse
from simulator.domain.formulas.values import Duration, PacificDate, describe

#: The zone of `now`, `today` and of `in_time_zone` without one.
PACIFIC = "America/Los_Angeles"
_ISO = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)"
    r"(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s*(Z|UTC|[+-]\d\d(?::?\d\d)?)?)?"
)


def find_zone(name: str = PACIFIC) -> tzinfo:
    """Return a time zone.

    Args:
        name: the name of the IANA database, such as `Europe/Paris`.

    Raises:
        FormulaError: there is none.
    """
    if name in ("UTC", "Etc/UTC"):
        return UTC
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FormulaError(
            f"There is no time zone '{name[:60]}': a name is like America/New_York."
        ) from None


def pacific(moment: datetime) -> datetime:
    """Return a moment as clocks on the US Pacific coast show it."""
    return moment.astimezone(find_zone())


def pacific_date(moment: datetime) -> PacificDate:
    """Return the date that it is on the US Pacific coast."""
    local = pacific(moment)
    return PacificDate(local.year, local.month, local.day)


def read_iso(text: str) -> date | None:
    """Return the date or time that a text in ISO 8601 is; None if it is no such text.

    A time without an offset is in UTC.
    """
    found = _ISO.fullmatch(text)
    if found is None:
        return None
    year, month, day, hour, minute, second, fraction, offset = found.groups()
    try:
        if hour is None:
            return date(int(year), int(month), int(day))
        return datetime(
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            int(second or 0),
            int((fraction or "0")[:6].ljust(6, "0")),
            tzinfo=read_offset(offset),
        )
    except ValueError:
        return None


def read_offset(text: str | None) -> tzinfo:
    """Return the zone that `+05:30`, `Z` and the like stand for; UTC if there is none."""
    if text is None or text in ("Z", "UTC"):
        return UTC
    from datetime import timezone

    digits = text[1:].replace(":", "").ljust(4, "0")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))


def as_date(value: Any) -> date:
    """Return a receiver that is a date or time, or text in ISO 8601, as date pills are.

    Raises:
        Misuse: it is neither.
    """
    if isinstance(value, date):
        return value
    found = read_iso(value) if isinstance(value, str) else None
    if found is None:
        raise Misuse(
            f"needs a date or time, not {describe(value)}: "
            "read the text with `to_date` or `to_time`"
        )
    return found


def as_time(value: Any) -> datetime:
    """Return a receiver as a time; a date begins at midnight in UTC.

    Raises:
        Misuse: it is no date.
    """
    found = as_date(value)
    return found if isinstance(found, datetime) else midnight(found, UTC)


def midnight(day: date, zone: tzinfo) -> datetime:
    """Return when a day begins in a time zone."""
    return datetime(day.year, day.month, day.day, tzinfo=zone)


def shift(value: Any, by: Duration) -> date:
    """Return a date or time, moved; months and days first, as the calendar has them.

    A date plus hours is a time.

    Raises:
        FormulaError: it is no date, or goes beyond the calendar.
    """
    moment = read_iso(value) if isinstance(value, str) else value
    if not isinstance(moment, date):
        raise FormulaError(f"A duration can be added to a date or time, not to {describe(value)}.")
    try:
        if by.months:
            moment = _shift_months(moment, by.months)
        if by.days:
            moment = moment + timedelta(days=by.days)
        if not by.seconds:
            return moment
        if not isinstance(moment, datetime):
            pacific_day = isinstance(value, PacificDate)
            moment = midnight(moment, find_zone() if pacific_day else UTC)
        zone = moment.tzinfo or UTC
        return (moment.astimezone(UTC) + timedelta(seconds=by.seconds)).astimezone(zone)
    except (OverflowError, ValueError):
        raise FormulaError("A date must be between the years 1 and 9999.") from None


def _shift_months(moment: date, months: int) -> date:
    count = moment.year * 12 + moment.month - 1 + months
    year, month = divmod(count, 12)
    month += 1
    last = calendar.monthrange(year, month)[1] if 1 <= year <= 9999 else 28
    return moment.replace(year=year, month=month, day=min(moment.day, last))


def difference(left: Any, right: Any) -> int | float:
    """Return `left - right`: days between dates, seconds between times.

    Raises:
        FormulaError: one of them is no date.
    """
    left, right = align(left, right)
    if not (isinstance(left, date) and isinstance(right, date)):
        raise FormulaError(f"`-` cannot be applied to {describe(left)} and {describe(right)}.")
    between = left - right
    return between.total_seconds() if isinstance(left, datetime) else between.days


def align(left: Any, right: Any) -> tuple[Any, Any]:
    """Return two values so that they can be compared.

    Text in ISO 8601 beside a date is a date, and a date beside a time its midnight in UTC.
    """
    if isinstance(left, date):
        if isinstance(right, str):
            right = read_iso(right) or right
    elif isinstance(right, date) and isinstance(left, str):
        left = read_iso(left) or left
    else:
        return left, right
    if isinstance(left, datetime) and isinstance(right, date) and not isinstance(right, datetime):
        right = midnight(right, UTC)
    elif isinstance(right, datetime) and isinstance(left, date) and not isinstance(left, datetime):
        left = midnight(left, UTC)
    return left, right


def now_in(scope_now: datetime, by: Duration) -> datetime:
    """Return a moment in Pacific time, moved."""
    moved = shift(pacific(scope_now), by)
    assert isinstance(moved, datetime)
    return moved
