"""Lint: what each step would do here, and which rules of Workato's a recipe breaks."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from simulator.cli import main
from simulator.domain.packages import reading
from simulator.domain.packages.lint import (
    RecipeReport,
    Report,
    Verdict,
    lint_package,
    list_drafts,
)
from tests.packages import PARAMETER, pill, recipe, reference, to_folder, to_zip

FIXTURES = Path("fixtures/packages")


def lint(files: dict[str, Any], **stubs: Any) -> Report:
    """The report on files."""
    return lint_package(reading.read_zip(to_zip(files), "P"), stubs)


def block(number: int, provider: str, name: str, **members: Any) -> dict[str, Any]:
    """An action."""
    own = {"number": number, "keyword": "action", "provider": provider, "name": name}
    return {**own, "as": f"step{number}", "uuid": f"uuid-{number}", "input": {}} | members


def lint_blocks(*blocks: dict[str, Any], config: Any = (), **code: Any) -> RecipeReport:
    """The report on a recipe with these blocks under its trigger."""
    providers = {each["provider"] for each in blocks if each.get("provider")} | {"logger"}
    entries = [{"provider": each, "account_id": None} for each in sorted(providers)]
    entries.append({"provider": "workato_recipe_function", "account_id": None})
    document = recipe("Echo", config or entries, block=list(blocks), **code)
    return lint({"a.recipe.json": document}).recipes[0]


@pytest.mark.requirement("EDIT-7")
def test_a_step_that_lacks_a_required_input_cannot_run() -> None:
    issue = block(1, "jira", "get_issue")

    found = lint_blocks(issue, block(2, "jira", "get_issue", input={"issue": "A-1"}))

    assert [each.verdict for each in found.steps] == [Verdict.RUNS, Verdict.CANNOT, Verdict.RUNS]
    assert (found.verdict, found.steps[1].reason) == (
        Verdict.CANNOT,
        "Issue ID or key is required.",
    )
    assert lint_blocks({**issue, "skip": True}).verdict is Verdict.RUNS
    stub = {"step": 2, "output": {}}
    files = {"a.recipe.json": recipe("Echo", block=[issue])}
    assert lint(files, Echo=[stub]).recipes[0].verdict is Verdict.STUB


@pytest.mark.requirement("EDIT-21")
@pytest.mark.parametrize(
    "provider,name,inputs,lacking",
    [
        ("jira", "create_issue", {"summary": "x"}, "Project is required. Issue type is required."),
        ("jira", "create_issue", {"summary": "x", "project_issuetype": "OPS--Task"}, ""),
        ("workato_recipe_function", "call_recipe", {}, "Recipe function is required."),
        ("workato_variable", "declare_list", {}, "List name is required."),
        ("workato_variable", "insert_to_list", {}, "List is required."),
        ("workato_variable", "update_variables", {}, "Variable is required."),
        ("workato_variable", "update_variables", {"u:a:n": "1"}, ""),
        ("lookup_table", "get_entry", {}, "Lookup table is required."),
        ("workato_db_table", "get_records", {"table_id": "1"}, ""),
    ],
)
def test_what_an_action_cannot_do_without(
    provider: str, name: str, inputs: dict[str, Any], lacking: str
) -> None:
    (_, step) = lint_blocks(block(1, provider, name, input=inputs)).steps
    assert (step.reason, step.verdict) == (lacking, Verdict.CANNOT if lacking else Verdict.RUNS)


@pytest.mark.requirement("EDIT-21")
def test_nothing_is_greater_than_nothing() -> None:
    one = {"lhs": "1", "rhs": "", "uuid": "c"}
    both = [one | {"operand": each} for each in ("equals_to", "greater_than")]
    inputs = {"type": "compound", "operand": "and", "conditions": both}
    choice = {"number": 1, "keyword": "if", "uuid": "i", "input": inputs, "block": []}
    assert lint_blocks(choice).steps[1].reason == "Value 2 is required."


@pytest.mark.requirement("PKG-7")
@pytest.mark.parametrize(
    "name, verdict",
    [
        ("helpdesk", Verdict.RUNS),
        ("procurement_api", Verdict.RUNS),
        ("unit_converter", Verdict.RUNS),
        ("cost_centres", Verdict.RUNS),
        ("safe_division", Verdict.RUNS),
        ("word_lengths", Verdict.RUNS),
        ("greetings", Verdict.RUNS),
        ("contacts", Verdict.STUB),
        ("field_team", Verdict.RUNS),
        ("announcements", Verdict.RUNS),
        ("office_genie", Verdict.RUNS),
        ("mail_room", Verdict.RUNS),
    ],
)
def test_our_packages(name: str, verdict: Verdict) -> None:
    report = lint_package(reading.read_path(FIXTURES / name))

    assert {each.verdict for each in report.recipes} == {verdict}
    assert [finding for each in report.recipes for finding in each.findings] == []
    assert (report.refusals, report.remarks) == ((), ())


@pytest.mark.requirement("PKG-7")
@pytest.mark.parametrize(
    "step, verdict, reason",
    [
        (
            block(1, "jira", "__adhoc_http_action", input={"verb": "get", "path": "x"}),
            Verdict.RUNS,
            "",
        ),
        (block(1, "coupa", "search_requisitions"), Verdict.RUNS, ""),
        (block(1, "coupa", "fly"), Verdict.CANNOT, "Coupa has no action 'fly' here"),
        (block(1, "workato_variable", "fly"), Verdict.CANNOT, "Workato's own action workato"),
        (block(1, "zendesk", "search_user"), Verdict.STUB, "zendesk.search_user has"),
        (block(1, "py_eval", "invoke_custom_py_code"), Verdict.STUB, "py_eval.invoke"),
        (
            block(1, "workato_workflow_task", "human_review_on_existing_record"),
            *(Verdict.STUB, "workato_workflow_task.human_review_on_existing_record waits for"),
        ),
        (block(1, "zendesk", "x", skip=True), Verdict.RUNS, ""),
        (
            block(1, "logger", "log_message", input={"message": "=nothing_like_it(1)"}),
            Verdict.CANNOT,
            "Field 'message': ",
        ),
        (
            block(1, "workato_recipe_function", "call_recipe", input={"flow_id": "123"}),
            Verdict.CANNOT,
            "the recipe that it calls (123) is not in the package",
        ),
    ],
)
def test_a_step(step: dict[str, Any], verdict: Verdict, reason: str) -> None:
    report = lint_blocks(step)

    assert report.steps[1].verdict is verdict
    assert report.steps[1].reason.startswith(reason)
    assert report.verdict is verdict


@pytest.mark.requirement("PKG-61")
def test_a_step_that_nobody_finished() -> None:
    """The editor keeps a step without an app; switched off, it does no harm."""
    empty = {"number": 1, "keyword": "action", "uuid": "uuid-1", "input": {}}

    off, on = lint_blocks(empty | {"skip": True}), lint_blocks(empty)

    assert (off.verdict, off.findings) == (Verdict.RUNS, ())
    assert (on.verdict, on.findings) == (Verdict.CANNOT, ())
    assert on.steps[1].reason == "no app and no action is chosen for it"


@pytest.mark.requirement("PKG-62")
def test_a_recipe_that_is_called_by_its_name_alone() -> None:
    target = {"name": "c", "folder": "", "folder_full_path": "Home"}
    call = block(1, "workato_recipe_function", "call_recipe", input={"flow_id": target})
    files = {
        "a.recipe.json": recipe("Caller", block=[call]),
        "c.recipe.json": recipe("c", block=[block(1, "zendesk", "x")]),
    }

    there, gone = lint(files), lint({"a.recipe.json": files["a.recipe.json"]})

    assert [each.verdict for each in there.recipes] == [Verdict.STUB, Verdict.STUB]
    assert gone.recipes[0].steps[1].reason == (
        "the recipe that it calls ('c') is not in the package; a stub that you write for this step "
        "answers in its place"
    )


@pytest.mark.requirement("PKG-93")
def test_a_stub_answers_for_what_is_not_one_for_a_stub() -> None:
    """It cannot run, and says so, until somebody wrote one; then that answers."""
    result = pill("workato_recipe_function", "step1", "result", "total")
    files = {
        "a.recipe.json": recipe(
            "Caller",
            block=[
                block(1, "workato_recipe_function", "call_recipe", input={"flow_id": "123"}),
                block(2, "logger", "log_message", input={"message": result}),
                block(3, "workato_genie", "assign_task_to_genie"),
                block(4, "logger", "log_message", input={"message": "=nothing_like_it(1)"}),
            ],
        )
    }
    package = reading.read_zip(to_zip(files), "P")

    (report,) = lint_package(package).recipes
    drafts = list_drafts(package, lint_package(package))
    (answered,) = lint_package(package, {"Caller": drafts}).recipes

    assert [each.stub_helps for each in report.steps] == [False, True, False, True, False]
    assert [each.verdict for each in report.steps][1::2] == [Verdict.CANNOT] * 2
    assert drafts == [
        {"recipe": "Caller", "step": 2, "output": {"result": {"total": "total"}}},
        {"recipe": "Caller", "step": 4, "output": {}},
    ]
    assert [each.verdict for each in answered.steps][1::2] == [Verdict.STUB] * 2


@pytest.mark.requirement("PKG-65")
def test_what_another_project_has_is_told_once() -> None:
    entry = {
        "provider": "gmail",
        "account_id": reference("Shared/g.connection.json", "G", "Shared"),
    }
    files = {f"{each}.recipe.json": recipe(each, [entry]) for each in "abc"}

    assert lint(files).remarks == (
        "a.recipe.json (and 2 more): Shared/g.connection.json ('G') is not in the package.",
    )


@pytest.mark.requirement("PKG-7")
def test_a_trigger_that_nothing_here_pulls() -> None:
    report = lint_blocks(provider="clock", name="scheduled_event")

    assert report.verdict is Verdict.STUB
    assert report.steps[0].reason.startswith(
        "nothing here fires the trigger clock.scheduled_event: run the recipe by hand"
    )


@pytest.mark.requirement("PKG-7")
def test_a_block_that_cannot_stand_there() -> None:
    report = lint_blocks({"number": 1, "keyword": "else", "block": []})

    assert report.verdict is Verdict.CANNOT
    assert "which cannot stand there" in report.steps[0].reason


@pytest.mark.requirement("PKG-7")
def test_a_stub_that_was_written() -> None:
    files = {"a.recipe.json": recipe("Echo", block=[block(1, "zendesk", "search_user")])}

    report = lint(files, Echo=[{"step": 2, "output": {}}])

    assert report.recipes[0].steps[1].verdict is Verdict.STUB
    assert "the stub that was written" in report.recipes[0].steps[1].reason


@pytest.mark.requirement("PKG-7")
def test_a_call_is_as_good_as_what_it_calls() -> None:
    def calls(name: str) -> dict[str, Any]:
        target = reference(f"{name}.recipe.json", name)
        call = block(1, "workato_recipe_function", "call_recipe", input={"flow_id": target})
        return recipe("Caller", block=[call])

    files = {
        "a.recipe.json": calls("b"),
        "b.recipe.json": calls("c"),
        "c.recipe.json": recipe("c", block=[block(1, "zendesk", "x")]),
        "self.recipe.json": calls("self"),
    }

    report = lint(files)

    assert {each.file[0]: each.verdict for each in report.recipes} == {
        "a": Verdict.STUB,
        "b": Verdict.STUB,
        "c": Verdict.STUB,
        "s": Verdict.RUNS,
    }


#: A pill with a number in its path: only texts and objects stand there.
NUMBERED = pill("workato_recipe_function", "start", "parameters", "x").replace('"x"', "0")


def rules(report: RecipeReport) -> list[tuple[int | None, str]]:
    """The step and the rule of each finding."""
    return [(each.step, each.rule) for each in report.findings]


LOG = "logger", "log_message"
FUNCTION = '"workato_recipe_function"'


@pytest.mark.requirement("PKG-8", "PKG-96")
@pytest.mark.parametrize(
    "blocks, found",
    [
        ([block(7, *LOG)], [(2, "numbers in sequence")]),
        ([block(1, *LOG, uuid="x" * 37)], [(2, "short uuid")]),
        ([block(1, *LOG), block(2, *LOG, uuid="uuid-1")], [(2, "unique uuid"), (3, "unique uuid")]),
        ([block(1, *LOG), block(2, *LOG, **{"as": "step1"})], [(3, "unique alias")]),
        ([block(1, *LOG, input={"message": PARAMETER})], []),
        ([block(1, *LOG, input={"message": pill("logger", "later", "x")})], [(2, "pills")]),
        ([block(1, *LOG, input={"message": pill("logger", "start", "x")})], [(2, "pills")]),
        ([block(1, *LOG, input={"message": NUMBERED})], [(2, "pills")]),
        ([block(1, *LOG, input={"message": PARAMETER.replace(FUNCTION, "null")})], []),
        (
            [{"number": 1, "keyword": "try", "block": [block(2, *LOG)]}],
            [(2, "catch last")],
        ),
        (
            [{"number": 1, "keyword": "try", "block": [block(2, *LOG)]}, {"keyword": "catch"}],
            [(1, "branches inside"), (2, "catch last")],
        ),
    ],
)
def test_a_rule(blocks: list[dict[str, Any]], found: list[tuple[int, str]]) -> None:
    assert rules(lint_blocks(*blocks)) == found


@pytest.mark.requirement("PKG-8")
def test_an_application_that_the_config_lacks() -> None:
    entry = [{"provider": "workato_recipe_function"}]

    assert rules(lint_blocks(block(1, *LOG), config=entry)) == [(2, "config complete")]


@pytest.mark.requirement("PKG-8")
def test_a_path_of_an_api_recipe_without_a_response() -> None:
    files = {
        path.name: json.loads(path.read_text())
        for path in (FIXTURES / "procurement_api").glob("*.json")
    }
    broken = copy.deepcopy(files)
    choice = broken["get_a_requisition.recipe.json"]["code"]["block"][0]
    del choice["block"][1]["block"][1]

    assert [rules(each) for each in lint(files).recipes] == [[], []]
    assert [rules(each) for each in lint(broken).recipes] == [[(None, "every path responds")], []]


@pytest.mark.requirement("PKG-8")
def test_a_tool_that_says_otherwise_than_its_recipe() -> None:
    files = {
        path.relative_to(FIXTURES / "helpdesk").as_posix(): json.loads(path.read_text())
        for path in (FIXTURES / "helpdesk").rglob("*.json")
    }
    files["helpdesk.mcp_server.json"]["tools"][0]["vua_required"] = False

    assert lint(files).remarks == (
        "helpdesk.mcp_server.json: the tool 'Find my issues' says vua_required false, and its "
        "recipe uses End user's connection.",
    )


def run(path: Path, *words: str) -> tuple[int, str]:
    """The exit status of `simulator lint`, and what it printed."""
    done = CliRunner().invoke(main, ["lint", str(path), *words])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.exit_code, done.output


@pytest.mark.requirement("PKG-7")
def test_the_command() -> None:
    status, printed = run(FIXTURES / "contacts")

    assert status == 0
    assert printed.splitlines() == [
        "runs with a stub  find_contact.recipe.json  (Find contact)",
        "  step 2   runs with a stub: zendesk.search_user has no stand-in here: write a "
        "stub for it",
        "1 recipes: 0 runs, 1 runs with a stub, 0 cannot run.",
    ]
    status, printed = run(FIXTURES / "contacts", "--json")
    assert json.loads(printed)["summary"] == {"runs": 0, "runs with a stub": 1, "cannot run": 0}


@pytest.mark.requirement("PKG-7")
def test_the_exit_status_says_what_cannot_run(tmp_path: Path) -> None:
    lost = reference("gone.connection.json", "Gone")
    to_folder(tmp_path / "nothing", {"a.recipe.json": recipe("A", provider="")})
    entries = [{"provider": "workato_recipe_function", "account_id": lost}]
    to_folder(tmp_path / "lost", {"a.recipe.json": recipe("A", entries)})

    assert run(tmp_path / "nothing")[0] == 1
    status, printed = run(tmp_path / "lost")
    assert status == 1
    assert "refused: a.recipe.json: refers to gone.connection.json ('Gone')" in printed
