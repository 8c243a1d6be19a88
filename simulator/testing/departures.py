"""Pictures of pages as they were when somebody left them: filled in, and about to be sent."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import Locator, Page

#: How long one picture may take, in milliseconds; a page that hangs has none.
_PATIENCE = 3_000


class Departures:
    """Watches every click, and Enter, of Playwright's locators (its synchronous API).

    A step may sign in, consent and come back: the pages between are gone at its end. Each is
    photographed before a click, and the picture is kept where the click led elsewhere.

    Args:
        **options: the options of Playwright's `Page.screenshot`.
    """

    def __init__(self, **options: Any) -> None:
        self._options = options
        self._open: WeakKeyDictionary[Page, tuple[str, bytes]] = WeakKeyDictionary()
        self._left: list[tuple[str, bytes | None]] = []

    def watch(self) -> Callable[[], None]:
        """Start watching; returns what ends it."""
        from playwright.sync_api import Locator

        click, press = Locator.click, Locator.press

        def seen_click(locator: "Locator", **options: Any) -> None:
            if not options.get("trial"):
                click(locator, **{**options, "trial": True})  # waits, and fails, as a click does
                self._photograph(locator)
            click(locator, **options)

        def seen_press(locator: "Locator", key: str, **options: Any) -> None:
            if key == "Enter":
                locator.wait_for(state="attached", timeout=options.get("timeout"))
                self._photograph(locator)
            press(locator, key, **options)

        Locator.click, Locator.press = wraps(click)(seen_click), wraps(press)(seen_press)  # type: ignore[assignment, method-assign]

        def end() -> None:
            Locator.click, Locator.press = click, press  # type: ignore[method-assign]

        return end

    def take(self) -> list[tuple[str, bytes | None]]:
        """Return (address, picture) of every page that was left since the last call, in order."""
        for page in list(self._open):
            self._settle(page)
        taken, self._left = self._left, []
        return taken

    def _photograph(self, locator: "Locator") -> None:
        from playwright.sync_api import Error

        page = locator.page
        self._settle(page)
        try:
            self._open[page] = page.url, page.screenshot(timeout=_PATIENCE, **self._options)
        except Error:
            return  # the test goes on without it

    def _settle(self, page: "Page") -> None:
        """Keep the last picture of a page if that is elsewhere by now; else it is shown anyway."""
        if (before := self._open.pop(page, None)) is None:
            return
        if page.is_closed() or _path(page.url) != _path(before[0]):
            self._left.append(before)


def _path(url: str) -> str:
    return url.partition("#")[0]
