"""What was seen of one test: its scenario, its steps, its world, its log."""

import hashlib
import logging
import re
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pragma: no cover
    from pytest_bdd.parser import Feature, Scenario, Step

    from simulator.journal import Exchange
    from simulator.sandbox.simulator import Simulator

#: Log lines that are kept of a test; older ones are forgotten.
_LINES = 2_000
#: What an id of a requirement looks like among tags.
REQUIREMENT = re.compile(r"[A-Z]+-\d+")


@dataclass(kw_only=True)
class SeenStep:
    """One step that was run, or should have been.

    Attributes:
        keyword: `Given`, `When` …, as in the feature.
        text: what follows it.
        details: its doc string or table, as lines; empty without.
        outcome: `passed`, `failed`, or `undefined` where nobody defined it.
        sights: what was seen until its end, for a report: pictures, pages, answers, by `kind`.
    """

    keyword: str
    text: str
    details: str = ""
    outcome: str
    sights: list[dict[str, Any]] = field(default_factory=list)

    def __str__(self) -> str:
        """One line, the outcome first: `passed  Given a sandbox`."""
        shown = self.outcome if self.outcome == "passed" else self.outcome.upper()
        return f"{shown:<9} {self.keyword} {self.text}"


@dataclass(kw_only=True)
class SeenScenario:
    """One scenario, as Gherkin tells it.

    Attributes:
        feature: name of its feature.
        description: the description of the feature.
        file: the file of the feature, from its base folder.
        rule: name of its rule; empty without.
        name: the name of the scenario, outline values filled in.
        line: where it starts.
        tags: its own, its rule's and its feature's, in order of the alphabet.
        example: the row of an outline that it is made from; empty without.
        row: which one that is, from 0.
    """

    feature: str
    description: str
    file: str
    rule: str
    name: str
    line: int
    tags: list[str]
    example: dict[str, str] = field(default_factory=dict)
    row: int = 0

    @classmethod
    def of(
        cls,
        feature: "Feature",
        scenario: "Scenario",
        example: Mapping[str, str] | None = None,
        row: int = 0,
    ) -> "SeenScenario":
        """Create it from what pytest-bdd read.

        Args:
            feature: the feature as pytest-bdd read it.
            scenario: likewise.
            example: the example of an outline: column → value.
            row: the row of an outline: which of its examples, in order.
        """
        rule = scenario.rule
        return cls(
            feature=feature.name,
            description=feature.description.strip(),
            file=feature.rel_filename,
            rule=rule.name if rule else "",
            name=scenario.name,
            line=scenario.line_number,
            tags=sorted({*scenario.tags, *feature.tags, *(rule.tags if rule else ())}),
            example=dict(example or {}),
            row=row,
        )

    @property
    def requirements(self) -> list[str]:
        """Return the ids of requirements among the tags, such as `VUA-11`."""
        return [tag for tag in self.tags if REQUIREMENT.fullmatch(tag)]


class LogLines(logging.Handler):
    """The simulator's log during one test, requests included."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: deque[str] = deque(maxlen=_LINES)
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
        self._logger = logging.getLogger("simulator")
        self._level_before = self._logger.level

    def emit(self, record: logging.LogRecord) -> None:
        """Record a line.

        Args:
            record: the record of the simulator's log.
        """
        self.lines.append(self.format(record))

    def listen(self) -> None:
        """Start recording."""
        self._logger.addHandler(self)
        if self._logger.getEffectiveLevel() > logging.INFO:
            self._logger.setLevel(logging.INFO)

    def stop(self) -> None:
        """Stop recording; the log is as talkative as before."""
        self._logger.removeHandler(self)
        self._logger.setLevel(self._level_before)


@dataclass(kw_only=True)
class Record:
    """What was seen of one test.

    Attributes:
        nodeid: pytest's name of the test.
        scenario: where it is one of Gherkin's.
        steps: in the order they were run.
        simulator: the simulator whose systems it used; None until it used any.
        log: what the simulator logged meanwhile.
        outcome: `passed`, `failed`, `skipped`, `xfailed` or `xpassed`; empty while it runs.
        failures: what pytest said of each phase that did not pass.
        seconds: how long it took, setup and teardown included.
        world: the description of a tenant, whose secrets are masked; empty with a simulator.
        shown: the pictures that a report of it has, by file.
        report_data: what a report has of it, once it was run.
    """

    nodeid: str
    scenario: SeenScenario | None = None
    steps: list[SeenStep] = field(default_factory=list)
    simulator: "Simulator | None" = None
    log: LogLines = field(default_factory=LogLines)
    outcome: str = ""
    failures: list[str] = field(default_factory=list)
    seconds: float = 0.0
    world: dict[str, Any] = field(default_factory=dict)
    shown: set[str] = field(default_factory=set)
    report_data: dict[str, Any] = field(default_factory=dict)

    @property
    def slug(self) -> str:
        """Return a file name that no other test has, and that this one has in every run."""
        file, _, name = self.nodeid.partition("::")
        readable = re.sub(r"\W+", "-", f"{file.rpartition('/')[2]}-{name}").strip("-")[:70]
        return f"{readable}-{hashlib.sha256(self.nodeid.encode()).hexdigest()[:8]}"

    @property
    def steps_listing(self) -> list[str]:
        """Return the scenario and its steps, a line each; nothing where there is none."""
        if self.scenario is None:
            return []
        scenario = self.scenario
        title = f"{scenario.feature}: {scenario.name} ({scenario.file}:{scenario.line})"
        return [title, *(f"  {step}" for step in self.steps)]

    def add(self, step: "Step", outcome: str) -> SeenStep:
        """Note a step.

        Args:
            step: the step as pytest-bdd read it.
            outcome: `passed`, `failed` or `undefined`.
        """
        details = [step.docstring] if step.docstring else []
        rows = step.datatable.raw() if step.datatable else ()
        details += [f"| {' | '.join(map(str, row))} |" for row in rows]
        seen = SeenStep(
            keyword=step.keyword, text=step.name, details="\n".join(details), outcome=outcome
        )
        self.steps.append(seen)
        return seen

    @property
    def exchanges(self) -> "list[Exchange]":
        """Return the journal's exchanges, oldest first."""
        return list(self.simulator.journal) if self.simulator else []

    def description(self) -> dict[str, Any]:
        """Return the world as `simulator describe --json` prints it; empty where there is none."""
        if self.simulator is None:
            return self.world
        from sqlalchemy.exc import SQLAlchemyError

        from simulator.errors import SimulatorError

        try:
            return self.simulator.describe()
        except (SQLAlchemyError, SimulatorError):
            return {}  # closed, or what it holds is what the test failed of
