"""The package that `simulator init-app` writes: it starts, and its test passes."""

import os
import re
import sys
from pathlib import Path

import pytest

from simulator.systems.apps import skeleton
from simulator.systems.apps.skeleton import AppNameError
from tests.wire import away

pytestmark = [pytest.mark.requirement("APP-7"), pytest.mark.timeout(180)]


def test_it_is_written_found_and_passes(tmp_path: Path) -> None:
    """Its entry point is found as an installed one is: by the metadata beside it."""
    output = away.run(sys.executable, "-m", "simulator", "init-app", "ledger", cwd=tmp_path)
    assert output.returncode == 0, output.stderr
    assert "pip install -e ledger && pytest ledger" in output.stdout
    readme = (tmp_path / "ledger/README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./]+\.(?:py|yaml))`", readme))
    written = {
        str(each.relative_to(tmp_path / "ledger")) for each in (tmp_path / "ledger").rglob("*.*")
    }
    assert readme.startswith("# Ledger, simulated")
    assert named | {"README.md", "pyproject.toml", "simulated_ledger/__init__.py"} == written
    info = tmp_path / "ledger/simulated_ledger-0.1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: simulated-ledger\nVersion: 0.1.0\n"
    )
    (info / "entry_points.txt").write_text("[simulator.apps]\nledger = simulated_ledger\n")
    path = os.pathsep.join((str(tmp_path / "ledger"), os.environ.get("PYTHONPATH", "")))

    ran = away.run(
        *(sys.executable, "-m", "pytest", "ledger", "-p", "no:playwright"),
        cwd=tmp_path,
        PYTHONPATH=path,
    )

    assert "2 passed" in ran.stdout, ran.stdout + ran.stderr


@pytest.mark.parametrize("name", ["Ledger", "a", "my-app", "x" * 40, "coupa"])
def test_a_name_that_no_app_can_have_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(AppNameError, match=r"is no name for an app|There is an app"):
        skeleton.write(name, tmp_path)

    assert list(tmp_path.iterdir()) == []


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    skeleton.write("ledger", tmp_path)
    (tmp_path / "file").touch()

    with pytest.raises(AppNameError, match="is there already"):
        skeleton.write("ledger", tmp_path)
    with pytest.raises(AppNameError, match="Cannot write to"):
        skeleton.write("ledger", tmp_path / "file/more")
