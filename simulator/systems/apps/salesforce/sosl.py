"""A subset of SOSL: `FIND {desk} IN NAME FIELDS RETURNING Contact(Id, Name), Case LIMIT 5`.

Salesforce, "SOQL and SOSL Reference: SOSL". Not here: AND, OR and NOT in the text, WITH, toLabel.
"""

import re

from simulator.systems.apps.salesforce.objects.catalog import Catalog, ObjectType
from simulator.systems.apps.salesforce.soql.errors import (
    MALFORMED,
    QueryError,
    no_object,
    unexpected,
)

_FIND = re.compile(
    r"\s*FIND\s*\{(?P<text>(?:[^\\}]|\\.)*)\}"
    r"(?:\s+IN\s+(?P<group>ALL|NAME|EMAIL|PHONE)\s+FIELDS)?"
    r"(?:\s+RETURNING\s+(?P<returning>.*?))?(?:\s+LIMIT\s+(?P<limit>\d{1,4}))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_RETURNED = re.compile(
    r"\s*(?P<name>\w+)\s*(?:\((?P<inside>[^()]*(?:\([^()]*\)[^()]*)*)\))?\s*(,|$)"
)
_INSIDE = re.compile(
    r"(?P<fields>.*?)(?:\bWHERE\b(?P<where>.*?))?(?P<order>\bORDER\s+BY\b.*?)?"
    r"(?:\bLIMIT\s+(?P<limit>\d{1,4}))?\s*",
    re.IGNORECASE | re.DOTALL,
)
_RESERVED = re.compile(r"([?&|!{}\[\]()^~*:\\\"'+-])")
_USUAL = ("Account", "Contact", "Lead", "Opportunity", "Case")
_MOST = 200


def quote(text: str) -> str:
    """Return a text as it stands in a search, with a backslash before what means something."""
    return _RESERVED.sub(r"\\\1", text)


def read(text: str, catalog: Catalog) -> list[str]:
    """Return a search as queries in SOQL, one for each object.

    Args:
        text: the search.
        catalog: the org's objects.

    Raises:
        QueryError: it cannot be read, or names an object that is not there.
    """
    match = _FIND.fullmatch(text)
    if match is None:
        raise _unreadable(text)
    sought = re.sub(r"\\(.)", r"\1", match["text"]).strip()
    if len(sought.strip("*?")) < 2:
        raise QueryError(MALFORMED, "search term must be longer than one character")
    group, limit = (match["group"] or "ALL").upper(), int(match["limit"] or _MOST)
    returned = _read_returned(text, match["returning"], catalog)
    return [
        query
        for object_type, inside in returned
        if (query := _query(object_type, inside, sought, group, limit))
    ]


def _unreadable(text: str) -> QueryError:
    return unexpected(next(iter(text.split(maxsplit=1)), ""))


def _read_returned(
    text: str, written: str | None, catalog: Catalog
) -> list[tuple[ObjectType, str]]:
    if written is None:
        return [(found, "") for name in _USUAL if (found := catalog.find(name))]
    returned, place = [], 0
    while place < len(written):
        match = _RETURNED.match(written, place)
        if match is None:
            raise unexpected(
                written[place:].split(maxsplit=1)[0] if written[place:].split() else ""
            )
        object_type = catalog.find(match["name"])
        if object_type is None:
            raise no_object(text, max(text.find(match["name"]), 0), match["name"])
        returned.append((object_type, match["inside"] or ""))
        place = match.end()
    return returned


def _query(object_type: ObjectType, inside: str, sought: str, group: str, limit: int) -> str:
    """Return the query of an object; empty if it has no field to look in."""
    kinds = {"EMAIL": ("email",), "PHONE": ("phone",)}.get(group, ("string", "email", "phone"))
    names = [
        each.name
        for each in object_type.fields
        if each.type in kinds and (group != "NAME" or each.name == object_type.name_field)
    ]
    if not names:
        return ""
    pattern = sought.replace("\\", "\\\\").replace("'", "\\'").replace("%", "\\%")
    pattern = pattern.replace("_", "\\_").replace("*", "%").replace("?", "_")
    fits = " OR ".join(f"{name} LIKE '%{pattern}%'" for name in names)
    parts = _INSIDE.fullmatch(inside)
    assert parts is not None, "it fits anything"
    fields = parts["fields"].strip().rstrip(",") or "Id"
    where = f" AND ({parts['where'].strip()})" if parts["where"] else ""
    most = min(int(parts["limit"] or limit), limit, _MOST)
    order = f" {parts['order'].strip()}" if parts["order"] else ""
    found = f"SELECT {fields} FROM {object_type.name}"  # noqa: S608 (our own parser reads it)
    return f"{found} WHERE ({fits}){where}{order} LIMIT {most}"
