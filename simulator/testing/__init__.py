"""What test suites import: a simulator that listens, people who act, page objects, MCP clients."""

from simulator.server import running
from simulator.testing.actors import Actor, acting
from simulator.testing.names import ProductionNames, production_names

__all__ = ["Actor", "acting", "running", "ProductionNames", "production_names"]
