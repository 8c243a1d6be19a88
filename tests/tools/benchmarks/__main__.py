"""`make bench`: cold start, memory, start and stop, reset, sign-in, calls, runs of pytest."""

import os
import platform
import time

from tests.tools.benchmarks import cold_start, in_process, in_pytest


def main() -> None:
    """Print a row for each figure."""
    begin = time.perf_counter()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")
    for part in (cold_start, in_process, in_pytest):
        for figure in part.figures():
            print(figure.row(), flush=True)
    print(f"measured in {time.perf_counter() - begin:.0f} s")


main()
