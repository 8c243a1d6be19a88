"""Loads the simulator's step library."""

pytest_plugins = ["simulator.testing.steps"]
