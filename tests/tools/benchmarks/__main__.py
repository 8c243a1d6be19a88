"""`make bench`: what the simulator takes by itself, then the same operations beside its peers.

Options, in ARGS: `--own` or `--compare` for one half alone, `--seconds N` for each comparison,
`--only sign_in refresh …` for some operations of it.
"""

import argparse
import os
import platform
import time

from tests.tools.benchmarks import (
    cold_start,
    comparison,
    in_process,
    in_pytest,
    recipe_steps,
    statements,
)


def main() -> None:
    """Print a row for each figure."""
    parser = argparse.ArgumentParser()
    half = parser.add_mutually_exclusive_group()
    half.add_argument("--own", action="store_true", help="the simulator alone")
    half.add_argument("--compare", action="store_true", help="the comparison alone")
    parser.add_argument("--seconds", type=float, default=comparison.SECONDS)
    parser.add_argument("--only", nargs="+", choices=comparison.OPERATIONS, default=[])
    options = parser.parse_args()
    begin = time.perf_counter()
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.system()}")
    if not options.compare:
        for part in (cold_start, in_process, in_pytest, recipe_steps):
            for figure in part.figures():
                print(figure.row(), flush=True)
        for counted in statements.operations():
            print(counted)
    if not options.own:
        for line in comparison.lines(options.seconds, frozenset(options.only)):
            print(line, flush=True)
    print(f"measured in {time.perf_counter() - begin:.0f} s")


main()
