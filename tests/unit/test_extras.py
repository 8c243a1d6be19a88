"""Without its extras the package is a server, and what lacks one says so in a line."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from packaging.requirements import Requirement

from simulator import Settings, scenarios
from simulator.cli import main
from simulator.db import Database
from simulator.errors import ScenarioError, StartupError
from simulator.extras import BROUGHT, MissingExtra
from simulator.sandbox.simulator import Simulator
from tests.runs import RunHere
from tests.test_pins import PYPROJECT, brought
from tests.tools.requirements import ROOT

pytestmark = pytest.mark.requirement("SBX-13")

#: What is imported by another name than it is installed by.
DISTRIBUTIONS = {"quickjs": "quickjs-ng"}
PROJECT = PYPROJECT["project"]
EXTRAS = {
    name: [Requirement(each) for each in texts]
    for name, texts in PROJECT["optional-dependencies"].items()
}


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """What takes packages away, as if they had never been installed."""

    def take_away(*modules: str) -> None:
        for module in modules:
            monkeypatch.setitem(sys.modules, module, None)

    return take_away


def test_the_table_is_what_the_extras_bring() -> None:
    for module, (_, extra) in BROUGHT.items():
        names = {each.name for each in EXTRAS[extra]}
        assert DISTRIBUTIONS.get(module, module.replace("_", "-")) in names, module


@pytest.mark.requirement("SBX-12")
def test_the_server_brings_nothing_that_only_tests_need() -> None:
    alone = brought(PROJECT["dependencies"])

    foreign = {
        "faker",
        "mcp",
        "opentelemetry-api",
        "pytest",
        "pytest-bdd",
        "responses",
        "trustme",
        "uvicorn",
    }
    assert not alone & foreign
    assert {"flask", "mcp-types"} <= alone


def test_all_is_every_extra() -> None:
    (everything,) = EXTRAS["all"]

    assert everything.extras == EXTRAS.keys() - {"all"}
    assert Requirement("workato-vua-simulator[testing]") in EXTRAS["bdd"]


def test_a_scenario_with_made_up_names_is_refused(
    without: Callable[..., None], tmp_path: Path
) -> None:
    """The demo needs none; a copy of it that names no cities does."""
    lines = (ROOT / "fixtures/scenarios/demo.yaml").read_text(encoding="utf-8").splitlines()
    cities = next(line for line in lines if line.strip().startswith("cities:"))
    bulk = next(n for n, line in enumerate(lines, 1) if line.strip() == "bulk:")
    mine, mended = tmp_path / "mine.yaml", tmp_path / "mended.yaml"
    mine.write_text("\n".join(line for line in lines if line != cities), encoding="utf-8")
    mended.write_text("\n".join(lines), encoding="utf-8")
    without("faker")

    assert scenarios.load(mended).apps
    with pytest.raises(ScenarioError) as refused:
        scenarios.load(mine)

    assert str(refused.value) == (
        f"{mine}:{bulk}: apps.0.data.bulk: expected 'companies' and 'cities'; a scenario that "
        "leaves one out needs Faker: pip install 'workato-vua-simulator[fake]'"
    )


@pytest.mark.requirement("SBX-12")
def test_the_demo_needs_no_extra(without: Callable[..., None]) -> None:
    without(*(module for module in BROUGHT if module != "pytest"))

    with Simulator(Settings(database="memory")) as simulator:
        assert simulator.scenario == "demo"


def test_functions_say_what_they_need(
    without: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "simulator.sandbox.interception", raising=False)
    without("responses", "mcp", "trustme")
    sentence = r"^{} needs {}: pip install 'workato-vua-simulator\[testing\]'$"
    import simulator.testing

    with Simulator(Settings(database="memory")) as simulated:
        with (
            pytest.raises(MissingExtra, match=sentence.format(r"intercept\(\)", "responses")),
            simulated.intercept(),
        ):
            pass
        with (
            pytest.raises(MissingExtra, match=sentence.format(r"acting\(\)", "the MCP SDK")),
            simulator.testing.acting(simulated),
        ):
            pass
    with pytest.raises(ImportError, match="McpClient needs the MCP SDK: pip install"):
        simulator.testing.McpClient  # noqa: B018  # asking is what fails
    with pytest.raises(ImportError, match="production_names needs trustme: pip install"):
        simulator.testing.production_names  # noqa: B018


@pytest.mark.parametrize("module", ["pytest", "mcp"])
def test_a_command_says_what_it_needs(
    module: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with monkeypatch.context() as patched:
        patched.setitem(sys.modules, module, None)
        ran = CliRunner().invoke(main, ["init-suite", str(tmp_path / "mine")])

    sentence = f"needs {BROUGHT[module][0]}: pip install 'workato-vua-simulator[testing]'\n"
    assert ran.exit_code == 1
    assert ran.output == f"Error: init-suite {sentence}"
    assert not (tmp_path / "mine").exists()


def test_a_database_says_what_it_needs(without: Callable[..., None]) -> None:
    without("psycopg")

    with pytest.raises(StartupError, match=r"pip install 'workato-vua-simulator\[postgres\]'$"):
        Database("postgresql+psycopg://nobody@127.0.0.1/none")


def test_a_fixture_says_what_it_needs_and_others_go_on(
    pytester: pytest.Pytester, run_here: RunHere
) -> None:
    pytester.makeconftest("import sys\nsys.modules['mcp'] = None\n")
    pytester.makepyfile(
        """
        def test_one(mcp_client):
            pass

        def test_other(admin, journal):
            assert journal.verify("POST /users/sign_in", times=1)
        """
    )

    ran = run_here()

    ran.assert_outcomes(passed=1, errors=1)
    sentence = "mcp_client needs the MCP SDK: pip install 'workato-vua-simulator[testing]'"
    assert sentence in ran.outlines


@pytest.mark.parametrize(
    "template",
    ["pytest_plugins = ['simulator.testing.steps']", "{}"],
    ids=["at the root", "in a suite of init-suite"],
)
def test_the_steps_say_what_they_need(pytester: pytest.Pytester, template: str) -> None:
    conftest = ROOT / "simulator/testing/suite/gherkin/conftest.py"
    source = template.format(conftest.read_text(encoding="utf-8"))
    pytester.makeconftest(f"import sys\nsys.modules['pytest_bdd'] = None\n{source}")

    ran = pytester.runpytest_subprocess("-p", "no:pytest-bdd", "-p", "no:playwright")

    sentence = "needs pytest-bdd: pip install 'workato-vua-simulator[bdd]'"
    assert ran.errlines == [f"ERROR: simulator.testing.steps {sentence}", ""]


def test_without_pytest_bdd_a_suite_of_plain_tests_is_written(
    without: Callable[..., None], tmp_path: Path
) -> None:
    without("pytest_bdd")

    ran = CliRunner().invoke(main, ["init-suite", str(tmp_path / "mine")])

    assert ran.exit_code == 0
    written = {path.name for path in (tmp_path / "mine").iterdir()}
    assert written == {"test_my_agent.py", "README.md", "pytest.ini"}
    assert "pip install 'workato-vua-simulator[bdd]'" in ran.output
