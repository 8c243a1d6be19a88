"""What every test and scenario shares: the step library, tags, and the browser."""

import gc
from typing import Any

import pytest

from simulator.testing.browser import BrowserMissingError, launch_options

pytest_plugins = ["pytester", "simulator.testing.steps", "tests.postgres.plugin"]

# This run makes thousands of worlds: with Python's own thresholds a sixth of its time went into
# looking through what is imported anyway. The plugin leaves this to whoever owns the process.
gc.set_threshold(20_000, 20, 20)


def pytest_collection_finish() -> None:
    """Leave what the tests have in common out of what is looked through for garbage."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let `-k VUA-3` pick the tests of one requirement."""
    for item in items:
        for marker in item.iter_markers("requirement"):
            item.extra_keyword_matches.update(marker.args)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser of this machine, kept from calling home; without one, a clear failure."""
    try:
        return {**browser_type_launch_args, **launch_options()}
    except BrowserMissingError as error:
        pytest.fail(str(error), pytrace=False)
