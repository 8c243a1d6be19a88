"""Words of steps that are not understood are refused, with those that are."""

from collections.abc import Callable
from typing import Any

import pytest

from simulator.testing.answers import read_answer
from simulator.testing.steps import calls, consent, limits
from simulator.testing.steps.words import DECISIONS, YES_OR_NO, meaning, names_of, quoted_names
from simulator.testing.workspace import Workspace

pytestmark = pytest.mark.requirement("SUITE-6")


@pytest.mark.parametrize("word", ["approves", "Allows", "allows ", "denied"])
def test_an_unknown_decision_is_no_denial(word: str) -> None:
    with pytest.raises(LookupError, match=r"'.*' means nothing in this step\. There are: allows"):
        meaning(word, DECISIONS)


@pytest.mark.parametrize("word", ["Yes", "true", ""])
def test_an_unknown_answer_is_no_no(word: str) -> None:
    with pytest.raises(LookupError, match="There are: yes, no"):
        meaning(word, YES_OR_NO)


def test_a_step_refuses_a_decision_before_anything_is_opened(workspace: Workspace) -> None:
    """`approves the connection` was a denial once, and stored nothing."""
    ada = workspace.person("Ada")
    ada.connect("Procurement assistant")
    ada.call("List_my_requisitions")

    with pytest.raises(LookupError, match="'approves' means nothing in this step"):
        consent.opens_link("Ada", "approves", "Coupa", workspace)

    assert not workspace.journal.find(system="app:*")


def test_a_step_refuses_a_kind_of_limit(workspace: Workspace) -> None:
    with pytest.raises(LookupError, match="There are: rate limit, usage quota"):
        limits.server_has_limit(
            "Procurement assistant", "speed limit", "1", "minute", workspace.simulator, workspace
        )


def test_a_step_refuses_a_recipe_that_is_not_there(workspace: Workspace) -> None:
    with pytest.raises(LookupError, match=r"No recipe is called 'Get'\. There are: "):
        limits.recipe_is_stopped("Get", workspace.simulator, workspace)


@pytest.mark.parametrize(
    "text, names",
    [
        ('"A"', ["A"]),
        ('"A" and "B"', ["A", "B"]),
        ('"A", "B" and "C"', ["A", "B", "C"]),
        ('"Research and development"', ["Research and development"]),
    ],
)
def test_a_list_of_names(text: str, names: list[str]) -> None:
    assert quoted_names(text) == names


@pytest.mark.parametrize("text", ["Finance team", '"A" or "B"', '"A" "B"', "", '"A" and B'])
def test_a_list_in_another_form_is_not_an_empty_one(text: str) -> None:
    with pytest.raises(LookupError, match='Write "A", or "A" and "B"'):
        quoted_names(text)


def test_names_without_quotes() -> None:
    assert names_of("Ada, Bob and Carla") == ["Ada", "Bob", "Carla"]


SCHEMA = {
    "properties": {
        "status": {"type": "string", "enum": ["draft", "ordered"]},
        "limit": {"type": "integer"},
        "tags": {"type": "array"},
    },
    "required": ["status", "limit"],
}


def test_arguments_in_a_table_have_the_types_of_the_tool() -> None:
    table = [["argument", "value"], ["status", "7"], ["limit", "7"], ["tags", '["a"]']]

    assert calls.read_arguments(SCHEMA, table, None) == {"status": "7", "limit": 7, "tags": ["a"]}


def test_arguments_in_a_doc_string_are_an_object() -> None:
    assert calls.read_arguments(SCHEMA, None, '{"limit": 7}') == {"limit": 7}


@pytest.mark.parametrize(
    "table, text, complaint",
    [
        (None, None, "Below `with:` stands a table"),
        ([["name", "value"], ["limit", "7"]], None, "Below `with:` stands a table"),
        ([["argument", "value"], ["limits", "7"]], None, "no argument limits. There are: status"),
        (None, "[7]", "is a JSON object"),
    ],
)
def test_arguments_in_another_form_are_refused(
    table: list[list[str]] | None, text: str | None, complaint: str
) -> None:
    with pytest.raises(LookupError, match=complaint):
        calls.read_arguments(SCHEMA, table, text)


def test_required_arguments_have_their_first_choice_where_they_have_any() -> None:
    assert calls.default_arguments(SCHEMA) == {"status": "draft"}


@pytest.mark.requirement("SUITE-7")
def test_an_answer_may_be_a_plain_dict() -> None:
    wire = {
        "content": [
            {"type": "text", "text": "a"},
            {"type": "image"},
            {"type": "text", "text": "b"},
        ],
        "isError": True,
        "structuredContent": {"error": "x"},
    }

    answer = read_answer(wire)

    assert (answer.text, answer.is_error, answer.data) == ("ab", True, {"error": "x"})


@pytest.mark.requirement("SUITE-7")
@pytest.mark.parametrize(
    "result", [None, [], "text", {"result": {"content": []}}, {"error": {"code": -32602}}]
)
def test_what_is_no_result_is_refused(result: Any) -> None:
    """Otherwise it would pass for an empty answer, without an error."""
    with pytest.raises(TypeError, match="A client under test returns the result of tools/call"):
        read_answer(result)


def test_apps_are_found_by_host_name_and_kind(workspace: Workspace) -> None:
    named: Callable[[str], dict[str, Any]] = workspace.stage.app_named

    assert named("Coupa") == named("Acme Corp") == named("acme.coupacloud.com")
    with pytest.raises(LookupError, match=r"No app is called 'Ledger'\. There are: Acme Corp"):
        named("Ledger")


@pytest.mark.simulator_scenario("tests/worlds/two_apps.yaml")
def test_a_kind_of_which_there_are_two_is_no_name(workspace: Workspace) -> None:
    with pytest.raises(LookupError, match=r"Several apps are called 'Coupa'.* North, South"):
        workspace.stage.app_named("Coupa")


def test_a_client_whose_sign_in_failed_says_so(workspace: Workspace) -> None:
    eve = workspace.person("Eve")
    with pytest.raises(Exception, match="neither as a member of an end-user group"):
        eve.connect("Procurement assistant")

    with pytest.raises(LookupError, match="is not connected: its sign-in failed"):
        eve.call("List_my_requisitions")
