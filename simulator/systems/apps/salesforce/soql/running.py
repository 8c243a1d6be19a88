"""Run a query, and shape what it finds as the API has it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from simulator.systems.apps.salesforce import shapes
from simulator.systems.apps.salesforce.soql.finding import Finder, Plan, children_name
from simulator.systems.apps.salesforce.soql.parser import parse
from simulator.systems.apps.salesforce.soql.sources import Source, column_of
from simulator.systems.apps.salesforce.soql.syntax import Children, Path, Query
from simulator.systems.apps.salesforce.tables import SalesforceRecord

#: Of all records of a page, however many they are (our choice).
_MOST_CHILDREN = 10_000


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of what a query finds.

    Attributes:
        total: how many records it finds, on all pages.
        records: those of the page, as the API has them.
        found: the same, as rows; none for an aggregate query.
        next: at which record the next page begins; None after the last one.
    """

    total: int
    records: list[dict[str, Any]]
    found: Sequence[SalesforceRecord]
    next: int | None = None


@dataclass(frozen=True, kw_only=True)
class Runner:
    """Runs queries of one person.

    Attributes:
        finder: makes their plans.
        version: the version of the API, in addresses: `62.0`.
    """

    finder: Finder
    version: str

    def page(self, begin: int, size: int) -> Page:
        """Return a page of the query.

        Args:
            begin: how many records are before it.
            size: how many are on it, at most.

        Raises:
            QueryError: the query cannot be read, or names what is not there.
        """
        query = parse(self.finder.text)
        plan = self.finder.plan(query)
        # What is wrong in a query of children is found even where nothing is.
        children = {
            each: self.finder.plan_children(plan.source, each.query)
            for each in plan.query.selected
            if isinstance(each, Children)
        }
        session = self.finder.world.db.session
        if query.is_count:
            number = session.scalar(plan.select) or 0
            most = query.limit if query.limit is not None else number
            return Page(total=min(max(number - query.offset, 0), most), records=[], found=())
        left = None if query.limit is None else max(query.limit - begin, 0)
        size = size if left is None else min(size, left)
        found = plan.select.offset(query.offset + begin).limit(size + 1)
        rows = session.execute(found).all()
        has_more = len(rows) > size and (left is None or left > size)
        rows = rows[:size]
        total = self._count(plan) if has_more or begin else len(rows)
        more = begin + size if has_more else None
        if query.is_aggregate:
            records = [_aggregate(plan, row) for row in rows]
            return Page(total=total, records=records, found=(), next=more)
        records = [self._record(plan, row) for row in rows]
        for each, (its_plan, reference) in children.items():
            own = self._children(its_plan, reference.name, each.query, [row[0] for row in rows])
            for row, record in zip(rows, records, strict=True):
                record[children_name(reference)] = own.get(row[0].record_id)
        return Page(total=total, records=records, found=[row[0] for row in rows], next=more)

    def _count(self, plan: Plan) -> int:
        """Return how many records a query finds, its own limit considered."""
        query = plan.query
        found = plan.select.order_by(None).offset(query.offset)
        if not query.is_aggregate:
            found = found.with_only_columns(plan.source.record.id)
        counted = (found if query.limit is None else found.limit(query.limit)).subquery()
        session = self.finder.world.db.session
        return session.scalar(select(func.count()).select_from(counted)) or 0

    def _record(self, plan: Plan, row: Sequence[Any]) -> dict[str, Any]:
        sources = [plan.source, *plan.source]
        rows = {id(each): row[place] for place, each in enumerate(sources)}
        made = shapes.attributes(row[0], self.version)
        for one in plan.query.selected:
            if isinstance(one, Path):
                place = plan.source.find(self.finder.text, one, plan.query.alias)
                self._put(made, plan.source, place.names, rows)
        return made

    def _put(
        self, made: dict[str, Any], source: Source, names: Sequence[str], rows: Mapping[int, Any]
    ) -> None:
        """Put a value at its place, with what it belongs to around it."""
        for each in names[:-1]:
            source = source.joined[each]
            record = rows[id(source)]
            if record is None:
                made[each] = None
                return
            made = made.setdefault(each, shapes.attributes(record, self.version))
        made[names[-1]] = shapes.value(rows[id(source)], names[-1])

    def _children(
        self, plan: Plan, reference: str, query: Query, parents: Sequence[SalesforceRecord]
    ) -> dict[str, Any]:
        """Return what the API shows of the records that refer to each of these, by its id."""
        field = plan.source.object_type.field(reference)
        assert field is not None
        column = column_of(plan.source.record, field)
        found = plan.select.where(column.in_([each.record_id for each in parents]))
        lists: dict[str, list[dict[str, Any]]] = {}
        for row in self.finder.world.db.session.execute(found.limit(_MOST_CHILDREN)):
            lists.setdefault(row[0].fields[reference], []).append(self._record(plan, row))
        shown: dict[str, Any] = {}
        for parent, records in lists.items():
            own = records[query.offset :][: query.limit]
            if own:
                shown[parent] = {"totalSize": len(own), "done": True, "records": own}
        return shown


def _aggregate(plan: Plan, row: Sequence[Any]) -> dict[str, Any]:
    made: dict[str, Any] = {"attributes": {"type": "AggregateResult"}}
    return made | {name: row[place] for name, place in plan.values}
