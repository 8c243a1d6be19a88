"""What a failed scenario leaves behind: its steps up to the failure, and what every page showed."""

import re
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error
from pytest_bdd.parser import Feature, Scenario, Step

FAILURES = Path("failures")
_lines = pytest.StashKey[list[str]]()


def pytest_bdd_before_scenario(
    request: pytest.FixtureRequest, feature: Feature, scenario: Scenario
) -> None:
    """Open the scenario's record."""
    request.node.stash[_lines] = []
    _write(request, "scenario", f"{feature.name}: {scenario.name} ({feature.rel_filename})")


def pytest_bdd_after_step(request: pytest.FixtureRequest, step: Step) -> None:
    """Record a step that passed."""
    _write(request, "step", f"passed  {step.keyword} {step.name}")


def pytest_bdd_step_error(request: pytest.FixtureRequest, step: Step) -> None:
    """Record the step that failed, and a screenshot of every open page."""
    _write(request, "step", f"FAILED  {step.keyword} {step.name}")
    if request.node.get_closest_marker("ui"):
        _photograph(request)


def pytest_bdd_step_func_lookup_error(request: pytest.FixtureRequest, step: Step) -> None:
    """Record the step that nobody defined."""
    _write(request, "step", f"UNKNOWN {step.keyword} {step.name}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show the record of a scenario that failed; it travels with the report, through xdist too."""
    report = yield
    lines = item.stash.get(_lines, [])
    if call.when == "call" and report.failed and lines:
        report.sections.append(("Scenario", "\n".join(lines)))
    return report


def _write(request: pytest.FixtureRequest, kind: str, line: str) -> None:
    request.node.stash[_lines].append(line if kind == "scenario" else f"  {line}")
    # The same lines as properties, for JUnit XML and other reports.
    request.node.user_properties.append((kind, line))


def _photograph(request: pytest.FixtureRequest) -> None:
    try:
        browser: Browser = request.getfixturevalue("browser")
    except (Error, pytest.fail.Exception):
        return  # it never opened, which the failure itself says
    name = re.sub(r"\W+", "-", request.node.name).strip("-")[:80]
    pages = [page for context in browser.contexts for page in context.pages]
    for number, page in enumerate(pages, start=1):
        path = FAILURES / f"{name}-{number}.png"
        try:
            page.screenshot(path=path, timeout=5_000)
            _write(request, "page", f"page    {page.url} -> {path}")
        except Error:
            _write(request, "page", f"page    {page.url} (no picture)")
