"""What a step can return instead of an output: the job's result, or a call of another recipe."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What a recipe returned; `status` is the HTTP status of an API recipe's response."""

    value: Any
    status: int = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class RecipeCall:
    """A call of another recipe.

    Attributes:
        reference: the recipe's id, as number or text, or an object with its `name` and `zip_name`.
        parameters: the arguments of the call.
        is_awaited: whether the step waits for the result, which its output then contains.
    """

    reference: Any
    parameters: Mapping[str, Any]
    is_awaited: bool


@dataclass(eq=False)
class JobEnded(Exception):  # a job that ends is no error
    """Raised to end the job successfully, with or without a result."""

    result: Result | None
