"""A client of one's own takes the place of everybody's, in a suite that uses the steps."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.requirements import ROOT
from tests.wire import away

pytestmark = [
    pytest.mark.long,
    pytest.mark.requirement("SUITE-7"),
    pytest.mark.slow,
    pytest.mark.timeout(180),
]

#: What is wrong with the client → (what stands there, what would stand there instead).
MISTAKES = {
    "everybody has one token": (
        "        self.access_token = self._sign_in(self._http.get(where).json())",
        "        OwnClient.shared = getattr(OwnClient, 'shared', None) or "
        "self._sign_in(self._http.get(where).json())\n"
        "        self.access_token = OwnClient.shared",
    ),
    "arguments are lost": ('"arguments": arguments}', '"arguments": {}}'),
    "tools are listed once": (
        'return self._result("tools/list", {})["tools"]',
        'self.tools = getattr(self, "tools", None) or self._result("tools/list", {})["tools"]\n'
        "        return self.tools",
    ),
    "something else is returned": (
        'return self._result("tools/call", {"name": name, "arguments": arguments})',
        'return self._result("tools/call", {"name": name, "arguments": arguments})["content"]',
    ),
}


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Their suite, away from ours."""
    return Path(shutil.copytree(ROOT / "examples" / "own_client", tmp_path / "own_client"))


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The suite in a folder."""
    return away.run(
        sys.executable, "-m", "pytest", str(folder), "-p", "no:playwright", *options, cwd=folder
    )


def test_its_suite_passes(theirs: Path) -> None:
    ran = run(theirs)

    assert "4 passed" in ran.stdout, ran.stdout


def test_its_suite_finds_every_mistake(theirs: Path) -> None:
    client = theirs / "own_client.py"
    good = client.read_text(encoding="utf-8")

    for mistake, (right, wrong) in MISTAKES.items():
        assert good.count(right) == 1, mistake
        client.write_text(good.replace(right, wrong), encoding="utf-8")
        assert run(theirs, "-x").returncode == pytest.ExitCode.TESTS_FAILED, mistake
