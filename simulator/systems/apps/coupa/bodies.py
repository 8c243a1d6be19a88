"""Bodies, held against the fields of what they are: a value becomes what is kept, or is named."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import Any

from simulator.systems.apps.coupa import references
from simulator.systems.apps.coupa.api_errors import ApiError
from simulator.systems.apps.coupa.fields import Field, fields_of
from simulator.systems.apps.coupa.resource import Resource
from simulator.systems.apps.coupa.resources import resource_of
from simulator.world import World

#: What may be written under `custom-fields` and in objects that nobody describes, at most.
_LONGEST, _MOST, _DEEPEST = 10_000, 100, 6
_DECIMAL = re.compile(r"-?\d{1,12}(\.\d{1,6})?", re.ASCII)
BLANK = "can't be blank"


@dataclass(frozen=True, kw_only=True)
class Limit:
    """What more is asked of one field (our choice).

    Attributes:
        longest: characters of a text, or entries of a list.
        least: of a number.
        above: below the smallest number.
        most: the largest number.
        places: decimal places.
        pattern: the pattern of a text.
        expected: what the pattern stands for.
        is_blank_allowed: whether it may be empty where it is there.
    """

    longest: int = _LONGEST
    least: int | None = None
    above: int | None = None
    most: Decimal | None = None
    places: int = 6
    pattern: str = ""
    expected: str = ""
    is_blank_allowed: bool = True


#: The largest amount of one object (our choice; it fits the smallest integer of all databases).
MAX_TOTAL = Decimal("9999999.99")
_PRICE = Limit(least=0, most=MAX_TOTAL, places=2)
_QUANTITY = Limit(above=0, most=Decimal(100_000), places=4)
_LINES = Limit(longest=100, is_blank_allowed=False)
_CODE = Limit(pattern=r"[A-Z]{3}", expected="a currency code of three capital letters, such as USD")
_LIMITS: Mapping[tuple[str, str], Limit] = {
    ("RequisitionHeader", "justification"): Limit(longest=1000),
    ("RequisitionHeader", "department"): Limit(longest=100),
    ("RequisitionHeader", "requisition-lines"): _LINES,
    ("OrderHeader", "order-lines"): _LINES,
    ("InvoiceHeader", "invoice-lines"): _LINES,
    ("RequisitionLine", "quantity"): _QUANTITY,
    ("RequisitionLine", "unit-price"): _PRICE,
    ("OrderLine", "quantity"): _QUANTITY,
    ("OrderLine", "price"): _PRICE,
    ("InvoiceLine", "quantity"): _QUANTITY,
    ("InvoiceLine", "price"): _PRICE,
    ("InventoryTransaction", "quantity"): _QUANTITY,
    ("ExpenseLine", "amount"): _PRICE,
    **{
        (name, "description"): Limit(longest=255, is_blank_allowed=False)
        for name in ("RequisitionLine", "OrderLine", "InvoiceLine")
    },
}
_ANY = Limit()


class _Wrong(Exception):
    """A value that is not taken; the message goes behind its field's name."""


@dataclass
class Reader:
    """Reads one body.

    Attributes:
        world: with an open unit of work, where what is referred to is looked up.
        host: the instance.
        is_change: whether it changes what is there: then a reference to nothing changes nothing,
            as Coupa says, and what Coupa alone writes is ignored.
        errors: path of a field → sentences.
        parts: what the object is to have as parts of its own, each with its resource.
    """

    world: World
    host: str
    is_change: bool
    errors: dict[str, list[str]] = field(default_factory=dict)
    parts: list[tuple[Resource, dict[str, Any]]] = field(default_factory=list)

    def read(self, resource: Resource, body: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of a body, as they are kept.

        Args:
            resource: what it is one of.
            body: the body as it was sent.

        Raises:
            ApiError: 400 naming each wrong field, in Coupa's shape.
        """
        found = self._members(resource.type_name, self._without_parts(resource, body), "")
        if not self.is_change:
            for name in resource.required:
                if name not in found and name not in self.errors:
                    self.errors[name] = [BLANK]
        if self.errors:
            raise ApiError(400, self.errors)
        return found

    def _without_parts(self, resource: Resource, body: Mapping[str, Any]) -> dict[str, Any]:
        """The body without what has a list below the object; what of that is new becomes parts.

        What Coupa writes of approvals, it does not take.
        """
        rest = dict(body)
        for written in body:
            name = written.replace("_", "-")
            one = resource.fields.get(name)
            child = resource_of(one.type) if one and one.kind == "object" else None
            if child is None or resource.path not in child.parents:
                continue
            value = rest.pop(written)
            if child.path == "approvals":
                if not self.is_change:
                    self._refuse(written, "is set by Coupa alone")
                continue
            if not isinstance(value, list):
                self._refuse(written, "must be a list")
                continue
            for number, each in enumerate(value[:_MOST]):
                if isinstance(each, dict) and not each.get("id"):
                    path = f"{written}[{number}]"
                    self.parts.append((child, self._members(child.type_name, each, path)))
        return rest

    def _members(self, type_name: str, body: Mapping[str, Any], place: str) -> dict[str, Any]:
        known, found = fields_of(type_name), dict[str, Any]()
        for written, value in body.items():
            name = written.replace("_", "-")
            path = f"{place}.{written}" if place else written
            if name == "custom-fields":
                self._take(found, name, path, partial(_free, value, 0, must_be_object=True))
                continue
            one = known.get(name)
            if one is None:
                self._refuse(path, "is unknown")
            elif name == "id" and type_name in _LINE_TYPES:
                self._take(found, name, path, partial(_scalar, one, value, _ANY))
            elif one.is_read_only or name == "id":
                if not self.is_change and not place:
                    self._refuse(path, "is set by Coupa alone")
            else:
                limit = _LIMITS.get((type_name, name), _ANY)
                read = partial(self._value, one, value, path, limit)
                self._take(found, name, path, read)
        return found

    def _take(self, found: dict[str, Any], name: str, path: str, read: Any) -> None:
        try:
            found[name] = read()
        except _Wrong as wrong:
            self._refuse(path, str(wrong))
        except references.Unknown as unknown:
            if not self.is_change:
                self._refuse(path, f"does not exist: {unknown}")

    def _refuse(self, path: str, sentence: str) -> None:
        self.errors.setdefault(path, []).append(sentence)

    def _value(self, one: Field, value: Any, path: str, limit: Limit) -> Any:
        if one.is_list:
            return self._list(one, value, path, limit)
        if one.kind == "object":
            return self._object(one, value, path, limit)
        return _scalar(one, value, limit)

    def _list(self, one: Field, value: Any, path: str, limit: Limit) -> list[Any]:
        if not isinstance(value, list):
            raise _Wrong("must be a list")
        if not value and not limit.is_blank_allowed:
            raise _Wrong(BLANK)
        most = min(limit.longest, _MOST)
        if len(value) > most:
            raise _Wrong(f"must have at most {most} entries")
        single = Field(name=one.name, kind="object", type=one.type)
        return [self._item(single, each, f"{path}[{n}]", limit) for n, each in enumerate(value)]

    def _item(self, one: Field, value: Any, path: str, limit: Limit) -> Any:
        if one.type in _LINE_TYPES:
            if not isinstance(value, dict):
                raise _Wrong("must be a list of objects")
            found = self._members(one.type, value, path)
            is_new = "id" not in found
            for name in _LINE_TYPES[one.type] if is_new else ():
                if name not in found and f"{path}.{name}" not in self.errors:
                    self._refuse(f"{path}.{name}", BLANK)
            return found
        return self._object(one, value, path, limit)

    def _object(self, one: Field, value: Any, path: str, limit: Limit) -> Any:
        if value is None or value in ("", {}):
            return None
        if one.type == "Currency":
            return self._currency(value)
        if (one.type, one.name) == ("Department", "department"):
            return self._department(value, limit)
        target = resource_of(one.type)
        if target is None:
            return _free(value, 0)
        if isinstance(value, list) or not isinstance(value, dict | str | int):
            raise _Wrong("must be an object, or what it goes by")
        return references.find(self.world, self.host, target, value)

    def _currency(self, value: Any) -> dict[str, Any]:
        """A currency by its code; one that is in no list of the instance is taken as well."""
        code = value.get("code") if isinstance(value, dict) else value
        if isinstance(value, dict) and code is None and "id" in value:
            return self._known("Currency", value)
        code = _scalar(Field(name="currency", kind="text"), code, _CODE)
        try:
            return self._known("Currency", {"code": code})
        except references.Unknown:
            return {"code": code}

    def _department(self, value: Any, limit: Limit) -> dict[str, Any]:
        """A department by its name; one that is in no list of the instance is taken as well."""
        if isinstance(value, dict) and "name" not in value:
            return self._known("Department", value)
        name = value["name"] if isinstance(value, dict) else value
        name = _scalar(Field(name="department", kind="text"), name, limit)
        try:
            return self._known("Department", {"name": name})
        except references.Unknown:
            return {"name": name}

    def _known(self, type_name: str, value: dict[str, Any]) -> dict[str, Any]:
        target = resource_of(type_name)
        assert target is not None
        return references.find(self.world, self.host, target, value)


#: Types whose lists are part of what they stand in → what each of them must have.
_LINE_TYPES: Mapping[str, tuple[str, ...]] = {
    "RequisitionLine": (),
    "OrderLine": ("description", "quantity", "price"),
    "InvoiceLine": ("description", "price"),
}


def _scalar(one: Field, value: Any, limit: Limit) -> Any:
    match one.kind:
        case "decimal":
            return _decimal(value, limit)
        case "integer":
            if isinstance(value, bool) or not re.fullmatch(r"-?\d{1,9}", str(value), re.ASCII):
                raise _Wrong("must be a whole number")
            return int(value)
        case "boolean":
            if value is not None and str(value).lower() not in ("true", "false"):
                raise _Wrong("must be true or false")
            return None if value is None else str(value).lower() == "true"
        case "day":
            found = _moment(value)
            return found.date().isoformat() if found else None
        case "moment":
            found = _moment(value)
            return found.isoformat(timespec="seconds") if found else None
    return _text(one, value, limit)


def _text(one: Field, value: Any, limit: Limit) -> str | None:
    if value is None and limit.is_blank_allowed:
        return None
    if not isinstance(value, str):
        raise _Wrong("must be text")
    if "\x00" in value or any("\ud800" <= each <= "\udfff" for each in value):
        raise _Wrong("must not contain control characters")
    text = value.strip()
    if not text and not limit.is_blank_allowed:
        raise _Wrong(BLANK)
    if len(text) > limit.longest:
        raise _Wrong(f"must have at most {limit.longest} characters")
    if limit.pattern and not re.fullmatch(limit.pattern, text):
        raise _Wrong(f"must be {limit.expected}")
    if one.values and text and text not in one.values:
        raise _Wrong(f"must be one of {', '.join(one.values)}")
    return text


def _decimal(value: Any, limit: Limit) -> str:
    """A JSON number, or a decimal in a string as Coupa writes them."""
    if isinstance(value, bool) or not isinstance(value, int | Decimal | str):
        raise _Wrong("must be a number")
    if isinstance(value, str) and not _DECIMAL.fullmatch(value):
        raise _Wrong("must be a number")
    try:
        found = Decimal(value)
    except InvalidOperation:
        raise _Wrong("must be a number") from None
    if limit.above is not None and found <= limit.above:
        raise _Wrong(f"must be a number above {limit.above}")
    if limit.least is not None and found < limit.least:
        raise _Wrong(f"must be a number of at least {limit.least}")
    most = limit.most if limit.most is not None else Decimal(10**12)
    if found > most:
        raise _Wrong(f"must be a number of at most {most}")
    exponent = found.as_tuple().exponent
    if isinstance(exponent, int) and -exponent > limit.places:
        raise _Wrong(f"must have at most {limit.places} decimal places")
    return f"{found:.2f}" if limit.places == 2 else f"{found.normalize():f}"


def _moment(value: Any) -> datetime | None:
    if value in (None, ""):
        return None
    if isinstance(value, str):
        try:
            if len(value) == 10:
                day = date.fromisoformat(value)
                return datetime(day.year, day.month, day.day, tzinfo=UTC)
            found = datetime.fromisoformat(value)
            return found if found.tzinfo else found.replace(tzinfo=UTC)
        except (ValueError, OverflowError):
            pass
    raise _Wrong("must be a date such as 2026-12-31")


def _free(value: Any, depth: int, *, must_be_object: bool = False) -> Any:
    """What nobody describes: kept as it is, within bounds."""
    if must_be_object and not isinstance(value, dict):
        raise _Wrong("must be an object")
    if depth > _DEEPEST:
        raise _Wrong(f"must have at most {_DEEPEST} levels")
    if isinstance(value, dict | list) and len(value) > _MOST:
        raise _Wrong(f"must have at most {_MOST} entries")
    if isinstance(value, dict):
        return {_free(name, depth + 1): _free(each, depth + 1) for name, each in value.items()}
    if isinstance(value, list):
        return [_free(each, depth + 1) for each in value]
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return _text(Field(name="", kind="text"), value, _ANY) if isinstance(value, str) else value
