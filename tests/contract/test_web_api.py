"""Addresses in JSON that programs in a collaborator's browser read, with its session cookie."""

from typing import Any

import pytest

from simulator.db.tables import Recipe
from tests.contract.aihub_world import SECRET, Hub, hub
from tests.contract.test_jobs import add_job

__all__ = ["hub"]  # the fixture

pytestmark = pytest.mark.requirement("HUB-60")
ASSETS = "/web_api/mixed_assets.json"


def _search(hub: Hub, query: str = "", login: str = "builder") -> dict[str, Any]:
    answer = hub.browser(login).get(f"{ASSETS}?{query}")
    assert answer.status_code == 200, answer.text
    result: dict[str, Any] = answer.get_json()["result"]
    return result


def _names(result: dict[str, Any]) -> list[str]:
    return [each["name"] for each in result["items"]]


def test_recipes_and_connections_are_found_by_name_and_folder(hub: Hub) -> None:
    everything = _search(hub)
    kinds = {each["asset_type"] for each in everything["items"]}
    assert (everything["page"], everything["per_page"], kinds) == (1, 20, {"recipe", "connection"})
    assert everything["count"] == len(everything["items"])

    recipes = _search(hub, "asset_type=recipe&sort_term=name")
    assert _names(recipes) == sorted(_names(recipes))
    assert {each["trigger_application"] for each in recipes["items"]} >= {"workato_recipe_function"}
    [shared] = _search(hub, "asset_type=connection&text=SHARED")["items"]
    assert (shared["name"], shared["provider"], shared["recipe_count"]) == (
        *("Coupa (shared)", "coupa"),
        *(1,),
    )
    assert shared["highlights"] == ["Coupa (shared)"]
    inside = _search(hub, f"folder_id={shared['folder_id']}&asset_type=connection")
    assert "Coupa (shared)" in _names(inside)
    assert _search(hub, "page=9")["items"] == []


def test_a_page_has_twenty_whatever_is_asked_for(hub: Hub) -> None:
    with hub.world.db.unit() as session:
        original = session.get_one(Recipe, 1)
        columns = {"workspace_id", "project_id", "code", "config", "created_at", "updated_at"}
        own = {name: getattr(original, name) for name in columns}
        session.add_all(Recipe(name=f"Copy {n:02}", **own) for n in range(45))
    pages = [_search(hub, f"text=copy&per_page=100&page={n}") for n in (1, 2, 3)]
    assert [len(each["items"]) for each in pages] == [20, 20, 5]
    assert {each["count"] for each in pages} == {45}
    assert len({name for each in pages for name in _names(each)}) == 45


def test_a_connection_is_told_without_its_secrets(hub: Hub) -> None:
    browser = hub.browser("builder")
    answer = browser.get("/connections/1.json")
    found = answer.get_json()["result"]
    assert (found["id"], found["provider"], found["input"]["auth_type"]) == (
        *(1, "coupa"),
        "Authorization code grant",
    )
    assert SECRET not in answer.text
    missing = browser.get("/connections/999.json")
    assert (missing.status_code, missing.get_json()) == (
        *(404,),
        {"error": "This connection does not exist."},
    )


def test_who_is_signed_out_is_told_in_json(hub: Hub) -> None:
    answer = hub.browser().get(ASSETS)
    assert (answer.status_code, answer.mimetype) == (401, "application/json")
    refused = hub.browser("builder").get(f"{ASSETS}?asset_type=page")
    assert refused.status_code == 422
    assert "connection, recipe" in refused.get_json()["error"]


def test_jobs_of_a_recipe_are_read_part_by_part(hub: Hub) -> None:
    for number in range(4):
        add_job(hub, f"j-{number}")
    add_job(hub, "j-bad", status="failed", error="Step 2 failed.")
    browser = hub.browser("builder")

    def ask(query: str) -> dict[str, Any]:
        told: dict[str, Any] = browser.get(f"/web_api/recipes/1/jobs.json?{query}").get_json()
        return told

    first = ask("per_page=2")
    assert [each["id"] for each in first["jobs"]] == ["j-bad", "j-3"]
    assert (first["job_count"], first["job_succeeded_count"], first["job_failed_count"]) == (
        5,
        4,
        1,
    )
    assert first["jobs"][0]["error"] == {"message": "Step 2 failed."}
    behind = ask("per_page=2&offset_job_id=j-3&prev=false")
    assert [each["id"] for each in behind["jobs"]] == ["j-2", "j-1"]
    failed = ask("status=failed")
    assert (failed["job_scope_count"], len(failed["jobs"])) == (1, 1)

    add_job(hub, "j-test", tool="Test", status="connection_required")
    (tested,) = ask("per_page=1")["jobs"]
    assert (tested["is_test"], tested["is_test_case_job"]) == (True, False)
    assert tested["error"] == {"message": "The end user has to connect an app first."}
