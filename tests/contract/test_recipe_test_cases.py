"""Test cases of a recipe: made of a job by hand, run by hand and by program, deployed."""

import html
import json
import re
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Environment, Recipe
from simulator.domain import case_checks
from tests.contract.browser import Browser
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.test_end_users_by_hand import admin
from tests.unit.engine.recipes import action, numbered, parameter, pill, recipe, return_result

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("TEST-1")

APP = "https://app.workato.com"
#: It asks Coupa, which nobody is connected to, and returns what that said.
CODE = numbered(
    recipe(
        action("coupa", "get_requisition", "found", id=parameter("id")),
        return_result(status=pill("coupa", "found", "status"), id=parameter("id")),
        parameters=[{"name": "id", "label": "Id"}],
        result=[{"name": "status"}, {"name": "id"}],
    )
)
EVENT = {"id": "7"}
MOCKS = [{"step": 2, "output": {"status": "approved"}}]
CHECKS: list[dict[str, Any]] = [
    {"step": 2, "of": "input", "field": "id", "value": "7"},
    {"step": 3, "of": "output", "value": {"status": "approved", "id": "7"}},
]


@pytest.fixture
def program(mcp: Mcp) -> Program:
    """A client of Development, which the workspace has beside Test and Production."""
    with mcp.simulator.world.db.unit() as session:
        session.add_all(Environment(workspace_id=1, name=each) for each in ("Development", "Test"))
    return Program(mcp.simulator, "Development", "wrkaus-development")


@pytest.fixture
def recipe_id(program: Program) -> int:
    """A stopped recipe in a project of its own."""
    place = program.call("POST", "folders", name="Buying")["id"]
    code = json.dumps(CODE)
    made = program.call("POST", "recipes", name="Status", code=code, folder_id=str(place))
    number: int = made["id"]
    return number


def save(browser: Browser, recipe_id: int, name: str = "Approved", **parts: Any) -> None:
    """Fill in the form of a new test case."""
    at = f"{APP}/recipes/{recipe_id}/test_cases/new"
    browser.get(at)
    given = {"event": EVENT, "mocks": MOCKS, "checks": CHECKS} | parts
    typed = {
        each: part if isinstance(part, str) else json.dumps(part) for each, part in given.items()
    }
    browser.post(at, {"csrf_token": token(browser), "name": name} | typed)


def token(browser: Browser) -> str:
    """Of the forms on a page."""
    (*_, found) = re.findall(r'name="csrf_token" value="([^"]+)"', browser.page.text)
    return str(found)


def run(program: Program, **which: Any) -> Any:
    """What a request answers, at once and when it is asked for."""
    made = program.call("POST", "test_cases/run_requests", **which)["data"]
    assert program.call("GET", f"test_cases/run_requests/{made['id']}") == {"data": made}
    return made


def test_a_test_case_is_run_by_hand_and_by_program(
    mcp: Mcp, program: Program, recipe_id: int
) -> None:
    browser = admin(mcp)
    save(browser, recipe_id)
    assert "Saved." in browser.text
    browser.post(f"{APP}/recipes/{recipe_id}/test_cases/run", {"csrf_token": token(browser)})
    assert "1 of 1 passed." in browser.text

    (case,) = program.call("GET", f"recipes/{recipe_id}/test_cases")["data"]
    assert case["name"] == "Approved"
    made = run(program, recipe_id=recipe_id)
    assert made["status"] == "completed"
    assert made["coverage"] == {"value": 100.0}
    (result,) = made["results"]
    assert (result["status"], result["errors"]) == ("succeeded", [])
    assert result["recipe"] == {"id": recipe_id, "name": "Status"}
    assert result["test_case"] == {"id": case["id"], "name": "Approved"}
    job = program.call("GET", f"recipes/{recipe_id}/jobs/{result['job']['id']}")
    assert (job["is_test"], job["status"]) == (True, "succeeded")
    assert job["is_test_case_job"] is True

    browser.get(f"{APP}/recipes/{recipe_id}/test_cases/{case['id']}")
    at = f"{APP}/recipes/{recipe_id}/test_cases/{case['id']}/delete"
    browser.post(at, {"csrf_token": token(browser)})
    assert "Deleted the test case 'Approved'." in browser.text
    assert run(program, recipe_id=recipe_id)["results"] == []


def test_what_is_not_as_it_should_be_is_told(mcp: Mcp, program: Program, recipe_id: int) -> None:
    browser = admin(mcp)
    save(browser, recipe_id, "Other", checks=[{"step": 3, "field": "status", "value": "draft"}])
    save(browser, recipe_id, "Refused", mocks=[{"step": 2, "error": "No such id"}], checks=[])
    expected = [{"step": 2, "of": "failure"}]
    save(
        browser, recipe_id, "Expected", mocks=[{"step": 2, "error": "No such id"}], checks=expected
    )
    save(browser, recipe_id, "Unmocked", mocks=[], checks=[])
    save(browser, recipe_id, "Odd", event={"nothing": 1})

    results = {
        each["test_case"]["name"]: each for each in run(program, recipe_id=recipe_id)["results"]
    }

    assert {name: each["status"] for name, each in results.items()} == {
        "Other": "failed",
        "Refused": "failed",
        "Expected": "succeeded",
        "Unmocked": "failed",
        "Odd": "failed",
    }
    (sentence,) = results["Other"]["errors"]
    assert sentence == (
        'Status in the output of step 3 is "approved", and should be one that equals "draft".'
    )
    assert "No such id" in results["Refused"]["errors"][0]
    assert results["Odd"]["job"] == {"id": None}
    browser.get(f"{APP}/recipes/{recipe_id}/test_cases")
    assert "No such id" in browser.text


def test_a_test_case_is_made_of_a_job(mcp: Mcp, program: Program, recipe_id: int) -> None:
    browser = admin(mcp)
    save(browser, recipe_id)
    (result,) = run(program, recipe_id=recipe_id)["results"]

    browser.get(f"{APP}/recipes/{recipe_id}/jobs/{result['job']['id']}")
    assert "Make a test case" in browser.text
    browser.get(f"{APP}/recipes/{recipe_id}/test_cases/new?job={result['job']['id']}")

    found = re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", browser.page.text, re.DOTALL)
    event, mocks, checks = (json.loads(html.unescape(each)) for each in found)
    assert (event, mocks) == (EVENT, MOCKS)
    assert checks == [case_checks.make(3, {"status": "approved", "id": "7"})]


WRONG: tuple[tuple[str, Any, str], ...] = (
    ("event", "{", "This is not JSON (line 1)."),
    ("event", [1], "It must be a JSON object"),
    ("mocks", [{"step": 2}], "A mock is"),
    ("mocks", [{"step": 3, "output": {}}], "Step 3 returns the result"),
    ("mocks", [{"step": 1, "output": {}}], "There is no action in step 1."),
    ("mocks", [{"step": 2, "error": ""}], "must be a text"),
    ("checks", [{"step": 9}], "There is no step 9."),
    ("checks", [{"step": 2, "of": "nothing"}], "has to be one of"),
    ("checks", [{"step": 2, "condition": "is"}], "There is no such condition."),
    ("checks", [2], "A check is"),
    ("name", "", "A name has 1 to 255 characters"),
)


def test_what_is_wrong_stands_at_its_field(mcp: Mcp, program: Program, recipe_id: int) -> None:
    browser = admin(mcp)
    for part, typed, sentence in WRONG:
        save(browser, recipe_id, **{part: typed})

        assert browser.page.status_code == 422, sentence
        assert sentence in html.unescape(browser.page.text.partition(f'id="{part}-error"')[2])
    save(browser, recipe_id, "", event="{", mocks="{", checks=[2])
    assert re.findall(r'id="(\w+)-error"', browser.page.text) == [
        "name",
        "event",
        "mocks",
        "checks",
    ]
    assert program.call("GET", f"recipes/{recipe_id}/test_cases") == {"data": []}


def test_which_cases_run_is_said_one_way_or_another(
    mcp: Mcp, program: Program, recipe_id: int
) -> None:
    save(admin(mcp), recipe_id)
    project = program.call("GET", f"recipes/{recipe_id}")["project_id"]
    (case,) = program.call("GET", f"recipes/{recipe_id}/test_cases")["data"]
    content = {"export_manifest": {"name": "All", "folder_id": project}}
    manifest = program.send("POST", "export_manifests", json=content).get_json()["result"]["id"]
    inner = program.call("POST", "folders", name="Empty", parent_id=project)["id"]

    for which in (
        {"manifest_id": str(manifest)},
        {"project_id": project},
        {"folder_id": project},
        {"test_case_ids": [case["id"]]},
    ):
        assert [each["test_case"]["id"] for each in run(program, **which)["results"]] == [
            case["id"]
        ]
    assert run(program, folder_id=inner)["results"] == []
    refused = program.send("POST", "test_cases/run_requests", json={})
    assert (refused.status_code, list(refused.get_json()["errors"])) == (400, ["base"])
    program.call("POST", "test_cases/run_requests", 404, test_case_ids=["citc-none"])
    program.call("GET", "test_cases/run_requests/cirr-none", 404)


@pytest.mark.requirement("TEST-2")
def test_a_deployment_brings_the_test_cases_if_asked_to(
    mcp: Mcp, program: Program, recipe_id: int
) -> None:
    save(admin(mcp), recipe_id)
    project = program.call("GET", f"recipes/{recipe_id}")["project_id"]
    test = Program(program.simulator, "Test", "wrkaus-test")

    for wanted in (False, True):
        build = program.call("POST", f"projects/{project}/build", include_test_cases=wanted)
        at = f"project_builds/{build['id']}/deploy?environment_type=test"
        assert program.call("POST", at, description="x")["state"] == "success"
        there = next(each for each in test.call("GET", "projects") if "Buying" in each["name"])
        results = run(test, project_id=there["id"])["results"]
        assert [each["status"] for each in results] == (["succeeded"] if wanted else [])
    with mcp.simulator.world.db.unit() as session:
        assert len(session.scalars(select(Recipe).where(Recipe.name == "Status")).all()) == 2
