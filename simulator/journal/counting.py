"""How often something is to have happened."""

from dataclasses import dataclass
from typing import Self

#: How many exchanges the journal holds; the oldest go first.
CAPACITY = 2000


@dataclass(frozen=True, kw_only=True)
class Count:
    """A number of exchanges, or its bounds.

    Attributes:
        least: so many, or more.
        most: so many, or fewer; None for any number.
    """

    least: int
    most: int | None

    @classmethod
    def checked(cls, times: int | None, at_least: int | None, at_most: int | None) -> Self:
        """Create a count that can hold, and can fail.

        Raises:
            ValueError: no number is given, or that can never be, or is always so.
        """
        given = {"times": times, "at_least": at_least, "at_most": at_most}
        for name, number in given.items():
            if number is not None and (type(number) is not int or number < 0):
                raise ValueError(f"{name} must be a whole number, 0 or more, not {number!r}.")
        if any(number is not None and number >= CAPACITY for number in given.values()):
            raise ValueError(f"No more than {CAPACITY} exchanges are kept: say less than that.")
        if times is not None:
            if at_least is not None or at_most is not None:
                raise ValueError("times says it all: leave at_least and at_most out beside it.")
            return cls(least=times, most=times)
        if at_least is None and at_most is None:
            raise ValueError("Say how often: times=…, at_least=… or at_most=….")
        if at_most is None and at_least == 0:
            raise ValueError("at_least=0 is always so: say at_least=1, or times=0 for never.")
        if at_least is not None and at_most is not None and at_most < at_least:
            raise ValueError(f"Nothing is at_least={at_least} and at_most={at_most} times.")
        return cls(least=at_least or 0, most=at_most)

    def holds(self, number: int) -> bool:
        """Whether so many are as many as there should be."""
        return self.least <= number and (self.most is None or number <= self.most)

    def __str__(self) -> str:
        """As a sentence goes on after `expected`."""
        if self.most is None:
            return f"at least {self.least}"
        if self.least == self.most:
            return str(self.least)
        return f"{self.least} to {self.most}" if self.least else f"at most {self.most}"
