"""Reading dates and times out of text: in a form that is named, or in whatever form it has."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

from simulator.domain.formulas.dates import read_iso, read_offset
from simulator.domain.formulas.errors import Misuse
from simulator.domain.formulas.values import as_text

_MILLISECONDS = re.compile(r"[0-9]{13}")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_LETTERS = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
_TIME = (
    r"(?:[,T\s]+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d\d)(?::(?P<second>\d\d)"
    r"(?:\.(?P<fraction>\d{1,9}))?)?\s*(?P<half>[ap]\.?m\.?)?)?"
    r"(?:\s*(?P<offset>Z|UTC|GMT|[+-]\d\d:?\d\d))?"
)
#: The forms that are tried in turn if none is named (our choice, after Ruby's Date.parse).
_FORMS = [
    re.compile(f"{form}{_TIME}", re.IGNORECASE)
    for form in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<day>\d{1,2})[-/.](?P<month>\d{1,2})[-/.](?P<year>\d{4})",
        rf"(?:[a-z]+,?\s+)?(?P<day>\d{{1,2}})(?:st|nd|rd|th)?[\s-]+(?P<name>{_LETTERS})[\s,-]+"
        r"(?P<year>\d{4})",
        rf"(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s+)?(?P<name>{_LETTERS})\s+"
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
    )
]
#: Letters of a form such as DD-MM-YYYY, the longest first, and what each reads.
_LETTER_FORMS = (
    ("YYYY", "Y"), ("MMMM", "B"), ("MMM", "b"), ("YY", "y"), ("MM", "m"), ("DD", "d"),
    ("HH", "H"), ("hh", "I"), ("mm", "M"), ("ss", "S"), ("A", "p"), ("a", "p"), ("D", "d"),
    ("M", "m"),
)  # fmt: skip
_DIRECTIVES = {
    "Y": r"(?P<year>\d{4})",
    "y": r"(?P<short>\d\d)",
    "m": r"(?P<month>\d{1,2})",
    "d": r"(?P<day>\d{1,2})",
    "e": r"\s?(?P<day>\d{1,2})",
    "B": f"(?P<name>{_LETTERS})",
    "b": f"(?P<name>{_LETTERS})",
    "H": r"(?P<hour>\d{1,2})",
    "k": r"\s?(?P<hour>\d{1,2})",
    "I": r"(?P<hour>\d{1,2})",
    "l": r"\s?(?P<hour>\d{1,2})",
    "M": r"(?P<minute>\d\d)",
    "S": r"(?P<second>\d\d)",
    "L": r"(?P<fraction>\d{1,9})",
    "N": r"(?P<fraction>\d{1,9})",
    "p": r"(?P<half>[ap]\.?m\.?)",
    "P": r"(?P<half>[ap]\.?m\.?)",
    "z": r"(?P<offset>Z|UTC|[+-]\d\d:?\d\d)",
    "Z": r"(?P<offset>Z|UTC|GMT|[A-Z]{3,4}|[+-]\d\d:?\d\d)",
    "A": r"[A-Za-z]+",
    "a": r"[A-Za-z]+",
    "%": "%",
}
_COMPOUND = {"F": "%Y-%m-%d", "T": "%H:%M:%S", "R": "%H:%M", "D": "%m/%d/%y"}
_OFFSET_AT_END = re.compile(r"(Z|[+-]\d\d:?\d\d)\s*$")


def read_date(text: str, form: Any = None) -> date:
    """Return the date or time that a text is; what follows it is not looked at.

    Args:
        text: the text.
        form: the order of its parts, such as `DD-MM-YYYY` or `%d/%m/%y`; None for the usual ones.

    Raises:
        Misuse: it is no such date.
    """
    text = text.strip()
    if form is not None:
        return _read_form(text, as_text(form))
    found = read_iso(text)
    if found is not None:
        return found
    for pattern in _FORMS:
        matched = pattern.match(text[:200])
        if matched:
            return _make(matched.groupdict(), text)
    raise _unreadable(text)


def read_time(text: str, form: Any = None) -> datetime:
    """Return the time that a text is, in UTC; arguments and errors are those of `read_date`.

    Thirteen digits are milliseconds since 1970, as in a message's `internalDate` at Gmail, of which
    Workato's own server of Gmail tools makes a time (our choice of what comes out).
    """
    if form is None and _MILLISECONDS.fullmatch(text):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=int(text))
    found = read_date(text, form)
    if not isinstance(found, datetime):
        found = datetime(found.year, found.month, found.day, tzinfo=UTC)
    try:
        return found.astimezone(UTC)
    except OverflowError:
        raise _unreadable(text) from None


def _unreadable(text: str) -> Misuse:
    return Misuse(
        f"cannot read '{text[:40]}' as a date: name its form, as in format: \"DD/MM/YYYY\""
    )


def _read_form(text: str, form: str) -> date:
    try:
        pattern = re.compile("".join(_iter_patterns(form[:200])), re.IGNORECASE)
    except re.error:
        raise Misuse(f"cannot use '{form[:40]}' as a form: a part is there twice") from None
    found = pattern.match(text[:200])
    if found is None:
        raise Misuse(f"cannot read '{text[:40]}' as a date of the form '{form[:40]}'")
    parts = found.groupdict()
    rest = _OFFSET_AT_END.search(text[found.end() : 200])
    if rest and not parts.get("offset") and parts.get("hour"):
        parts["offset"] = rest[1]
    return _make(parts, text)


def _iter_patterns(form: str) -> Iterator[str]:
    position = 0
    while position < len(form):
        rest = form[position:]
        if rest[0] == "%" and len(rest) > 1:
            name = rest[2:3] if rest[1] in "-0:^" else rest[1]
            position += 1 + rest.index(name, 1)
            if name in _COMPOUND:
                yield from _iter_patterns(_COMPOUND[name])
            elif name in _DIRECTIVES:
                yield _DIRECTIVES[name]
            else:
                raise Misuse(f"does not know '%{name}' in a form")
            continue
        for letters, name in _LETTER_FORMS if "%" not in form else ():
            if rest.startswith(letters):
                yield _DIRECTIVES[name]
                position += len(letters)
                break
        else:
            yield r"\s+" if rest[0].isspace() else re.escape(rest[0])
            position += 1


def _make(parts: dict[str, Any], text: str) -> date:
    year = int(parts["year"]) if parts.get("year") else _full_year(parts.get("short"))
    name = parts.get("name")
    month = _MONTHS.index(name[:3].lower()) + 1 if name else int(parts.get("month") or 1)
    try:
        if parts.get("hour") is None:
            return date(year, month, int(parts.get("day") or 1))
        hour = int(parts["hour"])
        half = (parts.get("half") or "").lower()[:1]
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        offset = parts.get("offset")
        zone: Any = read_offset(offset) if offset and offset[0] in "Z+-" else UTC
        assert isinstance(zone, timezone)
        return datetime(
            year,
            month,
            int(parts.get("day") or 1),
            hour,
            int(parts.get("minute") or 0),
            int(parts.get("second") or 0),
            int((parts.get("fraction") or "0")[:6].ljust(6, "0")),
            tzinfo=zone,
        )
    except ValueError:
        raise _unreadable(text) from None


def _full_year(short: str | None) -> int:
    """Return the year of two digits: 69 to 99 are of the century before, as in Ruby."""
    if short is None:
        raise Misuse("needs the year in the form")
    return int(short) + (1900 if int(short) >= 69 else 2000)
