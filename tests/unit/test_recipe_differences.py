"""What two versions of a recipe differ in, step by step and line by line."""

import copy
from typing import Any

import pytest

from simulator.domain.editing.differences import compare
from tests.unit.engine.recipes import action, control, log, numbered, recipe, return_result

pytestmark = pytest.mark.requirement("EDIT-1")

FIND = action("coupa", "search_requisitions", "find", status="draft", limit="5")
OLDER = recipe(FIND, log("Found"), return_result(total="1"), parameters=[{"name": "status"}])


def change(code: Any, *blocks: Any) -> Any:
    """The recipe with these steps instead."""
    return numbered({**copy.deepcopy(code), "block": list(blocks)})


def told(newer: Any, **options: Any) -> list[tuple[str, int, list[tuple[str, Any, Any]]]]:
    found = compare(numbered(OLDER), newer, **options)
    return [
        (each.kind, each.number, [(field.path, field.before, field.after) for field in each.fields])
        for each in found.steps
    ]


def test_equal_versions_do_not_differ() -> None:
    assert not compare(OLDER, copy.deepcopy(OLDER))


def test_a_step_is_added_changed_and_removed() -> None:
    find, _, end = copy.deepcopy(OLDER["block"])
    find["input"] = {"status": "approved", "offset": "1"}
    find["comment"] = "Of this year"
    newer = change(OLDER, find, action("logger", "log_message", "more", message="New"), end)

    assert told(newer) == [
        (
            "changed",
            2,
            [
                ("status", "draft", "approved"),
                ("limit", "5", None),
                ("offset", None, "1"),
                ("comment", None, "Of this year"),
            ],
        ),
        ("added", 3, []),
        ("removed", 3, []),
    ]


def test_a_step_that_goes_elsewhere_was_moved_and_what_is_in_it_was_not() -> None:
    find, write, end = copy.deepcopy(OLDER["block"])
    assert told(change(OLDER, write, find, end)) in ([("moved", 2, [])], [("moved", 3, [])])
    inside = change(OLDER, control("if", find, uuid="when"), write, end)
    assert told(inside) == [("added", 2, []), ("moved", 3, [])]
    outside = compare(inside, change(OLDER, write, control("if", find, uuid="when"), end))
    assert [each.kind for each in outside.steps] == ["moved"]


def test_connections_and_lines_are_compared() -> None:
    coupa = {"provider": "coupa", "account_id": 1}
    config = ([coupa], [{**coupa, "personalization": True}])
    (found,) = compare(OLDER, OLDER, config).connections
    assert (found.path, found.before, found.after) == ("coupa", (1, False), (1, True))
    newer = change(OLDER, *OLDER["block"][:1])
    assert '-        "message": "Found"' in "\n".join(compare(numbered(OLDER), newer).lines)


def test_steps_without_ids_are_told_apart_by_what_they_do() -> None:
    code = change(OLDER, *({**each, "uuid": None, "as": None} for each in OLDER["block"]))
    newer = change(code, *code["block"][1:])
    assert [each.kind for each in compare(code, newer).steps] == ["removed"]


def test_code_that_cannot_be_read_is_compared_all_the_same() -> None:
    deep: Any = log("deep")
    for _ in range(200):
        deep = control("if", deep)
    assert compare(OLDER, change(OLDER, deep)).steps[0].kind == "added"
