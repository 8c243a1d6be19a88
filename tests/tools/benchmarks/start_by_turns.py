"""Compare the processor's time and the memory of a start in two checkouts, by turns.

`python -m tests.tools.benchmarks.start_by_turns OTHER [TURNS]` has each import what a first
simulator needs, make one, and serve a new database: what neighbours do to the machine meanwhile,
they do to both. Compile the bytecode of both before: `python -m compileall -q simulator`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.tools.benchmarks.cold_start import free_row, serve_once
from tests.tools.benchmarks.in_pytest import FIRST, IMPORTED
from tests.tools.benchmarks.turns import HERE

_TURNS = 7
#: The processor's time, not the clock on the wall.
_MEASURED = {"perf_counter": "process_time"}


def main(other: str, turns: int) -> None:
    """Print the medians of both, and how many times as much each takes here."""
    checkouts = (Path(other), HERE)
    names = [_python(each, FIRST).split()[1:] for each in checkouts]
    pairs = [
        [_measure(each, imported) for each, imported in zip(checkouts, names, strict=True)]
        for _ in range(turns)
    ]
    for name in pairs[0][0]:
        there, here = zip(*([each[name] for each in pair] for pair in pairs), strict=True)
        ratio = statistics.median(mine / theirs for theirs, mine in zip(there, here, strict=True))
        print(
            f"{name:<38} there: {statistics.median(there):7.1f}, "
            f"here: {statistics.median(here):7.1f}, ratio {ratio:.2f}"
        )


def _measure(checkout: Path, names: list[str]) -> Mapping[str, float]:
    printed = _python(checkout, IMPORTED.format(names=names) + FIRST).splitlines()
    with tempfile.TemporaryDirectory() as folder:
        fresh = serve_once(Path(folder), free_row(), checkout)
        again = serve_once(Path(folder), free_row(), checkout)
    return {
        "imports of a first simulator, ms": float(printed[0]),
        "a first simulator, after them, ms": float(printed[1].split()[0]),
        "serve a new database, first answer, ms": fresh.first_processor,
        "the same, every system ready, ms": fresh.ready_processor,
        "serve again, first answer, ms": again.first_processor,
        "memory once ready, MB": again.megabytes,
    }


def _python(checkout: Path, code: str) -> str:
    for clock, processor in _MEASURED.items():
        code = code.replace(clock, processor)
    ran = subprocess.run(
        [sys.executable, "-c", code],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        capture_output=True,
        text=True,
        check=True,
    )
    return ran.stdout


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else _TURNS)
