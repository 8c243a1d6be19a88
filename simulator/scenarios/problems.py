"""What is wrong in a scenario file, in sentences that say what was expected and what was found."""

from pydantic import BaseModel, ValidationError

from simulator.validation.mistakes import Place, expect_one_of, format_value
from simulator.validation.model_errors import ModelError, list_errors, list_members

#: A file is YAML, and says `mapping` where JSON has objects.
_WORDING = {
    "missing": "expected this key, found nothing",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
}
_SECRET = ("password", "secret")


def sentences(
    error: ValidationError, model: type[BaseModel], written: object
) -> list[tuple[Place, str]]:
    """Every mistake as (where, sentence).

    Args:
        error: the error of the model.
        model: what should have been written.
        written: what was.
    """
    return [(each.place, _sentence(each, model, written)) for each in list_errors(error, _WORDING)]


def _sentence(mistake: ModelError, model: type[BaseModel], written: object) -> str:
    place, value = mistake.place, mistake.value
    if mistake.kind == "missing":
        return mistake.sentence
    if mistake.kind == "extra_forbidden":
        known = list_members(model, place[:-1], written)
        return f"unknown key; {expect_one_of(known, str(place[-1]))}"
    if mistake.kind == "value_error" and not isinstance(value, str | int | float):
        return mistake.sentence
    if isinstance(value, str) and place and place[-1] in _SECRET:
        return f"{mistake.expected}, found one of {len(value)} characters"
    return f"{mistake.expected}, found {format_value(value)}"
