"""The cache of secrets of an external manager (Workato docs, environment management)."""

from typing import Any

from simulator.systems.developer_api.endpoint import ENVIRONMENT_MANAGEMENT, ApiEndpoint, Call
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=ENVIRONMENT_MANAGEMENT)


@ENDPOINTS.add("POST", "secrets_management/clear_cache", is_whole_workspace=True)
def clear_secrets_cache(call: Call) -> dict[str, Any]:  # noqa: ARG001
    """Clear the cache of secrets; connections keep none here, so that nothing is left to clear."""
    return {"success": True}
