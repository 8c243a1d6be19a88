"""Fields of a connection's form that are one connector's own."""

import re
from dataclasses import dataclass

from simulator.errors import FieldError


@dataclass(frozen=True, kw_only=True)
class FormField:
    """A further field of a connection's form, whose value the connection has in its input.

    Attributes:
        name: of the field in the form, and in the input.
        label: what people read.
        hint: what belongs there.
        placeholder: such a value.
        pattern: what a right value looks like (matched whole).
        error: the sentence for a wrong one.
    """

    name: str
    label: str
    hint: str
    placeholder: str
    pattern: str
    error: str

    def checked(self, value: str) -> str:
        """Return a value that has the format, trimmed.

        Args:
            value: as typed.

        Raises:
            FieldError: it has another format, or there is none.
        """
        if not value.strip():
            raise FieldError(self.name, f"{self.label} is required.")
        if not re.fullmatch(self.pattern, value.strip()):
            raise FieldError(self.name, self.error)
        return value.strip()
