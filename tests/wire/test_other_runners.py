"""The snippets of docs/other-runners.md, each run as it stands, and what a mix-up does to them."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tools.requirements import ROOT

pytestmark = [pytest.mark.long, pytest.mark.wire, pytest.mark.requirement("HARN-30")]

_PAGE = (ROOT / "docs/other-runners.md").read_text(encoding="utf-8")
#: Planted after the first call of a tool that ends well.
_MIX_UP = '{0}.faults.incident("mix-up", person="Ada", times=1); {1}.call("List_my_requisitions")'


def snippets(title: str) -> list[str]:
    """The fenced blocks of a section, as they stand."""
    section = _PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"(?ms)^```\w+\n(.*?)^```", section)


def run(folder: Path, *command: str) -> "subprocess.CompletedProcess[str]":
    """Run a program of Python in a folder."""
    return subprocess.run(
        [sys.executable, *command],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )


def with_a_mix_up(code: str, line: str, simulator: str, person: str) -> str:
    """The code, with one planted after a line of it."""
    found = re.search(rf"(?m)^( *){re.escape(line)}.*\n", code)
    assert found is not None, line
    planted = f"{found[0]}{found[1]}{_MIX_UP.format(simulator, person)}\n"
    return code.replace(found[0], planted, 1)


def test_the_world_of_a_module(pytester: pytest.Pytester) -> None:
    (code,) = snippets("A world for a module, or for the whole run")
    pytester.makepyfile(test_module=code, test_session=code.replace('"module"', '"session"'))

    result = pytester.runpytest_subprocess("-p", "no:randomly")

    result.assert_outcomes(passed=4)


def test_a_test_that_shares_a_world_fails_for_itself_alone(pytester: pytest.Pytester) -> None:
    (code,) = snippets("A world for a module, or for the whole run")
    line = 'assert ada.call("List_my_requisitions").structured_content["requisitions"]'
    code = with_a_mix_up(code, line, "ada.stage.simulator", "ada")
    pytester.makepyfile(code)

    result = pytester.runpytest_subprocess("-p", "no:randomly")

    result.assert_outcomes(failed=1, passed=1)


@pytest.mark.parametrize("mixed_up", [False, True])
def test_unittest(tmp_path: Path, mixed_up: bool) -> None:
    (code,) = snippets("unittest")
    if mixed_up:
        line = 'ada.connect_account(ada.call("List_my_requisitions"))'
        code = with_a_mix_up(code, line, "self.simulator", "ada")
    (tmp_path / "test_procurement.py").write_text(code, encoding="utf-8")

    done = run(tmp_path, "-m", "unittest")

    assert "Ran 2 tests" in done.stderr, done.stderr
    assert done.returncode == mixed_up, done.stderr
    assert ("FAILED (failures=1)" in done.stderr) == mixed_up, done.stderr
    assert ("served with another person's account" in done.stderr) == mixed_up


@pytest.mark.parametrize("mixed_up", [False, True])
def test_behave(tmp_path: Path, mixed_up: bool) -> None:
    environment, steps, feature = snippets("behave")
    if mixed_up:
        line = 'person.connect_account(person.call("List_my_requisitions"))'
        steps = with_a_mix_up(steps, line, "context.simulator", "person")
    (tmp_path / "steps").mkdir()
    (tmp_path / "environment.py").write_text(environment, encoding="utf-8")
    (tmp_path / "steps/procurement.py").write_text(steps, encoding="utf-8")
    (tmp_path / "procurement.feature").write_text(feature, encoding="utf-8")

    done = run(tmp_path, "-m", "behave", "--no-color")

    output = done.stdout + done.stderr
    assert bool(done.returncode) == mixed_up, output
    assert ("served with another person's account" in output) == mixed_up, output
    assert mixed_up or "1 scenario passed, 0 failed" in output, output


@pytest.mark.parametrize("end", ["", "    raise SystemExit\n", "    raise SystemExit(0)\n"])
@pytest.mark.parametrize("mixed_up", [False, True])
def test_a_script(tmp_path: Path, mixed_up: bool, end: str) -> None:
    (code,) = snippets("A plain script")
    if mixed_up:
        line = 'assert not ada.call("List_my_requisitions").is_error'
        code = with_a_mix_up(code, line, "simulator", "ada")
    (tmp_path / "script.py").write_text(code + end, encoding="utf-8")

    done = run(tmp_path, "script.py")

    assert done.stdout == "Ada was told that Coupa is down, and later got her requisitions.\n"
    assert done.returncode == mixed_up, done.stderr
    assert ("served with another person's account" in done.stderr) == mixed_up, done.stderr
