"""The report's pages, from a run of somebody else's: complete, readable by all, and quiet."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

# Each runs pytest, with a browser, in a process or three.
pytestmark = [pytest.mark.ui, pytest.mark.slow, pytest.mark.timeout(180)]

CONFTEST = """
import pytest
from pytest_bdd import given, then, when

from simulator.testing.browser import launch_args, require_browser


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    browser = require_browser()
    return {**browser_type_launch_args, "executable_path": browser, "args": launch_args()}


@given("a page of hers")
def page_of_hers(signed_in_page):
    signed_in_page("Ada")


@when("her client calls a tool")
def calls(end_user, mcp_client):
    client = mcp_client("Ada", "Procurement assistant")
    end_user("Ada").connect_account(client.call_tool("List_my_requisitions"))
    assert client.call_tool("List_my_requisitions").structured_content["requisitions"]


@then("it fails with:")
def fails(docstring):
    raise AssertionError(f"<b>{docstring}</b>")
"""

FEATURE = '''
Feature: <Angles> & what stands in them
  Told to those who read.

  @SKY-1
  Scenario: It goes well
    Given a page of hers
    When her client calls a tool

  Rule: Some fail

    @SKY-2 @other
    Scenario: It goes wrong
      When her client calls a tool
      Then it fails with:
        """
        <script>document.title = "no"</script>
        """
'''

SENTENCES = """
- {id: SKY-1, sentence: The sky is above.}
- {id: SKY-2, sentence: It is <blue>.}
"""


@pytest.fixture
def suite(pytester: pytest.Pytester) -> pytest.Pytester:
    """Two scenarios, with a picture and with a failure."""
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(test_sky="from pytest_bdd import scenarios\nscenarios('sky.feature')")
    pytester.makeini("[pytest]\nmarkers = SKY-1\n SKY-2\n other\nsimulator_requirements = sky.yaml")
    pytester.path.joinpath("sky.feature").write_text(FEATURE, encoding="utf-8")
    pytester.path.joinpath("sky.yaml").write_text(SENTENCES, encoding="utf-8")
    return pytester


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """Somebody's browser; every request but for files on the disk is a mistake."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    yield page
    context.close()
    assert [url for url in asked if not url.startswith("file:///")] == []


@pytest.mark.requirement("EVID-5", "EVID-6")
@pytest.mark.parametrize("options", [[], ["-n", "2"]], ids=["alone", "two workers"])
def test_the_report_tells_every_scenario(
    suite: pytest.Pytester, reader: Page, options: list[str]
) -> None:
    result = suite.runpytest_subprocess("--simulator-report=told", "--simulator-seed=7", *options)
    result.assert_outcomes(passed=1, failed=1)
    index = suite.path / "told/index.html"
    result.stdout.fnmatch_lines([f"simulator report: {index}"])

    reader.goto(index.as_uri())
    _is_readable(reader)
    expect(reader.get_by_text("1 passed").first).to_be_visible()
    expect(reader.get_by_text("It is <blue>.")).to_be_visible()
    expect(reader.get_by_text("seed 7")).to_be_visible()
    reader.get_by_role("link", name="It goes wrong").click()

    wrong = reader.locator("section", has_text="It goes wrong")
    expect(reader.get_by_role("heading", name="<Angles> & what stands in them")).to_be_visible()
    expect(reader.get_by_role("heading", name="Some fail")).to_be_visible()
    expect(wrong.get_by_text("SKY-2 It is <blue>.")).to_be_visible()
    expect(wrong.locator("pre").first).to_have_text('<script>document.title = "no"</script>')
    expect(wrong.locator(".failure")).to_contain_text("AssertionError: <b><script>")
    well = reader.locator("section", has_text="It goes well")
    well.get_by_text("What the browser showed").first.click()
    expect(well.get_by_role("img").first).to_be_visible()
    width = "picture => picture.decode().then(() => picture.naturalWidth)"  # it is loaded lazily
    assert well.get_by_role("img").first.evaluate(width) > 300
    well.get_by_text("exchanges between the systems").click()
    expect(well.locator("svg")).to_be_visible()
    assert well.locator("svg line.call").count() == well.locator(".exchanges li").count()
    expect(well.locator(".exchanges li").last).to_contain_text("→ mcp: POST /")
    _is_readable(reader)
    _nothing_secret(suite.path / "told")


def _is_readable(page: Page) -> None:
    """By everybody, in the light and in the dark, on a desk and on the way."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        problems = Axe().run(page)
        assert problems.violations_count == 0, problems.generate_report()
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 850})
        assert page.evaluate("document.documentElement.scrollWidth") <= width


def _nothing_secret(folder: Path) -> None:
    texts = [path.read_text() for path in folder.rglob("*.*") if path.suffix in (".html", ".json")]
    assert len(texts) == 4
    for secret in ("demo-Pass-1", "coupa-Pass-1", "eyJ"):
        assert not [text for text in texts if secret in text]


@pytest.mark.requirement("EVID-5")
def test_a_second_report_replaces_the_first_one_and_nothing_else(suite: pytest.Pytester) -> None:
    options = ("--simulator-report=told", "-k", "nothing")
    suite.runpytest_subprocess(*options)
    (suite.path / "told/scenarios/old.json").write_text("{}", encoding="utf-8")
    again = suite.runpytest_subprocess(*options)
    suite.mkdir("mine").joinpath("letter.txt").touch()
    refused = suite.runpytest_subprocess("--simulator-report=mine")

    again.stdout.fnmatch_lines(["simulator report: *"])
    assert "No scenario was run." in (suite.path / "told/index.html").read_text(encoding="utf-8")
    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    assert re.search(r"mine holds something that is no report: name an empty", refused.stderr.str())
    assert [each.name for each in (suite.path / "mine").iterdir()] == ["letter.txt"]


@pytest.mark.requirement("EVID-5")
@pytest.mark.parametrize(
    "text, sentence",
    [
        (None, r"Cannot read .*sky\.yaml: No such file or directory\."),
        ("- SKY-1", r"sky\.yaml must be a YAML list of entries with 'id' and 'sentence'\."),
        ("[", r"sky\.yaml must be a YAML list"),
    ],
)
def test_requirements_that_cannot_be_read_are_refused(
    suite: pytest.Pytester, text: str | None, sentence: str
) -> None:
    path = suite.path / "sky.yaml"
    path.unlink()
    if text:
        path.write_text(text, encoding="utf-8")

    refused = suite.runpytest_subprocess("--simulator-report=told")

    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    assert re.search(sentence, refused.stderr.str())
