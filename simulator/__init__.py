"""A stand-in for Workato's MCP verified user access: every system on the way, on one machine."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulator.sandbox.simulator import Simulator
    from simulator.settings import Settings

__all__ = ["Settings", "Simulator"]


def __getattr__(name: str) -> Any:
    """Import the public names when they are asked for: the command line starts sooner."""
    if name == "Settings":
        from simulator.settings import Settings

        return Settings
    if name == "Simulator":
        from simulator.sandbox.simulator import Simulator

        return Simulator
    raise AttributeError(f"module 'simulator' has no attribute '{name}'")
