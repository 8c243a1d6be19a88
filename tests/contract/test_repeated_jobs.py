"""Jobs that a program repeats: the recipe as it is now, with what they began with."""

from datetime import timedelta
from typing import Any

import pytest

from tests.contract.mcp_endpoint import Endpoint, endpoint

__all__ = ["endpoint"]  # the fixture
pytestmark = pytest.mark.requirement("API-42")
API = "https://www.workato.com"
HEADERS = {"Authorization": "Bearer wrkaus-demo-test-automation"}


def ask(endpoint: Endpoint, method: str, path: str, **options: Any) -> Any:
    """What the Developer API answers."""
    answer = endpoint.client.open(
        f"/api/recipes/{path}", method=method, base_url=API, headers=HEADERS, **options
    )
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def repeat(endpoint: Endpoint, number: int, *job_ids: str) -> list[dict[str, Any]]:
    """What becomes of jobs that are repeated, a second after the last ones."""
    endpoint.simulator.world.clock.travel(timedelta(seconds=2))
    sent = {"job_ids": list(job_ids)}
    results: list[dict[str, Any]] = ask(endpoint, "POST", f"{number}/repeat_jobs", json=sent)[
        "results"
    ]
    return results


def test_a_job_is_repeated_with_what_it_began_with(endpoint: Endpoint) -> None:
    params = {"name": "Get_procurement_policy", "arguments": {"category": "travel"}}
    endpoint.ask("tools/call", params)
    listed = ask(endpoint, "GET", "?per_page=100")["items"]
    number = next(each["id"] for each in listed if each["name"] == "Get procurement policy")
    (first,) = ask(endpoint, "GET", f"{number}/jobs")["items"]

    done, unknown = repeat(endpoint, number, first["id"], "j-none")

    assert done == {"job_id": first["id"], "status": "enqueued"}
    assert (unknown["job_id"], unknown["status"]) == ("j-none", "failed")
    (again,) = ask(endpoint, "GET", f"{number}/jobs?rerun_only=true")["items"]
    assert again["is_repeat"]
    assert again["status"] == first["status"]
    shown = ask(endpoint, "GET", f"{number}/jobs/{again['id']}")
    assert shown["lines"][0]["output"]["parameters"] == {"category": "travel"}
    assert [each["id"] for each in ask(endpoint, "GET", f"{number}/jobs?per_page=1")["items"]] == [
        again["id"]
    ]

    ask(endpoint, "PUT", f"{number}/stop")
    (stopped,) = repeat(endpoint, number, first["id"])
    assert (stopped["status"], stopped["error"]) == ("failed", "The recipe is stopped.")
