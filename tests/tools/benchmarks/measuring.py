"""Take a measurement several times; print its median and spread."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Figure:
    """One measured figure: a name, its unit, and a value for each run."""

    name: str
    unit: str
    values: list[float]

    def row(self) -> str:
        """`name  median unit  (min to max, n runs)`."""
        median = statistics.median(self.values)
        spread = f"{_short(min(self.values))} to {_short(max(self.values))}"
        return (
            f"{self.name:<52} {_short(median):>8} {self.unit:<8} "
            f"({spread}, {len(self.values)} runs)"
        )


def timed(
    name: str,
    runs: int,
    action: Callable[[], object],
    before: Callable[[], object] = lambda: None,
) -> Figure:
    """Milliseconds that an action takes, after one run that is not counted.

    Args:
        name: of the figure.
        runs: how many are counted.
        action: what is measured.
        before: done before each run, and not measured.
    """
    values = []
    before()
    action()
    for _ in range(runs):
        before()
        begin = time.perf_counter()
        action()
        values.append((time.perf_counter() - begin) * 1000)
    return Figure(name=name, unit="ms", values=values)


def rate(name: str, runs: int, calls: int, action: Callable[[], object]) -> Figure:
    """How often a second an action is done, one after the other; `calls` to a run."""
    action()
    values = []
    for _ in range(runs):
        begin = time.perf_counter()
        for _ in range(calls):
            action()
        values.append(calls / (time.perf_counter() - begin))
    return Figure(name=name, unit="/s", values=values)


def _short(value: float) -> str:
    return f"{value:.1f}" if value < 100 else f"{value:.0f}"
