"""kill -9 in every write path: afterwards everything is whole, on either database.

A point of each; `python -m tests.tools.breakage` takes all of them
(docs/when-things-break.md).
"""

import subprocess
import sys

import pytest

from tests.tools.breakage.write_paths import STARTS, WRITE_PATHS

pytestmark = pytest.mark.requirement("PROC-9")


_ON_POSTGRES = pytest.param("--postgres", marks=[pytest.mark.postgresql, pytest.mark.long])


@pytest.mark.timeout(240)
@pytest.mark.parametrize("option", ["", _ON_POSTGRES])
def test_what_was_killed_while_it_wrote_is_whole(option: str) -> None:
    """In a process of its own, whose copies are killed: no thread of the tests is in them."""
    command = [sys.executable, "-m", "tests.tools.breakage", "--most", "1"]

    done = subprocess.run([*command, *option.split()], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len({*WRITE_PATHS, *STARTS})
    assert all(line.endswith("whole each time") for line in lines)
