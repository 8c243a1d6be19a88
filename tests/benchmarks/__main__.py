"""`make bench`: cold start, start and stop, sign-in, calls, reset, memory."""

import os
import platform
import time

from tests.benchmarks import cold_start, in_process


def main() -> None:
    """Print a row for each figure."""
    begin = time.perf_counter()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")
    for part in (cold_start, in_process):
        for figure in part.figures():
            print(figure.row(), flush=True)
    print(f"measured in {time.perf_counter() - begin:.0f} s")


main()
