"""The built wheel, and fresh virtual environments that have it and nothing else."""

import sys
from pathlib import Path

from tests.tools.requirements import ROOT
from tests.wire import away

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


def build(folder: Path) -> Path:
    """The wheel of this checkout."""
    run(
        *PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT), cwd=folder
    )
    (wheel,) = folder.glob("*.whl")
    return wheel


def environment(folder: Path, wheel: Path, extras: str = "") -> Path:
    """The interpreter of a fresh virtual environment with the wheel.

    Args:
        folder: where to make it.
        wheel: what `build` returned.
        extras: with brackets, such as `[testing]`.
    """
    made = folder / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", str(made), cwd=folder)
    pins = str(ROOT / "constraints.txt")
    install = (*PIP, "--python", str(made), "install", "-c", pins)
    run(*install, f"{wheel}{extras}", cwd=folder)
    return made / "bin" / "python"


def run(*command: str, cwd: Path, **variables: str) -> str:
    """What a command prints."""
    # What is on the path of this run is not the wheel.
    ran = away.run(*command, cwd=cwd, **{"PYTHONPATH": "", **variables})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout
