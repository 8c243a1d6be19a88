"""Values of a data table's columns: checked by their type, and as people read and type them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from simulator.errors import FieldError

#: Numbers are smaller, whatever their sign, so that every database can compare them (our choice).
LARGEST = 10**250
#: Words that people type for true and false, lower case (Workato docs: TRUE, FALSE).
_TRUTH: Mapping[str, bool] = {"true": True, "false": False}


@dataclass(frozen=True, kw_only=True)
class Field:
    """A column, as records have it.

    Attributes:
        id: under which rows have its value.
        name: for people, and in programs.
        type: one of `data_tables.TYPES`.
        required: whether no record may leave it out.
        is_list: whether it has several values.
        default: what a new record has there that says nothing of it; None for nothing.
        hint: for whoever fills it in.
    """

    id: str
    name: str
    type: str
    required: bool
    is_list: bool
    default: Any = None
    hint: str = ""


def read_moment(text: str) -> datetime:
    """Return the moment of an ISO 8601 text; without an offset, it is of UTC.

    Args:
        text: such as 2026-08-31T12:00:00Z.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text)
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)


def write_moment(moment: datetime) -> str:
    """Return a moment as records have it: in UTC, with microseconds, so that texts are in order.

    Args:
        moment: the moment with a time zone.
    """
    written = moment.astimezone(UTC).isoformat(timespec="microseconds")
    return written.replace("+00:00", "Z")


def is_number(value: Any) -> bool:
    """Return whether a value is a number that a record can have, or be compared with.

    Args:
        value: out of JSON.
    """
    is_numeric = isinstance(value, int | float) and not isinstance(value, bool)
    return is_numeric and abs(value) < LARGEST


def check(found: Field, value: Any) -> Any:
    """Return a value as records have it.

    Args:
        found: the column.
        value: the value as a program sends it; None empties the column.

    Raises:
        FieldError: on the column's name: it is none of its type.
    """
    if value is None:
        return None
    if not found.is_list:
        return _check_one(found, value)
    if not isinstance(value, list):
        raise FieldError(found.name, "must be a list")
    return [_check_one(found, each) for each in value]


def _check_one(found: Field, value: Any) -> Any:
    match found.type:
        case "boolean" if isinstance(value, bool):
            return value
        case "integer" if is_number(value) and value == int(value):
            return int(value)
        case "number" if is_number(value):
            return value
        case "string" | "relation" if isinstance(value, str):
            return value
        case "date" | "date_time" if isinstance(value, str):
            return _read_time(found, value)
        case "file":
            raise FieldError(found.name, "is a file, which is uploaded at an address of its own")
    raise FieldError(found.name, f"must be {_WORDS.get(found.type, found.type)}")


def _read_time(found: Field, value: str) -> str:
    try:
        if found.type == "date":
            return date.fromisoformat(value).isoformat()
        return write_moment(read_moment(value))
    except (ValueError, OverflowError):
        raise FieldError(found.name, f"must be {_WORDS[found.type]}") from None


_WORDS = {
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "relation": "the id of a record",
    "date": "a date such as 2026-08-31",
    "date_time": "a moment such as 2026-08-31T12:00:00Z",
}


def read_typed(found: Field, text: str) -> Any:
    """Return what somebody typed as a value that `check` can judge; None for nothing.

    Args:
        found: the column; of one with several values, each stands on a line of its own.
        text: the text as typed.
    """
    text = text.replace("\r\n", "\n")
    if not found.is_list:
        return _read_one(found.type, text)
    return [_read_one(found.type, each) for each in text.split("\n") if each.strip()] or None


def write_typed(found: Field, value: Any) -> str:
    """Return a value as somebody would type it, and reads it.

    Args:
        found: the column.
        value: the value of a record, whatever it is.
    """
    if found.is_list and isinstance(value, list):
        return "\n".join(_write_one(found.type, each) for each in value)
    return _write_one(found.type, value)


def _read_one(kind: str, text: str) -> Any:
    if kind == "string":
        return text or None
    text = text.strip()
    if not text:
        return None
    match kind:
        case "boolean":
            return _TRUTH.get(text.lower(), text)
        case "integer" | "number":
            for read in (int, float):
                try:
                    return read(text)
                except ValueError:  # no number, which `check` tells
                    continue
    return text


def _write_one(kind: str, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).upper()
    text = str(value)
    return text.replace(".000000Z", "Z") if kind == "date_time" else text
