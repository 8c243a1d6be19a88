"""Plant each mutant and say which test noticed it; exit status 1 where one survives."""

import argparse
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory

from tests.tools.mutants import page
from tests.tools.mutants.catalogue import Mutant, mutants, paths
from tests.tools.mutants.run import Outcome, copy_checkout, judge, passes


def main(arguments: list[str]) -> int:
    """Run the mutants that are named, or all; the page is written when all were run."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.mutants", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="ID", help="mutants to plant (default: all)")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time (default: 2)")
    options = parser.parse_args(arguments)
    chosen = [each for each in mutants() if not options.names or each.id in options.names]
    if unknown := set(options.names) - {each.id for each in chosen}:
        parser.error(f"no mutant is called {', '.join(sorted(unknown))}")
    with TemporaryDirectory(prefix="mutants-") as folder:
        outcomes = _run(chosen, Path(folder), options.jobs)
    survivors = [each for each in outcomes if not each.caught]
    if not options.names and not survivors:
        page.write(outcomes)
    print(f"{len(outcomes) - len(survivors)} of {len(outcomes)} mutants were caught.")
    return 1 if survivors else 0


def _run(chosen: list[Mutant], folder: Path, jobs: int) -> list[Outcome]:
    copies: SimpleQueue[Path] = SimpleQueue()
    for number in range(jobs):
        copies.put(copy_checkout(folder / f"copy-{number}"))

    def in_a_copy(mutant: Mutant) -> Outcome:
        copy = copies.get()
        try:
            outcome = judge(mutant, copy)
        finally:
            copies.put(copy)
        print(outcome, flush=True)
        return outcome

    def unchanged(path: str) -> str | None:
        copy = copies.get()
        try:
            return None if passes(path, copy) else path
        finally:
            copies.put(copy)

    with ThreadPoolExecutor(jobs) as pool:
        if broken := [each for each in pool.map(unchanged, paths(chosen)) if each]:
            sys.exit(f"These tests fail without any mutant, so they prove nothing: {broken}")
        return list(pool.map(in_a_copy, chosen))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
