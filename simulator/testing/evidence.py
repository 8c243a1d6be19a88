"""What a failed test leaves behind: steps, exchanges, log, pictures of its pages, traces.

A part of the pytest plugin that is loaded with the first scenario, or the first test that uses a
simulator: nobody else pays for it.
"""

import shutil
import sys
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from simulator.testing.departures import Departures
from simulator.testing.record import Record, SeenScenario
from simulator.testing.report import collect
from simulator.testing.report.sights import Sights
from simulator.testing.screens import Screens
from simulator.testing.scrubbing import Scrubber

if TYPE_CHECKING:  # pragma: no cover
    from pytest_bdd.parser import Feature, Scenario, Step

    from simulator.sandbox.simulator import Simulator
    from simulator.testing.workspace import Workspace

#: What pictures of a report are: small.
_JPEG: dict[str, Any] = {"type": "jpeg", "quality": 60}
_record = pytest.StashKey[Record]()


class Evidence:
    """Watches tests, and keeps what a failed one leaves behind.

    Args:
        config: the config of the run.
        folder: where files go, in a folder for each failed test.
        report: folder of the report that was asked for; None without.
    """

    def __init__(self, config: pytest.Config, folder: Path, report: Path | None) -> None:
        self._config = config
        self._folder = folder
        self._report = report
        # pytest-playwright's own option: a context has one trace.
        self._traced = config.getoption("--tracing", "off") == "off"
        self._screens: Screens | None = None
        self._sights = Sights()
        self._departures = Departures(**_JPEG)
        # An option of allure-pytest-bdd and allure-pytest, where one of them is installed.
        self._allure = bool(config.getoption("allure_report_dir", None))

    def see_browser(self, browser: Any) -> None:
        """Take pictures of this browser's pages; one of the asynchronous API has none.

        Args:
            browser: the browser of Playwright.
        """
        playwright = sys.modules.get("playwright.sync_api")
        if playwright is not None and isinstance(browser, playwright.Browser):
            first, self._screens = self._screens is None, Screens(browser, traced=self._traced)
            if first and self._report:
                self._config.add_cleanup(self._departures.watch())

    def see_simulator(self, item: pytest.Item, simulator: "Simulator") -> None:
        """Note that a test uses a simulator.

        Args:
            item: the test.
            simulator: the simulator that it uses.
        """
        self._of(item).simulator = simulator

    def see_workspace(self, item: pytest.Item, workspace: "Workspace") -> None:
        """Note that a test uses a workspace, and watch its people for a report.

        Args:
            item: the test.
            workspace: the workspace that it uses.
        """
        if self._report:
            workspace.stage.sights = self._sights
        if workspace.given_simulator is None:
            self._of(item).world = workspace.description

    def begin_scenario(self, item: pytest.Item, feature: "Feature", scenario: "Scenario") -> None:
        """Note that a scenario is about to be run.

        Args:
            item: the test that it is.
            feature: the feature as pytest-bdd read it.
            scenario: likewise.
        """
        record = self._of(item)
        record.scenario = seen = SeenScenario.of(feature, scenario, *_example(item))
        item.user_properties.append(("scenario", f"{seen.feature}: {seen.name} ({seen.file})"))
        item.user_properties += [("requirement", each) for each in seen.requirements]

    @pytest.hookimpl(optionalhook=True)
    def pytest_bdd_after_step(self, request: pytest.FixtureRequest, step: "Step") -> None:
        """Note that a step passed."""
        self._note(request.node, step, "passed")

    @pytest.hookimpl(optionalhook=True)
    def pytest_bdd_step_error(self, request: pytest.FixtureRequest, step: "Step") -> None:
        """Note that a step failed."""
        self._note(request.node, step, "failed")

    @pytest.hookimpl(optionalhook=True)
    def pytest_bdd_step_func_lookup_error(
        self, request: pytest.FixtureRequest, step: "Step"
    ) -> None:
        """Note that nobody defined a step."""
        self._note(request.node, step, "undefined")

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(
        self, item: pytest.Item, call: pytest.CallInfo[Any]
    ) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Store the evidence once, while pages and world are as they were at the failure.

        The sections travel with the report, through pytest-xdist too.
        """
        report = yield
        if self._report and report.when == "setup" and not report.passed:
            self._name_scenario(item)
        record = item.stash.get(_record, None)
        if record is None:
            return report
        record.seconds += report.duration
        if not report.passed:
            record.failures.append(report.longreprtext)
        if report.failed and record.outcome != "failed":
            record.outcome = "failed"
            report.sections += self._keep(record)
        elif report.when == "call" or report.skipped:
            expected = {"skipped": "xfailed", "passed": "xpassed"}
            outcome = report.outcome
            record.outcome = expected[outcome] if hasattr(report, "wasxfail") else outcome
        if self._report and record.scenario and record.outcome:
            collect.keep(self._report, record, "\n\n".join(record.failures), record.seconds)
        if report.when == "teardown":
            record.log.stop()
            del item.stash[_record]
        return report

    def _of(self, item: pytest.Item) -> Record:
        if _record not in item.stash:
            item.stash[_record] = Record(nodeid=item.nodeid)
            item.stash[_record].log.listen()
        return item.stash[_record]

    def _note(self, item: pytest.Item, step: "Step", outcome: str) -> None:
        seen = self._of(item).add(step, outcome)
        if self._report:
            seen.sights = self._seen(self._report, self._of(item))
        # For JUnit XML and other reports.
        item.user_properties.append(("step", str(seen)))

    def _seen(self, report: Path, record: Record) -> list[dict[str, Any]]:
        """What there was to see since the last step: on the way, and at its end."""
        seen = self._sights.take()
        if self._screens:
            pictures = [*self._departures.take(), *self._screens.photograph(**_JPEG)]
            seen += collect.keep_pictures(report, pictures, record.shown)
        return seen

    def _name_scenario(self, item: pytest.Item) -> None:
        """Note which scenario a test would have been that did not begin."""
        from pytest_bdd.scenario import scenario_wrapper_template_registry as templates

        if not isinstance(item, pytest.Function):
            return
        template = templates.get(item.function)
        if template is not None and self._of(item).scenario is None:
            example, row = _example(item)
            seen = SeenScenario.of(template.feature, template.render(example), example, row)
            self._of(item).scenario = seen

    def _keep(self, record: Record) -> list[tuple[str, str]]:
        """Write a failed test's files; returns what its report shows, (title, text)."""
        folder = self._folder / record.slug
        shutil.rmtree(folder, ignore_errors=True)  # of an earlier run
        folder.mkdir(parents=True)
        scrubber = Scrubber(())
        sections: list[tuple[str, str]] = []
        if record.steps_listing:
            sections.append(("Scenario", "\n".join(record.steps_listing)))
        if record.simulator:
            journal = record.simulator.journal
            scrubber = Scrubber.of(journal, record.description())
            listing = "\n".join(map(str, record.exchanges))
            sections.append(("Exchanges", listing or "none"))
            if listing:
                sections.append(("Sequence diagram", journal.diagram()))
        sections = [(title, scrubber.text(text)) for title, text in sections]
        for title, text in sections:
            _write(folder / _FILES[title], text)
        _write(folder / "log.txt", scrubber.text("\n".join(record.log.lines)))
        sections.append(("Evidence", "\n".join(self._show(folder, scrubber))))
        if self._allure:
            from simulator.testing.allure_results import hand_over

            hand_over(folder)
        return sections

    def _show(self, folder: Path, scrubber: Scrubber) -> list[str]:
        """Pictures and traces; returns a line for each, and one for every other file."""
        lines = [str(path) for path in sorted(folder.iterdir())]
        if self._screens is None:
            return lines
        for number, (url, picture) in enumerate(self._screens.photograph(), 1):
            path = folder / f"page-{number}.png"
            if picture:
                path.write_bytes(picture)
            lines.append(f"{path if picture else '(no picture)'} shows {scrubber.text(url)}")
        traces = self._screens.keep_traces(folder, scrubber)
        return [*lines, *(f"{path} opens with 'playwright show-trace'" for path in traces)]


_FILES = {
    "Scenario": "scenario.txt",
    "Exchanges": "exchanges.txt",
    "Sequence diagram": "diagram.mmd",
}


def _example(item: pytest.Item) -> tuple[dict[str, str], int]:
    """The row of an outline that pytest-bdd makes a test from, and which one it is."""
    call, name = getattr(item, "callspec", None), "_pytest_bdd_example"
    if call is None or name not in call.params:
        return {}, 0
    return dict(call.params[name]), call.indices[name]


def _write(path: Path, text: str) -> None:
    path.write_text(f"{text.rstrip()}\n", encoding="utf-8")
