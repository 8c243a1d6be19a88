"""What every test and scenario shares: the step library, tags, and the browser."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from simulator.testing.browser import BrowserMissingError, launch_args, require_browser

# The step library that users have, and the steps that are about this repository alone.
pytest_plugins = ["pytester", "simulator.testing.steps", "steps.process"]

REQUIREMENT_ID = re.compile(r"[A-Z]+-\d+")


def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool | None:
    """A tag that is a requirement id becomes `requirement(id)`; others stay plain markers."""
    if REQUIREMENT_ID.fullmatch(tag):
        pytest.mark.requirement(tag)(function)
        return True
    return None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let `-k VUA-3` pick the tests of one requirement."""
    for item in items:
        for marker in item.iter_markers("requirement"):
            item.extra_keyword_matches.update(marker.args)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser of this machine, kept from calling home; without one, a clear failure."""
    try:
        browser = require_browser()
    except BrowserMissingError as error:
        pytest.fail(str(error), pytrace=False)
    return {**browser_type_launch_args, "executable_path": browser, "args": launch_args()}
