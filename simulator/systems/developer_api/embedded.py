"""The Embedded API: the same endpoints for a customer's workspace, at `/api/managed_users/:id/…`.

Such a request is handled as if an API client of the customer's workspace had sent it.
"""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask import Response, current_app, g, request
from werkzeug.exceptions import HTTPException

from simulator.db.tables import ApiClient, Environment
from simulator.domain import customers
from simulator.domain.api_clients import Quota
from simulator.errors import Forbidden
from simulator.systems.developer_api.endpoint import (
    API_PLATFORM,
    CONNECTIONS,
    CREATING_RECIPES,
    DELETING_LOOKUP_TABLES,
    JOBS,
    LIST_CONNECTIONS,
    LOOKUP_TABLES,
    RECIPES,
    ApiEndpoint,
)
from simulator.world import World

_BELOW = re.compile(r"^/api(?P<version>/v[0-9]+)?/managed_users/(?P<customer>[^/]+)/(?P<rest>.+)$")
#: What stands below a customer alone, and is done by endpoints of packages.
ALIASES = frozenset(
    (
        ("POST", "/api/managed_users/:id/imports"),
        ("GET", "/api/managed_users/:id/imports/:id"),
        ("POST", "/api/managed_users/:id/exports/:id"),
        ("GET", "/api/managed_users/:id/exports/:id"),
    )
)
#: What the API says of the workspace and of connectors has no twin there.
_WITHOUT = ("/api/users/", "/api/integrations", "/api/managed_users")


def _in_a_minute(requests: int, name: str) -> Quota:
    return Quota(name=name, requests=requests, interval=timedelta(minutes=1))


_RECIPES = _in_a_minute(1000, "customers' recipes")
_READING_RECIPES = _in_a_minute(2000, "reading customers' recipes")
_VERSIONS = _in_a_minute(60, "versions of customers' recipes")
_IMPORTS = _in_a_minute(1000, "imports of customers")
#: Quotas that customers' workspaces have instead (Workato docs, Embedded API, limits, and the page
#: of each resource there); all others are those of the Developer API (our choice).
_QUOTAS = {
    LIST_CONNECTIONS: _in_a_minute(1000, "listing customers' connections"),
    CONNECTIONS: _in_a_minute(60, "customers' connections"),
    RECIPES: _RECIPES,
    CREATING_RECIPES: _RECIPES,
    JOBS: _in_a_minute(1000, "customers' jobs"),
    API_PLATFORM: _in_a_minute(1000, "API platform of customers"),
    DELETING_LOOKUP_TABLES: LOOKUP_TABLES,
}
#: Those of single endpoints, by name.
_QUOTAS_BY_NAME = {
    "list_recipes": _READING_RECIPES,
    "get_recipe": _READING_RECIPES,
    "list_recipe_versions": _VERSIONS,
    "get_recipe_version": _VERSIONS,
    "patch_recipe_version": _VERSIONS,
    "put_recipe_version": _VERSIONS,
    "list_developer_clients": _in_a_minute(1000, "listing customers' API clients"),
    "list_developer_client_roles": _in_a_minute(1000, "listing customers' client roles"),
    "list_lookup_rows": _in_a_minute(1000, "listing rows of customers"),
    "import_package": _IMPORTS,
    "get_package": _IMPORTS,
}
#: Lists that stand in an envelope below a customer (Workato docs, Embedded API, lookup tables).
_WRAPPED = {"GET /api/lookup_tables": "result"}


def find_quota(endpoint: ApiEndpoint) -> Quota:
    """Return the quota of the current request: customers' workspaces have quotas of their own.

    Args:
        endpoint: the endpoint that is asked for.
    """
    quota = endpoint.quota
    if "customer" not in g:
        return quota
    return _QUOTAS_BY_NAME.get(endpoint.name) or _QUOTAS.get(quota, quota)


def answer_twin(name: str, answer: Response) -> Response:
    """Return the answer of an endpoint for a customer's workspace.

    Args:
        name: the endpoint's, as `find_twin` returns it.
        answer: the answer of the endpoint.
    """
    if answer.status_code == 200 and (envelope := _WRAPPED.get(name)):
        answer.set_data(json.dumps({envelope: answer.get_json()}))
    return answer


def find_twin(fallback: str) -> tuple[str, dict[str, Any]] | None:
    """Return the endpoint that handles a request for a customer's workspace.

    This also stores the customer for the rest of the request: see `get_environment`.

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
            below = _BELOW.match(request.path)
            assert below is not None, "the path has a twin"
            g.customer = below["customer"]
            return name, dict(arguments)
    return None


def get_environment(world: World, client: ApiClient) -> Environment:
    """Return the environment of the current request: the client's own, or a customer's.

    Args:
        client: the client that asks.

    Raises:
        Forbidden: the client is limited to projects of its own workspace.
        NotFound: its workspace has no such customer.
    """
    if "customer" not in g:
        return client.environment
    if client.project_ids is not None:
        raise Forbidden(
            "This API client is limited to projects (Workspace admin > API clients), and so may "
            "not act in the workspaces of customers: use another client."
        )
    account = customers.get_account(world, client.environment.workspace_id, g.customer)
    return customers.get_environment(world, account)


def _find_package_path(rest: str) -> str | None:
    """Return the present path of an older path for packages; None for any other path."""
    kind, _, number = rest.partition("/")
    if kind == "imports" and not number and request.method == "POST":
        return f"/api/packages/import/{request.args.get('folder_id') or 0}"
    if kind == "exports" and number and request.method == "POST":
        return f"/api/packages/export/{number}"
    is_status = kind in ("imports", "exports") and request.method == "GET"
    return f"/api/packages/{number}" if number and is_status else None


def _list_paths(path: str) -> Iterator[str]:
    """Yield the paths of which one below a customer may be the twin.

    With the version of the path, or without; MCP servers stand there without `mcp/`, too.
    """
    below = _BELOW.match(path)
    if below is not None:
        if (older := _find_package_path(below["rest"])) is not None:
            yield older
        for start in (f"/api{below['version'] or ''}/", "/api/", "/api/mcp/"):
            yield start + below["rest"]
