"""What is written into a field: checked, and as records keep it."""

import re
from collections.abc import Mapping
from typing import Any

from simulator.systems.apps.salesforce import ids
from simulator.systems.apps.salesforce.moments import read_day, read_moment, write_moment
from simulator.systems.apps.salesforce.objects.fields import DECIMALS, TEXTS, TYPES, Field
from simulator.systems.apps.salesforce.refusals import Refused
from simulator.validation.parsing import shorten

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_WHOLE = re.compile(r"-?\d{1,9}(\.0+)?")
_DECIMAL = re.compile(r"-?\d{1,18}(\.\d{1,18})?(e[+-]?\d{1,2})?", re.IGNORECASE)
_TOKENS: Mapping[type, str] = {
    str: "VALUE_STRING",
    bool: "VALUE_TRUE",
    int: "VALUE_NUMBER_INT",
    float: "VALUE_NUMBER_FLOAT",
    dict: "START_OBJECT",
    list: "START_ARRAY",
}


def convert(field: Field, sent: Any) -> Any:
    """Return a value as records keep it; an empty text is no value.

    Args:
        field: the field that it is written to.
        sent: of any JSON type.

    Raises:
        Refused: the field has no such value.
    """
    if sent is None or sent == "":
        return False if field.type == "boolean" else None
    if field.type in TEXTS:
        return _text(field, sent)
    if field.type in ("reference", "id"):
        return _reference(field, sent)
    if field.type == "boolean":
        if str(sent).lower() not in ("true", "false"):
            raise _no_instance(field, sent)
        return str(sent).lower() == "true"
    if field.type in ("date", "datetime"):
        return _moment(field, sent)
    return _number(field, sent)


def _text(field: Field, sent: Any) -> str:
    if isinstance(sent, dict | list | bool):
        raise _no_instance(field, sent)
    text = str(sent)
    if field.length and len(text) > field.length:
        sentence = f"{field.label}: data value too large: {text[:255]} (max length={field.length})"
        raise Refused(400, "STRING_TOO_LONG", sentence, [field.name])
    if field.type == "email" and not _EMAIL.fullmatch(text):
        sentence = f"{field.label}: invalid email address: {text}"
        raise Refused(400, "INVALID_EMAIL_ADDRESS", sentence, [field.name])
    # Standard picklists take other values, too, and those that an org adds do not.
    if field.type == "picklist" and field.is_custom and text not in field.values:
        sentence = f"{field.label}: bad value for restricted picklist field: {text}"
        raise Refused(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", sentence, [field.name])
    return text


def _reference(field: Field, sent: Any) -> str:
    found = ids.normalize(sent) if isinstance(sent, str) else None
    if found is None:
        sentence = f"{field.label}: id value of incorrect type: {shorten(str(sent))}"
        raise Refused(400, "MALFORMED_ID", sentence, [field.name])
    return found


def _moment(field: Field, sent: Any) -> str:
    if isinstance(sent, str):
        if field.type == "date":
            day = read_day(sent)
            if day is not None:
                return day
        elif (moment := read_moment(sent)) is not None:
            return write_moment(moment)
    raise _no_instance(field, sent)


def _number(field: Field, sent: Any) -> float | int:
    if isinstance(sent, int | float | str) and not isinstance(sent, bool):
        text = str(sent).strip()
        if field.type in DECIMALS and _DECIMAL.fullmatch(text):
            return float(text)
        if field.type == "int" and _WHOLE.fullmatch(text):
            return int(float(text))
    raise _no_instance(field, sent)


def _no_instance(field: Field, sent: Any) -> Refused:
    kind = TYPES[field.type].split(":")[1]
    value = "" if isinstance(sent, dict | list) else f" value {shorten(str(sent))}"
    return Refused(
        400,
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {kind} from {_TOKENS.get(type(sent), 'VALUE_STRING')}"
        f"{value} or request may be missing a required field",
    )
