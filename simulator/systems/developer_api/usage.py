"""Usage in credits (Workato docs, Developer API, usage and billing): for workspaces that have them.

Nothing here is measured in credits, and such workspaces get 403, as documented.
"""

from datetime import timedelta
from typing import Any

from simulator.domain.api_clients import Quota
from simulator.errors import Forbidden
from simulator.systems.developer_api.endpoint import ApiEndpoint, Call
from simulator.web.endpoints import Table

_SECOND = timedelta(seconds=1)
_PERIODS = Quota(name="billing periods", requests=30, interval=_SECOND)
_USAGE = Quota(name="usage", requests=5, interval=_SECOND)
ENDPOINTS = Table(ApiEndpoint, "/api/v2/usage/", quota=_USAGE, is_whole_workspace=True)


@ENDPOINTS.add("POST", "billing_periods", quota=_PERIODS)
def get_billing_periods(call: Call) -> dict[str, Any]:
    """Refuse: no workspace here has a billing period."""
    raise _refuse(call)


@ENDPOINTS.add("POST", "total")
def get_total_usage(call: Call) -> dict[str, Any]:
    """Refuse: no workspace here uses credits."""
    raise _refuse(call)


@ENDPOINTS.add("POST", "metrics_metered")
def get_metered_usage(call: Call) -> dict[str, Any]:
    """Refuse: no workspace here uses credits."""
    raise _refuse(call)


def _refuse(call: Call) -> Forbidden:
    return Forbidden(
        f"The workspace {call.workspace_id} does not measure usage with credits. Tasks are told by "
        "lifetime_task_count of GET /api/recipes."
    )
