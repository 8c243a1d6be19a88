"""Making, changing and deleting objects of every resource, each by its rules."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.coupa import (
    accounts,
    buying,
    invoicing,
    receiving,
    references,
    store,
)
from simulator.systems.apps.coupa.api_errors import ApiError, Invalid, NotFound
from simulator.systems.apps.coupa.resource import Resource, Visibility
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.tables import CoupaRecord
from simulator.world import World

#: What may be deleted, and in which states (OAS R39).
_DELETABLE = {
    "requisitions": ("draft", "cart"),
    "invoices": ("new", "draft"),
    "expense_reports": ("draft",),
}
#: What an instance's own people write, and not its admins alone.
_PEOPLES = (Visibility.OWN, Visibility.PARENT)


def create(
    world: World,
    resource: Resource,
    user: AppUser,
    values: dict[str, Any],
    parent: tuple[Resource, Any] | None = None,
    parts: Iterable[tuple[Resource, dict[str, Any]]] = (),
) -> Any:
    """Make an object.

    Args:
        resource: what it is to be one of.
        user: the user who makes it.
        values: the values as `bodies.Reader` returns them.
        parent: what it is to be part of.
        parts: what it is to have as parts of its own.

    Raises:
        ApiError: 400, a rule is broken; 403, the person may not.
    """
    _check_role(resource, user, parent)
    _check_unique(world, resource, user.host, values)
    row = _create(world, resource, user, values, parent)
    for child, members in parts:
        create(world, child, user, members, (resource, row))
    return row


def _create(
    world: World,
    resource: Resource,
    user: AppUser,
    values: dict[str, Any],
    parent: tuple[Resource, Any] | None,
) -> Any:
    match resource.path:
        case "requisitions":
            return buying.create_requisition(world, user, values)
        case "purchase_orders":
            return buying.create_order(world, user, values)
        case "invoices":
            return invoicing.create(world, user, values)
        case "receiving_transactions":
            return receiving.create(world, user, values)
        case "users":
            return accounts.create(world, user, values)
    return _create_record(world, resource, user, values, parent)


def _create_record(
    world: World,
    resource: Resource,
    user: AppUser,
    values: dict[str, Any],
    parent: tuple[Resource, Any] | None,
) -> CoupaRecord:
    if resource.path == "expense_lines" and parent is None:
        parent = _report_of(world, user, values)
    owner = user.id if resource.visibility in _PEOPLES else None
    subject = store.owner_of(*parent) if parent else None
    own = {name: value for name, value in values.items() if name != "status"}
    status = values.get("status") or ("draft" if resource.path in _WITH_DRAFTS else None)
    details = {**own, **_derived(resource, values, parent)}
    row = store.add(
        world,
        resource,
        user.host,
        details,
        author=user,
        owner_id=owner,
        subject_id=subject.id if subject else None,
        parent_kind=parent[0].path if parent else None,
        parent_id=parent[1].id if parent else None,
        status=status,
    )
    if parent:
        _tell_parent(world, resource, parent)
    return row


#: Resources whose objects begin as drafts.
_WITH_DRAFTS = ("expense_reports", "contracts", "expense_lines")


def _derived(
    resource: Resource, values: dict[str, Any], parent: tuple[Resource, Any] | None
) -> dict[str, Any]:
    """What Coupa writes by itself."""
    match resource.path:
        case "comments" if parent:
            return {"commentable-id": parent[1].id, "commentable-type": parent[0].type_name}
        case "expense_lines" if parent:
            return {"expense-report-id": parent[1].id}
        case "expense_reports":
            return {"total": "0.00", "currency": values.get("currency") or {"code": "USD"}}
    return {}


def _report_of(world: World, user: AppUser, values: dict[str, Any]) -> tuple[Resource, Any] | None:
    """The report that a line names; a line may also be without one, as imported ones are."""
    number = values.pop("expense-report-id", None)
    if number is None:
        return None
    reports = RESOURCES["expense_reports"]
    report = store.find(world, reports, user, int(number))
    if report is None:
        raise NotFound(reports.noun, str(number))
    return reports, report


def _tell_parent(world: World, resource: Resource, parent: tuple[Resource, Any]) -> None:
    """Have what an object is part of list it, and count it."""
    kind, row = parent
    if kind.path == "expense_reports" and resource.path == "expense_lines":
        if row.status not in ("draft", "rejected", "pending_approval"):
            raise Invalid("status", f"is {row.status}: only a draft takes lines")
        lines = store.children(world, resource.path, kind, row.id)
        total = sum((Decimal(line.details.get("amount") or 0) for line in lines), Decimal(0))
        store.touch(world, row, {"total": f"{total:.2f}"})
    store.list_in_parent(world, resource.path, kind, row)


def update(
    world: World,
    resource: Resource,
    user: AppUser,
    row: Any,
    values: dict[str, Any],
    parts: Iterable[tuple[Resource, dict[str, Any]]] = (),
) -> None:
    """Change what a body names of an object.

    Args:
        resource: what it is one of.
        user: the user who changes it.
        row: the object.
        values: the values as `bodies.Reader` returns them.
        parts: what it is to have as further parts of its own.

    Raises:
        ApiError: 400, a rule is broken; 403, the person may not.
    """
    _check_role(resource, user, None)
    if values:
        number = row[0].id if resource.path == "users" else row.id
        _check_unique(world, resource, user.host, values, number)
    match resource.path:
        case "requisitions":
            if row.status not in ("draft", "cart", "pending_buyer_action") and values.keys() - {
                "exported",
                "custom-fields",
            }:
                raise Invalid("status", f"is {row.status}: only a draft can be changed")
            buying.change_requisition(world, row, values)
        case "purchase_orders":
            buying.change_order(world, row, values)
        case "invoices":
            invoicing.change(world, row, values)
        case "users":
            accounts.change(world, user, row, values)
        case _:
            _change_record(world, resource, user, row, values)
    for child, members in parts:
        create(world, child, user, members, (resource, row))


def _change_record(
    world: World, resource: Resource, user: AppUser, row: CoupaRecord, values: dict[str, Any]
) -> None:
    if "exported" in values and "exported" in resource.fields:
        row.exported = bool(values.pop("exported"))
    if "status" in values:
        row.status = values.pop("status")
    store.touch(world, row, values, user)
    if (parent := _parent_of(world, row)) is not None:
        _tell_parent(world, resource, parent)


def delete(world: World, resource: Resource, user: AppUser, row: Any) -> None:
    """Delete an object, where its state allows it.

    Raises:
        ApiError: 400, its state does not; 403, the person may not.
    """
    _check_role(resource, user, None)
    allowed = _DELETABLE.get(resource.path)
    if allowed is not None and row.status not in allowed:
        raise Invalid("status", f"is {row.status}: only what is {' or '.join(allowed)} can go")
    parts = [] if resource.path == "users" else _parts(world, resource, row.id)
    for part in parts:
        world.db.session.delete(part)
    world.db.session.delete(row)
    world.db.session.flush()
    if isinstance(row, CoupaRecord) and (parent := _parent_of(world, row)) is not None:
        _tell_parent(world, resource, parent)


def _parent_of(world: World, row: CoupaRecord) -> tuple[Resource, Any] | None:
    """What a record is part of, with its resource; None where it is part of nothing."""
    if row.parent_kind is None or row.parent_id is None:
        return None
    kind = RESOURCES[row.parent_kind]
    found = world.db.session.get(kind.table, row.parent_id)
    return None if found is None else (kind, found)


def _parts(world: World, resource: Resource, number: int) -> list[CoupaRecord]:
    found: list[CoupaRecord] = []
    for each in RESOURCES.values():
        if resource.path in each.parents:
            found += store.children(world, each.path, resource, number)
    return found


def _check_role(resource: Resource, user: AppUser, parent: tuple[Resource, Any] | None) -> None:
    """What everybody shares is an admin's to change, or a machine's; accounts are a machine's."""
    if people.sees_all(user) or resource.visibility in _PEOPLES:
        return
    if resource.path == "attachments" or (parent and parent[0].visibility in _PEOPLES):
        return
    raise ApiError(403, {"error": [f"Only admins and integrations can change a {resource.noun}."]})


def _check_unique(
    world: World, resource: Resource, host: str, values: dict[str, Any], but: int = 0
) -> None:
    value = values.get(resource.unique) if resource.unique else None
    if value and references.is_taken(world, host, resource, value, but):
        raise Invalid(resource.unique, "has already been taken")
