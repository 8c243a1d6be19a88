"""Periods in SOQL, such as `THIS_MONTH` and `LAST_N_DAYS:30`; all in UTC, weeks begin on Sunday.

Salesforce, "SOQL and SOSL Reference: Date Formats and Date Literals". A fiscal year is the
calendar's, as in an org that nobody configured.
"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

_NUMBERED = re.compile(r"(?:(LAST|NEXT)_N|N)_(DAY|WEEK|MONTH|QUARTER|YEAR)S(_AGO)?:(\d{1,4})")
_NAMED = re.compile(r"(LAST|THIS|NEXT)_(WEEK|MONTH|QUARTER|YEAR)")
_DAYS = {"YESTERDAY": -1, "TODAY": 0, "TOMORROW": 1}


@dataclass(frozen=True)
class Period:
    """From a moment on, up to another one, which is not in it."""

    begin: datetime
    end: datetime


def read_period(word: str, now: datetime) -> Period | None:
    """Return the period that a word names; None if it names none, or one beyond the calendar.

    Args:
        word: in upper case.
        now: the current moment, in UTC.
    """
    try:
        return _read(word.replace("FISCAL_", ""), now)
    except (OverflowError, ValueError):
        return None


def _read(word: str, now: datetime) -> Period | None:
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    if word in _DAYS:
        return _whole("DAY", today, _DAYS[word], 1)
    if word in ("LAST_90_DAYS", "NEXT_90_DAYS"):
        return _read(f"{word[:4]}_N_DAYS:90", now)
    if match := _NAMED.fullmatch(word):
        return _whole(match[2], today, {"LAST": -1, "THIS": 0, "NEXT": 1}[match[1]], 1)
    match = _NUMBERED.fullmatch(word)
    if match is None or bool(match[1]) == bool(match[3]):
        return None
    which, unit, number = match[1], match[2], int(match[4])
    if which is None:
        return _whole(unit, today, -number, 1)
    if which == "NEXT":
        return _whole(unit, today, 1, number)
    found = _whole(unit, today, -number, number)
    # Days alone go on up to now.
    return Period(found.begin, today + timedelta(days=1)) if unit == "DAY" else found


def _whole(unit: str, today: datetime, first: int, count: int) -> Period:
    """Return so many whole units, of which the first is so many away from today's."""
    return Period(_begin(unit, today, first), _begin(unit, today, first + count))


def _begin(unit: str, today: datetime, away: int) -> datetime:
    if unit == "DAY":
        return today + timedelta(days=away)
    if unit == "WEEK":
        sunday = today - timedelta(days=(today.weekday() + 1) % 7)
        return sunday + timedelta(weeks=away)
    months = {"MONTH": 1, "QUARTER": 3, "YEAR": 12}[unit]
    whole = today.year * 12 + today.month - 1
    number = (whole // months + away) * months
    return today.replace(year=number // 12, month=number % 12 + 1, day=1)
