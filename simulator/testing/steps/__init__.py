"""Steps for pytest-bdd, one module a noun: `pytest_plugins = ["simulator.testing.steps"]`."""

import re
from collections.abc import Callable
from importlib.util import find_spec

import pytest

from simulator.extras import has, lacking

#: The modules below; those that need a browser are left out where Playwright is not installed.
pytest_plugins = [
    "simulator.testing.steps.mcp",
    "simulator.testing.steps.consent",
    "simulator.testing.steps.own_connections",
    "simulator.testing.steps.single_sign_on",
    "simulator.testing.steps.limits",
    "simulator.testing.steps.incidents",
    "simulator.testing.steps.clock",
    "simulator.testing.steps.developer_api",
    "simulator.testing.steps.web_app",
    "simulator.testing.steps.tags",
    "simulator.testing.steps.tables",
    "simulator.testing.steps.recipes",
    "simulator.testing.steps.api_platform",
    "simulator.testing.steps.customers",
    "simulator.testing.steps.jobs",
    "simulator.testing.steps.oauth_clients",
    "simulator.testing.steps.process",
]
if not has("pytest_bdd"):
    raise pytest.UsageError(lacking(__name__, "pytest_bdd"))
if find_spec("playwright"):
    pytest_plugins += [
        "simulator.testing.steps.ai_hub",
        "simulator.testing.steps.end_users",
        "simulator.testing.steps.authentication",
        "simulator.testing.steps.dashboard",
        "simulator.testing.steps.recipe_editor",
        "simulator.testing.steps.recipe_building",
    ]

_REQUIREMENT = re.compile(r"[A-Z]+-\d+")


def pytest_configure(config: pytest.Config) -> None:
    """Register the markers that tags of the shipped features become."""
    config.addinivalue_line("markers", "requirement(id, ...): the promises that the test proves")


def pytest_bdd_apply_tag(tag: str, function: Callable[..., object]) -> bool | None:
    """Mark a scenario: a tag that is a requirement id becomes `requirement(id)`."""
    if _REQUIREMENT.fullmatch(tag):
        pytest.mark.requirement(tag)(function)
        return True
    return None
