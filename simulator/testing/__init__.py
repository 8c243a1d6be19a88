"""What test suites import: a simulator that listens, people who act, page objects, MCP clients."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.server import running
    from simulator.testing.actors import Actor, acting
    from simulator.testing.names import ProductionNames, production_names
    from simulator.testing.shipped import features
    from simulator.testing.workspace import Workspace

__all__ = [
    "Actor",
    "ProductionNames",
    "Workspace",
    "acting",
    "features",
    "production_names",
    "running",
]

_HOMES = {
    "Actor": "simulator.testing.actors",
    "ProductionNames": "simulator.testing.names",
    "Workspace": "simulator.testing.workspace",
    "acting": "simulator.testing.actors",
    "features": "simulator.testing.shipped",
    "production_names": "simulator.testing.names",
    "running": "simulator.server",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for: a pytest run that uses none pays nothing."""
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'simulator.testing' has no attribute '{name}'")
