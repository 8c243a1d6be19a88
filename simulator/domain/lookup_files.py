"""Lookup tables as CSV files: the first line has the columns, each other one an entry."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from simulator.errors import FieldError

#: Entries of a table (Workato docs, lookup tables).
MOST_ENTRIES = 100_000
_DELIMITERS = ",;\t"


@dataclass(frozen=True, kw_only=True)
class LookupFile:
    """What a file says.

    Attributes:
        labels: the labels of the columns, in order.
        rows: texts of each entry, in the same order; those at the end may be missing.
    """

    labels: Sequence[str]
    rows: Sequence[Sequence[str]]


def read(content: bytes) -> LookupFile:
    """Read a CSV file (RFC 4180); empty lines are ignored.

    Fields are separated by commas, semicolons or tabs: by what the first line has most of.

    Args:
        content: the content of the file, in UTF-8.

    Raises:
        FieldError: on `file`, when it cannot be read so.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FieldError(
            "file", "This file is not in UTF-8: save it as CSV UTF-8, and choose it again."
        ) from None
    first = text.partition("\n")[0]
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[Sequence[str]] = []
    labels: Sequence[str] = ()
    try:
        for row in reader:
            if not any(row):
                continue
            if not labels:
                labels = row
                continue
            if len(row) > len(labels):
                raise FieldError(
                    "file",
                    f"Line {reader.line_num} has {len(row)} values, and the first line names "
                    f"{len(labels)} column{'s' if len(labels) != 1 else ''}.",
                )
            rows.append(row)
    except csv.Error as error:
        raise FieldError("file", f"Line {reader.line_num} is not valid CSV: {error}.") from None
    if not labels:
        raise FieldError("file", "This file is empty: its first line has to name the columns.")
    if len(rows) > MOST_ENTRIES:
        raise FieldError("file", f"A lookup table has at most {MOST_ENTRIES:,} entries.")
    return LookupFile(labels=labels, rows=rows)
