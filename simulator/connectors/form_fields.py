"""Fields of a connection's form that are one connector's own."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from simulator.errors import FieldError


@dataclass(frozen=True, kw_only=True)
class HostField:
    """The field of a connection's form that names the instance.

    Attributes:
        label: what people read.
        hint: what belongs there.
        placeholder: such a value.
        pattern: what a right value looks like (matched whole).
        error: the sentence for a wrong one.
        scheme: what a value without a scheme begins with then; empty where it has to have one.
    """

    label: str
    hint: str
    placeholder: str
    pattern: str
    error: str
    scheme: str = ""


@dataclass(frozen=True, kw_only=True)
class FormField(HostField):
    """A further field of a connection's form, whose value the connection has in its input.

    Attributes:
        name: the name of the field in the form, and in the input; the others are those of
            `HostField`.
    """

    name: str

    def checked(self, value: str) -> str:
        """Return a value that has the format, trimmed.

        Args:
            value: the value as typed.

        Raises:
            FieldError: it has another format, or there is none.
        """
        if not value.strip():
            raise FieldError(self.name, f"{self.label} is required.")
        if not re.fullmatch(self.pattern, value.strip()):
            raise FieldError(self.name, self.error)
        return value.strip()


@dataclass(frozen=True, kw_only=True)
class ChoiceField(FormField):
    """A further field of a connection's form whose value is one of a few, or none.

    Attributes:
        options: value → what people read.
    """

    options: Mapping[str, str]

    def checked(self, value: str) -> str:
        """Return a value that there is, or an empty one, trimmed.

        Args:
            value: as chosen.

        Raises:
            FieldError: there is no such value.
        """
        if value.strip() and value.strip() not in self.options:
            raise FieldError(self.name, self.error)
        return value.strip()


@dataclass(frozen=True, kw_only=True)
class HostChoice:
    """A menu of a connection's form that names the instance, for whoever types no other one.

    Attributes:
        name: what programs call it in `input`, true for the second option.
        label: what people read.
        hint: what it is about.
        options: what can be chosen → the address that it stands for; the first is the default.
    """

    name: str
    label: str
    hint: str
    options: Mapping[str, str]

    def chosen(self, host: str) -> str:
        """Return the option that stands for an address; the default where none does."""
        found = (name for name, address in self.options.items() if address == host)
        return next(found, next(iter(self.options)))
