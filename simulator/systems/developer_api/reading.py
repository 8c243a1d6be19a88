"""Read what a request says; report mistakes in the Developer API's own shape."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from simulator.errors import LONGEST, SimulatorError
from simulator.validation.model_errors import BLANK, is_no_json, list_errors
from simulator.validation.parsing import parse_whole_number, shorten

Model = TypeVar("Model", bound=BaseModel)
Item = TypeVar("Item")


class Invalid(SimulatorError):
    """A body has members that cannot be used.

    Args:
        errors: member → what is wrong with it.
    """

    def __init__(self, errors: Mapping[str, Sequence[str]]) -> None:
        super().__init__("Validation failed")
        self.errors = {
            shorten(member): [shorten(each, LONGEST) for each in sentences]
            for member, sentences in errors.items()
        }


@dataclass(frozen=True, kw_only=True)
class Page:
    """A part of a list.

    Attributes:
        number: counts from 1.
        size: how many items.
    """

    number: int
    size: int

    def of(self, items: Sequence[Item]) -> Sequence[Item]:
        """Return those of the items that are on this page."""
        first = (self.number - 1) * self.size
        return items[first : first + self.size]


def read_page(number: str | None, size: str | None, most: int) -> Page:
    """Return the page that a query asks for; by default the first one, as large as it may be.

    Args:
        number: of the page, as it was sent.
        size: items on a page, as it was sent.
        most: the largest size; 0 where there are no pages, and so nothing to ask for.

    Raises:
        SimulatorError: it is no page (400).
    """
    if not most:
        return Page(number=1, size=0)
    return Page(
        number=_positive("page", number, None, 1), size=_positive("per_page", size, most, most)
    )


def _positive(name: str, text: str | None, most: int | None, default: int) -> int:
    if text is None:
        return default
    number = parse_whole_number(text)
    if number is None or number < 1 or (most is not None and number > most):
        limits = f"from 1 to {most}" if most else "of 1 or more"
        raise SimulatorError(f"Invalid parameter '{name}': '{text}'. Must be a number {limits}.")
    return number


def read_query(sent: Iterable[tuple[str, str]], known: Iterable[str]) -> dict[str, list[str]]:
    """Return the parameters that are known; a list's have `[]` behind their name, or have not."""
    found: dict[str, list[str]] = {}
    names = set(known)
    for name, text in sent:
        if (bare := name.removesuffix("[]")) in names:
            found.setdefault(bare, []).append(text)
    return found


def read_body(sent: bytes, model: type[Model]) -> Model:
    """Return a body in JSON; none at all is one without members.

    Raises:
        SimulatorError: it is no JSON (400).
        Invalid: with every mistake.
    """
    try:
        return model.model_validate_json(sent or b"{}")
    except ValidationError as error:
        if is_no_json(error):
            raise SimulatorError("The body is not JSON. Send one JSON object.") from None
        errors: dict[str, list[str]] = {}
        for mistake in list_errors(error, BLANK):
            errors.setdefault(mistake.member or "body", []).append(mistake.sentence)
        raise Invalid(errors) from None
