"""A third party's client is tested with the plugin, by a suite that finds its mistakes."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.runs import RunHere
from tests.tools.requirements import ROOT
from tests.wire import away

pytestmark = [pytest.mark.requirement("SUITE-5"), pytest.mark.slow, pytest.mark.timeout(180)]


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The suite in a folder."""
    return away.run(
        sys.executable, "-m", "pytest", str(folder), "-p", "no:playwright", *options, cwd=folder
    )


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Their repository."""
    return Path(shutil.copytree(ROOT / "examples" / "tiny_client", tmp_path / "tiny_client"))


#: What their developers could have got wrong: (what stands there, what would stand there instead).
MISTAKES = {
    "no refresh": ("if not (self.tokens and self._refresh()):", "if True:"),
    "no look at state and issuer": (
        '(back.get("state"), back.get("iss")) != (state, server["issuer"])',
        "False",
    ),
    "tokens thrown away for nothing": (
        'if trouble.args[1:] not in {("invalid_grant",), ("invalid_client",)}:',
        "if False:",
    ),
    "failures taken for results": ('message["result"].get("isError")', "False"),
}


def test_its_suite_passes(pytester: pytest.Pytester, run_here: RunHere) -> None:
    shutil.copytree(ROOT / "examples" / "tiny_client", pytester.path, dirs_exist_ok=True)
    # A process has one module of a name, and that is this one.
    (pytester.path / "test_tiny_client.py").rename(pytester.path / "test_theirs.py")

    run_here().assert_outcomes(passed=17)


@pytest.mark.long
def test_its_suite_finds_every_mistake(theirs: Path) -> None:
    client = theirs / "tiny_client.py"
    good = client.read_text(encoding="utf-8")

    for mistake, (right, wrong) in MISTAKES.items():
        assert right in good, mistake
        client.write_text(good.replace(right, wrong), encoding="utf-8")
        assert run(theirs, "-x").returncode == pytest.ExitCode.TESTS_FAILED, mistake
