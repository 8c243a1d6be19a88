"""Objects that a scenario spells out as the API has them, and those that documents imply."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulator.systems.apps._kit.seeding import AppSeed
from simulator.systems.apps.coupa import shapes
from simulator.systems.apps.coupa.fields import fields_of
from simulator.systems.apps.coupa.rate_limit import SETTINGS
from simulator.systems.apps.coupa.resource import Resource, Visibility
from simulator.systems.apps.coupa.resources import RESOURCES, resource_of
from simulator.systems.apps.coupa.tables import (
    CoupaInvoice,
    CoupaPurchaseOrder,
    CoupaRecord,
    CoupaRequisition,
)
from simulator.validation.mistakes import Mistakes, Place, expect_one_of

if TYPE_CHECKING:  # pragma: no cover
    from simulator.systems.apps.coupa.scenario import CoupaApp

#: What may be spelled out: all that is no document, no account and no decision.
KINDS = tuple(
    path
    for path, each in RESOURCES.items()
    if each.table is CoupaRecord and each.is_listed and path not in ("users", "approvals")
)
#: Named queries of the instance (`filter=…`).
FILTERS = "api_filters"
_OWNER = "owner"
#: When what has no date of its own was made.
_CREATED = datetime(2026, 1, 1, 9, tzinfo=UTC)


@dataclass
class Seeder:
    """Makes the records of one instance.

    Attributes:
        seed: ids, and who is who.
        app: the instance.
        made: (resource, name) → the record.
    """

    seed: AppSeed
    app: "CoupaApp"
    made: dict[tuple[str, str], CoupaRecord] = field(default_factory=dict)

    def rows(self, documents: Iterable[Any]) -> Iterator[CoupaRecord]:
        """Make the profiles of people, what documents refer to, what is spelled out, approvals.

        Args:
            documents: requisitions, purchase orders and invoices of the instance; they are told
                which approvals they have, and the ids of what they refer to.
        """
        documents = list(documents)
        for user in self.app.users:
            yield self._record("users", {}, owner=user.login)
        yield from self._spelled_out()
        yield from self._implied(documents)
        yield from self._approvals(documents)

    def _record(
        self,
        path: str,
        details: dict[str, Any],
        created: datetime = _CREATED,
        *,
        owner: str | None = None,
        **columns: Any,
    ) -> CoupaRecord:
        resource = RESOURCES.get(path)
        usual = resource.usual if resource else {}
        row = CoupaRecord(
            id=next(self.seed.own_ids),
            host=self.app.host,
            kind=path,
            owner_id=self.seed.users[owner] if owner else None,
            status=details.pop("status", None) if path != "suppliers" else None,
            exported=bool(details.pop("exported", False)),
            details={**usual, **details},
            created_at=created,
            updated_at=created,
            **columns,
        )
        for key in resource.keys if resource else ():
            if name := row.details.get(key):
                self.made.setdefault((path, str(name)), row)
        return row

    def _spelled_out(self) -> Iterator[CoupaRecord]:
        for path, written in self.app.data.objects.items():
            for each in written:
                members = dict(each)
                owner = members.pop(_OWNER, None)
                parts = [] if path != "expense_reports" else members.pop("expense-lines", [])
                details = self._referred(fields_of(RESOURCES[path].type_name), members)
                if path in ("expense_reports", "contracts"):
                    details.setdefault("status", "draft")
                row = self._record(path, details, owner=owner)
                yield row
                yield from self._expense_lines(row, parts, owner)
        if limit := self.app.data.requests_per_second:
            yield self._record(SETTINGS, {"requests-per-second": limit})
        for name, written_filter in self.app.data.filters.items():
            yield self._record(FILTERS, {"name": name, **written_filter.model_dump()})

    def _expense_lines(
        self, report: CoupaRecord, written: list[Any], owner: str | None
    ) -> Iterator[CoupaRecord]:
        lines = []
        for each in written:
            details = self._referred(fields_of("ExpenseLine"), dict(each))
            details["amount"] = f"{Decimal(str(details.get('amount', 0))):.2f}"
            line = self._record(
                *("expense_lines", {"status": "draft", **details}),
                owner=owner,
                parent_kind="expense_reports",
                parent_id=report.id,
            )
            lines.append(line)
            yield line
        if report.kind == "expense_reports":
            total = sum((Decimal(line.details["amount"]) for line in lines), Decimal(0))
            shown = [shapes.record(line, RESOURCES["expense_lines"]) for line in lines]
            report.details = {
                **report.details,
                "total": f"{total:.2f}",
                "expense-lines": shown,
            }

    def _referred(self, known: Mapping[str, Any], members: dict[str, Any]) -> dict[str, Any]:
        """Members as they are kept: names of other objects become references to them."""
        found = {}
        for name, value in members.items():
            one = known.get(name)
            target = resource_of(one.type) if one and one.kind == "object" else None
            if one is None or target is None or isinstance(value, dict):
                found[name] = f"{value}" if one and one.kind == "decimal" else _plain(value)
            elif one.is_list:
                found[name] = [self._refer(target, each) for each in value]
            else:
                found[name] = self._refer(target, value)
        return found

    def _refer(self, target: Resource, name: Any) -> dict[str, Any]:
        if target.path == "users":
            user = next(each for each in self.app.users if each.login == name)
            return {
                "id": self.seed.users[user.login],
                "login": user.login,
                "email": user.email,
                "fullname": user.name,
            }
        row = self.made.get((target.path, str(name)))
        key = target.keys[0]
        return {"id": row.id, key: str(name)} if row else {key: str(name)}

    def _implied(self, documents: list[Any]) -> Iterator[CoupaRecord]:
        """Departments, suppliers and currencies that documents name and nobody spelled out."""
        for each in documents:
            for path, key, name in _names_of(each):
                if name and (path, name) not in self.made:
                    yield self._record(path, {key: name})
                if name and path != "currencies":
                    field_name = path.removesuffix("s")
                    number = self.made[path, name].id
                    each.details = {**(each.details or {}), field_name: {"id": number}}

    def _approvals(self, documents: list[Any]) -> Iterator[CoupaRecord]:
        """Who waits to approve what is pending: the first admin who is somebody else."""
        admins = [user for user in self.app.users if user.role == "admin"]
        for each in documents:
            path = "requisitions" if isinstance(each, CoupaRequisition) else "invoices"
            others = (one for one in admins if self.seed.users[one.login] != each.requester_id)
            admin = next(others, None)
            if each.status != "pending_approval" or admin is None:
                continue
            if isinstance(each, CoupaPurchaseOrder):
                continue
            details = {
                "approvable-id": each.id,
                "approvable-type": RESOURCES[path].type_name,
                "approval-date": None,
                "approver": self._refer(RESOURCES["users"], admin.login),
                "approver-id": self.seed.users[admin.login],
                "approver-type": "User",
                "note": None,
                "position": 1,
                "type": "ManagementHierarchyApproval",
                "status": "pending_approval",
            }
            row = self._record(
                *("approvals", details, each.updated_at),
                owner=admin.login,
                subject_id=each.requester_id,
                parent_kind=path,
                parent_id=each.id,
            )
            shown = shapes.record(row, RESOURCES["approvals"])
            details = {"approvals": [shown]}
            if path == "requisitions":
                details["current-approval"] = shown
            each.details = {**(each.details or {}), **details}
            yield row


def _plain(value: Any) -> Any:
    """A value of YAML as JSON has it."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value if isinstance(value, bool | int | str) or value is None else str(value)


def _names_of(document: Any) -> Iterator[tuple[str, str, str]]:
    yield "currencies", "code", document.currency
    if isinstance(document, CoupaRequisition):
        yield "departments", "name", document.department
    if isinstance(document, CoupaPurchaseOrder | CoupaInvoice):
        yield "suppliers", "name", document.supplier


def mistakes(app: "CoupaApp", place: Place) -> Mistakes:
    """Find unknown fields, owners and references in what a scenario spells out."""
    logins = [user.login for user in app.users]
    names: dict[str, set[str]] = {"users": set(logins)}
    for path, written in app.data.objects.items():
        for each in written:
            for key in RESOURCES[path].keys:
                names.setdefault(path, set()).add(str(each.get(key)))
    for path, written in app.data.objects.items():
        resource = RESOURCES[path]
        for index, each in enumerate(written):
            where = (*place, "objects", path, index)
            yield from _mistakes_of(resource, each, where, names)
    for name, written_filter in app.data.filters.items():
        if written_filter.resource not in RESOURCES:
            known = expect_one_of(list(RESOURCES), written_filter.resource)
            yield (*place, "filters", name, "resource"), known


def _mistakes_of(
    resource: Resource, written: Mapping[str, Any], place: Place, names: Mapping[str, set[str]]
) -> Mistakes:
    known = resource.fields
    needs_owner = resource.visibility is Visibility.OWN
    if needs_owner and written.get(_OWNER) not in names["users"]:
        yield (*place, _OWNER), expect_one_of(sorted(names["users"]), str(written.get(_OWNER)))
    for name in resource.required:
        if name not in written:
            yield place, f"expected '{name}', which every {resource.noun} has"
    for name, value in written.items():
        if (name == _OWNER and needs_owner) or name == "custom-fields":
            continue
        if name not in known:
            yield (*place, name), expect_one_of([*known], name)
            continue
        target = resource_of(known[name].type) if known[name].kind == "object" else None
        if target is None or isinstance(value, dict) or name == "expense-lines":
            continue
        for each in value if isinstance(value, list) else [value]:
            sought = names.get(target.path, set())
            if target.path in (*KINDS, "users") and str(each) not in sought:
                yield (*place, name), expect_one_of(sorted(sought), str(each))
