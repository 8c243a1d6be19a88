"""Read what a request says, strictly: unknown and wrong members are refused by name."""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from pydantic import ValidationError

from simulator.control.operations import Body
from simulator.control.problems import Problem
from simulator.validation.model_errors import ModelError, is_no_json, list_errors, list_members

Model = TypeVar("Model", bound=Body)

_DEEP = re.compile(r"(\w+)\[([^\]]+)\]")


def body(sent: bytes, model: type[Model]) -> Model:
    """Read a body of JSON; an empty one is an object without members.

    Args:
        sent: the bytes of the body.
        model: what they must be.

    Raises:
        Problem: 400 if it is no JSON, 422 with every mistake if it does not fit the model.
    """
    try:
        return model.model_validate_json(sent or b"{}")
    except ValidationError as error:
        if is_no_json(error):
            raise Problem(400, "The body is not JSON (RFC 8259). Send one JSON object.") from None
        raise _refusal(error, model, "body") from None


def query(sent: Iterable[tuple[str, str]], model: type[Model]) -> Model:
    """Read the parameters of a query; `name[key]=value` is a member of a mapping (`deepObject`).

    Args:
        sent: names and values, in order.
        model: what they must be.

    Raises:
        Problem: 422 with every mistake; also for a parameter that is there twice.
    """
    values: dict[str, Any] = {}
    for name, text in sent:
        deep = _DEEP.fullmatch(name)
        place, key = (values.setdefault(deep[1], {}), deep[2]) if deep else (values, name)
        if not isinstance(place, dict) or key in place:
            raise Problem(422, f"The query has '{name}' twice: say it once.")
        place[key] = text
    try:
        return model.model_validate(values)
    except ValidationError as error:
        raise _refusal(error, model, "query") from None


def _refusal(error: ValidationError, model: type[Body], where: str) -> Problem:
    """Every mistake, with a JSON Pointer (RFC 6901) for programs."""
    mistakes = [
        {"pointer": _pointer(each.place), "detail": _sentence(each, model)}
        for each in list_errors(error)
    ]
    details = " ".join(mistake["detail"] for mistake in mistakes)
    return Problem(422, f"The {where} cannot be used. {details}", errors=mistakes)


def _sentence(mistake: ModelError, model: type[Body]) -> str:
    sentence = (
        f"'{mistake.member}' {mistake.sentence}" if mistake.place else f"It {mistake.sentence}"
    )
    if mistake.kind == "extra_forbidden":
        known = [f"'{one}'" for one in list_members(model, mistake.place[:-1])]
        sentence += f"; known: {', '.join(known) or 'nothing'}"
    return f"{sentence}."


def _pointer(location: Iterable[str | int]) -> str:
    parts = (str(part).replace("~", "~0").replace("/", "~1") for part in location)
    return "".join(f"/{part}" for part in parts)
