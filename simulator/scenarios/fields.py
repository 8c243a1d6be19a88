"""The kinds of values that only the Workato side of a scenario file has."""

from typing import Annotated

from pydantic import AfterValidator

from simulator.domain.limits import parse_network
from simulator.validation.fields import matches


def _addresses(value: str) -> str:
    if parse_network(value) is None:
        raise ValueError("expected an IP address, or a CIDR block such as 203.0.113.0/24")
    return value


ApiToken = Annotated[
    str, matches(r"wrkaus-[A-Za-z0-9_-]{16,200}", "wrkaus- and 16 or more letters, digits, - or _")
]
Alias = Annotated[str, matches(r"[A-Za-z0-9_]+", "letters, digits and _ alone")]
ActionName = Annotated[str, matches(r"\w+\.\w+", "an action such as coupa.search_requisitions")]
Addresses = Annotated[str, AfterValidator(_addresses)]
Domain = Annotated[
    str,
    matches(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*", "a domain such as acme.example"),
]
