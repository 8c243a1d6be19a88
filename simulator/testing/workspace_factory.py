"""Worlds that outlive a test: a workspace in a simulator of its own, for fixtures of any scope."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from simulator.sandbox.simulator import Simulator
from simulator.scenarios.files import find
from simulator.serving.server import running
from simulator.settings import Settings
from simulator.testing.workspace import Workspace, workspace

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import Page


@dataclass(frozen=True, kw_only=True, repr=False)
class WorkspaceFactory:
    """Opens workspaces, each in a simulator of its own: nobody else's test makes its world anew.

    Attributes:
        settings: the settings of every simulator; in memory and on free ports by default.
        watch: called with each simulator, once it listens.
    """

    settings: Settings = field(default_factory=lambda: Settings(database="memory", port_base=0))
    watch: Callable[[Simulator], None] | None = None

    def open(
        self,
        scenario: str | None = None,
        new_page: "Callable[[], Page] | None" = None,
        **settings: Any,
    ) -> AbstractContextManager[Workspace]:
        """Start a simulator with a fresh world, and stop it at the end of the `with` block.

        Args:
            scenario: its name or file; by default that of the run.
            new_page: opens a page in a browser of its own, such as pytest-playwright's
                `browser.new_page`; without it people fill in forms.
            **settings: the settings of `Settings`, in place of those of the run.

        Raises:
            ScenarioError: there is no such scenario, or it is wrong.
            StartupError: it cannot start.
            AssertionError: at the end, somebody was served with another person's account or rows,
                and nobody judged that.
        """
        if scenario is not None:
            settings["scenario"] = scenario
        chosen = replace(self.settings, **settings)
        find(chosen.scenario)  # whoever names a scenario that is not there is told at that line
        return self._open(chosen, new_page)

    @contextmanager
    def _open(
        self, settings: Settings, new_page: "Callable[[], Page] | None"
    ) -> Iterator[Workspace]:
        with running(settings) as simulator:
            if self.watch is not None:
                self.watch(simulator)
            with workspace(simulator, new_page) as opened:
                yield opened
