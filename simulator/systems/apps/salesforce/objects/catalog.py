"""Which objects an org has: the standard ones, with what the org added, and its own."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from sqlalchemy import select

from simulator.db.tables import AppUser
from simulator.systems.apps.salesforce.objects.fields import Field, read_fields
from simulator.systems.apps.salesforce.objects.standard import STANDARD, SYSTEM
from simulator.systems.apps.salesforce.tables import SalesforceFieldLimit, SalesforceObject
from simulator.world import World

PRIVATE, READ, WRITE = "private", "read", "write"
USER = "User"


@dataclass(frozen=True, kw_only=True)
class ObjectType:
    """An object.

    Attributes:
        name: the name as the API knows it.
        label: the label of one record.
        plural: of several.
        prefix: what ids of its records begin with.
        fields: all of them, those that every object has first.
        name_field: which of them names a record for people.
        sharing: who sees records that they do not own: nobody (`private`), everybody (`read`), and
            whether everybody changes them (`write`).
        has_owner: whether its records have owners.
    """

    name: str
    label: str
    plural: str
    prefix: str
    fields: tuple[Field, ...]
    name_field: str = "Name"
    sharing: str = PRIVATE
    has_owner: bool = True
    _by_name: dict[str, Field] = field(init=False, default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        self._by_name.update({each.name.lower(): each for each in self.fields})

    @property
    def is_custom(self) -> bool:
        """Whether it is the org's own."""
        return self.name.endswith("__c")

    def field(self, name: str) -> Field | None:
        """Return the field with a name, whatever its case; None if there is none."""
        return self._by_name.get(name.lower())

    def reference(self, relationship: str) -> Field | None:
        """Return the reference that a relationship's name stands for; None if there is none."""
        name = relationship.lower()
        found = (each for each in self.fields if each.relationship.lower() == name)
        return next(found, None) if name else None


#: What a reference leads to that may lead to several objects: their common fields.
NAME = ObjectType(
    name="Name",
    label="Name",
    plural="Names",
    prefix="",
    sharing=READ,
    fields=read_fields(
        """
        Id: id readonly
        Name: string 121 readonly
        FirstName: string 40 readonly
        LastName: string 80 readonly
        Email: email readonly
        Phone: phone readonly
        """
    ),
)
_CUSTOM_NAME = read_fields("Name: string 80 | Name")


def _standard(name: str, sharing: str = "", more: Sequence[Field] = ()) -> ObjectType:
    found = STANDARD[name]
    system = SYSTEM if found.has_owner else tuple(f for f in SYSTEM if f.name != "OwnerId")
    return ObjectType(
        name=name,
        label=found.label,
        plural=found.plural,
        prefix=found.prefix,
        fields=(*system, *found.fields, *more),
        name_field=found.name_field,
        sharing=sharing or (READ if name == USER else PRIVATE),
        has_owner=found.has_owner,
    )


_PLAIN = {name: _standard(name) for name in STANDARD}


class Catalog:
    """The objects of one org, as one person sees their fields.

    What the org has of its own is read once, when somebody asks for it.

    Args:
        user: who, of which org.
    """

    def __init__(self, world: World, user: AppUser) -> None:
        self._world, self._host, self._user = world, user.host, user

    @cached_property
    def _own(self) -> dict[str, SalesforceObject]:
        found = select(SalesforceObject).where(SalesforceObject.host == self._host)
        rows = self._world.db.session.scalars(found.order_by(SalesforceObject.id))
        return {row.name.lower(): row for row in rows}

    @cached_property
    def _names(self) -> dict[str, str]:
        own = {key: row.name for key, row in self._own.items()}
        return {name.lower(): name for name in STANDARD} | own

    @cached_property
    def _limits(self) -> dict[str, dict[str, bool]]:
        """Object → field that the person does not write → whether they see it."""
        limits: dict[str, dict[str, bool]] = {}
        own = SalesforceFieldLimit.host == self._host, SalesforceFieldLimit.user_id == self._user.id
        for row in self._world.db.session.scalars(select(SalesforceFieldLimit).where(*own)):
            limits.setdefault(row.object, {})[row.field] = row.can_read
        return limits

    def find(self, name: str) -> ObjectType | None:
        """Return the object with a name, whatever its case; None if there is none."""
        whole = self._names.get(name.lower())
        return self._build(whole) if whole else None

    def __iter__(self) -> Iterator[ObjectType]:
        return (self._build(name) for name in self._names.values())

    def children(self, of: ObjectType) -> Iterator[tuple[ObjectType, Field]]:
        """Yield objects with the reference to this object, those that have a name for it."""
        for each in self:
            for one in each.fields:
                if one.children and of.name in one.refers_to:
                    yield each, one

    def whole(self, of: ObjectType) -> ObjectType:
        """Return an object with all of its fields, whoever sees them."""
        return build(of.name, self._own.get(of.name.lower()))

    def _build(self, name: str) -> ObjectType:
        found, limits = build(name, self._own.get(name.lower())), self._limits.get(name)
        return limit(found, limits) if limits else found


# SALESFORCE-30
def limit(of: ObjectType, limits: Mapping[str, bool]) -> ObjectType:
    """Return an object as somebody sees it (Salesforce, "Field-Level Security").

    Args:
        of: the whole object.
        limits: field that they do not write → whether they see it.
    """
    seen = (each for each in of.fields if limits.get(each.name, True))
    fields = (
        replace(each, is_createable=False, is_updateable=False) if each.name in limits else each
        for each in seen
    )
    return replace(of, fields=tuple(fields))


def build(name: str, row: SalesforceObject | None) -> ObjectType:
    """Return an object.

    Args:
        name: the name of a standard one, or of one that has a row.
        row: what the org has of its own; None for nothing.
    """
    if row is None:
        return _PLAIN[name]
    more = tuple(map(Field.of, row.fields))
    if name in STANDARD:
        return _standard(name, row.sharing, more)
    return ObjectType(
        name=row.name,
        label=row.label,
        plural=row.plural,
        prefix=row.prefix,
        fields=(*SYSTEM, *_CUSTOM_NAME, *more),
        sharing=row.sharing,
    )
