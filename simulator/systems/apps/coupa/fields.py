"""The fields of Coupa's objects, read from `fields.txt`: of what kind, and who writes them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FIELD = re.compile(
    r"(?P<name>[a-z0-9?-]+):(?P<list>\[)?(?P<type>[\w-]+)\]?(\{(?P<values>.*)\})?(?P<own>\*)?"
)
_SCALARS = {
    "string": "text",
    "integer": "integer",
    "number": "decimal",
    "boolean": "boolean",
}
#: Names of texts that are moments, and of those that are days.
_MOMENTS = re.compile(r".*-at$")
_DAYS = re.compile(r".*-date$|^date-received$")


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of an object.

    Attributes:
        name: the name as the API writes it, with dashes.
        kind: `text`, `integer`, `decimal`, `boolean`, `moment`, `day`, or `object`.
        type: the type of an object, as the documentation calls it; empty for others.
        is_list: whether it is a list of such.
        values: the values of an enumeration; empty where everything goes.
        is_read_only: whether Coupa alone writes it.
    """

    name: str
    kind: str
    type: str = ""
    is_list: bool = False
    values: tuple[str, ...] = ()
    is_read_only: bool = False


@cache
def fields_of(type_name: str) -> Mapping[str, Field]:
    """Return the fields of a type of object by name; none for one that is not described."""
    known = map(_read, _texts().get(type_name, "").split())
    return MappingProxyType({field.name: field for field in known if field is not None})


@cache
def _texts() -> dict[str, str]:
    """Return what is said of the fields of each type; who asks for one need not read them all."""
    text = (Path(__file__).parent / "fields.txt").read_text(encoding="utf-8")
    text = text[text.index("\n[") + 1 :]
    lines = [line for line in text.splitlines() if not line.startswith("-----")]
    parts = re.split(r"\n(?=\[[A-Z]\w+\]\n)", "\n".join(lines))
    split = (part.strip().partition("\n") for part in parts)
    return {heading.strip("[]"): body for heading, _, body in split}


def _read(word: str) -> Field | None:
    match = _FIELD.fullmatch(word)
    assert match is not None, f"fields.txt has no field in {word}"
    name, type_name = match["name"], match["type"]
    if name.endswith("?"):  # old names of flags that are there without it, too
        return None
    kind = _SCALARS.get(type_name, "object")
    if kind == "text":
        kind = "moment" if _MOMENTS.match(name) else "day" if _DAYS.match(name) else "text"
    return Field(
        name=name,
        kind=kind,
        type=type_name if kind == "object" else "",
        is_list=match["list"] is not None,
        values=tuple(match["values"].split("|")) if match["values"] else (),
        is_read_only=match["own"] is not None,
    )
