"""What every test and scenario shares: the step library, tags, and the browser."""

from typing import Any

import pytest

from simulator.testing.browser import BrowserMissingError, launch_options

pytest_plugins = ["pytester", "simulator.testing.steps", "tests.postgres.plugin"]


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
