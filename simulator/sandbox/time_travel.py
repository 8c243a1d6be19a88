"""The simulated time in a test's hands; the clocks of its browser pages go along."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from simulator.clock import Clock
from simulator.errors import list_choices

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import BrowserContext

#: What `travel` takes.
_UNITS = ("weeks", "days", "hours", "minutes", "seconds", "milliseconds", "microseconds")


@dataclass(repr=False)
class TimeTravel:
    """The simulated time, which every expiry is measured with; a new workspace is back at now.

    In pages, `Date` and timers go along (Playwright's clock, for a whole browser context: pages
    opened later too). Their clocks are taken over by the first move; timers that were set before
    go by real time, and so do cookies, TLS and the MCP SDK.
    """

    _clock: Clock
    _contexts: "list[BrowserContext]" = field(default_factory=list)
    _moved: bool = False

    def __repr__(self) -> str:
        return f"<simulated time, {self.now():%Y-%m-%d %H:%M:%S} UTC>"

    def now(self) -> datetime:
        """The simulated moment, aware, in UTC."""
        return self._clock.now()

    def travel(self, **by: float) -> None:
        """Move on, in the units of `datetime.timedelta`: `travel(hours=1)`; below 0 is back.

        Timers of pages that are due by then go off, once each.

        Raises:
            ImpossibleTime: that would be before 1970 or after 8999.
            ValueError: there is no such unit.
        """
        span = _span(by)
        self._clock.travel(span)
        self._go_on(span)

    def tick(self, **by: float) -> None:
        """As `travel`, for time that is frozen, and stays so.

        Raises:
            NotFrozen: it is not.
            ImpossibleTime, ValueError: as in `travel`.
        """
        span = _span(by)
        self._clock.tick(span)
        self._go_on(span)

    def freeze(self, at: datetime | None = None) -> None:
        """Stand still; the timers of pages run on, so that none of them hangs.

        Args:
            at: the moment to stand still at, aware; by default the present one.

        Raises:
            ImpossibleTime: it is before 1970 or after 8999, or without a time zone.
        """
        self._clock.freeze(at)
        self.show()

    def resume(self) -> None:
        """Let frozen time run on from where it stands."""
        self._clock.resume()
        self.show()

    def show(self) -> None:
        """Have the pages show the simulated time, whatever changed it; no timer goes off."""
        self._take_over(self.now())
        for context in self._contexts:
            self._show_in(context)

    def accompany(self, context: "BrowserContext") -> None:
        """Have a browser context go along until it is closed; pages opened in it later do, too."""
        self._contexts.append(context)
        context.on("close", self._leave)
        if self._moved:
            context.clock.install(time=self.now())
            self._show_in(context)

    def _leave(self, context: "BrowserContext") -> None:
        self._contexts.remove(context)

    def _take_over(self, at: datetime) -> None:
        """Only once time is moved, for pages have other timers from then on."""
        if not self._moved:
            for context in self._contexts:
                context.clock.install(time=at)
        self._moved = True

    def _go_on(self, by: timedelta) -> None:
        self._take_over(self.now() - by)
        if by > timedelta():
            for context in self._contexts:
                context.clock.fast_forward(by // timedelta(milliseconds=1))
        self.show()

    def _show_in(self, context: "BrowserContext") -> None:
        if self._clock.frozen:
            context.clock.set_fixed_time(self.now())
        else:
            context.clock.set_system_time(self.now())


def _span(by: dict[str, float]) -> timedelta:
    for unit in by:
        if unit not in _UNITS:
            raise ValueError(f"There is no unit '{unit}'. {list_choices(_UNITS)}")
    try:
        return timedelta(**by)
    except (TypeError, ValueError, OverflowError):
        amount = ", ".join(f"{unit}={number!r}" for unit, number in by.items())
        raise ValueError(f"{amount}: say a number of them that a calendar can bear.") from None
