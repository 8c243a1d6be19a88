"""Reading and making rows of every resource of one instance, as far as one person may see them."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, func, select
from sqlalchemy.orm import joinedload

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.coupa import shapes
from simulator.systems.apps.coupa.lists import Selection
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.sources import source_of
from simulator.systems.apps.coupa.tables import CoupaRecord
from simulator.world import World

#: A document, a record, or an account with its profile.
Row = Any
_LARGEST_ID = 2**31 - 1


def page(
    world: World,
    resource: Resource,
    user: AppUser,
    selection: Selection,
    further: Iterable[ColumnElement[bool]] = (),
) -> Sequence[Row]:
    """Return a page of the rows that a person may see.

    Args:
        resource: which rows.
        user: the user who looks; their instance is the one looked at.
        selection: which of them.
        further: conditions beside.
    """
    source = source_of(resource)
    sees = source.all if user.role in people.SEE_ALL else source.own
    statement = source.rows.where(sees, *selection.where, *further)
    if resource.table is not CoupaRecord:
        statement = statement.options(joinedload(resource.table.requester))
    statement = statement.order_by(*selection.ordered_by(source.id))
    statement = statement.limit(selection.limit).offset(selection.offset)
    return _read(world, resource, statement, viewer_of(user))


def count(
    world: World, resource: Resource, user: AppUser, where: Iterable[ColumnElement[bool]] = ()
) -> int:
    """Return how many rows `page` pages through."""
    source = source_of(resource)
    sees = source.all if user.role in people.SEE_ALL else source.own
    found = source.rows.with_only_columns(func.count(source.id)).where(sees, *where)
    return world.db.session.scalar(found, viewer_of(user)) or 0


def find(world: World, resource: Resource, user: AppUser, number: int) -> Row | None:
    """Return the row with this id, if the person may see it."""
    if not 0 < number <= _LARGEST_ID:
        return None
    sought = {"id": number, **viewer_of(user)}
    return next(iter(_read(world, resource, _select_one(resource), sought)), None)


def _read(
    world: World, resource: Resource, statement: Select[Any], parameters: dict[str, Any]
) -> Sequence[Row]:
    if resource.path == "users":
        return world.db.session.execute(statement, parameters).all()
    return world.db.session.scalars(statement, parameters).all()


@cache
def _select_one(resource: Resource) -> Select[Any]:
    """Build once what finds a row by its id, for one who may see it."""
    source = source_of(resource)
    found: Select[Any] = source.rows.where(source.id == bindparam("id"), source.visible)
    return found


def viewer_of(user: AppUser) -> dict[str, Any]:
    """Return the parameters of what a person may see (`Source.visible`)."""
    return {"viewer": user.id, "host": user.host, "sees_all": user.role in people.SEE_ALL}


def show(resource: Resource, row: Row) -> dict[str, Any]:
    """Return a row as the API answers it."""
    if resource.path == "users":
        return shapes.account(*row)
    if isinstance(row, CoupaRecord):
        return shapes.record(row, resource)
    return shapes.document(row)


def list_owners(user: AppUser, resource: Resource, rows: Iterable[Row]) -> list[str]:
    """Return the e-mail addresses of those whose rows these are to somebody who is shown them.

    What is about them, and what they were asked to approve, is as good as theirs; what is nobody's
    own is left out.
    """
    return [email for row in rows if (email := _counts_as(user, resource, row))]


def _counts_as(user: AppUser, resource: Resource, row: Row) -> str | None:
    owner = owner_of(resource, row)
    if owner is None or owner.id == user.id:
        return owner.email if owner else None
    approvals = row.details.get("approvals") or ()
    is_approver = any((each.get("approver") or {}).get("id") == user.id for each in approvals)
    is_about = isinstance(row, CoupaRecord) and row.subject_id == user.id
    return user.email if is_approver or is_about else owner.email


def owner_of(resource: Resource, row: Row) -> AppUser | None:
    """Return whose a row is; None where it is nobody's own."""
    if resource.path == "users":
        return None
    if isinstance(row, CoupaRecord):
        return row.owner
    owner: AppUser = row.requester
    return owner


def add(
    world: World,
    resource: Resource,
    host: str,
    details: dict[str, Any],
    *,
    author: AppUser | None = None,
    **columns: Any,
) -> CoupaRecord:
    """Make a record.

    Args:
        resource: what it is one of.
        host: the instance.
        details: its fields.
        author: the author who makes it.
        **columns: further columns.
    """
    now = world.clock.now()
    by = (
        {"created-by": shapes.person(author), "updated-by": shapes.person(author)} if author else {}
    )
    row = CoupaRecord(
        host=host,
        kind=resource.path,
        details={**resource.usual, **details, **by},
        created_at=now,
        updated_at=now,
        **columns,
    )
    world.db.session.add(row)
    world.db.session.flush()
    return row


def touch(
    world: World, row: Row, details: Mapping[str, Any], author: AppUser | None = None
) -> None:
    """Set fields of a row that have no column, and when it was changed.

    Args:
        row: a document or record.
        details: what is new, by the names in the API.
        author: the author who changes it.
    """
    by = {"updated-by": shapes.person(author)} if author else {}
    row.details = {**row.details, **details, **by}
    row.updated_at = world.clock.now()


def children(world: World, kind: str, parent: Resource, parent_id: int) -> Sequence[CoupaRecord]:
    """Return the records that are part of something, by id."""
    found = select(CoupaRecord).where(
        CoupaRecord.parent_kind == parent.path,
        CoupaRecord.parent_id == parent_id,
        CoupaRecord.kind == kind,
    )
    return world.db.session.scalars(found.order_by(CoupaRecord.id)).all()


def find_part(
    world: World, resource: Resource, parent: Resource, parent_id: int, number: int
) -> CoupaRecord | None:
    """Return one of the records that are part of something, or None."""
    row = world.db.session.get(CoupaRecord, number) if 0 < number <= _LARGEST_ID else None
    if row is None or (row.kind, row.parent_kind) != (resource.path, parent.path):
        return None
    return row if row.parent_id == parent_id else None


def list_in_parent(world: World, kind: str, parent: Resource, row: Row) -> None:
    """Have a row list its children of a resource as they are now, so that it is read alone."""
    if kind.replace("_", "-") not in parent.fields:
        return
    found = children(world, kind, parent, row.id)
    shown = [shapes.record(each, RESOURCES[kind]) for each in found]
    touch(world, row, {kind.replace("_", "-"): shown})
