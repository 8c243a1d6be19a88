"""Functions that make another type of a value."""

import re
from datetime import UTC, date, datetime
from fractions import Fraction
from typing import Any

from simulator.domain.formulas import dates
from simulator.domain.formulas.calls import DATE, LIST, NUMBER, STRING, method
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.values import (
    Duration,
    as_whole,
    check_size,
    limit_number,
    limit_text,
    render_text,
    to_plain,
)

_WHOLE = re.compile(r"\s*([+-]?\d[\d_]*)")
_DECIMAL = re.compile(r"\s*([+-]?\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)")
#: The named formats of times, as in Rails.
_FORMATS = {
    "short": "%d %b %H:%M",
    "long": "%B %d, %Y %H:%M",
    "db": "%Y-%m-%d %H:%M:%S",
}


@method("to_s", object, page=STRING)
def to_s(value: Any, form: Any = None) -> str:
    """The value as text; of a time also in the forms `:short`, `:long` and `:db`."""
    if form is None:
        return render_text(value)
    if str(form) not in _FORMATS:
        raise Misuse(f"takes one of {', '.join(f':{name}' for name in _FORMATS)}")
    from simulator.domain.formulas.functions.date_times import strftime

    return strftime(value, _FORMATS[str(form)])


@method("to_i", str, page=NUMBER)
def text_to_whole(text: str) -> int:
    """The whole number that it begins with, 0 if none; of a time, seconds since 1970 in UTC."""
    found = _WHOLE.match(text[:1_300])
    return limit_number(int(found[1].replace("_", ""))) if found else 0


@method("to_i", int, float, Fraction, page=NUMBER)
def number_to_whole(number: Any) -> int:
    """The number without what is behind its point."""
    return as_whole(number)


@method("to_i", type(None), page=NUMBER)
def null_to_whole(_: None) -> int:
    """0 for null."""
    return 0


@method("to_i", datetime, page=DATE)
def time_to_whole(moment: datetime) -> int:
    """Seconds since 1970 in UTC."""
    return int(moment.timestamp())


@method("to_i", date, page=DATE)
def date_to_whole(_: date) -> int:
    """A date has no seconds: `to_time` first."""
    raise Misuse("needs a time, and this is a date: use `to_time` first")


@method("to_i", Duration, page=DATE)
def duration_to_whole(duration: Duration) -> int:
    """The duration in seconds."""
    return int(duration.total_seconds)


@method("to_f", str, page=NUMBER)
def text_to_decimal(text: str) -> float:
    """The number that a text begins with, 0.0 if none; a number with a point."""
    found = _DECIMAL.match(text[:1_300])
    return float(found[1].replace("_", "")) if found else 0.0


@method("to_f", int, float, Fraction, page=NUMBER)
def number_to_decimal(number: Any) -> float:
    """The number with a point."""
    return float(number)


@method("to_f", type(None), page=NUMBER)
def null_to_decimal(_: None) -> float:
    """0.0 for null."""
    return 0.0


@method("to_f", datetime, page=DATE)
def time_to_decimal(moment: datetime) -> float:
    """Seconds since 1970 in UTC, with their fraction."""
    return moment.timestamp()


@method("to_json", object, page=LIST)
def to_json(value: Any) -> str:
    """The value as JSON."""
    import json

    return limit_text(json.dumps(to_plain(value), ensure_ascii=False, separators=(",", ":")))


@method("to_csv", list, page=LIST)
def to_csv(items: list[Any]) -> str:
    """The list as a line of CSV, with quotes where they are needed."""
    check_size(items)
    return limit_text(",".join(map(_csv_field, items)))


def _csv_field(value: Any) -> str:
    text = render_text(value)
    if (not text and value is not None) or re.search(r'[",\r\n]', text):
        escaped = text.replace('"', '""')
        return f'"{escaped}"'
    return text


@method("to_date", str, page=DATE)
def text_to_date(text: str, *, format: Any = None) -> date:  # noqa: A002  # the vendor's name
    """The date that a text is, in the order of `format`, such as "DD-MM-YYYY" or "%d/%m/%y"."""
    from simulator.domain.formulas.readings import read_date

    found = read_date(text, format)
    return date(found.year, found.month, found.day)


@method("to_date", date, page=DATE)
def time_to_date(moment: date) -> date:
    """The date of a time, where it is."""
    return date(moment.year, moment.month, moment.day)


@method("to_time", str, page=DATE)
def text_to_time(text: str, *, format: Any = None) -> datetime:  # noqa: A002  # the vendor's name
    """The time that a text is, in UTC; a date begins at midnight."""
    from simulator.domain.formulas.readings import read_time

    return read_time(text, format)


@method("to_time", date, page=DATE)
def date_to_time(moment: date) -> datetime:
    """The time that a date begins at, in UTC."""
    return dates.as_time(moment).astimezone(UTC)
