"""Which connectors there are, with their triggers and actions (Workato docs, connectors)."""

from collections.abc import Iterator, Sequence
from typing import Any

from simulator.connectors import CONNECTORS, Connector
from simulator.domain import connection_inputs
from simulator.domain.engine.platform import ACTIONS
from simulator.domain.engine.steps import TRIGGER_NAMES
from simulator.systems.developer_api.endpoint import (
    CONNECTOR_SCHEMAS,
    ApiEndpoint,
    Call,
    PageQuery,
    Query,
)
from simulator.systems.developer_api.endpoint import CONNECTORS as QUOTA
from simulator.web.endpoints import Table

ENDPOINTS = Table(ApiEndpoint, "/api/", quota=QUOTA)

#: The triggers of Workato's own providers that start recipes here.
_TRIGGERS = {
    "workato_recipe_function": ("execute",),
    "workato_api_platform": ("receive_request",),
    "workato_skill": ("start_workflow",),
    "workato_genie": ("start_workflow",),
}


class ConnectorQuery(Query):
    """Which connectors, by their names with commas between them; by default all."""

    applications: str = ""


@ENDPOINTS.add("GET", "integrations")
def list_connectors(call: Call, query: ConnectorQuery) -> dict[str, Any]:  # noqa: ARG001
    """List connectors by name, with their triggers and actions."""
    names = {each.strip() for each in query.applications.split(",") if each.strip()}
    return {"items": [each for each in _list_connectors() if not names or each["name"] in names]}


@ENDPOINTS.add("GET", "integrations/all")
def list_platform_connectors(call: Call, query: PageQuery) -> dict[str, Any]:  # noqa: ARG001
    """List every simulated connector, with its triggers and actions."""
    every = list(_list_connectors())
    return query.wrap("items", query.cut(every), len(every))


@ENDPOINTS.add("GET", "connectors/:connector_name/input_schema", quota=CONNECTOR_SCHEMAS)
def get_connector_input_schema(call: Call, connector_name: str) -> dict[str, Any]:  # noqa: ARG001
    """Return the fields of a connection to an app."""
    return {"result": connection_inputs.describe(connector_name)}


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
