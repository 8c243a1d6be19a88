"""Steps that are added, moved, skipped and removed in a recipe's tree of blocks."""

import copy
from typing import Any

import pytest

from simulator.domain.editing import blocks
from simulator.domain.editing.cloning import clone
from simulator.domain.editing.kinds import get_kind
from simulator.domain.editing.operations import (
    AddItem,
    AddStep,
    CommentOnStep,
    MoveStep,
    Operation,
    RemoveItem,
    RemoveStep,
    SetInputs,
    Several,
    SkipStep,
)
from simulator.domain.editing.outputs import list_sources
from simulator.domain.engine.block_code import iter_blocks
from simulator.domain.packages.lint import structure
from simulator.errors import FieldError
from tests.unit.engine.recipes import condition, control, log, numbered, recipe, return_result

pytestmark = pytest.mark.requirement("EDIT-3")
FUNCTION = "workato_recipe_function"


def named(keyword: str, alias: str, *inside: Any, **members: Any) -> Any:
    """A control block with an alias and id of its own."""
    return control(keyword, *inside, uuid=f"uuid-{alias}", **(members | {"as": alias}))


CODE = numbered(
    recipe(
        log("A", "a"),
        named(
            "if", "when",
            log("B", "b"),
            named("else", "otherwise", log("C", "c")),
            input=condition("1", "present"),
        ),
        named("repeat", "again", named("while_condition", "while", input=condition("", "present"))),
        return_result(),
    )
)  # fmt: skip


class Ids:
    """Ids that tell their order."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, purpose: str) -> str:
        self.count += 1
        return f"{purpose}-{self.count}"


def do(operation: Operation, seen: Any = CODE, code: Any = None) -> tuple[Any, int]:
    """The code after an operation, and the number of the selected step."""
    draft = copy.deepcopy(code or seen)
    selected = operation.apply(draft, seen)
    blocks.renumber(draft)
    return draft, blocks.get_number(draft, selected)


def shape(code: Any) -> str:
    """A recipe in short: `a when(b otherwise(c))`."""
    inside = " ".join(map(shape, code.get("block") or ()))
    return f"{code['as']}({inside})" if inside else str(code["as"])


SHAPE = "trigger(a when(b otherwise(c)) again(while) return_result)"


def test_a_step_goes_up_and_down_through_every_place() -> None:
    assert shape(CODE) == SHAPE
    code, number, seen = CODE, 1, []
    for _ in range(6):
        code, number = do(MoveStep(number=number, is_up=False), code)
        seen.append(shape(code))
    assert seen == [
        "trigger(when(a b otherwise(c)) again(while) return_result)",
        "trigger(when(b a otherwise(c)) again(while) return_result)",
        "trigger(when(b otherwise(a c)) again(while) return_result)",
        "trigger(when(b otherwise(c a)) again(while) return_result)",
        "trigger(when(b otherwise(c)) a again(while) return_result)",
        "trigger(when(b otherwise(c)) again(while a) return_result)",
    ]
    for _ in range(6):
        code, number = do(MoveStep(number=number, is_up=True), code)
    assert code == CODE
    with pytest.raises(FieldError, match="the first, or the last, already"):
        do(MoveStep(number=1, is_up=True))
    for fixed in (0, 4, 7):
        with pytest.raises(FieldError, match="cannot be moved"):
            do(MoveStep(number=fixed, is_up=True))


LOG = "logger/log_message"


@pytest.mark.parametrize(
    "key,place,expected",
    [
        (LOG, {"after": 1}, "(a NEW when(b otherwise(c)) again(while) ret)"),
        (LOG, {"into": 0}, "(a when(b otherwise(c)) again(while) ret NEW)"),
        (LOG, {"into": 0, "is_first": True}, "(NEW a when(b otherwise(c)) again(while) ret)"),
        (LOG, {"into": 2}, "(a when(b NEW otherwise(c)) again(while) ret)"),
        (LOG, {"after": 4}, "(a when(b otherwise(c)) NEW again(while) ret)"),
        (LOG, {"after": 7}, "(a when(b otherwise(c)) again(while NEW) ret)"),
        ("elsif", {"into": 2}, "(a when(b NEW otherwise(c)) again(while) ret)"),
        ("elsif", {"after": 4}, "(a when(b NEW otherwise(c)) again(while) ret)"),
    ],
)
def test_a_step_is_added_where_it_was_asked_for(key: str, place: Any, expected: str) -> None:
    kind = get_kind(FUNCTION, key)
    code, number = do(AddStep(kind=kind, draw=Ids(), **place))
    made = list(iter_blocks(code))[number]
    text = shape(code).replace(made["as"], "NEW").replace("return_result", "ret")
    assert text == f"trigger{expected}"
    assert [each["number"] for each in iter_blocks(code)] == list(range(10))


def test_blocks_come_with_what_they_cannot_be_without() -> None:
    code: Any = recipe(return_result())
    for key in ("if", "foreach", "repeat", "try", "stop"):
        code, _ = do(AddStep(kind=get_kind(FUNCTION, key), into=0, draw=Ids()), code, code)
    config = blocks.sync_config(code, [])
    assert [each["provider"] for each in config] == [FUNCTION]
    keywords = [each["keyword"] for each in iter_blocks(code)]
    assert keywords[2:] == ["if", "foreach", "repeat", "while_condition", "try", "catch", "stop"]
    rules = {each.rule for each in structure.check(code, config)}
    assert rules <= {"unique uuid", "unique alias"}, "the ids of this test begin anew each time"


def test_what_cannot_be_added_says_so() -> None:
    with pytest.raises(FieldError, match="belong to an IF"):
        do(AddStep(kind=get_kind(FUNCTION, "else"), after=1, draw=Ids()))
    with pytest.raises(FieldError, match="has an ELSE already"):
        do(AddStep(kind=get_kind(FUNCTION, "else"), into=2, draw=Ids()))
    with pytest.raises(FieldError, match="cannot contain other steps"):
        do(AddStep(kind=get_kind(FUNCTION, "if"), into=1, draw=Ids()))
    with pytest.raises(FieldError, match="Choose what the step is to do"):
        get_kind(FUNCTION, "workato_api_platform/return_response")


def test_a_step_is_removed_skipped_and_commented_on() -> None:
    code, number = do(RemoveStep(number=2))
    assert (shape(code), number) == ("trigger(a again(while) return_result)", 1)
    with pytest.raises(FieldError, match="cannot be removed"):
        do(RemoveStep(number=7))
    skipped, _ = do(SkipStep(number=3, is_skipped=True))
    assert list(iter_blocks(skipped))[3]["skip"] is True
    assert "skip" not in list(iter_blocks(do(SkipStep(number=3, is_skipped=False), skipped)[0]))[3]
    with pytest.raises(FieldError, match="cannot be skipped"):
        do(SkipStep(number=0, is_skipped=True))
    noted, _ = do(CommentOnStep(number=1, text="Why"))
    assert do(CommentOnStep(number=1, text=""), noted)[0] == CODE


def test_conditions_are_added_and_removed() -> None:
    path = ("input", "conditions", 0, "rhs")
    both = Several(
        operations=[SetInputs(number=2, values={path: "x"}), AddItem(number=2, draw=Ids())]
    )
    code, _ = do(both)
    first, second = list(iter_blocks(code))[2]["input"]["conditions"]
    assert (first["rhs"], second["lhs"]) == ("x", "")
    code, _ = do(RemoveItem(number=2, index=0), code)
    assert list(iter_blocks(code))[2]["input"]["conditions"] == [second]
    with pytest.raises(FieldError, match="At least one has to remain"):
        do(RemoveItem(number=2, index=0), code)
    with pytest.raises(FieldError, match="neither conditions nor responses"):
        do(AddItem(number=1, draw=Ids()))


@pytest.mark.requirement("EDIT-5")
def test_what_two_people_do_to_one_version_is_both_there() -> None:
    theirs, _ = do(AddStep(kind=get_kind(FUNCTION, "stop"), into=0, is_first=True, draw=Ids()))
    list(iter_blocks(theirs))[2]["input"]["level"] = "high"
    values: Any = {("input", "message"): "Mine", ("input", "level"): ""}
    code, number = do(SetInputs(number=1, values=values), CODE, theirs)
    assert number == 2, "a step is found by its id"
    assert list(iter_blocks(code))[2]["input"] == {"message": "Mine", "level": "high"}
    gone, _ = do(RemoveStep(number=1))
    with pytest.raises(FieldError, match="somebody removed it"):
        do(SetInputs(number=1, values=values), CODE, gone)


@pytest.mark.requirement("EDIT-2")
def test_pills_are_those_of_steps_that_ran_before() -> None:
    class Nothing:
        properties = ()
        samples: dict[str, Any] = {}

    def titles(number: int, code: Any = CODE) -> list[str]:
        found = list_sources(code, [], number, Nothing())  # type: ignore[arg-type]
        return [each.title.partition(":")[0] for each in found][:-1]

    assert titles(3) == ["Step 2"], "a trigger without parameters gives nothing"
    assert titles(5) == ["Step 2"], "not what the other branch does"
    assert titles(8) == ["Step 6", "Step 4", "Step 2"]
    inside, _ = do(MoveStep(number=5, is_up=False))
    assert "again" in shape(inside)
    looped = numbered(
        recipe(named("repeat", "r", copy.deepcopy(CODE["block"][2]["block"][0]), log("x", "x")))
    )
    assert titles(2, looped) == ["Step 4", "Step 2"], "the condition is looked at last"


@pytest.mark.requirement("EDIT-23")
def test_a_copied_step_names_what_is_in_the_copy() -> None:
    numbers = iter(range(99))
    own = """#{_dp('{"line": "list","path":["list_items"]}')} #{_('data.coupa.found.id')}"""
    inside = [
        {"keyword": "action", "as": "list", "uuid": "u-list", "input": {"name": "L"}},
        {"keyword": "action", "as": "add", "uuid": "u-add", "input": {"name": "u-list:list"}},
        {"keyword": "action", "as": "log", "uuid": "u-log", "input": {"message": own}},
    ]
    conditions = [{"uuid": "c", "operand": "present", "lhs": own}]
    choice = {
        "keyword": "if", "as": "if", "uuid": "u-if", "block": inside,
        "input": {"conditions": conditions},
    }  # fmt: skip

    copied = clone(choice, lambda purpose: f"{purpose}{next(numbers)}")

    made = list(iter_blocks(copied))
    names = [(each["as"], each["uuid"]) for each in made]
    assert names == [(f"alias{at}", f"step{at + 1}") for at in (0, 2, 4, 6)]
    assert made[2]["input"]["name"] == "step3:alias2"
    renamed = own.replace('"list"', '"alias2"', 1)
    assert made[3]["input"]["message"] == renamed, "what is outside keeps its name"
    assert copied["input"]["conditions"][0] == {"uuid": "condition8", "operand": "present",
                                                "lhs": renamed}  # fmt: skip
    assert choice["as"] == "if"
    assert conditions[0]["lhs"] == own
