"""The kinds of values in a scenario file; a wrong one is answered with what was expected."""

import re
from typing import Annotated

from pydantic import AfterValidator, Field

from simulator.domain.limits import network
from simulator.scenarios.ids import FIRST_BULK_ID


def matches(pattern: str, what: str) -> AfterValidator:
    """A check that a whole text has a pattern; `what` says in words what is expected."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"expected {what}")
        return value

    return AfterValidator(check)


def _cents(value: float) -> float:
    if value < 0 or abs(value * 100 - round(value * 100)) > 1e-6:
        raise ValueError("expected an amount of at least 0 with at most two decimals")
    return value


def _addresses(value: str) -> str:
    if network(value) is None:
        raise ValueError("expected an IP address, or a CIDR block such as 203.0.113.0/24")
    return value


Text = Annotated[str, matches(r"(?s).*\S.*", "some text")]
Name = Annotated[str, matches(r"(?=.*\S).{1,100}", "a name of 1 to 100 characters in one line")]
Email = Annotated[str, matches(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")]
Password = Annotated[str, matches(r".{8,100}", "a password of 8 to 100 characters")]
ApiToken = Annotated[
    str, matches(r"wrkaus-[A-Za-z0-9_-]{16,200}", "wrkaus- and 16 or more letters, digits, - or _")
]
Host = Annotated[str, matches(r"[a-z0-9-]+(\.[a-z0-9-]+)+", "a host name in lower case")]
Alias = Annotated[str, matches(r"[A-Za-z0-9_]+", "letters, digits and _ alone")]
ActionName = Annotated[str, matches(r"\w+\.\w+", "an action such as coupa.search_requisitions")]
RedirectUri = Annotated[str, matches(r"https?://[^\s#]+", "an absolute URL without a fragment")]
Money = Annotated[float, Field(allow_inf_nan=False, lt=10_000_000), AfterValidator(_cents)]
Id = Annotated[int, Field(gt=0, lt=2**31)]
RecordId = Annotated[int, Field(gt=0, lt=FIRST_BULK_ID)]
Addresses = Annotated[str, AfterValidator(_addresses)]
Count = Annotated[int, Field(ge=0, le=10_000)]
