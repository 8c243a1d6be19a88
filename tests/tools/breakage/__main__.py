"""`python -m tests.tools.breakage [--most N] [--postgres | --surroundings]`: what came of it."""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.tools.breakage.killing import kill_everywhere
from tests.tools.breakage.places import FilePlace, Place, ServerPlace
from tests.tools.breakage.surroundings import tell_clocks, tell_full_disk, tell_read_only


def main() -> int:
    """Kill every write path; 1 if anything was wrong afterwards."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--most", type=int, default=1000, help="points of each path, at most")
    parser.add_argument("--postgres", action="store_true", help="on a private server")
    parser.add_argument("--surroundings", action="store_true", help="disks and clocks; for root")
    options = parser.parse_args()
    if options.surroundings:
        return _print_surroundings()
    is_well = True
    with ExitStack() as stack:
        place: Place
        if options.postgres:
            from tests.postgres.cluster import running

            place = ServerPlace(stack.enter_context(running()))
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            place = FilePlace(Path(folder))
        for each in kill_everywhere(place, options.most):
            print(each, flush=True)
            is_well = is_well and not each.problems and each.killed > 0
    return 0 if is_well else 1


def _print_surroundings() -> int:
    tellers = (tell_full_disk, tell_read_only, tell_clocks)
    with tempfile.TemporaryDirectory() as folder:
        for number, tell in enumerate(tellers):
            for line in tell(Path(folder) / str(number)):
                print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
