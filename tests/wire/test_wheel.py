"""The built wheel alone, in an environment where nothing else is installed, runs users' suites."""

import re
import shutil
import sys
from pathlib import Path

import pytest

from tests.requirements import ROOT
from tests.wire import away

pytestmark = [
    pytest.mark.long,
    pytest.mark.requirement("SUITE-4"),
    pytest.mark.slow,
    pytest.mark.timeout(300),
]

PIP = (sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check")


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh virtual environment with the wheel and pytest."""
    folder = tmp_path_factory.mktemp("wheel")
    run(
        *PIP, "wheel", "--no-deps", "--no-build-isolation", "-w", str(folder), str(ROOT), cwd=folder
    )
    (wheel,) = folder.glob("*.whl")
    environment = folder / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", str(environment), cwd=folder)
    pins = ROOT / "constraints.txt"
    run(
        *PIP,
        "--python",
        str(environment),
        "install",
        "-c",
        str(pins),
        str(wheel),
        "pytest",
        cwd=folder,
    )
    return environment / "bin" / "python"


def run(*command: str, cwd: Path, **variables: str) -> str:
    """What a command prints."""
    # What is on the path of this run is not the wheel.
    ran = away.run(*command, cwd=cwd, **{"PYTHONPATH": "", **variables})
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def test_the_suite_of_init_suite_passes(python: Path, tmp_path: Path) -> None:
    where = run(str(python), "-c", "import simulator; print(simulator.__file__)", cwd=tmp_path)
    assert where.startswith(str(python.parent.parent))

    run(str(python.with_name("simulator")), "init-suite", "mine", cwd=tmp_path)

    assert "2 passed" in run(str(python), "-m", "pytest", "mine", cwd=tmp_path)


def test_type_checkers_are_told_that_it_is_typed(python: Path, tmp_path: Path) -> None:
    """PEP 561: without the mark, every fixture of a checked suite would be `Any`."""
    asked = (
        "from importlib.resources import files; print((files('simulator') / 'py.typed').is_file())"
    )

    assert run(str(python), "-c", asked, cwd=tmp_path).strip() == "True"


def test_a_page_without_playwright_is_one_clear_line(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text("def test_mine(signed_in_page):\n    pass\n")

    told = away.run(str(python), "-m", "pytest", cwd=tmp_path, PYTHONPATH="").stdout

    assert "\nsigned_in_page needs a browser: pip install pytest-playwright\n" in told
    assert "1 error" in told


def test_the_oldest_pytest_that_is_allowed_will_do(python: Path, tmp_path: Path) -> None:
    """In front of the newer one that is installed."""
    project = (ROOT / "pyproject.toml").read_text()
    (oldest,) = re.findall(r'^    "pytest>=([\d.]+)",$', project, re.MULTILINE)
    older = str(tmp_path / "older")
    run(*PIP, "install", "--target", older, f"pytest=={oldest}.0", cwd=tmp_path)
    run(str(python.with_name("simulator")), "init-suite", "mine", cwd=tmp_path)

    told = run(str(python), "-m", "pytest", "mine", cwd=tmp_path, PYTHONPATH=older)

    assert f"pytest-{oldest}." in told
    assert "2 passed" in told


def test_a_shipped_feature_can_be_bound(python: Path, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["simulator.testing.steps"]\n')
    (tmp_path / "test_theirs.py").write_text(
        "from pytest_bdd import scenarios\nfrom simulator.testing import features\n\n"
        'scenarios(features("verified_access"))\n'
    )

    told = run(str(python), "-m", "pytest", cwd=tmp_path)
    passed = re.search(r"= (\d+) passed in", told)
    shipped = (ROOT / "features" / "verified_access.feature").read_text().count("Scenario")
    assert passed, told
    assert int(passed[1]) >= shipped > 1  # an outline counts more than once


def test_plugins_of_others_can_be_left_out(python: Path, tmp_path: Path) -> None:
    """As docs/testing.md shows; the fixtures need none of them."""
    testing = (ROOT / "docs" / "testing.md").read_text()
    (settings,) = re.findall(r"```ini\n(\[pytest\]\naddopts.*?)```", testing, re.DOTALL)
    (tmp_path / "pytest.ini").write_text(settings)
    (tmp_path / "test_mine.py").write_text(
        "def test_mine(mcp_client, pytestconfig):\n"
        '    assert not pytestconfig.pluginmanager.has_plugin("pytest-bdd")\n'
        '    assert not pytestconfig.pluginmanager.has_plugin("anyio")\n'
        '    assert not pytestconfig.pluginmanager.has_plugin("faker")\n'
        '    client = mcp_client("Ada", "Procurement assistant")\n'
        '    assert client.call_tool("List_my_requisitions")\n'
    )

    assert "1 passed" in run(str(python), "-m", "pytest", cwd=tmp_path)


def test_the_suite_of_a_third_partys_client_passes(python: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "tiny_client", tmp_path / "tiny_client")

    assert "17 passed" in run(str(python), "-m", "pytest", "tiny_client", cwd=tmp_path)
