"""What a failed test leaves behind, in a pytest run of somebody else's."""

import json
import re
from pathlib import Path
from xml.etree import ElementTree
from zipfile import ZipFile

import pytest

from tests.runs import ALONE_AND_WITH_TWO_WORKERS, RunHere

# Each runs pytest, with a browser, in a process or three.
pytestmark = [pytest.mark.wire, pytest.mark.slow, pytest.mark.timeout(180)]

CONFTEST = """
import pytest
from pytest_bdd import given, parsers, then, when

from simulator.testing.browser import launch_args, require_browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    browser = require_browser()
    return {**browser_type_launch_args, "executable_path": browser, "args": launch_args()}


@given(parsers.parse("{name} is connected"))
def connected(name, end_user, mcp_client):
    client = mcp_client(name, "Procurement assistant")
    end_user(name).connect_account(client.call_tool("List_my_requisitions"))
    client.call_tool("List_my_requisitions")


@when("she looks at these:")
def looks(signed_in_page, datatable):
    signed_in_page("Ada")


@then("the sky is green")
def green():
    raise AssertionError("it is blue")
"""

FEATURE = """
Feature: Things that fail
  Rule: The sky

    @SKY-1
    Scenario: It is green
      Given Ada is connected
      When she looks at these:
        | colour |
        | green  |
      Then the sky is green
      And nobody defined this

    Scenario: Nobody knows
      Given nobody defined this either
"""

#: Fails with everything that is secret in its world known to the test that looks for it.
SUITE = """
from pathlib import Path

from pytest_bdd import scenarios

scenarios("sky.feature")


def test_plain(end_user, mcp_client, signed_in_page, workspace):
    page = signed_in_page("Ada")
    client = mcp_client("Ada", "Procurement assistant")
    prompt = client.call_tool("List_my_requisitions")
    link = prompt.structured_content["auth_url"]
    end_user("Ada").connect_account(prompt)
    page.goto(f"{workspace.description['systems']['identity']}/?token={client.storage.tokens.access_token}")
    secrets = [
        link.rpartition("/")[2],
        client.storage.tokens.access_token,
        client.storage.tokens.refresh_token,
        end_user("Ada").person["password"],
        end_user("Ada").app_account["password"],
        *workspace.journal.secrets(),
        *(cookie["value"] for cookie in page.context.cookies()),
    ]
    Path("planted.txt").write_text("\\n".join(secrets))
    raise AssertionError("on purpose")
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """Two scenarios and a test; all fail."""
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_sky=SUITE)
    pytester.path.joinpath("sky.feature").write_text(FEATURE, encoding="utf-8")
    return pytester


def left_behind(folder: Path) -> dict[str, set[str]]:
    """Which files each failed test has."""
    return {
        re.sub(r"-[0-9a-f]{8}$", "", each.name): {file.name for file in each.iterdir()}
        for each in folder.iterdir()
    }


@pytest.mark.requirement("EVID-1", "EVID-2", "EVID-3")
@pytest.mark.parametrize("options", ALONE_AND_WITH_TWO_WORKERS)
def test_a_failure_shows_what_happened(suite: pytest.Pytester, options: list[str]) -> None:
    """Steps, exchanges, their diagram, where the files are; nothing secret in any of it."""
    result = suite.runpytest_subprocess("-p", "no:randomly", *options)
    shown = result.stdout.str()
    folder = suite.path / "simulator-evidence"

    result.assert_outcomes(failed=3)
    assert re.search(r"Things that fail: It is green \(.*sky\.feature:\d+\)", shown)
    assert "  passed    Given Ada is connected\n  passed    When she looks at these:\n" in shown
    assert "  FAILED    Then the sky is green" in shown
    assert "  UNDEFINED Given nobody defined this either" in shown
    assert re.search(r"#\d+ mcp → app:acme\.coupacloud\.com: GET /api/requisitions", shown)
    assert re.search(r"participant p\d as app:acme\.coupacloud\.com", shown)
    texts = {"exchanges.txt", "diagram.mmd", "log.txt"}
    seen = {"page-1.png", "trace-1.zip"}
    assert left_behind(folder) == {
        "test_sky-py-test_it_is_green": {"scenario.txt", *texts, *seen},
        "test_sky-py-test_nobody_knows": {"scenario.txt", "log.txt"},
        "test_sky-py-test_plain": texts | seen,
    }
    for path in folder.rglob("*.*"):
        assert str(path) in shown
    _nothing_secret(folder, suite.path / "planted.txt", shown.rpartition("- Exchanges -")[2])


def _nothing_secret(folder: Path, planted: Path, shown: str) -> None:
    """In every text there is, in traces too."""
    secrets = {each for each in planted.read_text().split("\n") if len(each) >= 6}
    texts = [path.read_text() for path in folder.rglob("*.*") if path.suffix in (".txt", ".mmd")]
    actions = []
    for path in folder.rglob("*.zip"):
        with ZipFile(path) as whole:
            actions += [whole.read(name).decode() for name in whole.namelist()]
    assert len(secrets) > 15
    assert any('"method":"fill"' in text for text in actions)
    assert any("POST /oauth/token 200" in text for text in texts)  # the log
    assert not [each for each in secrets for text in [*texts, *actions, shown] if each in text]


@pytest.mark.long
@pytest.mark.requirement("EVID-2")
def test_names_are_those_of_the_run_before(suite: pytest.Pytester) -> None:
    """A second run replaces what the first one left; the folder is an option."""
    runs = []
    for _ in range(2):
        suite.runpytest_subprocess("--simulator-evidence=left/here", "-k", "test_nobody_knows")
        runs.append([path.relative_to(suite.path) for path in (suite.path / "left/here").iterdir()])

    assert len(runs[0]) == 1
    assert runs[0] == runs[1]


@pytest.mark.requirement("EVID-1")
def test_what_passes_leaves_nothing(pytester: pytest.Pytester, run_here: RunHere) -> None:
    pytester.makepyfile("def test_it(workspace): assert workspace.description")

    run_here().assert_outcomes(passed=1)

    assert not (pytester.path / "simulator-evidence").exists()


@pytest.mark.requirement("EVID-1")
def test_another_fixture_of_that_name_is_none_of_ours(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(
        """
        import sys

        import pytest

        @pytest.fixture
        def workspace():
            return 7

        def test_it(workspace):
            assert "simulator.testing.evidence" not in sys.modules
            assert workspace == 8
        """
    )

    result = pytester.runpytest_subprocess()

    result.assert_outcomes(failed=1)
    assert "assert 7 == 8" in result.stdout.str()


@pytest.mark.requirement("EVID-1")
def test_a_world_that_is_gone_leaves_what_there_was(
    pytester: pytest.Pytester, run_here: RunHere
) -> None:
    """A fixture fails after it closed its simulator."""
    pytester.makepyfile(
        """
        import pytest

        from simulator.settings import Settings
        from simulator.sandbox.simulator import Simulator

        @pytest.fixture
        def simulator():
            with Simulator(Settings(database="memory")) as made:
                yield made
            raise AssertionError("too late")

        def test_it(simulator):
            import requests

            with simulator.intercept():
                assert requests.get("https://id.workato.com/healthz").json()["world"]
        """
    )

    result = run_here()

    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*outside → identity: GET /healthz → 200"])


@pytest.mark.requirement("EVID-4")
def test_junit_xml_tells_steps_and_requirements_of_a_scenario_without_a_browser(
    pytester: pytest.Pytester, run_here: RunHere
) -> None:
    pytester.makeini("[pytest]\nmarkers = SKY-1")
    pytester.makeconftest(
        """
        from pytest_bdd import given, then

        @given("a workspace")
        def there_is(workspace):
            pass

        @then("the sky is green")
        def green():
            raise AssertionError("it is blue")
        """
    )
    pytester.makepyfile(test_of_sky="from pytest_bdd import scenarios\nscenarios('sky.feature')")
    lines = ["@SKY-1", "Scenario: Green", "Given a workspace", "Then the sky is green"]
    feature = "\n".join(["Feature: What fails", *lines])
    pytester.path.joinpath("sky.feature").write_text(feature, encoding="utf-8")

    run_here("--junitxml=told.xml").assert_outcomes(failed=1)

    properties = [(each["name"], each["value"]) for each in _properties(pytester.path / "told.xml")]
    assert properties[0][0] == "scenario"
    assert properties[1:] == [
        ("requirement", "SKY-1"),
        ("step", "passed    Given a workspace"),
        ("step", "FAILED    Then the sky is green"),
    ]


@pytest.mark.long
@pytest.mark.requirement("EVID-4")
@pytest.mark.parametrize("options", ALONE_AND_WITH_TWO_WORKERS)
def test_junit_xml_tells_steps_and_requirements(suite: pytest.Pytester, options: list[str]) -> None:
    suite.runpytest_subprocess("--junitxml=told.xml", "-k", "green", "-p", "no:randomly", *options)

    properties = [(each["name"], each["value"]) for each in _properties(suite.path / "told.xml")]
    assert properties[1:] == [
        ("requirement", "SKY-1"),
        ("step", "passed    Given Ada is connected"),
        ("step", "passed    When she looks at these:"),
        ("step", "FAILED    Then the sky is green"),
    ]
    assert properties[0][0] == "scenario"
    assert properties[0][1].startswith("Things that fail: It is green (")


@pytest.mark.long
@pytest.mark.requirement("EVID-7")
@pytest.mark.parametrize("options", ALONE_AND_WITH_TWO_WORKERS)
def test_allure_results_have_steps_and_evidence(suite: pytest.Pytester, options: list[str]) -> None:
    suite.runpytest_subprocess("--alluredir=told", "-k", "green", *options)

    (path,) = (suite.path / "told").glob("*-result.json")
    result_document = json.loads(path.read_text(encoding="utf-8"))
    attached = {
        each["name"]: suite.path / "told" / each["source"]
        for each in result_document["attachments"]
    }
    assert [(each["name"], each["status"]) for each in result_document["steps"][:3]] == [
        ("Given Ada is connected", "passed"),
        ("When she looks at these:", "passed"),
        ("Then the sky is green", "failed"),
    ]
    assert {*left_behind(suite.path / "simulator-evidence").popitem()[1]} <= attached.keys()
    assert "FAILED    Then the sky is green" in attached["scenario.txt"].read_text("utf-8")
    assert attached["page-1.png"].read_bytes().startswith(b"\x89PNG")


@pytest.mark.requirement("EVID-7")
def test_without_allure_nothing_of_it_is_imported(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(
        """
        import sys

        def pytest_unconfigure():
            names = ("simulator.testing.allure_results", "allure")
            print("imported:", *(name in sys.modules for name in names))
        """
    )
    pytester.makepyfile("def test_it(workspace): raise AssertionError")

    result = pytester.runpytest_subprocess(
        "-p", "no:allure_pytest_bdd", "-p", "no:playwright", "-s"
    )

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["imported: False False"])


def _properties(path: Path) -> list[dict[str, str]]:
    """The properties of the one test case in a JUnit file."""
    (case,) = ElementTree.parse(path).iter("testcase")  # noqa: S314  # written just now
    return [dict(each.attrib) for each in case.iter("property")]
