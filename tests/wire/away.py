"""Commands in a folder of their own, as on another machine: this run of pytest is not told."""

import os
import subprocess
from pathlib import Path


def run(*command: str, cwd: Path, **secrets: str) -> subprocess.CompletedProcess[str]:
    """A command that has ended.

    Args:
        *command: what to run.
        cwd: where; settings of a repository are those of the folder's.
        **secrets: go into its environment.
    """
    environment = {name: text for name, text in os.environ.items() if "PYTEST" not in name}
    return subprocess.run(
        command, cwd=cwd, env=environment | secrets, capture_output=True, text=True, check=False
    )
