"""The built wheel, in environments where nothing else is installed: it serves, and runs suites."""

import re
import shutil
from pathlib import Path

import pytest

from simulator.testing.entry_point import OLDEST_PYTEST
from tests.tools.requirements import ROOT
from tests.wire import away
from tests.wire.wheels import PIP, build, environment, run

pytestmark = [
    pytest.mark.long,
    pytest.mark.requirement("SUITE-4"),
    pytest.mark.slow,
    pytest.mark.timeout(300),
]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def server(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that has the server alone."""
    return environment(tmp_path_factory.mktemp("server"), wheel)


@pytest.fixture(scope="module")
def testing(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the extra `testing`."""
    return environment(tmp_path_factory.mktemp("testing"), wheel, "[testing]")


@pytest.fixture(scope="module")
def python(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment with the extra `bdd`, which includes `testing`."""
    return environment(tmp_path_factory.mktemp("bdd"), wheel, "[bdd]")


@pytest.mark.requirement("SBX-12")
def test_the_server_alone_serves_the_demo(server: Path, tmp_path: Path) -> None:
    count = "from importlib.metadata import distributions as d; print(*{x.name for x in d()})"
    installed = set(run(str(server), "-c", count, cwd=tmp_path).lower().split())
    assert len(installed) == 39
    assert not installed & {"faker", "mcp", "pytest", "responses", "uvicorn"}
    script = (
        "import urllib.request as ask\n"
        "from simulator import Settings\n"
        "from simulator.testing import running\n"
        'with running(Settings(database="memory", port_base=0)) as simulator:\n'
        '    home = simulator.describe()["systems"]["identity"]\n'
        '    print(simulator.scenario, ask.urlopen(f"{home}/healthz").status)\n'
    )

    assert run(str(server), "-c", script, cwd=tmp_path) == "demo 200\n"


@pytest.mark.requirement("SBX-14", "SCN-16", "SCN-17")
def test_the_wheel_is_whole(server: Path, tmp_path: Path) -> None:
    """Documentation, steps, scenarios and their format, without the repository beside it."""
    simulator = str(server.with_name("simulator"))
    pages = sorted(path.stem for path in ROOT.glob("docs/*.md"))

    listed = run(simulator, "docs", cwd=tmp_path).splitlines()
    assert [line.split()[0] for line in listed] == pages
    page = run(simulator, "docs", "faults", cwd=tmp_path)
    assert page == (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    assert "Given the time stands still at {moment}" in run(simulator, "steps", cwd=tmp_path)
    run(simulator, "scenarios", "--copy", "minimal", "mine.yaml", cwd=tmp_path)
    shipped = ROOT / "fixtures/scenarios/minimal.yaml"
    assert (tmp_path / "mine.yaml").read_text() == shipped.read_text()
    schema = (ROOT / "docs/scenario.schema.json").read_text(encoding="utf-8")
    assert run(simulator, "scenarios", "--schema", cwd=tmp_path) == schema


@pytest.mark.requirement("RAIL-13")
def test_the_readme_of_the_wheel_has_no_dead_link(server: Path, tmp_path: Path) -> None:
    code = (
        "from importlib.metadata import metadata; "
        "print(metadata('workato-vua-simulator').get_payload())"
    )

    shown = run(str(server), "-c", code, cwd=tmp_path)

    assert "`simulator docs testing`" in shown
    assert not re.findall(r"\]\((?!https?://)[^)]*\)", shown)


@pytest.mark.requirement("SBX-13")
@pytest.mark.parametrize(
    "version, sentence",
    [
        ("pytest==7.4.*", f"simulator: its fixtures need pytest {OLDEST_PYTEST} or newer"),
        ("pytest", "simulator seed: "),
    ],
    ids=["one that is too old for the fixtures", "the newest"],
)
def test_the_server_alone_does_no_harm_to_pytest(
    version: str, sentence: str, server: Path, tmp_path: Path
) -> None:
    """To one that was there before, for whatever else."""
    (tmp_path / "test_mine.py").write_text("def test_mine():\n    pass\n")
    folder = str(tmp_path / "pytest")
    run(*PIP, "install", "--target", folder, version, cwd=tmp_path)

    ran = run(str(server), "-m", "pytest", "test_mine.py", cwd=tmp_path, PYTHONPATH=folder)

    assert f"\n{sentence}" in ran
    assert "1 passed" in ran


def test_the_plain_suite_of_init_suite_passes(testing: Path, tmp_path: Path) -> None:
    wrote = run(str(testing.with_name("simulator")), "init-suite", "mine", cwd=tmp_path)
    assert "pip install 'workato-vua-simulator[bdd]'" in wrote

    assert "2 passed" in run(str(testing), "-m", "pytest", "mine", cwd=tmp_path)


def test_the_suite_of_init_suite_passes(python: Path, tmp_path: Path) -> None:
    where = run(str(python), "-c", "import simulator; print(simulator.__file__)", cwd=tmp_path)
    assert where.startswith(str(python.parent.parent))

    run(str(python.with_name("simulator")), "init-suite", "mine", cwd=tmp_path)

    assert "2 passed" in run(str(python), "-m", "pytest", "mine", cwd=tmp_path)


def test_type_checkers_are_told_that_it_is_typed(python: Path, tmp_path: Path) -> None:
    """PEP 561: without the mark, every fixture of a checked suite would be `Any`."""
    script = (
        "from importlib.resources import files; print((files('simulator') / 'py.typed').is_file())"
    )

    assert run(str(python), "-c", script, cwd=tmp_path).strip() == "True"


def test_a_page_without_playwright_is_one_clear_line(python: Path, tmp_path: Path) -> None:
    (tmp_path / "test_mine.py").write_text("def test_mine(signed_in_page):\n    pass\n")

    output = away.run(str(python), "-m", "pytest", cwd=tmp_path, PYTHONPATH="").stdout

    assert "\nsigned_in_page needs a browser: pip install pytest-playwright\n" in output
    assert "1 error" in output


def test_the_oldest_pytest_that_is_allowed_will_do(python: Path, tmp_path: Path) -> None:
    """In front of the newer one that is installed."""
    project = (ROOT / "pyproject.toml").read_text()
    (oldest,) = re.findall(r'^testing = .*"pytest>=([\d.]+)"', project, re.MULTILINE)
    assert int(oldest) == OLDEST_PYTEST
    older = str(tmp_path / "older")
    run(*PIP, "install", "--target", older, f"pytest=={oldest}.0", cwd=tmp_path)
    run(str(python.with_name("simulator")), "init-suite", "mine", cwd=tmp_path)

    output = run(str(python), "-m", "pytest", "mine", cwd=tmp_path, PYTHONPATH=older)

    assert f"pytest-{oldest}." in output
    assert "2 passed" in output


def test_a_shipped_feature_can_be_bound(python: Path, tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text('pytest_plugins = ["simulator.testing.steps"]\n')
    (tmp_path / "test_theirs.py").write_text(
        "from pytest_bdd import scenarios\nfrom simulator.testing import features\n\n"
        'scenarios(features("verified_access"))\n'
    )

    output = run(str(python), "-m", "pytest", cwd=tmp_path)
    passed = re.search(r"= (\d+) passed in", output)
    shipped = (ROOT / "features" / "verified_access.feature").read_text().count("Scenario")
    assert passed, output
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


def test_the_suite_of_a_third_partys_client_passes(testing: Path, tmp_path: Path) -> None:
    shutil.copytree(ROOT / "examples" / "tiny_client", tmp_path / "tiny_client")

    assert "17 passed" in run(str(testing), "-m", "pytest", "tiny_client", cwd=tmp_path)
