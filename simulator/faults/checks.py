"""Which values the attributes of a fault can have; what makes no sense is refused with why."""

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

#: What can become of the access token that a request bears.
TOKEN_EFFECTS = ("expired", "revoked", "swapped")
#: What can change in the world before a system sees a request → the systems where it can.
EFFECTS: dict[str, tuple[str, ...]] = {
    "session-ended": ("mcp",),
    "client-deleted": ("identity", "app:"),
    "tool-stopped": ("mcp",),
    "keys-dropped": ("identity", "mcp"),
    "group-lost": ("mcp",),
    "saml-wrong-audience": ("idp",),
    "saml-wrong-issuer": ("idp",),
    "saml-wrong-signature": ("idp",),
    "saml-expired": ("idp",),
    "saml-no-attributes": ("idp",),
}
#: A day of real time, and a hundred years of simulated time, in seconds: no clock overflows.
_DAY, _CENTURY = 86_400.0, 3_155_760_000.0
#: The least and the most of each number, where it has both.
BOUNDS: dict[str, tuple[float, float]] = {
    "probability": (0, 1),
    "delay": (0, _DAY),
    "advance_clock_by": (0, _CENTURY),
    "skew": (-_CENTURY, _CENTURY),
}
_NONE = type(None)
_NUMBER = ((int, float), "a number")
_TEXT = ((str, _NONE), "a text")
_SWITCH = ((bool,), "true or false")
_WHOLE = ((int, _NONE), "a whole number")
_SWITCHES = (
    *("drop_connection", "truncated", "rotates_keys", "left_open", "foreign_key"),
    "own_error",
)
#: Attribute → the types that it can have, and how they are called.
_KINDS: dict[str, tuple[tuple[type, ...], str]] = {
    "system": ((str,), "a text"),
    "token": _TEXT,
    "effect": _TEXT,
    "scopes": ((str,), "a text"),
    "status": ((int, _NONE), "an HTTP status"),
    "times": _WHOLE,
    "seed": ((int,), "a whole number"),
    **dict.fromkeys(BOUNDS, _NUMBER),
    **dict.fromkeys(_SWITCHES, _SWITCH),
    "body": ((bytes, _NONE), "bytes"),
    "plan": ((list,), "a list of steps"),
}
_MAPPINGS = ("fields", "headers", "redirect", "members", "claims")
#: A field line without its end (RFC 9110 §5.1, §5.5).
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\x00-\x08\x0a-\x1f\x7f]*")
#: A scope token (RFC 6749 §3.3).
_SCOPE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]{1,200}")
#: What only one kind of system has: attribute → the system, and how a refusal begins.
_AT_HOME = {
    "rotates_keys": ("identity", "Only Workato Identity has keys"),
    "claims": ("identity", "Only Workato Identity issues ID tokens"),
    "foreign_key": ("identity", "Only Workato Identity issues ID tokens"),
    "scopes": ("mcp", "Only MCP servers ask for scopes"),
}


def check_types(given: Mapping[str, Any]) -> None:
    """Be sure that each attribute has a value of its type.

    Args:
        given: every attribute of a fault.

    Raises:
        ValueError: one has not.
    """
    for name, (kinds, described) in _KINDS.items():
        value = given[name]
        is_odd = isinstance(value, bool) and bool not in kinds  # Python counts it as a number
        if is_odd or not isinstance(value, kinds):
            raise ValueError(f"{name} must be {described}, not {value!r}.")
    for name in _MAPPINGS:
        value = given[name]
        if not isinstance(value, Mapping) or not all(isinstance(each, str) for each in value):
            raise ValueError(f"{name} must map names to values, not be {value!r}.")
    for name, text in given["headers"].items():
        if not isinstance(text, str) or not _HEADER.fullmatch(f"{name}:{text}"):
            raise ValueError(f"headers cannot have {name!r}: {text!r} (RFC 9110 §5).")


def check(given: Mapping[str, Any]) -> None:
    """Be sure that the values make sense, alone and together.

    Args:
        given: every attribute of a fault, of its type.

    Raises:
        ValueError: one makes none.
    """
    status, times, token = given["status"], given["times"], given["token"]
    if status is not None and status not in {each.value for each in HTTPStatus}:
        raise ValueError(f"status must be an HTTP status, not {status!r}.")
    if given["own_error"] and ((status or 0) < 400 or given["body"] is not None):
        raise ValueError("own_error needs a status from 400 on, and no body: that is the system's.")
    if times is not None and times < 1:
        raise ValueError(f"times must be 1 or more, not {times}.")
    for name, (least, most) in BOUNDS.items():
        number = given[name]
        if not least <= number <= most:  # NaN is in no bounds
            bounds = f"{least:.0f} to {most:.0f}"
            described = bounds if least or most == 1 or not number < 0 else "0 or more"
            raise ValueError(f"{name} must be {described}, not {number}.")
    if token not in (None, *TOKEN_EFFECTS):
        raise ValueError(f"token must be {', '.join(TOKEN_EFFECTS)}, not '{token}'.")
    if token == "swapped" and not given["system"].startswith("app:"):
        raise ValueError("Only tokens of apps are swapped: say system='app:*' with it.")
    if odd := [name for name in given["scopes"].split() if not _SCOPE.fullmatch(name)]:
        raise ValueError(f"scopes cannot have {odd[0]!r} (RFC 6749 §3.3).")
    for name, (system, sentence) in _AT_HOME.items():
        if given[name] and given["system"] != system:
            raise ValueError(f"{sentence}: say system='{system}' with it.")
    _check_effect(given["effect"], given["system"])


def _check_effect(effect: str | None, system: str) -> None:
    if effect is None:
        return
    if effect not in EFFECTS:
        raise ValueError(f"effect must be {', '.join(EFFECTS)}, not '{effect}'.")
    if not system.startswith(EFFECTS[effect]):
        places = " or ".join(f"'{each.replace(':', ':*')}'" for each in EFFECTS[effect])
        raise ValueError(f"The effect '{effect}' is one of other systems: say system={places}.")
