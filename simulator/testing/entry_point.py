"""What every pytest in the environment loads: the plugin, where it can run."""

import pytest

#: What the fixtures need. A server alone says nothing of pytest, so that any may be there.
OLDEST_PYTEST = 8

_can_run = pytest.version_tuple >= (OLDEST_PYTEST,)
if _can_run:
    pytest_plugins = ("simulator.testing.plugin",)


def pytest_report_header() -> str | None:
    """Why there are no fixtures of the simulator, in a run of an older pytest."""
    if _can_run:
        return None
    from simulator.extras import install

    return f"simulator: its fixtures need pytest {OLDEST_PYTEST} or newer: {install('testing')}"
