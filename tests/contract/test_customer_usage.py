"""What customers use, counted by task, month and interval; plans, environments, older endpoints."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulator.db.tables import Job, Recipe
from tests.contract.customers_world import Customer
from tests.contract.developer_api_world import Program
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.packages import recipe

__all__ = ["identity", "mcp", "office"]  # the fixtures
pytestmark = pytest.mark.requirement("EMB-6")
NOW = datetime(2026, 11, 28, 8, tzinfo=UTC)


@pytest.fixture
def vendor(mcp: Mcp) -> Program:
    """A program of the vendor's workspace, at a moment that is known."""
    mcp.world.clock.freeze(NOW)
    return Program(mcp.simulator)


def make_recipe(customer: Customer, name: str) -> int:
    """The number of a recipe of a customer's."""
    return int(customer.make("recipes", name=name, code=json.dumps(recipe(name)["code"])))


def add_jobs(vendor: Program, number: int, *ages: timedelta, tasks: int, status: str) -> None:
    """Have a recipe have had jobs, so long ago."""
    with vendor.simulator.world.db.unit() as session:
        assert session.get(Recipe, number) is not None
        for age in ages:
            began = NOW - age
            session.add(
                Job(
                    id=f"j-{number}-{age.total_seconds():.0f}-{tasks}", recipe_id=number, tool="t",
                    status=status, ip_address="", started_at=began, completed_at=began, tasks=tasks,
                )
            )  # fmt: skip


def test_tasks_are_told_by_customer_and_calendar_month(vendor: Program) -> None:
    alpha, _beta = Customer(vendor, "Alpha"), Customer(vendor, "Beta")
    number = make_recipe(alpha, "One")
    days = [timedelta(days=each) for each in (0, 27, 28, 362, 363)]
    add_jobs(vendor, number, *days, tasks=3, status="failed")

    told = {
        each["external_id"]: each for each in vendor.call("GET", "managed_users/usage")["result"]
    }
    months = {each["month"]: each["task_count"] for each in told["Alpha"]["usage"]}
    assert (len(months), min(months), max(months)) == (12, "2025-12", "2026-11")
    assert {month: used for month, used in months.items() if used} == {
        "2026-11": 6, "2026-10": 3, "2025-12": 3,
    }  # fmt: skip
    assert {each["task_count"] for each in told["Beta"]["usage"]} == {0}
    assert vendor.call("GET", f"managed_users/{alpha.id}")["task_count"] == 6, "of this month"


def test_usage_between_two_moments_is_cut_and_filtered(vendor: Program) -> None:
    alpha, beta = Customer(vendor, "Alpha"), Customer(vendor, "Beta")
    one, two = make_recipe(alpha, "One"), make_recipe(alpha, "[TEST] Two")
    add_jobs(vendor, one, timedelta(0), timedelta(days=1), tasks=2, status="succeeded")
    add_jobs(vendor, two, timedelta(days=1), tasks=5, status="cancelled")
    span: dict[str, Any] = {"from": "2026-11-26T12:00:00.000Z", "to": "2026-11-28T08:00:00.001Z"}

    def ask(**further: Any) -> Any:
        body = {**span, **({"workspace_ids": [alpha.id]} | further)}
        answer = vendor.send("POST", "v2/managed_users/statistics/usage", json=body)
        assert answer.status_code == 200, answer.text
        return answer.get_json()["result"]

    (row,) = ask()
    (whole,) = row["usage"]
    assert (row["workspace_id"], row["external_id"]) == (alpha.id, "Alpha")
    expected = {"task_count": 9, "recipe_count": 2}
    assert expected | {"job_succeeded_count": 2, "job_failed_count": 1} == {
        name: value for name, value in whole.items() if name.endswith("count")
    }
    (row,) = ask(interval="day", recipe_name_pattern="TEST")
    assert [each["task_count"] for each in row["usage"]] == [0, 5, 0]
    assert [each["from"][:13] for each in row["usage"]] == [
        "2026-11-26T12", "2026-11-27T00", "2026-11-28T00",
    ]  # fmt: skip
    (row,) = ask(recipe_ids=[one], interval="week")
    assert [each["task_count"] for each in row["usage"]] == [4]
    assert [each["external_id"] for each in ask(external_ids=["Beta"])] == ["Alpha", "Beta"]
    alpha.call("DELETE", f"recipes/{two}")
    assert ask()[0]["usage"][0]["task_count"] == 9, "what was deleted counts"
    assert ask(project_ids=[])[0]["usage"][0]["task_count"] == 0
    assert beta.id != alpha.id


def test_usage_of_nobody_or_no_time_is_refused(vendor: Program) -> None:
    alpha = Customer(vendor, "Alpha")
    good: dict[str, Any] = {"from": "2025-01-01T00:00:00Z", "to": "2026-01-01T00:00:00Z"}
    good["workspace_ids"] = [alpha.id]
    for field, value in (
        ("workspace_ids", []),
        ("workspace_ids", [1]),
        ("external_ids", ["Nobody"]),
        ("interval", "hour"),
        ("interval", "minute"),
        ("to", "2024-01-01T00:00:00Z"),
        ("from", None),
    ):
        body = {**good, field: value}
        answer = vendor.send("POST", "v2/managed_users/statistics/usage", json=body)
        assert answer.status_code == 400, body
        assert list(answer.get_json()["errors"]) == [field]


#: What the activity log calls a customer's workspace, by the environment.
NAMED = {"test": "Environment Test", "prod": "Environment Production"}


@pytest.mark.requirement("EMB-7", "OAPI-5")
def test_environments_are_provisioned_once_and_named_by_ids_of_their_own(vendor: Program) -> None:
    alpha = Customer(vendor, "Alpha")
    told = vendor.call("POST", f"managed_users/{alpha.id}/environments")["environments"]

    types = {each["environment_type"]: each["id"] for each in told}
    assert list(types) == ["dev", "test", "prod"]
    assert types["dev"] == alpha.id
    for kind, number in types.items():
        vendor.call("POST", f"managed_users/{number}/iam/user_groups", name=kind, user_ids=[])
        (group,) = vendor.call("GET", f"managed_users/{number}/iam/user_groups")["data"]
        assert group["name"] == kind, "each has its own"
        assert vendor.call("GET", f"managed_users/{number}")["id"] == alpha.id
        (entry, *_) = vendor.call("GET", f"managed_users/{number}/activity_logs")["data"]
        assert entry["workspace"]["name"] == NAMED.get(kind, "Alpha")
    again = vendor.send("POST", "managed_users/EAlpha/environments")
    assert "already" in again.get_json()["errors"]["environments"][0]
    assert Customer(vendor, "Beta").id > max(types.values())


@pytest.mark.requirement("EMB-7")
def test_a_customers_plan_is_changed(vendor: Program) -> None:
    alpha = Customer(vendor, "Alpha")
    for path, body, plan in (
        ("upgrade", {"plan_id": "oem_enterprise"}, "oem_enterprise"),
        ("upgrade", {}, "oem_plan"),
        ("downgrade", {}, "free"),
    ):
        told = alpha.send("PUT", path, json=body).get_json()
        assert told == {"id": alpha.id, "plan_id": plan, "trial": False}
        assert vendor.call("GET", f"managed_users/{alpha.id}")["plan_id"] == plan


@pytest.mark.requirement("EMB-7")
def test_a_member_is_removed_and_packages_go_the_older_way(vendor: Program) -> None:
    alpha, beta = Customer(vendor, "Alpha"), Customer(vendor, "Beta")
    made = alpha.make("member_invitations", name="Mia", email="mia@customers.example")
    answer = alpha.send("DELETE", "member", json={"member_id": str(made)})
    assert answer.get_json() == {"id": made}
    assert alpha.send("DELETE", "member", json={"member_id": made}).status_code == 404

    place = alpha.make("folders", name="Of Alpha")
    number = make_recipe(alpha, "Echo")
    alpha.call("PUT", f"recipes/{number}", folder_id=str(place))
    manifest = {"name": "All", "folder_id": place}
    manifest_id = alpha.make("export_manifests", 201, export_manifest=manifest)
    exported = alpha.call("POST", f"exports/{manifest_id}")
    assert alpha.call("GET", f"exports/{exported['id']}")["status"] == "completed"
    content = alpha.send("GET", f"packages/{exported['id']}/download").data
    target = beta.make("folders", name="Of Beta")
    sent = {"data": content, "headers": {"Content-Type": "application/octet-stream"}}
    imported = beta.send("POST", f"imports?folder_id={target}", **sent).get_json()
    assert imported["operation_type"] == "import"
    assert beta.call("GET", f"imports/{imported['id']}")["status"] == "completed"
    assert [each["name"] for each in beta.call("GET", "recipes")["items"]] == ["Echo"]
    assert alpha.send("GET", f"imports/{imported['id']}").status_code == 404
    assert beta.send("POST", "imports", **sent).status_code == 404


@pytest.mark.requirement("API-72")
def test_no_secret_is_cached_and_nothing_is_measured_in_credits(vendor: Program) -> None:
    assert vendor.call("POST", "secrets_management/clear_cache") == {"success": True}
    for path in ("billing_periods", "total", "metrics_metered"):
        refused = vendor.call("POST", f"v2/usage/{path}", 403)
        assert "does not measure usage with credits" in refused["message"]
    assert "Nobody of the vendor's" in vendor.call("GET", "customer_managers", 501)["message"]
