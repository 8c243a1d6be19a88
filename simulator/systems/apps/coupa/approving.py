"""Approvals: who is asked, what each decision does, and what it makes of what was submitted."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from sqlalchemy import select

from simulator.db.tables import AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.coupa import buying, shapes, states, store
from simulator.systems.apps.coupa.api_errors import ApiError
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import RESOURCES
from simulator.systems.apps.coupa.tables import CoupaRecord
from simulator.world import World

APPROVALS = RESOURCES["approvals"]
#: The word of a waiting approval; examples have it, the text of the rules says `pending` (U).
PENDING, WAITING = "pending_approval", "waiting"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What becomes of something that was submitted.

    Attributes:
        approved: its state once everybody has approved.
        rejected: its state once somebody has rejected.
    """

    approved: str
    rejected: str


#: A rejected requisition goes back to its requester, as its states have no word for it.
OUTCOMES: Mapping[str, Outcome] = MappingProxyType(
    {
        "requisitions": Outcome(approved="approved", rejected="draft"),
        "invoices": Outcome(approved="approved", rejected="rejected"),
        "expense_reports": Outcome(approved="approved", rejected="rejected"),
        "contracts": Outcome(approved="published", rejected="draft"),
    }
)


def submit(world: World, resource: Resource, row: Any, author: AppUser) -> None:
    """Ask for approval of a row that is `pending_approval` by now; without anybody it is approved.

    Args:
        resource: what it is one of.
        row: what is submitted.
        author: the author who submits it.
    """
    owner = store.owner_of(resource, row) or author
    approver = find_approver(world, owner)
    if approver is None:
        _finish(world, resource, row, is_approved=True)
    else:
        add(world, resource, row, approver, author)
    list_approvals(world, resource, row)


def find_approver(world: World, owner: AppUser) -> AppUser | None:
    """Return who is asked first: a person's manager, else the first admin (our choice)."""
    profile = world.db.session.scalars(
        select(CoupaRecord).where(CoupaRecord.kind == "users", CoupaRecord.owner_id == owner.id)
    ).first()
    manager = (profile.details.get("manager") or {}).get("id") if profile else None
    if manager:
        return people.by_id(world, owner.host, manager)
    admins = select(AppUser).where(
        AppUser.host == owner.host, AppUser.role == people.ADMIN, AppUser.id != owner.id
    )
    return world.db.session.scalars(admins.order_by(AppUser.id).limit(1)).first()


def add(
    world: World,
    resource: Resource,
    row: Any,
    approver: AppUser,
    author: AppUser | None,
    kind: str = "ManagementHierarchyApproval",
) -> CoupaRecord:
    """Ask one more person, after those who are asked already."""
    open_ones = [each for each in pending(world, resource, row) if each.status == PENDING]
    owner = store.owner_of(resource, row)
    position = len(store.children(world, APPROVALS.path, resource, row.id)) + 1
    return store.add(
        world,
        APPROVALS,
        row.host,
        {
            "approvable-id": row.id,
            "approvable-type": resource.type_name,
            "approval-date": None,
            "approver": shapes.person(approver),
            "approver-id": approver.id,
            "approver-type": "User",
            "note": None,
            "position": position,
            "type": kind,
        },
        author=author,
        owner_id=approver.id,
        subject_id=owner.id if owner else None,
        parent_kind=resource.path,
        parent_id=row.id,
        status=WAITING if open_ones else PENDING,
    )


def pending(world: World, resource: Resource, row: Any) -> list[CoupaRecord]:
    """Return the approvals of a row that are not decided, in their order."""
    found = store.children(world, APPROVALS.path, resource, row.id)
    return [each for each in found if each.status in (PENDING, WAITING, "on_hold")]


def list_approvals(world: World, resource: Resource, row: Any) -> None:
    """Have a row list its approvals, and the current one, as they are now."""
    found = [
        shapes.record(each, APPROVALS)
        for each in store.children(world, APPROVALS.path, resource, row.id)
    ]
    current = next((each for each in found if each["status"] in (PENDING, "on_hold")), None)
    details: dict[str, Any] = {"approvals": found}
    if "current-approval" in resource.fields:
        details["current-approval"] = current
    store.touch(world, row, details)


def decide(world: World, approval: CoupaRecord, verb: str, author: AppUser, reason: str) -> None:
    """Approve, reject or hold; only while it is pending, and by who is asked.

    Args:
        approval: the approval.
        verb: `approve`, `reject` or `hold`.
        author: the author who decides; an admin or a machine does for anybody.
        reason: why; empty for no reason.

    Raises:
        ApiError: 400, it is not pending; 403, somebody else is asked.
    """
    if approval.owner_id != author.id and not people.sees_all(author):
        raise ApiError(403, {"error": ["Only the approver can do this."]})
    done = {"approve": "approved", "reject": "rejected", "hold": "on_hold"}[verb]
    allowed = (PENDING, "on_hold") if verb != "hold" else (PENDING,)
    states.move(world, approval, allowed, done, {"hold": "put on hold"}.get(verb, done))
    decided: dict[str, Any] = {"note": reason or approval.details.get("note")}
    if verb != "hold":
        decided |= {
            "approval-date": shapes.moment(world.clock.now()),
            "approved-by": shapes.person(author),
        }
    store.touch(world, approval, decided, author)
    resource = RESOURCES[str(approval.parent_kind)]
    row = world.db.session.get(resource.table, approval.parent_id or 0)
    if row is None:
        return
    if verb == "reject":
        _end_others(world, resource, row)
        for name in ("reject-reason-comment", "reject-reason"):
            if name in resource.fields:
                store.touch(world, row, {name: reason or None})
        _finish(world, resource, row, is_approved=False)
    elif verb == "approve":
        go_on(world, resource, row)
    list_approvals(world, resource, row)


def go_on(world: World, resource: Resource, row: Any) -> None:
    """Ask the next one; without a next one what was submitted is approved."""
    rest = pending(world, resource, row)
    if not rest:
        _finish(world, resource, row, is_approved=True)
    elif rest[0].status == WAITING:
        rest[0].status = PENDING


def _end_others(world: World, resource: Resource, row: Any) -> None:
    for each in pending(world, resource, row):
        each.status = "skipped"


def skip(world: World, resource: Resource, row: Any, *, only_current: bool) -> None:
    """Go on without the decision of the current approver, or of anybody."""
    for each in pending(world, resource, row)[: 1 if only_current else None]:
        each.status = "bypassed"
    world.db.session.flush()
    go_on(world, resource, row)
    list_approvals(world, resource, row)


def restart(world: World, resource: Resource, row: Any, author: AppUser) -> None:
    """Ask everybody anew."""
    for each in store.children(world, APPROVALS.path, resource, row.id):
        world.db.session.delete(each)
    world.db.session.flush()
    submit(world, resource, row, author)


def _finish(world: World, resource: Resource, row: Any, *, is_approved: bool) -> None:
    outcome = OUTCOMES[resource.path]
    if is_approved and resource.path == "requisitions":
        buying.order_requisition(world, row)
    else:
        row.status = outcome.approved if is_approved else outcome.rejected
    if resource.path == "contracts" and is_approved:
        store.touch(world, row, {"published-date": shapes.moment(world.clock.now())})
    row.updated_at = world.clock.now()
