"""A request that asks for its own outcome, by a header: off by default, for tests alone."""

import json
from typing import Any

from simulator.faults.fault import Fault
from simulator.faults.incidents import incident_named
from simulator.faults.plan import OUTCOME
from simulator.validation.parsing import shorten
from simulator.web.environ import FAULT_HEADER

#: The header in a WSGI environment (PEP 3333).
KEY = "HTTP_SIMULATOR_FAULT"

OFF = (
    f"The header {FAULT_HEADER} has a request go wrong where request faults are on, and here they "
    "are off. Start the simulator with --request-faults, or leave it out."
)
ON = f"Request faults are on: the header {FAULT_HEADER} has any request go wrong. For tests alone."
_SYNTAX = (
    "Say an incident, such as mcp-down; attributes, such as status=503; delay=2; or a JSON object "
    "of attributes."
)
#: Attributes that are texts, whatever they look like.
_TEXTS = ("body", "token", "effect", "scopes")


def read_request(text: str, system: str) -> list[Fault]:
    """Read what a request asks for: the faults of an incident, or one for its system.

    Args:
        text: the text of the header.
        system: whom the request goes to.

    Raises:
        ValueError: there is no such incident, or the attributes make no sense.
    """
    text = text.strip()
    if text and "=" not in text and not text.startswith("{"):
        return [Fault(**part) for part in incident_named(shorten(text)).faults()]
    outcome = _object(text) if text.startswith("{") else _pairs(text)
    if not outcome:
        raise ValueError(f"It asks for nothing. {_SYNTAX}")
    for name in outcome:
        if name not in OUTCOME:
            known = ", ".join(OUTCOME)
            raise ValueError(f"A request cannot ask for '{shorten(name)}', but for: {known}.")
    if isinstance(outcome.get("body"), str):
        outcome["body"] = outcome["body"].encode()
    return [Fault(system=system, **outcome)]


def _object(text: str) -> dict[str, Any]:
    try:
        members: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        raise ValueError(f"'{shorten(text)}' is no JSON object. {_SYNTAX}") from None
    return members


def _pairs(text: str) -> dict[str, Any]:
    outcome: dict[str, Any] = {}
    for pair in filter(None, map(str.strip, text.split(";"))):
        name, equals, value = (part.strip() for part in pair.partition("="))
        if not equals or name in outcome:
            raise ValueError(f"'{shorten(pair)}' is no attribute of its own. {_SYNTAX}")
        outcome[name] = value if name in _TEXTS else _value(value)
    return outcome


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
