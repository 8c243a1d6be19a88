"""The package that `simulator init-app` writes: it starts, and its test passes."""

import os
import re
import sys
from pathlib import Path

import pytest

from simulator.systems.apps import skeleton
from simulator.systems.apps.skeleton import AppNameError
from tests.tools.requirements import ROOT
from tests.wire import away

pytestmark = [pytest.mark.requirement("APP-7"), pytest.mark.timeout(180)]


#: "In `file`, this", a block, "becomes", a block.
_CHANGE = re.compile(
    r"In `([^`]+)`, this\n\n```\w+\n(.*?)```\n\nbecomes\n\n```\w+\n(.*?)```", re.DOTALL
)
_ADDITION = re.compile(r"At the end of `([^`]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)


@pytest.mark.requirement("HTTP-5")
def test_the_tutorial_leads_to_a_verified_call_word_by_word(tmp_path: Path) -> None:
    """Each change of the page is made as it stands there; its entry point is found by metadata.

    `pip install -e` would ask an index: what it writes is written here.
    """
    page = (ROOT / "docs/own-apps.md").read_text(encoding="utf-8").split("## A provider")[0]
    assert "$ simulator init-app ledger\n$ pip install -e ledger\n" in page
    output = away.run(sys.executable, "-m", "simulator", "init-app", "ledger", cwd=tmp_path)
    assert output.returncode == 0, output.stderr
    assert "pip install -e ledger && pytest ledger" in output.stdout
    _check_what_is_written(tmp_path / "ledger")
    changes = _CHANGE.findall(page)
    assert len(changes) == page.count("becomes\n") == 9
    for name, old, new in changes:
        file = tmp_path / "ledger" / name
        text = file.read_text(encoding="utf-8")
        end = "\n" if name.endswith(".yaml") else ""  # a part of a line there
        assert old.removesuffix(end) in text, f"{name} has no {old!r}"
        changed = text.replace(old.removesuffix(end), new.removesuffix(end))
        file.write_text(changed, encoding="utf-8")
    for name, more in _ADDITION.findall(page):
        with (tmp_path / "ledger" / name).open("a", encoding="utf-8") as file:
            file.write(more)
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

    assert "$ pytest ledger\n3 passed\n" in page
    assert "3 passed" in ran.stdout, ran.stdout + ran.stderr


def _check_what_is_written(folder: Path) -> None:
    """The README says what each file is for."""
    readme = (folder / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w./]+\.(?:py|yaml))`", readme))
    written = {str(each.relative_to(folder)) for each in folder.rglob("*.*")}
    assert readme.startswith("# Ledger, simulated")
    assert named | {"README.md", "pyproject.toml", "simulated_ledger/__init__.py"} == written


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
