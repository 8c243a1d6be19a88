"""Commands that install what a machine lacks, and ask nobody for a password."""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence


def as_root() -> list[str] | None:
    """Return what to put before a command that needs root; None when there is no way."""
    if sys.platform != "win32" and os.geteuid() == 0:
        return []
    sudo = ["sudo", "-n"]
    may = shutil.which("sudo") and run([*sudo, "true"], quiet=True)
    return sudo if may else None


def apt_get(root: Sequence[str]) -> list[str]:
    """Return how apt-get is called without a dialogue, up to its verb.

    Args:
        root: the root as `as_root` returns it.
    """
    return [*root, "apt-get", "--quiet", "--yes"]


def run(command: Sequence[str], *, quiet: bool = False) -> bool:
    """Run a command, and return whether it succeeded.

    Args:
        command: the program and its arguments.
        quiet: neither print the command nor show its output.
    """
    if not quiet:
        print("$", *command, flush=True)  # noqa: T201 (a command says what it does)
    output = subprocess.DEVNULL if quiet else None
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )
    return done.returncode == 0
