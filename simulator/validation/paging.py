"""Pages of a list, counted from 1.

The journal and `tools/list` are no lists of pages: what comes and goes between two questions would
be there twice or never, so that they go on behind the last entry that was seen.
"""

from dataclasses import dataclass
from typing import Self


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of a list.

    Attributes:
        number: counts from 1.
        size: how many items, at most.
        total: how many there are on all pages; 0 where nobody counted.
    """

    number: int
    size: int
    total: int = 0

    @classmethod
    def nearest(cls, number: int, *, size: int, total: int) -> Self:
        """Return the page that people get: the last one instead of one behind it.

        Args:
            number: the number that is asked for, any.
            size: how many items, at most.
            total: how many there are on all pages.
        """
        last = cls(number=1, size=size, total=total).last
        return cls(number=min(max(number, 1), last), size=size, total=total)

    @property
    def last(self) -> int:
        """The number of the last page; an empty list has one."""
        return max(1, -(-self.total // self.size))

    @property
    def offset(self) -> int:
        """How many items are before it."""
        return (self.number - 1) * self.size
