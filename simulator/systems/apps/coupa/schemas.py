"""What the API takes: bodies and query parameters, checked strictly."""

import json
import re
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
)
from pydantic_core import ErrorDetails

from simulator.systems.apps.coupa.api_errors import ApiError

#: pydantic's kind of error → the sentence behind the field's name; `{…}` come from its context.
_SENTENCES = {
    "missing": "can't be blank",
    "string_too_short": "can't be blank",
    "too_short": "can't be blank",
    "too_long": "must have at most {max_length} entries",
    "string_too_long": "must have at most {max_length} characters",
    "string_type": "must be text",
    "list_type": "must be a list",
    "model_type": "must be an object",
    "dict_type": "must be an object",
    "extra_forbidden": "is not known here",
    "value_error": "{error}",
    "currency": "must be a currency code of three capital letters, such as USD",
    "string_pattern_mismatch": "must be lower-case letters and underscores: pending_approval",
    "literal_error": "must be {expected}",
    "int_parsing": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "greater_than": "must be greater than {gt}",
    "greater_than_equal": "must be at least {ge}",
    "less_than_equal": "must be at most {le}",
    "decimal_max_places": "must have at most {decimal_places} decimal places",
}

#: The largest amount of a requisition (our choice; it fits the smallest integer of all databases).
MAX_TOTAL = Decimal("9999999.99")


def _number(value: Any) -> Any:
    """A JSON number, or a decimal in a string as Coupa writes them."""
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise ValueError("must be a number")
    if isinstance(value, str) and not re.fullmatch(r"-?\d{1,12}(\.\d{1,6})?", value, re.ASCII):
        raise ValueError("must be a number")
    try:
        return Decimal(value)
    except InvalidOperation:
        raise ValueError("must be a number") from None


def _day(value: Any) -> Any:
    """A date, or the date of a date-time, in ISO 8601."""
    if isinstance(value, str):
        try:
            return date.fromisoformat(value) if len(value) == 10 else _day_of(value)
        except ValueError:
            pass
    raise ValueError("must be a date such as 2026-12-31")


def _day_of(value: str) -> date:
    return datetime.fromisoformat(value).date()


def _text(value: str) -> str:
    """Text that every database stores: trimmed, without NUL and lone surrogates."""
    if "\x00" in value or any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("must not contain control characters")
    return value.strip()


def _inner(key: str) -> BeforeValidator:
    """Accept Coupa's object `{key: "…"}` where a plain string would do."""

    def unwrap(value: Any) -> Any:
        return value[key] if isinstance(value, dict) and set(value) == {key} else value

    return BeforeValidator(unwrap)


Text = Annotated[str, AfterValidator(_text)]
Price = Annotated[Decimal, BeforeValidator(_number), Field(ge=0, le=MAX_TOTAL, decimal_places=2)]
Quantity = Annotated[Decimal, BeforeValidator(_number), Field(gt=0, le=100_000, decimal_places=4)]


class _Body(BaseModel):
    model_config = ConfigDict(
        strict=True, extra="forbid", alias_generator=lambda name: name.replace("_", "-")
    )


class NewLine(_Body):
    """A line of a new requisition."""

    description: Annotated[Text, Field(min_length=1, max_length=255)]
    quantity: Quantity
    unit_price: Price


class NewRequisition(_Body):
    """The body of `POST /api/requisitions`."""

    justification: Annotated[Text, Field(max_length=1000)] = ""
    department: Annotated[Text, _inner("name"), Field(max_length=100)] = ""
    currency: Annotated[str, _inner("code"), Field(pattern=r"^[A-Z]{3}$")] = "USD"
    need_by_date: Annotated[date, BeforeValidator(_day)] | None = None
    requisition_lines: Annotated[list[NewLine], Field(min_length=1, max_length=100)]


class ListQuery(BaseModel):
    """The query parameters of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=50)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    status: Annotated[str, Field(pattern=r"^[a-z_]{1,40}$")] | None = None
    order_by: Literal["id", "created_at", "updated_at", "status"] = "id"
    dir: Literal["asc", "desc"] = "asc"


def parse_body(raw: bytes) -> NewRequisition:
    """The body of a request that creates a requisition.

    Raises:
        ApiError: 400 when it is no JSON object, 422 naming each wrong field.
    """
    try:
        body = json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError, InvalidOperation):
        raise ApiError(400, {"error": ["The body is not valid JSON."]}) from None
    if not isinstance(body, dict):
        raise ApiError(400, {"error": ["The body must be a JSON object."]})
    try:
        requisition = NewRequisition.model_validate(body)
    except ValidationError as error:
        raise ApiError(422, field_errors(error)) from None
    if total(requisition) > MAX_TOTAL:
        raise ApiError(422, {"requisition-lines": [f"add up to more than {MAX_TOTAL}"]})
    return requisition


def parse_query(args: dict[str, str]) -> ListQuery:
    """The query parameters of a list.

    Raises:
        ApiError: 400 naming each wrong parameter.
    """
    try:
        return ListQuery.model_validate(args)
    except ValidationError as error:
        raise ApiError(400, field_errors(error)) from None


def total(requisition: NewRequisition) -> Decimal:
    """The sum of a requisition's lines, in the currency's hundredths."""
    lines = requisition.requisition_lines
    return sum(
        ((line.quantity * line.unit_price).quantize(Decimal("0.01")) for line in lines), Decimal(0)
    )


def field_errors(error: ValidationError) -> dict[str, list[str]]:
    """Coupa's error shape out of pydantic's: `requisition-lines[0].quantity` → sentences."""
    errors: dict[str, list[str]] = {}
    for detail in error.errors(include_url=False):
        errors.setdefault(_path(detail), []).append(_sentence(detail))
    return errors


def _path(detail: ErrorDetails) -> str:
    path = ""
    for part in detail["loc"]:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path or "error"


def _sentence(detail: ErrorDetails) -> str:
    kind = detail["type"]
    context = detail.get("ctx", {})
    if kind == "string_pattern_mismatch" and detail["loc"][-1] == "currency":
        kind = "currency"
    if kind == "too_long" and context["field_type"] != "List":
        kind = "string_too_long"
    sentence = _SENTENCES.get(kind)
    return sentence.format(**context) if sentence else detail["msg"]


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
