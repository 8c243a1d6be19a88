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

from simulator.systems.apps.coupa.api_errors import ApiError
from simulator.validation.fields import matches
from simulator.validation.mistakes import Place
from simulator.validation.model_errors import BLANK, list_errors

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


_CURRENCY = matches(r"[A-Z]{3}", "a currency code of three capital letters, such as USD")
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
    currency: Annotated[str, _inner("code"), _CURRENCY] = "USD"
    need_by_date: Annotated[date, BeforeValidator(_day)] | None = None
    requisition_lines: Annotated[list[NewLine], Field(min_length=1, max_length=100)]


class ListQuery(BaseModel):
    """The query parameters of a list."""

    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=50)] = 50
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    status: (
        Annotated[
            str,
            matches(r"[a-z_]{1,40}", "lower-case letters and underscores: pending_approval"),
        ]
        | None
    ) = None
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
    for mistake in list_errors(error, BLANK):
        errors.setdefault(_path(mistake.place), []).append(mistake.sentence)
    return errors


def _path(place: Place) -> str:
    path = ""
    for part in place:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            path += f".{part}" if path else part
    return path or "error"


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
