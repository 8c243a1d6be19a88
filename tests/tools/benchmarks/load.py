"""Load on one server: several clients who do the same, one operation after the other."""

import math
import os
import statistics
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

#: Does one operation from beginning to end, and fails where the server does not do its part.
Operation = Callable[[], None]

_TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Load:
    """What one server did under load.

    Attributes:
        rate: operations a second, of all clients together.
        median: of how long one took, in ms.
        slowest: the 99th percentile of the same, in ms.
        cpu: processor time of the server's processes for each operation, in ms.
    """

    rate: float
    median: float
    slowest: float
    cpu: float

    def __str__(self) -> str:
        return (
            f"{self.rate:7.0f} /s   p50 {self.median:7.2f}   p99 {self.slowest:7.2f} ms   "
            f"p99/p50 {self.slowest / self.median:5.1f}   CPU {self.cpu:6.2f} ms"
        )


def measure(
    make: Callable[[], Operation],
    pid: int,
    *,
    clients: int,
    seconds: float,
    before: Operation | None = None,
) -> Load:
    """Have clients do an operation over and over.

    Args:
        make: makes a client's operation; what is done once for each client belongs there.
        pid: the server's process; its children count, too.
        clients: how many at the same time.
        seconds: how long.
        before: done before each operation, and not timed; its processor time is not told apart,
            so that there is none in the result.
    """
    before = before or _nothing
    operations = [make() for _ in range(clients)]
    for operation in operations:
        before()
        operation()  # connections are opened, what is lazy is loaded
    took: list[list[float]] = [[] for _ in operations]
    failed: list[BaseException] = []
    begin = time.perf_counter()
    end = begin + seconds

    def work(operation: Operation, durations: list[float]) -> None:
        try:
            while time.perf_counter() < end:
                before()
                now = time.perf_counter()
                operation()
                durations.append(time.perf_counter() - now)
        except BaseException as error:
            failed.append(error)

    at_first = processor_seconds(pid)
    threads = [
        threading.Thread(target=work, args=pair) for pair in zip(operations, took, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]
    passed = time.perf_counter() - begin
    used = processor_seconds(pid) - at_first
    every = sorted(duration * 1000 for durations in took for duration in durations)
    return Load(
        rate=len(every) / passed,
        median=statistics.median(every),
        slowest=every[min(len(every) - 1, int(len(every) * 0.99))],
        cpu=used * 1000 / len(every) if before is _nothing else math.nan,
    )


def _nothing() -> None:
    """What is done before an operation that needs nothing."""


def processor_seconds(pid: int) -> float:
    """Processor time that a process and its children used so far; 0 where there is no /proc."""
    total = 0.0
    for each in (pid, *_children(pid)):
        try:
            fields = Path(f"/proc/{each}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += (int(fields[11]) + int(fields[12])) / _TICKS
    return total


def resident_megabytes(pid: int) -> float:
    """Memory that a process and its children have in use; 0 where there is no /proc."""
    kilobytes = 0
    for each in (pid, *_children(pid)):
        try:
            lines = Path(f"/proc/{each}/status").read_text().splitlines()
        except OSError:
            continue
        kilobytes += sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
    return kilobytes / 1024


def _children(pid: int) -> list[int]:
    try:
        texts = [task.read_text() for task in Path(f"/proc/{pid}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for text in texts for child in text.split()]
