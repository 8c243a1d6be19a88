"""Two checkouts that measure the same thing by turns, each in a process of its own."""

import os
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

HERE = Path(__file__).resolve().parents[3]


def start(script: str, checkout: Path, *options: str) -> "subprocess.Popen[str]":
    """Start a script in a checkout, with `--work`, and wait until it says that it is ready.

    Args:
        script: it reads names, a line each, and writes the milliseconds of each.
        checkout: whose simulator is measured.
        *options: behind `--work`.
    """
    process = subprocess.Popen(
        [sys.executable, script, "--work", *options],
        cwd=checkout,
        env=os.environ | {"PYTHONPATH": str(checkout)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    return process


def compare(processes: Sequence["subprocess.Popen[str]"], name: str, turns: int) -> str:
    """Return what a thing takes there and here, the least and the median, and the median ratio.

    Args:
        processes: of the other checkout, and of this one.
        name: of what is measured.
        turns: how often each of them does it.
    """
    pairs = [[_measure(each, name) for each in processes] for _ in range(turns)]
    there, here = zip(*pairs, strict=True)
    ratio = statistics.median(mine / theirs for theirs, mine in pairs)
    return (
        f"there: {min(there):6.2f} ms (median {statistics.median(there):6.2f}), "
        f"here: {min(here):6.2f} ms (median {statistics.median(here):6.2f}), ratio {ratio:.2f}"
    )


def _measure(process: "subprocess.Popen[str]", name: str) -> float:
    assert process.stdin is not None
    assert process.stdout is not None
    print(name, file=process.stdin, flush=True)
    return float(process.stdout.readline())
