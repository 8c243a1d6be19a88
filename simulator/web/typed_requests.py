"""Read bodies and queries into pydantic models; errors name the member."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeVar, get_origin

from pydantic import BaseModel, ValidationError

from simulator.errors import SimulatorError
from simulator.validation.model_errors import ModelError, is_no_json, list_errors

Model = TypeVar("Model", bound=BaseModel)

_DEEP = re.compile(r"(\w+)\[([^\]]+)\]")


class Unusable(SimulatorError):
    """A query or body does not fit its model.

    Args:
        where: which of the two.
        mistakes: all that is wrong.
    """

    status = 422

    def __init__(self, where: Literal["query", "body"], mistakes: Sequence[ModelError]) -> None:
        super().__init__(f"The {where} cannot be used. {' '.join(map(tell, mistakes))}")
        self.where = where
        self.mistakes = mistakes


def tell(mistake: ModelError) -> str:
    """Return a mistake as a whole sentence."""
    return f"'{mistake.member}' {mistake.sentence}." if mistake.place else f"It {mistake.sentence}."


def read_body(sent: bytes, model: type[Model], wording: Mapping[str, str] | None = None) -> Model:
    """Read a body of JSON; an empty one is an object without members.

    Args:
        sent: the bytes of the body.
        model: what they must be.
        wording: pydantic's kind of error → sentence, where an API has words of its own.

    Raises:
        SimulatorError: it is no JSON.
        Unusable: it does not fit the model.
    """
    try:
        return model.model_validate_json(sent or b"{}")
    except ValidationError as error:
        if is_no_json(error):
            raise SimulatorError("The body is not JSON. Send one JSON object.") from None
        raise Unusable("body", list_errors(error, wording, model)) from None


def read_query(
    sent: Iterable[tuple[str, str]],
    model: type[Model],
    wording: Mapping[str, str] | None = None,
) -> Model:
    """Read the parameters of a query.

    `name[key]=value` is a member of a mapping (OpenAPI's `deepObject`); what is a list in the
    model may be there several times, with or without `[]` behind its name. Of anything else that
    is, the last one counts, unless the model forbids what it does not know, and so this.

    Args:
        sent: names and values, in order.
        model: what they must be.
        wording: see `read_body`.

    Raises:
        Unusable: they do not fit the model.
    """
    fields = model.model_fields
    is_strict = model.model_config.get("extra") == "forbid"
    values: dict[str, Any] = {}
    for name, text in sent:
        bare = name.removesuffix("[]")
        if bare in fields and get_origin(fields[bare].annotation) is list:
            values.setdefault(bare, []).append(text)
            continue
        deep = _DEEP.fullmatch(name)
        place, key = (values.setdefault(deep[1], {}), deep[2]) if deep else (values, name)
        if not isinstance(place, dict) or (is_strict and key in place):
            mistake = ModelError((name,), "repeated", "is given twice: give it once", text)
            raise Unusable("query", [mistake])
        place[key] = text
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise Unusable("query", list_errors(error, wording, model)) from None
