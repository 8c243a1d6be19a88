"""The shipped features, aimed at a tenant that the suite did not start: a sandbox elsewhere."""

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from simulator.testing.process import SandboxProcess
from tests.wire import away

pytestmark = [
    pytest.mark.long,
    pytest.mark.requirement("SUITE-3"),
    pytest.mark.slow,
    pytest.mark.timeout(180),
]

CONFTEST = 'pytest_plugins = ["simulator.testing.steps"]\n'
BINDING = """
from pytest_bdd import scenarios
from simulator.testing import features

scenarios(features("verified_access"))


def test_the_clock(clock):
    raise AssertionError("a real tenant has no such clock")
"""


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """Somebody's suite that binds a shipped feature."""
    folder = tmp_path / "suite"
    folder.mkdir()
    (folder / "conftest.py").write_text(CONFTEST)
    (folder / "test_tenant.py").write_text(BINDING)
    return folder


def run(
    suite: Path, target: Path, *choice: str, **secrets: str
) -> subprocess.CompletedProcess[str]:
    """Without a browser: people fill in forms."""
    options = ("-rs", "-p", "no:playwright", "-p", "no:randomly", "--simulator-target")
    command = (sys.executable, "-m", "pytest", *options, str(target), *choice)
    return away.run(*command, cwd=suite, **secrets)


def test_what_can_work_works_and_the_rest_says_why_not(tmp_path: Path, suite: Path) -> None:
    sandbox = SandboxProcess(tmp_path)
    sandbox.start()
    try:
        tenant = sandbox.description
        for person in tenant["people"]:
            person["password"] = "${PASSWORD}"
        target = tmp_path / "tenant.yaml"
        target.write_text(yaml.safe_dump(tenant))

        first = run(suite, target, "-k", "asked_to_connect", PASSWORD="demo-Pass-1")
        again = run(suite, target, "-m", "not fresh", PASSWORD="demo-Pass-1")
        unset = run(suite, target)
    finally:
        sandbox.kill()

    assert "1 passed" in first.stdout, first.stdout
    assert "4 passed, 4 skipped" in again.stdout, again.stdout
    assert "needs the simulator: --simulator-target names a real tenant" in again.stdout
    assert unset.returncode == pytest.ExitCode.USAGE_ERROR
    assert "needs these environment variables: PASSWORD" in unset.stdout + unset.stderr
