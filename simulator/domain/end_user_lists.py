"""People as somebody pastes them, or as a CSV file has them: line by line, with what is wrong."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass

from simulator.domain.end_user_accounts import NewUser

#: Words above a column (our choice), lower case → what stands in it.
_HEADERS = {
    "name": "name",
    "full name": "name",
    "full_name": "name",
    "email": "email",
    "e-mail": "email",
    "mail": "email",
    "email address": "email",
    "e-mail address": "email",
}
_DELIMITERS = ",;\t"


@dataclass(frozen=True, kw_only=True)
class Line:
    """One person of a list.

    Attributes:
        number: the number of the line, from 1.
        text: the text as it stands there.
        user: the user who that is; what is wrong with them is found when they are made.
    """

    number: int
    text: str
    user: NewUser


def read_list(text: str) -> Sequence[Line]:
    """Read people from text: `name, e-mail`, `Name <e-mail>` or an e-mail address in each line.

    A first line with the words Name and E-mail says which column is which. Fields are separated by
    commas, semicolons or tabs, by what most lines have where a line has several; a name with a
    comma stands in double quotes (RFC 4180). Empty lines are ignored.

    Args:
        text: the text as pasted or uploaded.
    """
    lines = text.removeprefix("\ufeff").splitlines()
    delimiter = max(_DELIMITERS, key=lambda one: sum(one in line for line in lines))
    found: list[Line] = []
    columns: tuple[str, ...] = ("name", "email")
    for number, line in enumerate(lines, 1):
        here = delimiter if delimiter in line else next(filter(line.__contains__, _DELIMITERS), ",")
        fields = [one.strip() for one in _split(line, here)]
        if not any(fields):
            continue
        named = tuple(_HEADERS.get(one.lower(), "") for one in fields)
        if not found and "email" in named and not any("@" in one for one in fields):
            columns = named
            continue
        found.append(Line(number=number, text=line.strip(), user=_read(fields, columns)))
    return found


def _split(line: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:  # a NUL byte, or a field without an end: the line stands as it is
        return [line]


def _read(fields: list[str], columns: tuple[str, ...]) -> NewUser:
    by_name = dict(zip(columns, fields, strict=False))
    if len(fields) == 1:
        name, _, rest = fields[0].rpartition("<")
        if rest.endswith(">") and "@" in rest:
            return NewUser(name=name.strip(' "'), email=rest.removesuffix(">"))
        return NewUser(email=fields[0])
    name, email = by_name.get("name", ""), by_name.get("email", "")
    if "@" in name and "@" not in email and columns == ("name", "email"):
        return NewUser(name=email, email=name)  # the other way round
    return NewUser(name=name, email=email)
