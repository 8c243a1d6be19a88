"""Outcomes of a step besides an output: the end of the job, or a call of another recipe."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a recipe returned; an API recipe's `status` may say that it failed."""

    value: Any
    status: int = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipeCall:
    """A step calls another recipe.

    Attributes:
        reference: its id, as number or text, or an object with its `name` and `zip_name`.
        parameters: that it is called with.
        is_awaited: whether the step's output has the result, and not the job alone.
    """

    reference: Any
    parameters: Mapping[str, Any]
    is_awaited: bool


@dataclass(eq=False)
class Ended(Exception):  # a job that ends is no error
    """The job ends here, with this result or without any."""

    result: Result | None
