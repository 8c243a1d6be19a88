"""A package is imported: at once, or, where it is long, on a page that says how far it is.

Such a page goes on for as long as the import does, so that the browser that sent the package sees
it from the process that has it, whatever the others do; no row has to tell, which nobody could
write on SQLite while the import writes. At its end it sends the browser on to the result, at an
address of its own (`posted_pages`).
"""

import logging
from collections.abc import Callable, Iterator
from contextvars import copy_context
from dataclasses import dataclass

from flask import Response, g, render_template

from simulator.db.conflicts import is_conflict
from simulator.domain.packages import importing
from simulator.domain.packages.lint import lint_package
from simulator.domain.packages.model import Package
from simulator.domain.packages.outcome import Outcome, Progress, Steps
from simulator.domain.packages.refusals import PackageError
from simulator.errors import SimulatorError
from simulator.net.addresses import AIHUB
from simulator.systems.aihub.context import person
from simulator.web import posted_pages
from simulator.web.application import current_world, format_traceback
from simulator.web.own_context import ContextIterable

#: From so many files on, an import takes longer than a page should.
LONG = 50

_log = logging.getLogger("simulator.aihub")
#: Where the steps are put into the page.
_STEPS = "<!-- steps -->"
#: Proxies in front hand on what is there.
_HEADERS = {"X-Accel-Buffering": "no"}


@dataclass(frozen=True, kw_only=True)
class Import:
    """An import that was asked for.

    Attributes:
        package: the package as read.
        environment_id: the environment id of its connections and servers.
        start: whether new recipes are started.
        refuse: makes the page that says why it was not imported.
    """

    package: Package
    environment_id: int
    start: bool
    refuse: Callable[[PackageError], str]

    @property
    def is_long(self) -> bool:
        """Whether it is shown how far it is."""
        return sum(len(each.assets) for each in self.package.projects) >= LONG

    def answer_at_once(self) -> str | tuple[str, int]:
        """Import it in the request's unit of work; return the page with the result."""
        try:
            return self._show(importing.finish(self._begin()))
        except PackageError as error:
            current_world().db.rollback()
            return self.refuse(error), 422

    def answer_step_by_step(self) -> Response:
        """Return the page that shows how far the import is, and that is sent while it goes on."""
        posted_pages.begin(current_world())
        context = copy_context()  # where the request is known, and the unit of work is the import's
        return Response(
            ContextIterable(context, self._go_on()), mimetype="text/html", headers=_HEADERS
        )

    def _go_on(self) -> Iterator[str]:
        steps = self._import()
        page = render_template("aihub/project_importing.html", package=self.package)
        before, after = page.split(_STEPS)
        try:
            yield before
            for step in steps:
                yield render_template("aihub/_import_step.html", step=step)
            yield after
        finally:
            for _ in steps:  # whoever leaves the page does not stop the import
                pass

    def _import(self) -> "Iterator[Progress | _End]":
        """Yield how far it is, and then how it ended; a few hundred times at most."""
        world, shown = current_world(), -1
        try:
            with world.db.unit():
                try:
                    steps = self._begin()
                    while True:
                        progress = next(steps)
                        if progress.percent > shown:
                            shown = progress.percent
                            yield progress
                except StopIteration as end:
                    page, status = self._show(end.value), 200
                except PackageError as error:
                    world.db.rollback()
                    page, status = self.refuse(error), 422
                address = posted_pages.keep(world, AIHUB, page, status)
            yield _End(address=address)
        except Exception as error:
            # The status is sent already: what is left is a sentence.
            yield _End(failure=_explain(error))

    def _begin(self) -> Steps:
        return importing.import_in_steps(
            current_world(),
            person().workspace_id,
            self.environment_id,
            self.package,
            start=self.start,
        )

    def _show(self, outcome: Outcome) -> str:
        report = lint_package(self.package, allows_code=current_world().settings.allow_code)
        return render_template("aihub/project_imported.html", outcome=outcome, report=report)


@dataclass(frozen=True, kw_only=True)
class _End:
    """How an import ended.

    Attributes:
        address: the address of the page that says so.
        failure: why there is none.
    """

    address: str = ""
    failure: str = ""


def _explain(error: Exception) -> str:
    if isinstance(error, SimulatorError):
        return str(error)
    if is_conflict(error):
        return "Somebody else changed the same thing at the same moment. Try again."
    request_id = g.get("request_id", "-")
    _log.error("%s failed in the middle of an import\n%s", request_id, format_traceback(error))
    return f"The simulator failed; its log has the details (request {request_id})."
