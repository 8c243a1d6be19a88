"""Find what a query asks for, as one person may see it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal_column, not_, or_, select

from simulator.db.tables import AppUser
from simulator.systems.apps.salesforce.objects.catalog import Catalog
from simulator.systems.apps.salesforce.objects.fields import TEXTS, Field
from simulator.systems.apps.salesforce.soql.comparing import Comparer
from simulator.systems.apps.salesforce.soql.errors import (
    MALFORMED,
    QueryError,
    no_object,
    no_relationship,
    point_at,
    unexpected,
)
from simulator.systems.apps.salesforce.soql.sources import Place, Source
from simulator.systems.apps.salesforce.soql.syntax import (
    Aggregate,
    AllFields,
    BooleanExpression,
    Comparison,
    Condition,
    InSubquery,
    Negation,
    Ordering,
    Path,
    Query,
)
from simulator.systems.apps.salesforce.visibility import is_of
from simulator.world import World

_MOST_OFFSET = 2000
_NO_LABELS: Mapping[str, str] = {}
_AGGREGATES: dict[str, Callable[[Any], ColumnElement[Any]]] = {
    "SUM": func.sum,
    "AVG": func.avg,
    "MIN": func.min,
    "MAX": func.max,
}


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A query, ready to be run.

    Attributes:
        query: what it consists of.
        source: where its values come from.
        select: what runs: the source's record and those that are joined, or aggregates.
        values: the values of an aggregate query, each with its place in what is selected.
    """

    query: Query
    source: Source
    select: Select[Any]
    values: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Finder:
    """Makes plans of queries.

    Attributes:
        user: the user who asks.
        catalog: the org's objects.
        text: the whole query, to show what is wrong in it.
        has_deleted: whether deleted records are found, too.
    """

    world: World
    user: AppUser
    catalog: Catalog
    text: str
    has_deleted: bool = False

    def plan(self, query: Query) -> Plan:
        """Return the plan of a query.

        Raises:
            QueryError: it names what is not there, or compares what cannot be compared.
        """
        source = self._source(query)
        query = self._expanded(query, source)
        conditions = self._conditions(query, source)
        if query.offset > _MOST_OFFSET:
            raise QueryError("NUMBER_OUTSIDE_VALID_RANGE", "Maximum SOQL offset allowed is 2000")
        if query.is_count:
            return self._finish(query, source, select(func.count()), conditions)
        if query.is_aggregate:
            return self._plan_aggregate(query, source, conditions)
        for one in query.selected:
            if isinstance(one, Path):
                source.find(self.text, one, query.alias)
        order = [part for one in query.order_by for part in self._order(query, source, one)]
        found = select(source.record).order_by(*order, source.record.id)
        return self._finish(query, source, found, conditions)

    def plan_children(self, parent: Source, query: Query) -> tuple[Plan, Field]:
        """Return the plan of the records that refer to others, and by which field they do.

        Args:
            parent: the records that are referred to.
            query: the query of the others, from the name of a relationship.

        Raises:
            QueryError: there is no such relationship, or the query cannot be planned.
        """
        named = {
            children_name(reference).lower(): (object_type, reference)
            for object_type, reference in self.catalog.children(parent.object_type)
        }
        if query.source.lower() not in named:
            raise no_relationship(self.text, query.at, query.source)
        object_type, reference = named[query.source.lower()]
        own = replace(query, source=object_type.name)
        if own.is_aggregate:
            raise QueryError(MALFORMED, "Aggregate expressions are not supported in subqueries")
        return self.plan(own), reference

    def _source(self, query: Query) -> Source:
        object_type = self.catalog.find(query.source)
        if object_type is None:
            raise no_object(self.text, query.at, query.source)
        return Source(object_type=object_type, catalog=self.catalog, user=self.user)

    def _expanded(self, query: Query, source: Source) -> Query:
        """Put fields in the place of `FIELDS(…)`."""
        selected: list[Any] = []
        for one in query.selected:
            if not isinstance(one, AllFields):
                selected.append(one)
                continue
            if one.kind != "STANDARD" and (query.limit is None or query.limit > 200):
                sentence = "The SOQL FIELDS function must have a LIMIT of at most 200"
                raise QueryError(MALFORMED, point_at(self.text, one.at, sentence))
            customs = {"ALL": (True, False), "STANDARD": (False,), "CUSTOM": (True,)}[one.kind]
            fields = (each for each in source.object_type.fields if each.is_custom in customs)
            selected.extend(Path(names=(each.name,), at=one.at) for each in fields)
        return replace(query, selected=tuple(selected))

    def _conditions(self, query: Query, source: Source) -> list[ColumnElement[bool]]:
        found = [is_of(self.user, source.object_type, source.record)]
        if not self.has_deleted:
            found.append(source.record.is_deleted.is_(False))
        if query.where is not None:
            self._check_where(query.where)
            found.append(self._condition(query, source, query.where))
        return found

    def _condition(self, query: Query, source: Source, condition: Condition) -> ColumnElement[bool]:
        match condition:
            case BooleanExpression():
                parts = [self._condition(query, source, one) for one in condition.conditions]
                return and_(*parts) if condition.word == "AND" else or_(*parts)
            case Negation():
                inner = self._condition(query, source, condition.condition)
                return not_(func.coalesce(inner, False))
            case Comparison():
                column, field = self._compared(query, source, condition.path)
                comparer = Comparer(query=self.text, now=self.world.clock.now())
                return comparer.compare(column, field, condition)
            case InSubquery():
                return self._among(query, source, condition)

    def _compared(
        self, query: Query, source: Source, one: Path | Aggregate
    ) -> tuple[ColumnElement[Any], Field]:
        """What is compared: a field, or in HAVING a function over records, with what it is."""
        if isinstance(one, Path):
            place = source.find(self.text, one, query.alias)
            return place.column, place.field
        column = self._aggregate(query, source, one)
        if one.path is not None and one.function in ("MIN", "MAX"):
            return column, source.find(self.text, one.path, query.alias).field
        return column, Field(name=one.text, label=one.text, type="double")

    def _check_having(self, condition: Condition) -> None:
        """Check that nothing but functions over records is compared."""
        match condition:
            case BooleanExpression():
                for one in condition.conditions:
                    self._check_having(one)
            case Negation():
                self._check_having(condition.condition)
            case Comparison() if isinstance(condition.path, Aggregate):
                pass
            case Comparison() | InSubquery():
                sentence = "HAVING takes aggregate functions alone here: put fields into WHERE"
                raise QueryError(MALFORMED, point_at(self.text, condition.path.at, sentence))

    def _check_where(self, condition: Condition) -> None:
        """Check that no function over records is compared."""
        match condition:
            case BooleanExpression():
                for one in condition.conditions:
                    self._check_where(one)
            case Negation():
                self._check_where(condition.condition)
            case Comparison() if isinstance(condition.path, Aggregate):
                raise unexpected(condition.path.function)

    def _among(self, query: Query, source: Source, condition: InSubquery) -> ColumnElement[bool]:
        place = source.find(self.text, condition.path, query.alias)
        inner = condition.query
        if len(inner.selected) != 1 or not isinstance(inner.selected[0], Path):
            raise QueryError(MALFORMED, "A semi join sub-select can only select one field")
        plan = self.plan(inner)
        chosen = plan.source.find(self.text, inner.selected[0], inner.alias)
        if not {place.field.type, chosen.field.type} <= {"id", "reference"}:
            sentence = (
                "The selected field in the subquery and the left operand field in the where "
                "expression outside the subquery should point to the same object type"
            )
            raise QueryError(MALFORMED, point_at(self.text, inner.at, sentence))
        only = plan.select.with_only_columns(chosen.column).order_by(None)
        found = place.column.in_(only.where(chosen.column.is_not(None)))
        return not_(func.coalesce(found, False)) if condition.is_negative else found

    def _order(
        self, query: Query, source: Source, one: Ordering, labels: Mapping[str, str] = _NO_LABELS
    ) -> list[Any]:
        column: ColumnElement[Any]
        if isinstance(one.by, Aggregate):
            column = self._aggregate(query, source, one.by)
        elif one.by.text.lower() in labels:
            column = literal_column(labels[one.by.text.lower()])
        else:
            place = source.find(self.text, one.by, query.alias)
            column = func.lower(place.column) if place.field.type in TEXTS else place.column
        falling = column.desc() if one.is_falling else column.asc()
        # Records without a value come first unless they are to come last (`NULLS LAST`).
        return [falling.nulls_last() if one.nulls_last else falling.nulls_first()]

    def _aggregate(self, query: Query, source: Source, one: Aggregate) -> ColumnElement[Any]:
        if one.path is None:
            return func.count()
        place = source.find(self.text, one.path, query.alias)
        if one.function == "COUNT":
            return func.count(place.column)
        if one.function == "COUNT_DISTINCT":
            return func.count(place.column.distinct())
        self._check_aggregate(one, place)
        return _AGGREGATES[one.function](place.column)

    def _check_aggregate(self, one: Aggregate, place: Place) -> None:
        numeric = place.field.type in ("int", "double", "currency", "percent")
        if not numeric and (one.function in ("SUM", "AVG") or place.field.type == "boolean"):
            sentence = (
                f"field {place.field.name} does not support aggregate operator {one.function}"
            )
            raise QueryError("INVALID_FIELD", point_at(self.text, one.at, sentence))

    def _plan_aggregate(
        self, query: Query, source: Source, conditions: list[ColumnElement[bool]]
    ) -> Plan:
        # Grouped and ordered by name: to PostgreSQL, two parameters make two expressions.
        labels = {one.text.lower(): f"group_{place}" for place, one in enumerate(query.group_by)}
        places = [source.find(self.text, one, query.alias) for one in query.group_by]
        columns: list[Any] = [
            place.column.label(label) for place, label in zip(places, labels.values(), strict=True)
        ]
        names = dict(zip(labels, (place.field.name for place in places), strict=True))
        values: list[tuple[str, int]] = []
        unnamed = 0
        for one in query.selected:
            if isinstance(one, Aggregate):
                columns.append(self._aggregate(query, source, one))
                values.append((one.alias or f"expr{unnamed}", len(columns) - 1))
                unnamed += not one.alias
            elif isinstance(one, Path) and one.text.lower() in names:
                key = one.text.lower()
                values.append((names[key], list(names).index(key)))
            else:
                at, text = (one.at, one.text) if isinstance(one, Path) else (query.at, "subquery")
                sentence = f"Field must be grouped or aggregated: {text}"
                raise QueryError(MALFORMED, point_at(self.text, at, sentence))
        found = select(*columns).group_by(*map(literal_column, labels.values()))
        if query.having is not None:
            self._check_having(query.having)
            found = found.having(self._condition(query, source, query.having))
        order = [part for one in query.order_by for part in self._order(query, source, one, labels)]
        found = found.order_by(*(order or map(literal_column, labels.values())))
        plan = self._finish(query, source, found, conditions)
        return replace(plan, values=tuple(values))

    @staticmethod
    def _finish(
        query: Query, source: Source, found: Select[Any], conditions: list[ColumnElement[bool]]
    ) -> Plan:
        """Add what the paths joined, and the conditions."""
        found = found.select_from(source.record)
        joined = list(source)
        for each in joined:
            assert each.condition is not None
            found = found.outerjoin(each.record, each.condition)
        if not query.is_aggregate:
            found = found.add_columns(*(each.record for each in joined))
        return Plan(query=query, source=source, select=found.where(*conditions))


def children_name(reference: Field) -> str:
    """Return what the records that have a reference are called by the object referred to."""
    return f"{reference.children}__r" if reference.is_custom else reference.children
