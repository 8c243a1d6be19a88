"""What the browsers of a test show: pictures of their pages, and what was done in them."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

from simulator.clock import stopwatch

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import Browser, BrowserContext, Page

    from simulator.testing.scrubbing import Scrubber

#: How long pictures may take, in milliseconds, all pages together: one that hangs has none.
_PATIENCE = 5_000


class Screens:
    """The pages of one Playwright browser (its synchronous API).

    Args:
        browser: pytest-playwright's; its contexts are traced from now on.
        traced: keep a trace of each context, until it is closed.
    """

    def __init__(self, browser: "Browser", *, traced: bool) -> None:
        self._browser = browser
        self._traced: WeakSet[BrowserContext] = WeakSet()
        if traced:
            browser.on("context", self._trace)

    def _trace(self, context: "BrowserContext") -> None:
        # Without snapshots, which hold whole pages and bodies: nobody can mask all of those.
        # Without a film, which makes a test half as long again.
        context.tracing.start(screenshots=False, snapshots=False, sources=False)
        self._traced.add(context)

    def pages(self) -> "Iterator[Page]":
        """Return every open page, the oldest first."""
        for context in self._browser.contexts:
            yield from context.pages

    def photograph(self, **options: Any) -> Iterator[tuple[str, bytes | None]]:
        """Return (address, picture) of every open page; None for one that has none.

        Args:
            **options: the options of Playwright's `Page.screenshot`.
        """
        from playwright.sync_api import Error

        end = stopwatch() + _PATIENCE / 1000
        for page in self.pages():
            left = max(1.0, (end - stopwatch()) * 1000)  # 0 would be for ever
            try:
                yield page.url, page.screenshot(timeout=left, **options)
            except Error:
                yield page.url, None

    def keep_traces(self, folder: Path, scrubber: "Scrubber") -> Iterator[Path]:
        """Write the trace of every open context, input masked; they end with it.

        Args:
            folder: where the files belong.
            scrubber: takes secrets out of them.
        """
        from playwright.sync_api import Error

        for number, context in enumerate(self._browser.contexts, 1):
            if context not in self._traced:
                continue
            self._traced.discard(context)
            path = folder / f"trace-{number}.zip"
            try:
                context.tracing.stop(path=path)
            except Error:
                continue  # the browser crashed, which the failure itself says
            scrubber.archive(path)
            yield path
