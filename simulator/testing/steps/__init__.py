"""Steps for pytest-bdd, one module a noun: `pytest_plugins = ["simulator.testing.steps"]`."""

from importlib.util import find_spec

#: The modules below; those that need a browser are left out where Playwright is not installed.
pytest_plugins = [
    "simulator.testing.steps.mcp",
    "simulator.testing.steps.consent",
    "simulator.testing.steps.limits",
]
if find_spec("playwright"):
    pytest_plugins += [
        "simulator.testing.steps.ai_hub",
        "simulator.testing.steps.recipe_editor",
    ]
