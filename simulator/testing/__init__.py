"""What test suites import: a simulator that listens, people who act, page objects, MCP clients."""

from simulator.server import running
from simulator.testing.actors import Actor, acting

__all__ = ["Actor", "acting", "running"]
