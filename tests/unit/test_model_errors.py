"""What pydantic found wrong, in our sentences."""

import json
from datetime import datetime
from typing import Annotated, Any, Literal

import pytest
from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from simulator.validation.fields import Strict, matches
from simulator.validation.model_errors import BLANK, is_no_json, list_errors, list_members

pytestmark = pytest.mark.requirement("CORE-19")


class Line(BaseModel):
    """A part of the model."""

    model_config = ConfigDict(strict=True, extra="forbid")

    price: Annotated[int, Field(gt=0)] = 1


class Order(BaseModel):
    """A model with a member of each kind."""

    model_config = ConfigDict(strict=True, extra="forbid", allow_inf_nan=False)

    name: Annotated[str, Field(min_length=1, max_length=3)] = "a"
    trimmed: Annotated[str, AfterValidator(str.strip), Field(max_length=2)] = ""
    state: Literal["open", "closed"] = "open"
    urgent: bool = False
    count: Annotated[int, Field(ge=0, le=9)] = 0
    weight: float = 0
    at: datetime | None = None
    due: AwareDatetime | None = None
    code: Annotated[str, matches(r"[A-Z]+", "capital letters")] = "A"
    lines: Annotated[list[Line], Field(min_length=1, max_length=1)] = [Line()]
    notes: dict[str, str] = {}
    kind: Annotated[str, AfterValidator(lambda _text: _refuse())] = ""


def _refuse() -> str:
    raise ValueError("must be another one")


def errors_of(members: Any) -> Any:
    """The mistakes in a JSON object with these members."""
    with pytest.raises(ValidationError) as refused:
        Order.model_validate_json(json.dumps(members))
    return list_errors(refused.value)


@pytest.mark.parametrize(
    "members, member, sentence, expected",
    [
        ({"name": 1}, "name", "must be text", "expected text"),
        ({"name": ""}, "name", "must have at least 1 character", "expected at least 1 character"),
        ({"name": "long"}, "name", "must have at most 3 characters", None),
        ({"trimmed": "abc"}, "trimmed", "must have at most 2 characters", None),
        ({"state": "gone"}, "state", "must be 'open' or 'closed'", "expected 'open' or 'closed'"),
        ({"urgent": "yes"}, "urgent", "must be true or false", None),
        ({"count": "1"}, "count", "must be a whole number", None),
        ({"count": -1}, "count", "must be a number of at least 0", None),
        ({"count": 10}, "count", "must be a number of at most 9", None),
        ({"weight": "1"}, "weight", "must be a number", None),
        ({"weight": float("inf")}, "weight", "must be a finite number", None),
        ({"at": "soon"}, "at", "must be a moment such as 2026-08-31T12:00:00Z", None),
        ({"code": "a"}, "code", "must be capital letters", "expected capital letters"),
        ({"kind": "b"}, "kind", "must be another one", "expected another one"),
        ({"lines": []}, "lines", "must have at least 1 entry", "expected at least 1 entry"),
        ({"lines": {}}, "lines", "must be a list", None),
        ({"lines": [{"price": 0}]}, "lines.0.price", "must be a number above 0", None),
        ({"lines": [{"cost": 0}]}, "lines.0.cost", "is unknown", "is unknown"),
        ({"notes": []}, "notes", "must be an object", None),
        ([], "", "must be an object", None),
    ],
)
def test_a_mistake_is_a_sentence(
    members: Any, member: str, sentence: str, expected: str | None
) -> None:
    (mistake,) = errors_of(members)

    assert (mistake.member, mistake.sentence) == (member, sentence)
    assert expected is None or mistake.expected == expected


def test_what_the_table_lacks_has_the_words_of_the_library() -> None:
    class Odd(BaseModel):
        price: complex

    with pytest.raises(ValidationError) as refused:
        Odd.model_validate({"price": []})

    (mistake,) = list_errors(refused.value)
    assert mistake.sentence.startswith("must be a valid python complex object")


def test_a_system_may_have_words_of_its_own() -> None:
    with pytest.raises(ValidationError) as refused:
        Order.model_validate({"name": "", "lines": []})

    assert {each.sentence for each in list_errors(refused.value, BLANK)} == {"can't be blank"}


def test_members_are_those_of_the_place() -> None:
    assert list_members(Order, ("lines", 0)) == ["price"]
    assert list_members(Order, ())[:2] == ["name", "trimmed"]
    assert list_members(Order, ("name",)) == list_members(Order, ("nowhere",)) == []


def test_a_part_may_depend_on_what_is_written() -> None:
    class Wide(Strict):
        kind: str
        width: int

    class Shape(Strict):
        kind: str

        @classmethod
        def narrowed(cls, written: Any) -> type[BaseModel]:
            return Wide if written["kind"] == "wide" else cls

    class Drawing(Strict):
        shapes: list[Shape]

    written = {"shapes": [{"kind": "wide"}, {"kind": "round"}]}
    assert list_members(Drawing, ("shapes", 0), written) == ["kind", "width"]
    assert list_members(Drawing, ("shapes", 1), written) == ["kind"]
    assert Strict.narrowed(None) is Strict


def test_no_json_is_told_from_what_does_not_fit() -> None:
    for text, expected in (("{", True), ('{"lines": 1}', False)):
        with pytest.raises(ValidationError) as refused:
            Order.model_validate_json(text)
        assert is_no_json(refused.value) is expected
