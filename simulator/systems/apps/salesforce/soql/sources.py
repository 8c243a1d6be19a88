"""Where a query takes its values from: the records of an object, and those that they refer to."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, and_, or_
from sqlalchemy.orm import aliased

from simulator.db.tables import AppUser
from simulator.systems.apps.salesforce.objects.catalog import NAME, Catalog, ObjectType
from simulator.systems.apps.salesforce.objects.fields import DECIMALS, Field
from simulator.systems.apps.salesforce.soql.errors import no_field, no_relationship
from simulator.systems.apps.salesforce.soql.syntax import Path
from simulator.systems.apps.salesforce.tables import SalesforceRecord
from simulator.systems.apps.salesforce.visibility import is_of

#: A query follows no more relationships in a row (Salesforce, "Relationship Query Limits").
_FARTHEST = 5


def column_of(record: Any, field: Field) -> ColumnElement[Any]:
    """Return a field's values as a column.

    Args:
        record: `SalesforceRecord`, or an alias of it.
        field: the field of its object.
    """
    column: ColumnElement[Any]
    if field.name in ("Id", "IsDeleted"):
        column = record.record_id if field.name == "Id" else record.is_deleted
        return column
    value = record.fields[field.name]
    if field.type in (*DECIMALS, "int"):
        column = value.as_float()
    else:
        column = value.as_boolean() if field.type == "boolean" else value.as_string()
    return column


@dataclass(frozen=True, kw_only=True)
class Place:
    """A field that a path leads to.

    Attributes:
        column: its values.
        field: what they are.
        source: the source.
        names: the path as the org writes it.
    """

    column: ColumnElement[Any]
    field: Field
    source: "Source"
    names: tuple[str, ...]


@dataclass(kw_only=True)
class Source:
    """Records that a query is about, with those that its paths lead to.

    Attributes:
        object_type: the object type of the records.
        record: an alias of `SalesforceRecord`.
        catalog: the org's objects.
        user: the user who asks.
        joined: relationship → the records that it leads to.
        relationship: the relationship that leads here; empty for the first ones, as is the
            condition.
        condition: which of the records are those that are referred to.
        depth: how many relationships lead here.
    """

    object_type: ObjectType
    catalog: Catalog
    user: AppUser
    record: Any = field(default_factory=lambda: aliased(SalesforceRecord))
    joined: dict[str, "Source"] = field(default_factory=dict)
    relationship: str = ""
    condition: ColumnElement[bool] | None = None
    depth: int = 0

    def find(self, query: str, path: Path, alias: str = "") -> Place:
        """Return the field that a path leads to.

        Args:
            query: the whole of it.
            path: from here.
            alias: another name for these records, which a path may begin with.

        Raises:
            QueryError: there is none.
        """
        *relationships, name = path.names
        own = (alias.lower(), self.object_type.name.lower())
        if relationships and relationships[0].lower() in own:
            del relationships[0]
        source, names = self, []
        for each in relationships:
            source = source.follow(query, path, each)
            names.append(source.relationship)
        found = source.object_type.field(name)
        if found is None:
            raise no_field(query, path.at, name, source.object_type.name)
        return Place(
            column=column_of(source.record, found),
            field=found,
            source=source,
            names=(*names, found.name),
        )

    def follow(self, query: str, path: Path, relationship: str) -> "Source":
        """Return the records that a relationship leads to, joined once.

        Raises:
            QueryError: there is no such relationship, or it leads too far.
        """
        reference = self.object_type.reference(relationship)
        if reference is None or self.depth >= _FARTHEST:
            raise no_relationship(query, path.at, relationship)
        if reference.relationship not in self.joined:
            self.joined[reference.relationship] = self._join(reference)
        return self.joined[reference.relationship]

    def _join(self, reference: Field) -> "Source":
        targets = [found for name in reference.refers_to if (found := self.catalog.find(name))]
        joined = Source(
            object_type=targets[0] if len(targets) == 1 else NAME,
            catalog=self.catalog,
            user=self.user,
            relationship=reference.relationship,
            depth=self.depth + 1,
        )
        joined.condition = and_(
            joined.record.record_id == column_of(self.record, reference),
            joined.record.is_deleted.is_(False),
            or_(*(is_of(self.user, each, joined.record) for each in targets)),
        )
        return joined

    def __iter__(self) -> Iterator["Source"]:
        """All that is joined, in the order in which it has to be."""
        for each in self.joined.values():
            yield each
            yield from each
