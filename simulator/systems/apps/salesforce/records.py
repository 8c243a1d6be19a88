"""The records of an org, as far as one person may see and change them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import func, select

from simulator.db.tables import AppInstance, AppUser
from simulator.systems.apps._kit import people
from simulator.systems.apps.salesforce import derived, ids, values
from simulator.systems.apps.salesforce.moments import write_moment
from simulator.systems.apps.salesforce.objects.catalog import USER, Catalog, ObjectType
from simulator.systems.apps.salesforce.objects.fields import Field
from simulator.systems.apps.salesforce.refusals import Refused
from simulator.systems.apps.salesforce.soql.sources import column_of
from simulator.systems.apps.salesforce.tables import SalesforceRecord
from simulator.systems.apps.salesforce.visibility import is_of, may_change
from simulator.world import World

#: Several records may have one value of a field that is no unique one; no more of them are told.
_MOST_MATCHES = 200


@dataclass(frozen=True, kw_only=True)
class Records:
    """What one person can do with an org's records.

    Attributes:
        user: the person.
        catalog: the org's objects.
    """

    world: World
    user: AppUser
    catalog: Catalog

    def find(
        self, object_type: ObjectType, record_id: str, *, to_change: bool = False
    ) -> SalesforceRecord:
        """Return the record with an id.

        Args:
            object_type: the object type of the record.
            record_id: the record id of 15 or 18 characters.
            to_change: lock it, once the person may change it.

        Raises:
            Refused: there is none that the person may see, or may change.
        """
        whole = ids.normalize(record_id)
        found = select(SalesforceRecord).where(
            is_of(self.user, object_type, SalesforceRecord), SalesforceRecord.record_id == whole
        )
        row = self.world.db.session.scalar(found) if whole else None
        if row is None:
            raise not_accessible(record_id)
        if row.is_deleted:
            raise Refused(404, "ENTITY_IS_DELETED", "entity is deleted", [])
        if to_change:
            self._lock(object_type, row)
        return row

    def _lock(self, object_type: ObjectType, row: SalesforceRecord) -> None:
        if object_type.name == USER or not may_change(self.world, self.user, object_type, row):
            sentence = "insufficient access rights on object id"
            raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", sentence, [])
        self.world.db.session.refresh(row, with_for_update=True)

    def find_by(
        self, object_type: ObjectType, field: Field, text: str
    ) -> Sequence[SalesforceRecord]:
        """Return the records that have a value in a field, by which they are known elsewhere."""
        column = column_of(SalesforceRecord, field)
        try:
            value = values.convert(field, text)
        except Refused:
            return []  # no record can have it
        same = func.lower(column) == value.lower() if isinstance(value, str) else column == value
        if field.type == "id":
            same = column == value
        found = select(SalesforceRecord).where(
            is_of(self.user, object_type, SalesforceRecord),
            SalesforceRecord.is_deleted.is_(False),
            same,
        )
        ordered = found.order_by(SalesforceRecord.id).limit(_MOST_MATCHES)
        return self.world.db.session.scalars(ordered).all()

    def lock_org(self) -> None:
        """Let nobody else look for a value, and create a record with it, until this is done."""
        lock = select(AppInstance.host).where(AppInstance.host == self.user.host)
        self.world.db.session.execute(lock.with_for_update())

    def create(self, object_type: ObjectType, sent: Mapping[str, Any]) -> SalesforceRecord:
        """Create a record, which the person owns unless they say who does.

        Raises:
            Refused: a field is not there, cannot be set, lacks, or has no such value.
        """
        if object_type.name == USER:
            sentence = "entity type User does not support create by this person"
            raise Refused(403, "INSUFFICIENT_ACCESS_OR_READONLY", sentence, [])
        given = self._read(object_type, sent, is_new=True)
        object_type = self.catalog.whole(object_type)  # it has what the person does not see, too
        defaults = {each.name: each.default for each in object_type.fields}
        fields: dict[str, Any] = {
            each.name: False if each.type == "boolean" else None for each in object_type.fields
        }
        fields |= {name: value for name, value in defaults.items() if value is not None}
        fields |= {name: value for name, value in given.items() if value is not None}
        required = [f.name for f in object_type.fields if f.is_required and fields[f.name] is None]
        if required:
            sentence = f"Required fields are missing: [{', '.join(required)}]"
            raise Refused(400, "REQUIRED_FIELD_MISSING", sentence, required)
        self._check_unique(object_type, given, None)
        row = SalesforceRecord(host=self.user.host, kind=object_type.name, fields={})
        row.is_deleted = False
        self.world.db.session.add(row)
        self.world.db.session.flush()
        row.record_id = ids.make_id(object_type.prefix, row.id)
        fields["Id"] = row.record_id
        if object_type.field("Name") and fields.get("Name") is None:
            fields["Name"] = row.record_id  # as Salesforce names what nobody named
        if object_type.name == "Case":
            fields["CaseNumber"] = f"{row.id:08d}"
        fields |= {"CreatedDate": self._now(), "CreatedById": self.own_id}
        if object_type.has_owner:
            self._set_owner(row, fields)
        self._store(object_type, row, fields, given | {"StageName": fields.get("StageName")})
        return row

    def update(
        self, object_type: ObjectType, row: SalesforceRecord, sent: Mapping[str, Any]
    ) -> None:
        """Change fields of a record that was found to be changed.

        Raises:
            Refused: as `create` says.
        """
        given = self._read(object_type, sent, is_new=False)
        fields = {**row.fields, **given}
        for each in object_type.fields:
            if each.is_required and fields.get(each.name) is None:
                sentence = f"Required fields are missing: [{each.name}]"
                raise Refused(400, "REQUIRED_FIELD_MISSING", sentence, [each.name])
        self._check_unique(object_type, given, row)
        if given.get("OwnerId") and given["OwnerId"] != row.fields.get("OwnerId"):
            self._set_owner(row, fields)
        self._store(object_type, row, fields, given)

    def delete(self, row: SalesforceRecord) -> None:
        """Delete a record that was found to be changed; `queryAll` finds it still."""
        row.is_deleted = True
        row.fields = {**row.fields, "LastModifiedDate": self._now(), "SystemModstamp": self._now()}
        self.world.db.session.flush()

    @cached_property
    def own_id(self) -> str:
        """The id of the record of the object User that the person is."""
        return str(find_user(self.world, self.user).record_id)

    def _store(
        self,
        object_type: ObjectType,
        row: SalesforceRecord,
        fields: dict[str, Any],
        written: dict[str, Any],
    ) -> None:
        now = self._now()
        fields |= {"LastModifiedDate": now, "SystemModstamp": now}
        fields["LastModifiedById"] = self.own_id
        row.fields = fields | derived.derive(row.kind, fields, written, now, self._any)
        self.world.db.session.flush()

    def _set_owner(self, row: SalesforceRecord, fields: dict[str, Any]) -> None:
        """Give a record to whom `OwnerId` says, or to the person."""
        named = fields.get("OwnerId") or self.own_id
        fields["OwnerId"], row.owner_id = named, self.user.id
        if named != self.own_id:
            owner = self.world.db.session.scalar(self._by_id(named))
            assert owner is not None, "references were checked"
            row.owner_id = owner.owner_id

    def _read(
        self, object_type: ObjectType, sent: Mapping[str, Any], *, is_new: bool
    ) -> dict[str, Any]:
        """Return what is written, by the fields' names."""
        given: dict[str, Any] = {}
        refused: list[str] = []
        for name, value in sent.items():
            if name == "attributes":
                continue
            field = object_type.field(name)
            if field is None:
                sentence = f"No such column '{name}' on sobject of type {object_type.name}"
                raise Refused(400, "INVALID_FIELD", sentence)
            if not (field.is_createable if is_new else field.is_updateable):
                refused.append(field.name)
                continue
            given[field.name] = values.convert(field, value)
            if field.type == "reference" and given[field.name] is not None:
                self._check_reference(field, given[field.name])
        if refused:
            sentence = (
                f"Unable to create/update fields: {', '.join(refused)}. Please check the security "
                "settings of this field and verify that it is read/write for your profile or "
                "permission set."
            )
            raise Refused(400, "INVALID_FIELD_FOR_INSERT_UPDATE", sentence, refused)
        return given

    def _check_reference(self, field: Field, record_id: str) -> None:
        """Check that a reference leads to a record of the right object that the person may see."""
        targets = [found for name in field.refers_to if (found := self.catalog.find(name))]
        if not any(record_id.startswith(each.prefix) for each in targets):
            sentence = f"{field.label}: id value of incorrect type: {record_id}"
            raise Refused(400, "FIELD_INTEGRITY_EXCEPTION", sentence, [field.name])
        for each in targets:
            found = self._by_id(record_id).where(is_of(self.user, each, SalesforceRecord))
            if self.world.db.session.scalar(found) is not None:
                return
        sentence = "invalid cross reference id"
        raise Refused(400, "INVALID_CROSS_REFERENCE_KEY", sentence, [])

    def _check_unique(
        self, object_type: ObjectType, given: Mapping[str, Any], row: SalesforceRecord | None
    ) -> None:
        unique = [each for each in object_type.fields if each.is_unique and given.get(each.name)]
        if unique:
            self.lock_org()
        for field in unique:
            same = func.lower(column_of(SalesforceRecord, field)) == str(given[field.name]).lower()
            found = select(SalesforceRecord.record_id).where(
                SalesforceRecord.host == self.user.host,
                SalesforceRecord.kind == object_type.name,
                SalesforceRecord.is_deleted.is_(False),
                same,
            )
            if row is not None:
                found = found.where(SalesforceRecord.id != row.id)
            other = self.world.db.session.scalar(found.limit(1))
            if other is not None:
                sentence = (
                    f"duplicate value found: {field.name} duplicates value on record with id: "
                    f"{other}"
                )
                raise Refused(400, "DUPLICATE_VALUE", sentence, [])

    def _any(self, record_id: str) -> dict[str, Any] | None:
        row = self.world.db.session.scalar(self._by_id(record_id))
        return row.fields if row else None

    def _by_id(self, record_id: str | None) -> Any:
        return select(SalesforceRecord).where(
            SalesforceRecord.host == self.user.host,
            SalesforceRecord.record_id == record_id,
            SalesforceRecord.is_deleted.is_(False),
        )

    def _now(self) -> str:
        return write_moment(self.world.clock.now())

    def record(self, rows: Sequence[SalesforceRecord]) -> None:
        """Have the isolation oracle know whose rows are answered: what one may see counts as own.

        An admin's rows are told by their owners.
        """
        owners = [self.user.email for _ in rows]
        if people.is_admin(self.user) and rows:
            numbers = {row.owner_id for row in rows if row.owner_id}
            named = select(AppUser.id, AppUser.email).where(AppUser.id.in_(numbers))
            emails = {row.id: row.email for row in self.world.db.session.execute(named)}
            owners = [emails.get(row.owner_id or 0, self.user.email) for row in rows]
        self.world.calls.record_rows(owners)


def find_user(world: World, user: AppUser) -> SalesforceRecord:
    """Return the record of the object User that a person is."""
    found = select(SalesforceRecord).where(
        SalesforceRecord.host == user.host,
        SalesforceRecord.kind == USER,
        SalesforceRecord.owner_id == user.id,
    )
    row = world.db.session.scalar(found)
    assert row is not None, "whoever has an account has a record"
    return row


def not_accessible(record_id: str) -> Refused:
    """There is no such record, or not for this person."""
    sentence = f"Provided external ID field does not exist or is not accessible: {record_id}"
    return Refused(404, "NOT_FOUND", sentence)
