"""What a body refers to: found by its id or by a name it goes by, and kept as it was then."""

from typing import Any

from sqlalchemy import select, type_coerce

from simulator.db.base import Json, normalized
from simulator.db.tables import AppUser
from simulator.systems.apps.coupa import shapes
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.tables import (
    CoupaInvoice,
    CoupaPurchaseOrder,
    CoupaRecord,
)
from simulator.world import World

#: Fields that a reference repeats of what it leads to, beside its id and keys.
_REPEATED = ("name", "code", "number", "active", "description", "account-type", "lookup")
_REPEATED_OF_ADDRESSES = ("street1", "street2", "city", "state", "postal-code", "country")
_NAMES = {CoupaPurchaseOrder: "po_number", CoupaInvoice: "invoice_number"}


class Unknown(Exception):
    """Nothing goes by what was sent; the message says what was looked for."""


def find_person(world: World, host: str, written: Any) -> AppUser:
    """Return the account that a body refers to by id, login or e-mail address.

    Raises:
        Unknown: there is none.
    """
    members = written if isinstance(written, dict) else {"login": written}
    known = select(AppUser).where(AppUser.host == host)
    for name, value in members.items():
        if value in (None, ""):
            continue
        if name == "id" and (number := _number(value)):
            found = world.db.session.scalar(known.where(AppUser.id == number))
        elif name in ("login", "email"):
            column = getattr(AppUser, f"normalized_{name}")
            same = known.where(column == normalized(str(value))).order_by(AppUser.id)
            found = world.db.session.scalars(same.limit(1)).first()
        else:
            continue
        if found is None:
            raise Unknown(f"there is no user with the {name} {value}")
        return found
    raise Unknown("name the user by id, login or email")


def find(world: World, host: str, resource: Resource, written: Any) -> dict[str, Any]:
    """Return a reference to what a body refers to.

    Args:
        host: the instance.
        resource: what it should be one of.
        written: an object with `id` or a key, or the key's value alone.

    Raises:
        Unknown: there is no such thing.
    """
    if resource.path == "users":
        return shapes.person(find_person(world, host, written))
    members = written if isinstance(written, dict) else _by_key(resource, written)
    for name, value in members.items():
        if value not in (None, "") and (name == "id" or name in resource.keys):
            return refer(resource, _find_row(world, host, resource, name, value))
    keys = ", ".join(("id", *resource.keys))
    raise Unknown(f"name the {resource.noun} by one of {keys}")


def refer(resource: Resource, row: Any) -> dict[str, Any]:
    """Return the reference to a row that others repeat."""
    if not isinstance(row, CoupaRecord):
        name = _NAMES.get(type(row))
        return {"id": row.id} | ({resource.keys[0]: getattr(row, name)} if name else {})
    more = _REPEATED_OF_ADDRESSES if resource.type_name.endswith("Address") else ()
    names = dict.fromkeys((*resource.keys, *_REPEATED, *more))
    return {"id": row.id} | {name: row.details[name] for name in names if name in row.details}


def find_row(world: World, host: str, resource: Resource, number: int) -> Any:
    """Return a row by its id, whoever may see it.

    Raises:
        Unknown: there is none.
    """
    return _find_row(world, host, resource, "id", number)


def is_taken(world: World, host: str, resource: Resource, value: Any, but: int = 0) -> bool:
    """Return whether another row of an instance has the value that no two share.

    Args:
        host: the instance.
        resource: what it is one of, with a `unique` field.
        value: the value of that field.
        but: id of the row that has it.
    """
    try:
        found: int = _find_row(world, host, resource, resource.unique, value).id
    except Unknown:
        return False
    return found != but


def _find_row(world: World, host: str, resource: Resource, name: str, value: Any) -> Any:
    table, missing = resource.table, f"there is no {resource.noun} with the {name} {value}"
    found = select(table).where(table.host == host)
    if table is CoupaRecord:
        found = found.where(CoupaRecord.kind == resource.path)
    if name == "id":
        number = _number(value)
        if number is None:
            raise Unknown(missing)
        found = found.where(table.id == number)
    elif table is CoupaRecord:
        there: Any = type_coerce(CoupaRecord.details, Json)[name]
        found = found.where(there.as_string() == str(value))
    else:
        found = found.where(getattr(table, _NAMES[table]) == str(value))
    row = world.db.session.scalars(found.order_by(table.id).limit(1)).first()
    if row is None:
        raise Unknown(missing)
    return row


def _by_key(resource: Resource, value: Any) -> dict[str, Any]:
    """A key's value alone; a number is an id."""
    if isinstance(value, int) or not resource.keys:
        return {"id": value}
    return {resource.keys[0]: value}


def _number(value: Any) -> int | None:
    """An id, as JSON or XML has it; None where it is none that a row could have."""
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit() and len(text) <= 10):
        return None
    return int(text) if int(text) < 2**31 else None
