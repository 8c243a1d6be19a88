"""Bring a simulator into a pytest run, quickly."""

import gc
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, TypeVar

import pytest

from simulator.extras import has, lacking
from simulator.garbage import gc_paused
from simulator.testing.choices import scenario

if TYPE_CHECKING:  # pragma: no cover
    from simulator.sandbox.simulator import Simulator
    from simulator.settings import Settings
    from simulator.testing.workspace_factory import WorkspaceFactory

Made = TypeVar("Made")


def load(config: pytest.Config, make: Callable[[], Made]) -> Made:
    """Import and make much, of which everything stays until the end of the run.

    It happens in a thread of its own, whose stack is short: at the depth of a fixture, thousands
    of calls would have the interpreter map a piece of memory, and unmap it as they return.

    Args:
        config: of the run.
        make: called once; what it raises is raised here.

    Returns:
        What it returns.
    """
    with _undisturbed(config), ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(make).result()


@contextmanager
def _undisturbed(config: pytest.Config) -> Iterator[None]:
    """Without what takes longer than many a test, and gains nothing here.

    Nobody looks for garbage, nor again later among what was made. Nor does pytest ask at each
    import whether the module's assertions are to be explained: those of a simulator are not.
    """
    explaining: object = config.pluginmanager.rewrite_hook
    finders = [finder for finder in sys.meta_path if finder is explaining]
    for finder in finders:
        sys.meta_path.remove(finder)
    try:
        with gc_paused():
            yield
            gc.freeze()
    finally:
        sys.meta_path[:0] = finders


def run(config: pytest.Config) -> "AbstractContextManager[Simulator]":
    """Start a simulator that listens, as the run's options have it."""
    from simulator.serving.server import running

    return running(_settings(config))


def factory(config: pytest.Config) -> "WorkspaceFactory":
    """Return what opens workspaces of any scope, as the run's options have them."""
    from simulator.testing.workspace_factory import WorkspaceFactory

    return WorkspaceFactory(
        settings=_settings(config), watch=lambda simulator: watch_faults(config, simulator)
    )


def demand(fixture: str, module: str) -> None:
    """Fail the test whose fixture needs a package that only an extra brings, in one line."""
    if not has(module):
        pytest.fail(lacking(fixture, module), pytrace=False)


def watch_faults(config: pytest.Config, simulator: "Simulator") -> None:
    """Report each test's faults that never struck."""
    from simulator.testing.idle_faults import IdleFaults

    strict = config.getini("simulator_strict_faults")
    config.pluginmanager.register(IdleFaults(simulator, strict=strict))


def _settings(config: pytest.Config) -> "Settings":
    from simulator.settings import Settings

    headless, requested = "simulator_headless_consent", "simulator_request_faults"
    return Settings(
        database="memory",
        port_base=0,
        scenario=scenario(config),
        seed=config.option.simulator_seed,
        request_faults=bool(config.getoption(requested) or config.getini(requested)),
        headless_consent=bool(config.getoption(headless) or config.getini(headless)),
    )
