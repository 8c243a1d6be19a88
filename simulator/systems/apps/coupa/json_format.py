"""A body in JSON: an object, before its fields are looked at."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from simulator.systems.apps.coupa.api_errors import ApiError


def read(raw: bytes) -> dict[str, Any]:
    """Return the JSON object of a body, numbers as they are written.

    Raises:
        ApiError: 400, when it is none.
    """
    try:
        body = json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError, InvalidOperation):
        raise ApiError(400, {"error": ["The body is not valid JSON."]}) from None
    if not isinstance(body, dict):
        raise ApiError(400, {"error": ["The body must be a JSON object."]})
    return body


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")
