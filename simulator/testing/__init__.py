"""What test suites import: a simulator that listens, people who act, the types of the fixtures."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.call_record import AppCall
    from simulator.faults import Fault, Faults
    from simulator.journal import Exchange, Journal
    from simulator.sandbox.end_users import People, Person
    from simulator.sandbox.time_travel import TimeTravel
    from simulator.serving.server import running
    from simulator.testing.actors import Actor, acting
    from simulator.testing.api_client import ApiClient
    from simulator.testing.browser import launch_options
    from simulator.testing.client_under_test import ClientUnderTest
    from simulator.testing.mcp_client import McpClient
    from simulator.testing.names import ProductionNames, production_names
    from simulator.testing.shipped import features
    from simulator.testing.workspace import Workspace
    from simulator.testing.workspace_factory import WorkspaceFactory
    from simulator.visits.forms import FormBrowser

__all__ = [
    "Actor",
    "ApiClient",
    "AppCall",
    "ClientUnderTest",
    "Exchange",
    "Fault",
    "Faults",
    "FormBrowser",
    "Journal",
    "McpClient",
    "People",
    "Person",
    "ProductionNames",
    "TimeTravel",
    "Workspace",
    "WorkspaceFactory",
    "acting",
    "features",
    "launch_options",
    "production_names",
    "running",
]

_HOMES = {
    "Actor": "simulator.testing.actors",
    "ApiClient": "simulator.testing.api_client",
    "AppCall": "simulator.call_record",
    "ClientUnderTest": "simulator.testing.client_under_test",
    "Exchange": "simulator.journal",
    "Fault": "simulator.faults",
    "Faults": "simulator.faults",
    "FormBrowser": "simulator.visits.forms",
    "Journal": "simulator.journal",
    "McpClient": "simulator.testing.mcp_client",
    "People": "simulator.sandbox.end_users",
    "Person": "simulator.sandbox.end_users",
    "ProductionNames": "simulator.testing.names",
    "TimeTravel": "simulator.sandbox.time_travel",
    "Workspace": "simulator.testing.workspace",
    "WorkspaceFactory": "simulator.testing.workspace_factory",
    "acting": "simulator.testing.actors",
    "features": "simulator.testing.shipped",
    "launch_options": "simulator.testing.browser",
    "production_names": "simulator.testing.names",
    "running": "simulator.serving.server",
}
#: What only an extra brings, by the name that is of no use without it.
_NEEDS = {"McpClient": "mcp", "ProductionNames": "trustme", "production_names": "trustme"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for: a pytest run that uses none pays nothing."""
    if name in _HOMES:
        if name in _NEEDS:
            from simulator.extras import require

            require(f"simulator.testing.{name}", _NEEDS[name])
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'simulator.testing' has no attribute '{name}'")
