"""Where a resource's rows are, how each of its fields reads in SQL, and whose rows one sees."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import (
    Boolean,
    ColumnElement,
    Numeric,
    and_,
    bindparam,
    cast,
    exists,
    func,
    or_,
    select,
    true,
    type_coerce,
    union,
)
from sqlalchemy.orm import aliased

from simulator.db.base import Json
from simulator.db.tables import AppUser
from simulator.systems.apps.coupa.json_items import json_items
from simulator.systems.apps.coupa.resource import Resource, Visibility
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.shapes import LINES_EACH
from simulator.systems.apps.coupa.tables import (
    CoupaInvoice,
    CoupaPurchaseOrder,
    CoupaRecord,
    CoupaRequisition,
)

#: Names of a path into an object: `("supplier", "name")`.
Path = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Column:
    """A field that has a column.

    Attributes:
        kind: the kind as that of a `Field`; `cents` for amounts in hundredths.
        sql: the column.
    """

    kind: str
    sql: Any


@dataclass(frozen=True, kw_only=True)
class Source:
    """Where the rows of a resource are.

    Attributes:
        rows: selects all of them.
        id: the id of a row.
        columns: paths of fields that have a column.
        details: what has none.
        visible: whether `viewer` or who `sees_all` sees a row at `host`; for one row.
        all: the rows at `host`, for those who see all of them.
        own: the rows at `host` that `viewer` sees, found by indexes; for lists.
    """

    rows: Any
    id: Any
    columns: Mapping[Path, Column]
    details: Any
    visible: ColumnElement[bool]
    all: ColumnElement[bool]
    own: ColumnElement[bool]


_VIEWER: Any = bindparam("viewer")
_SEES_ALL: Any = bindparam("sees_all", type_=Boolean)
_HOST: Any = bindparam("host")


@cache
def source_of(resource: Resource) -> Source:
    """Return where the rows of a resource are, the same each time."""
    return make_source(resource)


def make_source(resource: Resource) -> Source:
    """Return where the rows of a resource are, to stand beside another one in a statement."""
    if resource.table is CoupaRecord:
        return _users() if resource.path == "users" else _records(resource)
    return _documents(resource)


def _documents(resource: Resource) -> Source:
    row = resource.table
    columns: dict[Path, Column] = {
        ("id",): Column(kind="integer", sql=row.id),
        ("status",): Column(kind="text", sql=row.status),
        ("total",): Column(kind="cents", sql=row.total_cents),
        ("exported",): Column(kind="boolean", sql=row.exported),
        ("created-at",): Column(kind="moment", sql=row.created_at),
        ("updated-at",): Column(kind="moment", sql=row.updated_at),
        ("currency", "code"): Column(kind="text", sql=row.currency),
        **_person("requested-by", row.requester_id),
        **_own_columns(row),
    }
    own = row.requester_id == _VIEWER
    at_host, approves = row.host == _HOST, _to_approve(resource)
    other = aliased(row)
    ids = union(select(other.id).where(other.requester_id == _VIEWER), approves)
    return Source(
        rows=select(row),
        id=row.id,
        columns=columns,
        details=row.details,
        visible=and_(at_host, or_(own, _SEES_ALL, row.id.in_(approves))),
        all=at_host,
        own=and_(at_host, row.id.in_(ids)),
    )


def _own_columns(row: Any) -> dict[Path, Column]:
    if row is CoupaRequisition:
        return {
            ("justification",): Column(kind="text", sql=row.justification),
            ("department", "name"): Column(kind="text", sql=row.department),
            ("need-by-date",): Column(kind="day", sql=row.need_by_date),
            ("submitted-at",): Column(kind="moment", sql=row.submitted_at),
            ("requisition-lines",): Column(kind="lines", sql=row.lines),
        }
    supplier: dict[Path, Column] = {("supplier", "name"): Column(kind="text", sql=row.supplier)}
    if row is CoupaPurchaseOrder:
        requisition = Column(kind="integer", sql=row.requisition_id)
        return {
            **supplier,
            ("po-number",): Column(kind="text", sql=row.po_number),
            ("requisition-header", "id"): requisition,
            ("order-lines",): Column(kind="lines", sql=row.lines),
            **_person("requester", row.requester_id),
        }
    assert row is CoupaInvoice
    order = Column(kind="integer", sql=row.purchase_order_id)
    return {
        **supplier,
        ("invoice-number",): Column(kind="text", sql=row.invoice_number),
        ("invoice-date",): Column(kind="day", sql=row.invoice_date),
        ("order-header", "id"): order,
        ("gross-total",): Column(kind="cents", sql=row.total_cents),
    }


def line_columns(document_id: Any, line: Any) -> dict[Path, Column]:
    """Return the fields of a document's line that are kept otherwise than they are shown.

    Args:
        document_id: the document id of what it is a line of, in SQL.
        line: the line, as JSON in SQL.
    """
    number = line["line-num"].as_integer()
    price = cast(func.nullif(line["unit-price"].as_string(), ""), Numeric(20, 6))
    return {
        ("id",): Column(kind="integer", sql=document_id * LINES_EACH + number),
        ("line-num",): Column(kind="integer", sql=number),
        ("price",): Column(kind="decimal", sql=price),
        ("status",): Column(kind="text", sql=func.coalesce(line["status"].as_string(), "created")),
    }


def _person(name: str, id_column: Any) -> dict[Path, Column]:
    """The fields of a person that a row refers to."""
    user = aliased(AppUser)

    def member(column: Any) -> Column:
        found = select(column).where(user.id == id_column).scalar_subquery()
        return Column(kind="text", sql=found)

    return {
        (name, "id"): Column(kind="integer", sql=id_column),
        (name, "login"): member(user.login),
        (name, "email"): member(user.email),
        (name, "fullname"): member(user.name),
    }


def _records(resource: Resource) -> Source:
    row = aliased(CoupaRecord)
    of_kind = and_(row.host == _HOST, row.kind == resource.path)
    other = aliased(CoupaRecord)
    mine = select(other.id).where(other.kind == resource.path)
    ids = union(
        mine.where(other.owner_id == _VIEWER),
        mine.where(other.subject_id == _VIEWER),
        *([_to_approve(resource)] if resource.path in RESOURCES["approvals"].parents else []),
    )
    everybody = resource.visibility is Visibility.EVERYBODY
    own = of_kind if everybody else and_(of_kind, row.id.in_(ids))
    sees = of_kind
    if everybody and "content-groups" in resource.fields:
        own = and_(of_kind, _is_in_content_groups(row))
        sees = and_(of_kind, or_(_SEES_ALL, _is_in_content_groups(row)))
    return Source(
        rows=select(row),
        id=row.id,
        columns={
            ("id",): Column(kind="integer", sql=row.id),
            ("status",): Column(kind="text", sql=row.status),
            ("exported",): Column(kind="boolean", sql=row.exported),
            ("created-at",): Column(kind="moment", sql=row.created_at),
            ("updated-at",): Column(kind="moment", sql=row.updated_at),
        },
        details=row.details,
        visible=sees if everybody else and_(of_kind, or_(_SEES_ALL, row.id.in_(ids))),
        all=of_kind,
        own=own,
    )


def _users() -> Source:
    """People are accounts of the instance; what else Coupa has of them is a record beside."""
    profile = aliased(CoupaRecord)
    is_active = type_coerce(profile.details, Json)["active"].as_boolean()
    beside = and_(profile.owner_id == AppUser.id, profile.kind == "users")
    return Source(
        rows=select(AppUser, profile).outerjoin(profile, beside),
        id=AppUser.id,
        columns={
            ("id",): Column(kind="integer", sql=AppUser.id),
            ("login",): Column(kind="text", sql=AppUser.login),
            ("email",): Column(kind="text", sql=AppUser.email),
            ("fullname",): Column(kind="text", sql=AppUser.name),
            ("firstname",): Column(kind="text", sql=AppUser.first_name),
            ("active",): Column(kind="boolean", sql=func.coalesce(is_active, true())),
            ("created-at",): Column(kind="moment", sql=profile.created_at),
            ("updated-at",): Column(kind="moment", sql=profile.updated_at),
        },
        details=profile.details,
        visible=AppUser.host == _HOST,
        all=AppUser.host == _HOST,
        own=AppUser.host == _HOST,
    )


def _is_in_content_groups(row: Any) -> ColumnElement[bool]:
    """Whether the viewer may see a row that content groups may limit.

    `business-group-security-type` of a user says 0, every group's, or 1, those of their own groups
    alone; what is in no group is everybody's (our choice of what 0 and 1 mean).
    """
    profile = aliased(CoupaRecord)
    mine = profile.kind == "users", profile.owner_id == _VIEWER
    details: Any = type_coerce(profile.details, Json)
    is_limited = exists().where(*mine, details["business-group-security-type"].as_integer() == 1)
    of_row = json_items(type_coerce(row.details, Json)["content-groups"]).table_valued("value")
    of_viewer = json_items(details["content-groups"]).table_valued("value")
    numbers = [type_coerce(each.c.value, Json)["id"].as_integer() for each in (of_row, of_viewer)]
    has_groups = exists(select(1).select_from(of_row))
    shared = exists(
        select(1)
        .select_from(profile)
        .join(of_viewer, true())
        .join(of_row, true())
        .where(*mine, numbers[0] == numbers[1])
        .correlate(row)
    )
    return or_(~has_groups, ~is_limited, shared)


def _to_approve(resource: Resource) -> Any:
    """The ids of what the viewer is asked, or was, to approve."""
    approval = aliased(CoupaRecord)
    return select(approval.parent_id).where(
        approval.kind == "approvals",
        approval.owner_id == _VIEWER,
        approval.parent_kind == resource.path,
    )
