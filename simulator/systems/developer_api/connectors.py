"""Which connectors there are, and custom ones of the workspace (Workato docs, connectors)."""

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.connectors import CONNECTORS, Connector
from simulator.db.tables import PackageAsset
from simulator.domain import custom_connectors
from simulator.domain.engine.platform import ACTIONS
from simulator.domain.engine.steps import TRIGGER_NAMES
from simulator.systems.developer_api.endpoint import CONNECTORS as QUOTA
from simulator.systems.developer_api.endpoint import ApiEndpoint, Call, PageQuery, Query
from simulator.validation.parsing import parse_whole_number
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=QUOTA)

#: The triggers of Workato's own providers that start recipes here.
_TRIGGERS = {
    "workato_recipe_function": ("execute",),
    "workato_api_platform": ("receive_request",),
    "workato_skill": ("start_workflow",),
    "workato_genie": ("start_workflow",),
}


class Named(Query):
    """Which connectors, by their names with commas between them; by default all."""

    applications: str = ""


@ENDPOINTS.add("GET", "integrations")
def list_connectors(call: Call, query: Named) -> dict[str, Any]:  # noqa: ARG001
    """List the connectors that are named, with their triggers and actions."""
    names = {each.strip() for each in query.applications.split(",") if each.strip()}
    return {"items": [each for each in _list_connectors() if not names or each["name"] in names]}


@ENDPOINTS.add("GET", "integrations/all")
def list_platform_connectors(call: Call, query: PageQuery) -> dict[str, Any]:  # noqa: ARG001
    """List every connector that is simulated, with its triggers and actions: a page."""
    every = list(_list_connectors())
    part = every[query.part.offset :][: query.part.size]
    return {
        "items": part, "count": len(every), "page": query.page, "per_page": query.per_page
    }  # fmt: skip


@ENDPOINTS.add("GET", "custom_connectors")
def list_custom_connectors(call: Call, query: PageQuery) -> dict[str, Any]:
    """List the custom connectors that packages brought: a page."""
    found = custom_connectors.find_connectors(call.world, call.workspace_id)
    rows = found.cut(query.part.offset, query.part.size)
    return {"result": [_custom(each) for each in rows]}


@ENDPOINTS.add("GET", "custom_connectors/:id")
def get_custom_connector(call: Call, id: str) -> dict[str, Any]:  # noqa: A002
    """Tell of one custom connector."""
    return {"result": _custom(_found(call, id))}


@ENDPOINTS.add("GET", "custom_connectors/:id/code")
def get_custom_connector_code(call: Call, id: str) -> dict[str, Any]:  # noqa: A002
    """Return the code of a custom connector, as its package has it; empty where it has none."""
    return {"data": {"code": custom_connectors.read_code(call.world, _found(call, id))}}


def _list_connectors() -> Iterator[dict[str, Any]]:
    """Yield the simulated connectors by name, then Workato's own providers."""
    for name in sorted(CONNECTORS):
        connector: Connector = CONNECTORS[name]
        titles = {each.name: each.title for each in connector.actions.values()}
        yield _connector(name, connector.name, oauth=True, actions=titles)
    providers = {provider for provider, _ in ACTIONS} | set(_TRIGGERS)
    for provider in sorted(providers - set(CONNECTORS)):
        actions = {name: _title(name) for owner, name in ACTIONS if owner == provider}
        title = TRIGGER_NAMES.get(provider, _title(provider))
        yield _connector(
            provider, title, oauth=False, actions=actions, triggers=_TRIGGERS.get(provider, ())
        )


def _connector(
    name: str,
    title: str,
    *,
    oauth: bool,
    actions: dict[str, str],
    triggers: Sequence[str] = (),
) -> dict[str, Any]:
    return {
        "name": name,
        "title": title,
        "categories": [],
        "oauth": oauth,
        "deprecated": False,
        "secondary": False,
        "triggers": [_operation(each, _title(each)) for each in triggers],
        "actions": [_operation(each, actions[each]) for each in sorted(actions)],
    }


def _operation(name: str, title: str) -> dict[str, Any]:
    return {"name": name, "title": title, "deprecated": False, "bulk": False, "batch": False}


def _title(name: str) -> str:
    return name.strip("_").replace("_", " ").capitalize()


def _found(call: Call, number: str) -> PackageAsset:
    row_id = parse_whole_number(number) or 0
    return custom_connectors.get_connector(call.world, call.workspace_id, row_id)


def _custom(row: PackageAsset) -> dict[str, Any]:
    note = (row.document or {}).get("note")
    at = {"created_at": row.created_at.isoformat(), "released_at": row.updated_at.isoformat()}
    return {
        "id": row.id,
        "name": custom_connectors.get_name(row),
        "title": row.name,
        "latest_released_version": 1,
        "latest_released_version_note": note,
        "released_versions": [{"version": 1, "version_note": note, **at}],
        "static_webhook_url": None,
    }
