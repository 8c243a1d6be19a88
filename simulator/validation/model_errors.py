"""What pydantic found wrong, in our sentences: one table for every body, query and file.

A sentence goes behind the member's name (`limit must be a whole number`), or says what was
expected. What a system words as its product does, such as `can't be blank`, it passes as data.
"""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, NamedTuple, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from simulator.validation.fields import Strict
from simulator.validation.mistakes import Place

#: pydantic's kind of error → what is wrong; `{…}` come from its context
#: (https://docs.pydantic.dev/latest/errors/validation_errors/).
_SENTENCES = {
    "missing": "is missing",
    "extra_forbidden": "is unknown",
    "expected": "must be {expected}",
    "literal_error": "must be {expected}",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "int_parsing_size": "must be a smaller number",
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "finite_number": "must be a finite number",
    "greater_than": "must be a number above {gt}",
    "greater_than_equal": "must be a number of at least {ge}",
    "less_than": "must be a number below {lt}",
    "less_than_equal": "must be a number of at most {le}",
    "decimal_max_places": "must have at most {decimal_places} decimal places",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "list_type": "must be a list",
    "too_short": "must have at least {min_length} entries",
    "too_long": "must have at most {max_length} entries",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "date_type": "must be a date such as 2026-08-31",
    "date_parsing": "must be a date such as 2026-08-31",
    "datetime_type": "must be a moment such as 2026-08-31T12:00:00Z",
    "datetime_parsing": "must be a moment such as 2026-08-31T12:00:00Z",
    "datetime_from_date_parsing": "must be a moment such as 2026-08-31T12:00:00Z",
    "timezone_aware": "must have a time zone, as 2026-08-31T12:00:00Z has",
}

_ONE = {" 1 entries": " 1 entry", " 1 characters": " 1 character"}

#: How Rails, in which Workato and Coupa are written, says that a member has no value.
BLANK = dict.fromkeys(("missing", "string_too_short", "too_short"), "can't be blank")


class ModelError(NamedTuple):
    """One mistake in what should have been a model.

    Attributes:
        place: where: names and indices from the top.
        kind: the kind as pydantic calls it.
        sentence: what is wrong, to go behind the member's name; no full stop at its end.
        value: what was there.
    """

    place: Place
    kind: str
    sentence: str
    value: Any

    @property
    def member(self) -> str:
        """The place as people read it: `lines.0.price`; empty for the whole."""
        return ".".join(map(str, self.place))

    @property
    def expected(self) -> str:
        """What was expected, for where what was found is said behind it."""
        for verb in ("must be ", "must have "):
            if self.sentence.startswith(verb):
                return f"expected {self.sentence.removeprefix(verb)}"
        return self.sentence


def list_errors(
    error: ValidationError,
    wording: Mapping[str, str] | None = None,
    model: type[BaseModel] | None = None,
) -> list[ModelError]:
    """Return every mistake, in pydantic's order.

    Args:
        error: the error of a model.
        wording: kind → sentence, where a system has words of its own.
        model: where it is to be told which members there are instead of an unknown one.
    """
    sentences = _SENTENCES | dict(wording or {})
    found = [_read(item, sentences) for item in error.errors(include_url=False)]
    return found if model is None else [_name_known(each, model) for each in found]


def _name_known(mistake: ModelError, model: type[BaseModel]) -> ModelError:
    if mistake.kind != "extra_forbidden":
        return mistake
    known = [f"'{name}'" for name in list_members(model, mistake.place[:-1])]
    sentence = f"{mistake.sentence}; known: {', '.join(known) or 'nothing'}"
    return mistake._replace(sentence=sentence)


def is_no_json(error: ValidationError) -> bool:
    """Return whether the body is not JSON at all."""
    return any(each["type"] == "json_invalid" for each in error.errors(include_url=False))


def _read(item: Any, sentences: Mapping[str, str]) -> ModelError:
    kind, context = item["type"], item.get("ctx", {})
    if kind == "too_long" and context["field_type"] == "Value":  # text behind a validator
        kind = "string_too_long"
    if kind == "value_error":
        sentence = str(context["error"])
    elif kind in sentences:
        sentence = sentences[kind].format(**context)
        for several, one in _ONE.items():
            sentence = sentence.replace(several, one)
    else:
        sentence = str(item["msg"]).removeprefix("Input ").replace("should ", "must ", 1)
    return ModelError(tuple(item["loc"]), kind, sentence, item["input"])


def list_members(model: type[BaseModel], place: Place, written: Any = None) -> list[str]:
    """Return the members that the model at a place has.

    Args:
        model: the model of the whole.
        place: in it.
        written: the whole as it was written, where a part's model depends on it.
    """
    kind: Any = model
    for part in place:
        kind = _plain(_inside(kind, part))
        if written is not None:
            written = written[part]
            if isinstance(kind, type) and issubclass(kind, Strict):
                kind = kind.narrowed(written)
    kind = _plain(kind)
    if not (isinstance(kind, type) and issubclass(kind, BaseModel)):
        return []
    return [field.alias or name for name, field in kind.model_fields.items()]


def _inside(kind: Any, part: str | int) -> Any:
    kind = _plain(kind)
    if isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, field in kind.model_fields.items():
            if part == (field.alias or name):
                return field.annotation
        return None
    arguments = get_args(kind)
    return arguments[-1] if arguments else None


def _plain(kind: Any) -> Any:
    """A type without `Annotated` and without `| None`."""
    while get_origin(kind) is Annotated:
        kind = get_args(kind)[0]
    if get_origin(kind) in (Union, UnionType):
        return _plain(next(one for one in get_args(kind) if one is not type(None)))
    return kind
