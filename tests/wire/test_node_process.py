"""What the tests of JavaScript clients lean on: they stay on this machine."""

import subprocess
from pathlib import Path

import pytest

from tests.wire.node_process import NODE, environment

pytestmark = pytest.mark.wire


@pytest.mark.requirement("CLI-1")
@pytest.mark.parametrize("host", ["192.0.2.1", "updates.example"])
def test_a_client_cannot_reach_another_machine(tmp_path: Path, host: str) -> None:
    """Whatever it may want to fetch there; nothing is even asked for the name."""
    done = subprocess.run(
        [NODE, "--input-type=module", "--eval", f"await fetch('http://{host}/')"],
        env=environment(tmp_path, "false"),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )

    assert done.returncode == 1
    assert f"A client under test may not leave this machine: {host}:80" in done.stderr
