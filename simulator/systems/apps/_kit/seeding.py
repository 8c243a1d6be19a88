"""What the records of a scenario become rows with; known without reading a scenario file."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

#: Made-up records are numbered from here on; those that a scenario spells out end before.
FIRST_BULK_ID = 100_001


@dataclass(frozen=True, kw_only=True)
class AppSeed:
    """What an app makes its rows with.

    Attributes:
        users: login → id of the account.
        bulk_ids: for made-up records, behind all that a scenario may spell out.
        own_ids: for rows of a table in which a scenario spells out no ids.
    """

    users: Mapping[str, int]
    bulk_ids: Iterator[int]
    own_ids: Iterator[int]
