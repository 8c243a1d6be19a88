"""Browser contexts for the people of a test: confined to what is simulated, closed after it."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:  # pragma: no cover
    from playwright.sync_api import BrowserContext, Page

    from simulator.sandbox.simulator import Simulator
    from simulator.testing.names import ProductionNames

#: How long a page may take to do what is asked of it, in milliseconds.
_PATIENCE = 10_000
_SIZE = {"width": 1280, "height": 900}
_served = pytest.StashKey["dict[Simulator, ProductionNames]"]()


def new_context(
    request: pytest.FixtureRequest,
    closing: ExitStack,
    simulator: "Simulator | None",
    **options: Any,
) -> "BrowserContext":
    """Open a new context of pytest-playwright's browser.

    Args:
        request: the request of the fixture that wants it.
        closing: closes it.
        simulator: its hosts and this machine are all that can be opened; None for a tenant.
        **options: the options of Playwright's `new_context`.
    """
    if simulator is not None:
        options |= _names(request.config, simulator).context_options()
    context: BrowserContext = request.getfixturevalue("browser").new_context(**options)
    closing.callback(context.close)
    return context


def pages(
    request: pytest.FixtureRequest, closing: ExitStack, *, confined: bool
) -> "Callable[[], Page]":
    """Return what opens pages, each in a browser context of its own.

    Args:
        request: the request of the fixture that wants them.
        closing: closes them.
        confined: to the hosts of the fixture `simulator`, and this machine.
    """
    request.getfixturevalue("browser")

    def open_page() -> "Page":
        simulator = request.getfixturevalue("simulator") if confined else None
        context = new_context(request, closing, simulator, viewport=_SIZE)
        context.set_default_timeout(_PATIENCE)
        page: Page = context.new_page()
        return page

    return open_page


def _names(config: pytest.Config, simulator: "Simulator") -> "ProductionNames":
    """The proxy that leads to a simulator alone, until the end of the run.

    It is no fixture: a suite may give `simulator` any scope.
    """
    from simulator.testing.loading import demand

    demand("a browser of a test", "trustme")
    from simulator.testing.names import production_names

    served = config.stash.setdefault(_served, {})
    if simulator not in served:
        stack = ExitStack()
        served[simulator] = stack.enter_context(production_names(simulator))
        config.add_cleanup(stack.close)
    return served[simulator]
