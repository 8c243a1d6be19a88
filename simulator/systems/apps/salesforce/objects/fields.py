"""A field of an object, and the shorthand in which the standard ones are written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

#: What a field's values are, as the describe call names it; with the type of SOAP beside.
TYPES: Mapping[str, str] = {
    "id": "tns:ID",
    "reference": "tns:ID",
    "string": "xsd:string",
    "textarea": "xsd:string",
    "email": "xsd:string",
    "phone": "xsd:string",
    "url": "xsd:string",
    "picklist": "xsd:string",
    "multipicklist": "xsd:string",
    "boolean": "xsd:boolean",
    "int": "xsd:int",
    "double": "xsd:double",
    "currency": "xsd:double",
    "percent": "xsd:double",
    "date": "xsd:date",
    "datetime": "xsd:dateTime",
}
#: Types whose values are text.
TEXTS = frozenset(name for name, soap in TYPES.items() if soap == "xsd:string")
#: Types whose values are numbers, written with a decimal point.
DECIMALS = frozenset(("double", "currency", "percent"))
_LENGTHS = {"email": 80, "phone": 40, "url": 255, "picklist": 255, "string": 255}
_WORDS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


@dataclass(frozen=True, kw_only=True)
class Field:
    """A field.

    Attributes:
        name: the name as the API knows it.
        label: the label as people read it.
        type: a key of `TYPES`.
        length: the length of a text, at most; 0 for no limit.
        refers_to: objects that a reference may lead to.
        relationship: under which name SOQL follows the reference; empty for none.
        children: under which name the object referred to has those that refer to it.
        values: the values of a picklist, the default first.
        is_required: whether no record is created without it.
        is_createable: whether it can be set when a record is created.
        is_updateable: whether it can be set later.
        is_external_id: whether records can be upserted by it.
        is_id_lookup: the same, of a standard field.
        is_unique: whether no two records have the same value.
        default: what a record has that was created without it.
    """

    name: str
    label: str
    type: str
    length: int = 0
    refers_to: tuple[str, ...] = ()
    relationship: str = ""
    children: str = ""
    values: tuple[str, ...] = ()
    is_required: bool = False
    is_createable: bool = True
    is_updateable: bool = True
    is_external_id: bool = False
    is_id_lookup: bool = False
    is_unique: bool = False
    default: Any = None

    @property
    def is_custom(self) -> bool:
        """Whether the org added it."""
        return self.name.endswith("__c")

    @property
    def is_filterable(self) -> bool:
        """Whether a query can be about it: not if it is a long text."""
        return self.type != "textarea" or self.length <= 255

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> "Field":
        """Return the field that `to_json` made this of."""
        lists = {name: tuple(stored.get(name) or ()) for name in ("refers_to", "values")}
        return cls(**{**stored, **lists})

    def to_json(self) -> dict[str, Any]:
        """Return it as the database keeps it."""
        return asdict(self)


def read_fields(text: str) -> tuple[Field, ...]:
    """Return the fields of a shorthand, a line each: `Name: type flags | label`.

    A flag is `required`, `readonly`, `createonly`, `unique` or `lookup`; a number, the length;
    `>Account.Contacts`, where a reference leads to, and what the other end is called; `false`, the
    default; `first` for a default that is the first value of a picklist, of which `= One; Two` are
    the values.

    Args:
        text: written in this package, without a mistake.
    """
    return tuple(_read_lines(text))


def _read_lines(text: str) -> Iterator[Field]:
    for line in text.strip().splitlines():
        written, _, label = line.partition("|")
        name, _, rest = (part.strip() for part in written.partition(":"))
        kind, _, values = rest.partition("=")
        type_, *flags = kind.split()
        made = Field(
            name=name,
            label=label.strip() or _WORDS.sub(" ", name.removesuffix("Id")),
            type=type_,
            length=_LENGTHS.get(type_, 0),
            values=tuple(each.strip() for each in values.split(";") if each.strip()),
        )
        for flag in flags:
            made = replace(made, **_read_flag(made, flag))
        yield made


def _read_flag(made: Field, flag: str) -> dict[str, Any]:
    if flag.isdigit():
        return {"length": int(flag)}
    if flag.startswith(">"):
        targets, _, children = flag[1:].partition(".")
        names = tuple(targets.split(","))
        relationship = relationship_of(made.name)
        return {"refers_to": names, "relationship": relationship, "children": children}
    known: dict[str, dict[str, Any]] = {
        "required": {"is_required": True},
        "readonly": {"is_createable": False, "is_updateable": False},
        "createonly": {"is_updateable": False},
        "unique": {"is_unique": True},
        "first": {"default": next(iter(made.values), None)},
        "false": {"default": False},
        "lookup": {"is_id_lookup": True},
    }
    return known[flag]


def relationship_of(name: str) -> str:
    """Return the name of the relationship that a reference is: `AccountId` → `Account`."""
    return f"{name[:-3]}__r" if name.endswith("__c") else name.removesuffix("Id")
