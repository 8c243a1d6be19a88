"""A suite in somebody's project: its settings are where they stand, and the project goes on."""

import sys
from pathlib import Path

import pytest

from tests.tools.requirements import ROOT
from tests.wire import away

pytestmark = [
    pytest.mark.long,
    pytest.mark.requirement("HARN-24"),
    pytest.mark.wire,
    pytest.mark.slow,
    pytest.mark.timeout(180),
]
#: A fault that happens to nobody, in the suite that was written.
IDLE = "\n\ndef test_idle(faults):\n    faults.add('/oauth/jwks', status=500)\n"


def ran(folder: Path, *arguments: str) -> str:
    """What pytest says in a folder."""
    plain = ("-p", "no:playwright", "-p", "no:cacheprovider", "-p", "no:randomly")
    return away.run(sys.executable, "-m", "pytest", *plain, *arguments, cwd=folder).stdout


def init(folder: Path, name: str) -> None:
    """Write a suite."""
    done = away.run(sys.executable, "-m", "simulator", "init-suite", name, cwd=folder)
    assert done.returncode == 0, done.stderr


def test_init_suite_leaves_a_project_as_it_was(tmp_path: Path) -> None:
    """With a root, strict markers, features elsewhere, and another such suite."""
    (tmp_path / "pyproject.toml").write_text(
        "[tool.pytest.ini_options]\n"
        'addopts = "--strict-markers --strict-config"\nbdd_features_base_dir = "specs"\n'
    )
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests/conftest.py").write_text("")
    (tmp_path / "tests/test_own.py").write_text("def test_own():\n    pass\n")
    init(tmp_path, "tests/agent")
    init(tmp_path, "tests/other-agent")

    everything = ran(tmp_path)
    alone = ran(tmp_path, "tests/agent")

    assert "5 passed" in everything, everything
    assert "2 passed" in alone, alone
    assert f"rootdir: {tmp_path}\n" in alone
    assert not (tmp_path / "tests/agent/pytest.ini").exists()
    (test,) = (tmp_path / "tests/agent").glob("test_*.py")
    test.write_text(test.read_text() + IDLE)
    assert "1 failed, 2 passed" in ran(tmp_path, "tests/agent")


def test_init_suite_switches_strict_faults_on(tmp_path: Path) -> None:
    init(tmp_path, "mine")
    (tmp_path / "mine/test_more.py").write_text(IDLE)

    assert "simulator_strict_faults = true" in (tmp_path / "mine/pytest.ini").read_text()
    assert "1 failed, 2 passed" in ran(tmp_path, "mine")


def test_paths_of_settings_are_beside_their_file(tmp_path: Path) -> None:
    """Wherever pytest is started; an option's path is there."""
    suite, below = tmp_path / "suite", tmp_path / "suite/below"
    below.mkdir(parents=True)
    minimal = (ROOT / "fixtures/scenarios/minimal.yaml").read_text(encoding="utf-8")
    (suite / "world.yaml").write_text(minimal)
    (below / "near.yaml").write_text(minimal)
    (suite / "pytest.ini").write_text(
        "[pytest]\nsimulator_scenario = world.yaml\nsimulator_evidence = left\n"
    )
    (below / "test_it.py").write_text(
        "import pytest\n\n\ndef test_it(workspace):\n"
        "    assert workspace.description['scenario'].endswith('world.yaml')\n"
        "    assert False\n\n\n"
        "@pytest.mark.simulator_scenario('near.yaml')\ndef test_near(workspace):\n    pass\n"
    )

    for folder in (tmp_path, suite, below):
        output = ran(folder, "-c", str(suite / "pytest.ini"), "--rootdir", "/", str(below))
        assert "1 failed, 1 passed" in output, output
        assert "assert False" in output
    assert (suite / "left").is_dir()
    ran(below, "--simulator-evidence", "here")
    assert (below / "here").is_dir()


@pytest.mark.parametrize(
    "files, sentence",
    [
        # Which pytest says itself, and refuses with --strict-config.
        ({"pytest.ini": "[pytest]\nsimulator_scenrio = x\n"}, "option: simulator_scenrio"),
        ({"test_a.py": "@pytest.mark.simulator_scenario\n"}, "The marker names one scenario"),
        ({"test_a.py": "@pytest.mark.simulator_scenario()\n"}, "The marker names one scenario"),
        ({"test_a.py": "@pytest.mark.simulator_scenario(nam='x')\n"}, "The marker names one scen"),
    ],
)
def test_a_slip_gets_a_sentence(tmp_path: Path, files: dict[str, str], sentence: str) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(
            f"import pytest\n\n\n{text}def test_it(workspace):\n    pass\n"
            if name.endswith(".py")
            else text
        )
    if "test_a.py" not in files:
        (tmp_path / "test_a.py").write_text("def test_it():\n    pass\n")

    done = away.run(sys.executable, "-m", "pytest", "-p", "no:playwright", cwd=tmp_path)

    assert sentence in done.stdout + done.stderr
