"""Loads the simulator's step library, wherever in a project this folder is."""

from pathlib import Path

import pytest

STEPS = "simulator.testing.steps"


def pytest_configure(config: pytest.Config) -> None:
    """Not by `pytest_plugins`, which pytest allows at the root of a project alone."""
    config.pluginmanager.import_plugin(STEPS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test here fails if a fault that it plants happens to no request."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.simulator_strict_faults)
