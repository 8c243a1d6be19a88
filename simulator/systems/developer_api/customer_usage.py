"""What customers of an embedded vendor use (Workato docs, Embedded API, manage customers: usage).

Paths, parameters and what is counted are documented, as is the envelope `result`; the members in it
are our choice.
"""

from datetime import timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from simulator.domain import customer_usage, customers
from simulator.domain.api_clients import Quota
from simulator.domain.customer_usage import Criteria, Part, Usage
from simulator.errors import FieldError
from simulator.systems.developer_api.endpoint import (
    ApiEndpoint,
    Body,
    Call,
    LongQuery,
    Moment,
    Number,
)
from simulator.web.endpoints import Table

_USAGE = Quota(name="customers' usage", requests=1000, interval=timedelta(minutes=1))
ENDPOINTS = Table(ApiEndpoint, "/api/", quota=_USAGE, is_whole_workspace=True)

#: So many are named at a time (our choice).
_Numbers = Annotated[list[Number], Field(max_length=1000)]
_Names = Annotated[list[str], Field(max_length=1000)]


class Span(Body):
    """Period, customers and intervals; a date without a time zone is in UTC."""

    since: Annotated[Moment, Field(alias="from", strict=False)]
    to: Annotated[Moment, Field(strict=False)]
    interval: Literal["none", "year", "month", "week", "day", "hour"] = "none"
    workspace_ids: _Numbers = []
    external_ids: _Names = []
    project_ids: _Numbers | None = None
    recipe_ids: _Numbers | None = None
    recipe_name_pattern: Annotated[str, Field(max_length=255)] = ""


@ENDPOINTS.add("GET", "managed_users/usage")
def get_monthly_usage(call: Call, query: LongQuery) -> dict[str, Any]:
    """Return how many tasks each customer used in each of the last twelve calendar months."""
    customers.check_vendor(call.world, call.workspace_id)
    found, _total = customers.list_accounts(call.world, call.workspace_id, query.part)
    ids = [each.workspace.id for each in found]
    months = customer_usage.list_months(call.world)
    used = [customer_usage.count(call.world, ids, month) for month in months]
    return {
        "result": [
            {
                "id": each.workspace.id,
                "external_id": each.customer.external_id,
                "name": each.workspace.name,
                "usage": [
                    {
                        "month": f"{month.since:%Y-%m}",
                        "task_count": counts.get(each.workspace.id, Usage()).tasks,
                    }
                    for month, counts in zip(months, used, strict=True)
                ],
            }
            for each in found
        ]
    }


@ENDPOINTS.add("POST", "v2/managed_users/statistics/usage")
def get_usage(call: Call, body: Span) -> dict[str, Any]:
    """Return the usage of customers between two dates: tasks, recipes that ran, and jobs.

    With recipes, projects or a part of names, recipes that were deleted do not count.
    """
    customers.check_vendor(call.world, call.workspace_id)
    if not body.workspace_ids and not body.external_ids:
        raise FieldError("workspace_ids", "Say whose: `workspace_ids` or `external_ids`.")
    parts = customer_usage.cut(body.since, body.to, body.interval)
    found = customer_usage.find_customers(
        call.world, call.workspace_id, body.workspace_ids, body.external_ids
    )
    criteria = Criteria(
        recipe_ids=body.recipe_ids, project_ids=body.project_ids, name=body.recipe_name_pattern
    )
    counts = [(each, customer_usage.count(call.world, found, each, criteria)) for each in parts]
    return {
        "result": [
            {
                "workspace_id": number,
                "external_id": external_id,
                "usage": [_describe(part, used.get(number, Usage())) for part, used in counts],
            }
            for number, external_id in found.items()
        ]
    }


def _describe(part: Part, usage: Usage) -> dict[str, Any]:
    return {
        "from": part.since,
        "to": part.until,
        "task_count": usage.tasks,
        "recipe_count": usage.recipes,
        "job_succeeded_count": usage.succeeded,
        "job_failed_count": usage.failed,
    }
