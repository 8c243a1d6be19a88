"""Moments in JQL: `2026-08-24`, `"2026/08/24 09:30"`, `-7d`, `startOfMonth(-1)`; all in UTC."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

_FORMATS = ("%Y/%m/%d %H:%M", "%Y-%m-%d %H:%M", "%Y/%m/%d", "%Y-%m-%d")
_UNITS = {
    "w": timedelta(weeks=1),
    "d": timedelta(days=1),
    "h": timedelta(hours=1),
    "m": timedelta(minutes=1),
}
_PERIOD = re.compile(r"\s*(\d{1,5})([wdhm])", re.IGNORECASE)
_SHIFT = re.compile(r"([+-]?\d{1,4})([yMwdhm]?)")
#: A period's name in functions → the unit that a number without one counts.
_USUAL = {"Day": "d", "Week": "w", "Month": "M", "Year": "y"}
_FUNCTION = re.compile(r"(start|end)of(day|week|month|year)", re.IGNORECASE)


def read_moment(text: str, now: datetime) -> datetime | None:
    """Return the moment that a value names; None if it names none."""
    for each in _FORMATS:
        try:
            return datetime.strptime(text, each).replace(tzinfo=UTC)
        except ValueError:
            continue
    return _within_calendar(lambda: _relative(text, now))


def _relative(text: str, now: datetime) -> datetime | None:
    """`-7d`, `4w 2d`: from now on, or back."""
    sign, rest = (-1, text[1:]) if text.startswith("-") else (1, text.removeprefix("+"))
    if not re.fullmatch(rf"(?:{_PERIOD.pattern})+\s*", rest, re.IGNORECASE):
        return None
    whole = sum((int(n) * _UNITS[unit.lower()] for n, unit in _PERIOD.findall(rest)), timedelta())
    return now + sign * whole


def read_function(name: str, arguments: list[str], now: datetime) -> datetime | None:
    """Return the moment that a function stands for; None if there is no such function.

    Args:
        name: `now`, or `startOfDay` and its like; case does not matter.
        arguments: at most one, how far from there: `-1`, `-1M`, `"+2w"`.
        now: the current moment.
    """
    if name.lower() == "now" and not arguments:
        return now
    match = _FUNCTION.fullmatch(name)
    if match is None or len(arguments) > 1:
        return None
    period = match[2].capitalize()
    shift = _SHIFT.fullmatch(arguments[0]) if arguments else None
    if arguments and shift is None:
        return None
    number, unit = (int(shift[1]), shift[2] or _USUAL[period]) if shift else (0, "d")

    def find() -> datetime:
        begin = _moved(_begin(period, now), number, unit)
        is_end = match[1].lower() == "end"
        return _moved(begin, 1, _USUAL[period]) - timedelta(milliseconds=1) if is_end else begin

    return _within_calendar(find)


def _begin(period: str, now: datetime) -> datetime:
    day = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if period == "Week":  # begins on Sunday, as a site's does that nobody configured
        return day - timedelta(days=(day.weekday() + 1) % 7)
    if period == "Month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if period == "Year" else day


def _moved(moment: datetime, number: int, unit: str) -> datetime:
    if unit not in "yM":
        return moment + number * _UNITS[unit]
    months = moment.year * 12 + moment.month - 1 + number * (12 if unit == "y" else 1)
    first = moment.replace(year=months // 12, month=months % 12 + 1, day=1)
    last = (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return first.replace(day=min(moment.day, last.day))


def _within_calendar(find: Callable[[], datetime | None]) -> datetime | None:
    """What is found, unless it is beyond the calendar."""
    try:
        return find()
    except (OverflowError, ValueError):
        return None
