"""The Embedded API: the same endpoints once more, below a customer's workspace.

The API client's own workspace is its only customer (our choice), by its id, or `E` and its id.
"""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import current_app, request
from werkzeug.exceptions import HTTPException

from simulator.domain import api_clients
from simulator.domain.api_clients import Quota
from simulator.errors import NotFound
from simulator.systems.developer_api.endpoint import CONNECTIONS, LIST_CONNECTIONS
from simulator.web.bearer import read_bearer_token
from simulator.world import World

_MINUTE = timedelta(minutes=1)
_BELOW = re.compile(r"^/api(?P<version>/v[0-9]+)?/managed_users/(?P<customer>[^/]+)/(?P<rest>.+)$")
#: What the API says of the workspace and of connectors has no twin there.
_WITHOUT = ("/api/users/", "/api/integrations")
#: Quotas that customers' workspaces have instead (Workato docs, Embedded API, limits).
_QUOTAS = {
    LIST_CONNECTIONS: Quota(name="listing customers' connections", requests=1000, interval=_MINUTE),
    CONNECTIONS: Quota(name="customers' connections", requests=60, interval=_MINUTE),
}


def find_quota(quota: Quota) -> Quota:
    """Return the quota of the request that is being answered: below a customer's, their own.

    Args:
        quota: of its endpoint.
    """
    return _QUOTAS.get(quota, quota) if _BELOW.match(request.path) else quota


def find_twin(fallback: str) -> tuple[str, dict[str, Any]] | None:
    """Return the endpoint that a request below a customer's workspace is the twin of.

    Args:
        fallback: name of the view that answers what no endpoint does.

    Returns:
        The endpoint's name, and what its path says; None where there is none.
    """
    adapter = current_app.create_url_adapter(request)
    for path in _list_paths(request.path):
        try:
            name, arguments = adapter.match(path, request.method) if adapter else (fallback, {})
        except HTTPException:
            continue
        if name != fallback and not path.startswith(_WITHOUT):
            return name, dict(arguments)
    return None


def check_customer(world: World) -> None:
    """Check that a request is about a customer of whoever sends it.

    Args:
        world: with an open unit of work.

    Raises:
        Unauthorized: no API client has this token.
        NotFound: it has no such customer.
    """
    client = api_clients.get_client_by_token(world, read_bearer_token())
    own, below = str(client.environment.workspace_id), _BELOW.match(request.path)
    if below is not None and below["customer"] not in (own, f"E{own}"):
        raise NotFound(f"There is no customer '{below['customer']}'. There is: {own}.")


def _list_paths(path: str) -> Iterator[str]:
    """Yield the paths of which one below a customer may be the twin.

    With the version of the path, or without; MCP servers stand there without `mcp/`, too.
    """
    below = _BELOW.match(path)
    if below is not None:
        for start in (f"/api{below['version'] or ''}/", "/api/", "/api/mcp/"):
            yield start + below["rest"]
