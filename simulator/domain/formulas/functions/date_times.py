"""Functions of dates, times and durations."""

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

from simulator.domain.formulas import dates
from simulator.domain.formulas.calls import DATE, method
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.scope import Scope
from simulator.domain.formulas.values import Duration, PacificDate, as_text

_DIRECTIVE = re.compile(r"%([-0^_#]*)(\d{0,2})(:?)([A-Za-z%+])")
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_COMPOUND = {
    "F": "%Y-%m-%d", "T": "%H:%M:%S", "X": "%H:%M:%S", "D": "%m/%d/%y", "x": "%m/%d/%y",
    "R": "%H:%M", "r": "%I:%M:%S %p", "c": "%a %b %_e %H:%M:%S %Y",
}  # fmt: skip
#: Numbers, with how many digits they have at least; the blank ones have no zero before them.
_NUMBERS: dict[str, tuple[int, Any]] = {
    "Y": (4, lambda at: at.year),
    "C": (2, lambda at: at.year // 100),
    "y": (2, lambda at: at.year % 100),
    "m": (2, lambda at: at.month),
    "d": (2, lambda at: at.day),
    "e": (0, lambda at: at.day),
    "j": (3, lambda at: at.timetuple().tm_yday),
    "H": (2, lambda at: at.hour),
    "k": (0, lambda at: at.hour),
    "I": (2, lambda at: at.hour % 12 or 12),
    "l": (0, lambda at: at.hour % 12 or 12),
    "M": (2, lambda at: at.minute),
    "S": (2, lambda at: at.second),
    "u": (1, lambda at: at.isoweekday()),
    "w": (1, lambda at: at.isoweekday() % 7),
    "s": (1, lambda at: int(at.timestamp())),
    "U": (2, lambda at: (at.timetuple().tm_yday + 6 - at.isoweekday() % 7) // 7),
    "W": (2, lambda at: (at.timetuple().tm_yday + 6 - at.weekday()) // 7),
    "V": (2, lambda at: at.isocalendar()[1]),
    "G": (4, lambda at: at.isocalendar()[0]),
}
_WORDS: dict[str, Any] = {
    "A": lambda at: _DAYS[at.weekday()],
    "a": lambda at: _DAYS[at.weekday()][:3],
    "B": lambda at: _MONTHS[at.month - 1],
    "b": lambda at: _MONTHS[at.month - 1][:3],
    "h": lambda at: _MONTHS[at.month - 1][:3],
    "p": lambda at: "AM" if at.hour < 12 else "PM",
    "P": lambda at: "am" if at.hour < 12 else "pm",
    "Z": lambda at: at.tzname() if ":" not in (at.tzname() or ":") else "",
    "n": lambda at: "\n",
    "t": lambda at: "\t",
    "%": lambda at: "%",
}


@method("strftime", date, str, page=DATE)
def strftime(value: Any, form: Any) -> str:
    """The date or time in a form such as "%Y-%m-%d %H:%M:%S"."""
    moment = dates.as_time(value)
    return _format(moment, as_text(form))


def _format(moment: datetime, form: str) -> str:
    def directive(found: re.Match[str]) -> str:
        flags, width, colon, name = found.groups()
        if name in _COMPOUND:
            written = _format(moment, _COMPOUND[name])
            return written.upper() if "^" in flags else written
        if name in _NUMBERS:
            digits, number = _NUMBERS[name]
            written = str(number(moment))
            if "-" in flags:
                return written
            least = int(width or digits or (2 if flags else 0))
            return written.rjust(least, " " if "_" in flags else "0")
        if name in ("L", "N"):
            fraction = f"{moment.microsecond:06d}000"
            return fraction[: int(width or (3 if name == "L" else 9))]
        if name == "z":
            offset = moment.strftime("%z") or "+0000"
            return f"{offset[:3]}:{offset[3:5]}" if colon else offset[:5]
        if name in _WORDS:
            written = str(_WORDS[name](moment))
            return written.upper() if "^" in flags else written
        return found[0]

    return _DIRECTIVE.sub(directive, form)


@method("in_time_zone", date, str, page=DATE)
def in_time_zone(value: Any, name: Any = dates.PACIFIC) -> datetime:
    """The time as clocks of a time zone show it; US Pacific if none is named."""
    zone = dates.find_zone(as_text(name))
    moment = dates.as_date(value)
    if isinstance(moment, datetime):
        return moment.astimezone(zone)
    return dates.midnight(moment, zone)


@method("dst?", date, str, page=DATE)
def is_dst(value: Any) -> bool:
    """Whether daylight saving time is on, in the time's zone."""
    return bool(dates.as_time(value).dst())


@method("wday", date, str, page=DATE)
def week_day(value: Any) -> int:
    """The day of the week: 0 for Sunday."""
    return dates.as_date(value).isoweekday() % 7


@method("yday", date, str, page=DATE)
def year_day(value: Any) -> int:
    """The day of the year, from 1."""
    return dates.as_date(value).timetuple().tm_yday


@method("yweek", date, str, page=DATE)
def year_week(value: Any) -> int:
    """The week of the year (ISO 8601)."""
    return dates.as_date(value).isocalendar()[1]


def _begin(value: Any, day: date) -> datetime:
    """Return when a day begins where the value is."""
    if isinstance(value, datetime):
        return dates.midnight(day, value.tzinfo or UTC)
    return dates.midnight(day, UTC)


@method("beginning_of_hour", date, str, page=DATE)
def beginning_of_hour(value: Any) -> datetime:
    """When the hour began."""
    return dates.as_time(value).replace(minute=0, second=0, microsecond=0)


@method("beginning_of_day", date, str, page=DATE)
def beginning_of_day(value: Any) -> datetime:
    """When the day began."""
    day = dates.as_date(value)
    if isinstance(day, PacificDate):
        return dates.midnight(day, dates.find_zone())
    return _begin(day, day)


@method("beginning_of_week", date, str, page=DATE)
def beginning_of_week(value: Any) -> datetime:
    """When the week began, on Monday."""
    day = dates.as_date(value)
    try:
        return _begin(day, day - timedelta(days=day.weekday()))
    except OverflowError:
        raise Misuse("needs a date from the year 1 on") from None


@method("beginning_of_month", date, str, page=DATE)
def beginning_of_month(value: Any) -> datetime:
    """When the month began."""
    day = dates.as_date(value)
    return _begin(day, day.replace(day=1))


@method("beginning_of_year", date, str, page=DATE)
def beginning_of_year(value: Any) -> datetime:
    """When the year began."""
    day = dates.as_date(value)
    return _begin(day, day.replace(month=1, day=1))


@method("end_of_month", date, str, page=DATE)
def end_of_month(value: Any) -> date:
    """The last day of the month; of a time, its last moment."""
    day = dates.as_date(value)
    last = day.replace(day=calendar.monthrange(day.year, day.month)[1])
    if isinstance(last, datetime):
        return last.replace(hour=23, minute=59, second=59, microsecond=999_999)
    return last


@method("ago", Duration, page=DATE, needs_scope=True)
def ago(scope: Scope, duration: Duration) -> datetime:
    """The time so long before now, in US Pacific time."""
    return dates.now_in(scope.now(), -duration)


@method("from_now", Duration, page=DATE, needs_scope=True)
def from_now(scope: Scope, duration: Duration) -> datetime:
    """The time so long after now, in US Pacific time."""
    return dates.now_in(scope.now(), duration)
