"""Kinds of values in files that people write; a wrong one is answered with what was expected."""

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from simulator.validation.redirect_uris import check_redirect_uri


class Strict(BaseModel):
    """What every part of a scenario is: frozen, no unknown keys, no silent conversions."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, hide_input_in_errors=True)

    @classmethod
    def narrowed(cls, _written: object) -> "type[BaseModel]":
        """Return the model of what is written there, where that decides; by default this one."""
        return cls


def matches(pattern: str, what: str) -> AfterValidator:
    """Return a check that a whole text has a pattern; `what` says in words what is expected."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise PydanticCustomError("expected", "must be {expected}", {"expected": what})
        return value

    return AfterValidator(check)


def _redirect_uri(value: str) -> str:
    try:
        return check_redirect_uri(value)
    except ValueError as error:
        raise ValueError(f"expected a redirect URI; it {error}") from None


def _digits(value: object) -> object:
    """A query has text alone: of what pydantic takes for a number, only what people write."""
    if isinstance(value, str) and not re.fullmatch(r"-?[0-9]+", value):
        raise PydanticCustomError("int_parsing", "must be a whole number")
    return value


Text = Annotated[str, matches(r"(?s).*\S.*", "some text")]
Name = Annotated[str, matches(r"(?=.*\S).{1,100}", "a name of 1 to 100 characters in one line")]
Email = Annotated[str, matches(r"[^@\s]+@[^@\s]+\.[^@\s]+", "an e-mail address")]
Password = Annotated[str, matches(r".{8,100}", "a password of 8 to 100 characters")]
Host = Annotated[str, matches(r"[a-z0-9-]+(\.[a-z0-9-]+)+", "a host name in lower case")]
RedirectUri = Annotated[str, AfterValidator(_redirect_uri)]
Id = Annotated[int, Field(gt=0, lt=2**31)]
#: Behind the bounds of a whole number in a query: `1_0`, `1.0` and ` 1` are none.
DIGITS = BeforeValidator(_digits)
