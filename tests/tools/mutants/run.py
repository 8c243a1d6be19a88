"""Run the suite of one mutant in a copy of the checkout."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from tests.tools.mutants.catalogue import Mutant
from tests.tools.requirements import ROOT

#: Longest that a suite may take, in seconds; a mutant may make a program wait for ever.
LIMIT = 300
#: pytest's exit codes (pytest documentation, "Exit codes").
_PASSED, _FAILED = 0, 1
_FIRST = re.compile(r"^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$", re.M)
_OPTIONS = (
    *("-x", "-q", "--tb=no", "-rfE", "--no-header"),
    *("-p", "no:randomly", "-p", "no:cacheprovider", "--timeout=60"),
)


@dataclass(frozen=True)
class Outcome:
    """What became of one mutant.

    Attributes:
        mutant: the bug.
        caught_by: node id of the first test that failed; None where it survived.
        remark: why it counts as a survivor; empty where it was caught.
    """

    mutant: Mutant
    caught_by: str | None
    remark: str = ""

    @property
    def caught(self) -> bool:
        """Whether a test noticed it."""
        return self.caught_by is not None

    def __str__(self) -> str:
        verdict = f"caught by {self.caught_by}" if self.caught else f"SURVIVED: {self.remark}"
        return f"{self.mutant.kind} ({self.mutant.id}): {verdict}"


def copy_checkout(target: Path) -> Path:
    """Copy what git knows of the checkout, changes included; returns the copy."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for name in filter(None, listed.split("\0")):
        source = ROOT / name
        if source.is_file():
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target / name)
    return target


def passes(path: str, copy: Path) -> bool:
    """Tell whether the tests at a path pass in a copy, as it stands."""
    return _pytest(path, copy)[0] == _PASSED


def judge(mutant: Mutant, copy: Path) -> Outcome:
    """Plant a mutant in a copy, run its suite, and take it out again.

    Raises:
        DoesNotApply: the code it changes is not there any more.
    """
    path = copy / mutant.file
    before = path.read_bytes()
    path.write_text(mutant.planted(copy), encoding="utf-8")
    try:
        code, output = _pytest(mutant.suite, copy)
    finally:
        path.write_bytes(before)
    if code == _PASSED:
        return Outcome(mutant, None, f"{mutant.suite} passed")
    first = _FIRST.search(output)
    if code != _FAILED or first is None:
        last = output.strip().splitlines()[-1:]
        return Outcome(mutant, None, f"no test failed, pytest ended with {code}: {last}")
    return Outcome(mutant, first[1])


def _pytest(suite: str, copy: Path) -> tuple[int, str]:
    # Compiled code is told by the second in which its source was written: none is kept.
    environment = {**os.environ, "PYTHONPATH": str(copy), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *_OPTIONS, *shlex.split(suite)]
    try:
        done = subprocess.run(
            command,
            cwd=copy,
            env=environment,
            capture_output=True,
            text=True,
            timeout=LIMIT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, f"not finished after {LIMIT} s"
    return done.returncode, done.stdout
