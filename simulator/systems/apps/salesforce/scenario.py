"""Salesforce in a scenario file: objects and records, the rows made of them, what may be wrong."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal

from sqlalchemy.orm import DeclarativeBase

from simulator.systems.apps._kit.scenario import App, AppUser
from simulator.systems.apps._kit.seeding import AppSeed
from simulator.systems.apps.salesforce import derived, ids
from simulator.systems.apps.salesforce.moments import write_moment
from simulator.systems.apps.salesforce.objects.catalog import USER, ObjectType, build
from simulator.systems.apps.salesforce.objects.fields import Field, relationship_of
from simulator.systems.apps.salesforce.objects.standard import STANDARD
from simulator.systems.apps.salesforce.refusals import Refused
from simulator.systems.apps.salesforce.tables import (
    SalesforceFieldLimit,
    SalesforceObject,
    SalesforceRecord,
    SalesforceShare,
)
from simulator.systems.apps.salesforce.values import convert
from simulator.validation.fields import Name, Strict, matches
from simulator.validation.mistakes import Mistakes, Place, find_repeated, find_unknown

_MORNING = time(9, tzinfo=UTC)
_FIRST_NUMBER = 10_000
_Sharing = Literal["private", "read", "write"]
_OBJECT = r"[A-Za-z](_?[A-Za-z0-9])*(__c)?"
_FIELD = r"[A-Za-z](_?[A-Za-z0-9])*__c"


class CustomField(Strict):
    """A field that the org added."""

    name: Annotated[str, matches(_FIELD, "a name that ends with __c, such as Serial_Number__c")]
    label: Name | None = None
    type: Literal[
        "string",
        "textarea",
        "email",
        "phone",
        "url",
        "picklist",
        "multipicklist",
        "boolean",
        "int",
        "double",
        "currency",
        "percent",
        "date",
        "datetime",
        "reference",
    ]
    length: int = 255
    refers_to: str | None = None
    children: str = ""
    values: list[str] = []
    required: bool = False
    external_id: bool = False
    unique: bool = False
    default: Any = None

    def field(self) -> Field:
        """Return the field that it is."""
        is_reference = self.type == "reference"
        return Field(
            name=self.name,
            label=self.label or self.name.removesuffix("__c").replace("_", " "),
            type=self.type,
            length=self.length if self.type in ("string", "textarea") else 0,
            refers_to=(self.refers_to or "",) if is_reference else (),
            relationship=relationship_of(self.name) if is_reference else "",
            children=self.children,
            values=tuple(self.values),
            is_required=self.required,
            is_external_id=self.external_id,
            is_unique=self.unique,
            default=self.default,
        )


class Object(Strict):
    """An object that the org has of its own, or what it adds to a standard one."""

    name: Annotated[str, matches(_OBJECT, "an object such as Contact or Equipment__c")]
    label: Name | None = None
    plural: Name | None = None
    sharing: _Sharing = "private"
    fields: list[CustomField] = []


class Record(Strict):
    """A record; whoever owns it sees it, with whom it is shared, and admins.

    A reference names the `key` of another record, or the login of a person.
    """

    object: str
    key: Name
    owner: str
    shared_with: list[str] = []
    created: date
    fields: dict[str, Any]


class FieldSecurity(Strict):
    """A field that some do not see, or see and do not write (field-level security)."""

    object: str
    field: str
    hidden_from: list[str] = []
    read_only_for: list[str] = []


class Records(Strict):
    """What stands under `data`."""

    objects: list[Object] = []
    records: list[Record] = []
    field_security: list[FieldSecurity] = []


class SalesforceApp(App):
    """One org."""

    data: Records = Records()


MODEL = SalesforceApp


def rows(seed: AppSeed, app: SalesforceApp) -> Iterator[DeclarativeBase]:
    """Make the rows of an org: its objects, its people as records, and all other records."""
    known = _Org(app)
    yield from known.objects.values()
    for number, user in enumerate(app.users, _FIRST_NUMBER):
        yield SalesforceRecord(
            id=number,
            host=app.host,
            kind=USER,
            record_id=known.ids[user.login],
            owner_id=seed.users[user.login],
            is_deleted=False,
            fields=known.person(user),
        )
    yield from _limits(seed, app)
    fields = {record.key: known.fields(record) for record in app.data.records}
    by_id = {each["Id"]: each for each in fields.values()}
    for number, record in enumerate(app.data.records, _FIRST_NUMBER + len(app.users)):
        own = fields[record.key]
        own |= derived.derive(record.object, own, record.fields, own["CreatedDate"], by_id.get)
        if record.object == "Case":
            own["CaseNumber"] = f"{number:08d}"
        yield SalesforceRecord(
            id=number,
            host=app.host,
            kind=record.object,
            record_id=own["Id"],
            owner_id=seed.users[record.owner],
            is_deleted=False,
            fields=own,
        )
        for login in record.shared_with:
            yield SalesforceShare(record_number=number, user_id=seed.users[login], can_edit=False)


def _limits(seed: AppSeed, app: SalesforceApp) -> Iterator[SalesforceFieldLimit]:
    for each in app.data.field_security:
        where = {"host": app.host, "object": each.object, "field": each.field}
        hidden = dict.fromkeys(each.hidden_from, False)
        for login, can_read in (dict.fromkeys(each.read_only_for, True) | hidden).items():
            yield SalesforceFieldLimit(user_id=seed.users[login], can_read=can_read, **where)


class _Org:
    """The objects and ids of an org that is in a file."""

    def __init__(self, app: SalesforceApp) -> None:
        self.objects = {
            each.name: _object_row(app.host, number, each)
            for number, each in enumerate(app.data.objects, 1)
        }
        self.types = {name: build(name, self.objects.get(name)) for name in STANDARD}
        self.types |= {name: build(name, row) for name, row in self.objects.items()}
        #: Login or key → the id of the record.
        self.ids: dict[str, str] = {}
        number = _FIRST_NUMBER
        for user in app.users:
            self.ids[user.login] = ids.make_id(STANDARD[USER].prefix, number)
            number += 1
        for record in app.data.records:
            if record.object in self.types:
                prefix = self.types[record.object].prefix
                self.ids[record.key] = ids.make_id(prefix, number)
            number += 1

    def person(self, user: AppUser) -> dict[str, Any]:
        """Return the fields of the record that an account is."""
        first, _, last = user.name.rpartition(" ")
        names = {"Username": user.login, "FirstName": first or None, "LastName": last}
        stamp = write_moment(datetime.combine(date(2026, 1, 5), _MORNING))
        own = self.ids[user.login]
        return {
            **names,
            "Id": own,
            "Name": user.name,
            "Email": user.email,
            "IsActive": True,
            "UserType": "Standard",
            **dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), stamp),
            **dict.fromkeys(("CreatedById", "LastModifiedById"), own),
        }

    def fields(self, record: Record) -> dict[str, Any]:
        """Return all fields of a record.

        Raises:
            Refused: a field has no such value.
        """
        object_type, owner = self.types[record.object], self.ids[record.owner]
        found: dict[str, Any] = {
            each.name: each.default if each.type != "boolean" else bool(each.default)
            for each in object_type.fields
        }
        for name, written in record.fields.items():
            field = object_type.field(name)
            assert field is not None, "mistakes were looked for"
            value = self.ids.get(written, written) if field.type == "reference" else written
            found[field.name] = convert(field, _plain(value))
        stamp = write_moment(datetime.combine(record.created, _MORNING))
        found |= {"Id": self.ids[record.key], "OwnerId": owner}
        found |= dict.fromkeys(("CreatedDate", "LastModifiedDate", "SystemModstamp"), stamp)
        found |= dict.fromkeys(("CreatedById", "LastModifiedById"), owner)
        return found


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: YAML knows days."""
    return value.isoformat() if isinstance(value, date) else value


def _object_row(host: str, number: int, one: Object) -> SalesforceObject:
    label = one.label or one.name.removesuffix("__c").replace("_", " ")
    return SalesforceObject(
        id=number,
        host=host,
        name=one.name,
        label=label,
        plural=one.plural or f"{label}s",
        prefix=f"a{number:02d}",
        sharing=one.sharing,
        fields=[each.field().to_json() for each in one.fields],
    )


def mistakes(apps: Mapping[Place, SalesforceApp]) -> Mistakes:
    """Find objects and fields that are not there, keys that are there twice, and wrong values."""
    for place, app in apps.items():
        data, known = app.data, _Org(app)
        where = (*place, "data", "objects")
        yield from find_repeated(where, [each.name for each in data.objects], "name")
        for number, one in enumerate(data.objects):
            yield from _object_mistakes((*where, number), one, known)
        where = (*place, "data", "records")
        logins = [user.login for user in app.users]
        keys = [*logins, *(record.key for record in data.records)]
        for number, sentence in _repeated_keys(keys, len(logins)):
            yield (*where, number, "key"), sentence
        for number, record in enumerate(data.records):
            yield from _record_mistakes((*where, number), record, known, logins)
        where = (*place, "data", "field_security")
        named = [f"{each.object}.{each.field}" for each in data.field_security]
        yield from find_repeated(where, named, "field")
        for number, limited in enumerate(data.field_security):
            yield from _limit_mistakes((*where, number), limited, known, logins)


def _repeated_keys(keys: list[str], before: int) -> Iterator[tuple[int, str]]:
    for place, sentence in find_repeated((), keys):
        if int(place[0]) >= before:
            yield int(place[0]) - before, sentence


def _object_mistakes(place: Place, one: Object, known: _Org) -> Mistakes:
    if not one.name.endswith("__c"):
        yield from find_unknown((*place, "name"), one.name, [*STANDARD])
    fields = (*place, "fields")
    yield from find_repeated(fields, [each.name for each in one.fields], "name")
    for number, each in enumerate(one.fields):
        if each.type == "reference":
            yield from find_unknown(
                (*fields, number, "refers_to"), each.refers_to or "", known.types
            )


def _limit_mistakes(
    place: Place, limited: FieldSecurity, known: _Org, logins: list[str]
) -> Mistakes:
    object_type = known.types.get(limited.object)
    if object_type is None:
        yield from find_unknown((*place, "object"), limited.object, known.types)
        return
    # A field that every record needs, or is known by, is everybody's, as at Salesforce.
    always = ("OwnerId", object_type.name_field)
    names = [
        each.name
        for each in object_type.fields
        if each.is_createable and not each.is_required and each.name not in always
    ]
    yield from find_unknown((*place, "field"), limited.field, names)
    for key in ("hidden_from", "read_only_for"):
        for number, login in enumerate(getattr(limited, key)):
            yield from find_unknown((*place, key, number), login, logins)


def _record_mistakes(place: Place, record: Record, known: _Org, logins: list[str]) -> Mistakes:
    yield from find_unknown((*place, "owner"), record.owner, logins)
    for number, login in enumerate(record.shared_with):
        yield from find_unknown((*place, "shared_with", number), login, logins)
    object_type = known.types.get(record.object)
    if object_type is None or record.object == USER:
        known_names = [name for name in known.types if name != USER]
        yield from find_unknown((*place, "object"), record.object, known_names)
        return
    yield from _field_mistakes((*place, "fields"), record, object_type, known)


def _field_mistakes(place: Place, record: Record, object_type: ObjectType, known: _Org) -> Mistakes:
    names = [each.name for each in object_type.fields if each.is_createable]
    for name, value in record.fields.items():
        if name not in names:
            yield from find_unknown((*place, name), name, names)
            continue
        field = object_type.field(name)
        assert field is not None
        if field.type == "reference":
            yield from find_unknown((*place, name), str(value), known.ids)
            continue
        try:
            convert(field, _plain(value))
        except Refused as refused:
            yield (*place, name), f"expected another value: {refused}"
    for each in object_type.fields:
        if each.is_required and each.default is None and not record.fields.get(each.name):
            yield place, f"expected a value for {each.name}, without which there is no such record"
