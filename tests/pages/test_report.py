"""The report's pages, from a run of somebody else's: complete, readable by all, and quiet."""

import platform
import re
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.pages.report_suite import CONFTEST, FEATURE, MORE, MORE_CONFTEST, SENTENCES
from tests.runs import ALONE_AND_WITH_TWO_WORKERS, RunHere

# Each runs pytest, with a browser, in a process or three.
pytestmark = [pytest.mark.ui, pytest.mark.slow, pytest.mark.timeout(180)]


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
    requested_urls: list[str] = []
    page.on("request", lambda request: requested_urls.append(request.url))
    yield page
    context.close()
    assert [url for url in requested_urls if not url.startswith("file:///")] == []


@pytest.mark.requirement("EVID-5", "EVID-6", "EVID-8")
@pytest.mark.parametrize("options", ALONE_AND_WITH_TWO_WORKERS)
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
    facts = dict(zip(_texts(reader, ".facts dt"), _texts(reader, ".facts dd"), strict=True))
    assert facts["Simulator"] == version("workato-vua-simulator")
    assert facts["Duration"]
    assert facts["Date"].endswith(" UTC")
    expect(reader.get_by_text("1 of 2 scenarios did not hold.")).to_be_visible()
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


@pytest.fixture
def eventful(suite: pytest.Pytester) -> pytest.Pytester:
    """A run in which all of it happens."""
    suite.makeconftest(MORE_CONFTEST)
    suite.makeini(
        "[pytest]\nmarkers = SKY-1\n SKY-2\n SKY-4\nsimulator_requirements = sky.yaml\n"
        "addopts = -p no:randomly"
    )
    suite.path.joinpath("sky.feature").write_text(MORE, encoding="utf-8")
    more = SENTENCES + "- {id: SKY-3, sentence: Nobody looks after this.}\n"
    suite.path.joinpath("sky.yaml").write_text(more, encoding="utf-8")
    return suite


@pytest.mark.long
@pytest.mark.requirement("EVID-5", "EVID-6", "EVID-8")
@pytest.mark.parametrize("options", ALONE_AND_WITH_TWO_WORKERS)
def test_nothing_that_happened_is_left_out(
    eventful: pytest.Pytester, reader: Page, options: list[str]
) -> None:
    """What a manager asks first: when, how long, of what, how often, and what nobody looked at."""
    result = eventful.runpytest_subprocess("--simulator-report=told", *options)
    result.assert_outcomes(passed=8, errors=2, skipped=1)

    reader.goto((eventful.path / "told/index.html").as_uri())
    expect(reader.get_by_text("2 of 10 scenarios did not hold.")).to_be_visible()
    facts = dict(zip(_texts(reader, ".facts dt"), _texts(reader, ".facts dd"), strict=True))
    assert re.fullmatch(r"\d+ [A-Z][a-z]+ 20\d\d, \d\d:\d\d UTC", facts["Date"])
    assert re.fullmatch(r"[\d.]+ s|\d+ min \d+ s", facts["Duration"])
    assert facts["Simulator"] == version("workato-vua-simulator")
    assert facts["Python"].startswith(platform.python_version())
    assert facts["Workers"] == (options or ["1"])[-1]
    assert "2 failed in setup or teardown" in facts["Tests"]
    assert "1 run again after a failure" in facts["Tests"]
    failed = _texts(reader, "h2:text-is('What did not hold') + ul > li")
    assert [each.partition(" failed")[0] for each in failed] == ["Broken before", "Broken after"]
    again = _texts(reader, "h2:text-is('What held only when it was run again') + ul > li")
    assert re.fullmatch(r"Shaky passed attempt 2 in All that can happen", again[0])
    missing = reader.locator("#not-covered + details")
    expect(missing.locator("summary")).to_have_text("2 of 4")
    expect(missing).to_contain_text("Nobody looks after this.")
    expect(missing.locator("dt")).to_have_text(["SKY-2", "SKY-3"])
    expect(reader.locator("dt#SKY-4 + dd")).to_contain_text("not in the list of requirements")
    _is_readable(reader)

    reader.locator(".cards").get_by_role("link", name="All that can happen").click()
    scenario = reader.locator("section.scenario")
    shaky = scenario.filter(has=reader.get_by_role("heading", name="Shaky"))
    expect(shaky.get_by_role("heading")).to_contain_text("attempt 2")
    shaky.get_by_text("Attempt 1: failed").click()
    expect(shaky.locator(".failure")).to_contain_text("the first attempt")
    same = scenario.filter(has=reader.get_by_role("heading", name="Twice the same"))
    expect(same.locator(".badge.repeated")).to_have_text(["run 1 of 2", "run 2 of 2"])
    outline = scenario.filter(has=reader.get_by_role("heading", name="Not the same"))
    expect(outline.locator(".badge.repeated")).to_have_count(0)
    expect(outline.first).to_contain_text("colour: green")
    broken = scenario.filter(has=reader.get_by_role("heading", name="Broken before"))
    expect(broken.locator(".failure")).to_contain_text("no such luck")
    dirty = scenario.filter(has=reader.get_by_role("heading", name="Broken after"))
    expect(dirty.locator(".failure")).to_contain_text("left in a mess")
    expect(dirty.locator(".steps > li")).to_have_count(1)
    _is_readable(reader)


@pytest.mark.requirement("EVID-9", "EVID-6")
def test_sign_in_consent_prompt_and_rows_are_seen(eventful: pytest.Pytester, reader: Page) -> None:
    """Within one step, with a browser and without; nothing secret, no picture twice."""
    result = eventful.runpytest_subprocess("--simulator-report=told", "-k", "browser")
    result.assert_outcomes(passed=2)
    reader.goto(next((eventful.path / "told").glob("feature-*.html")).as_uri())
    for closed in reader.locator("summary").all():
        closed.click()

    for name in ("With a browser", "Without a browser"):
        way = reader.locator("section.scenario").filter(
            has=reader.get_by_role("heading", name=name, exact=False)
        )
        way = way.first if name == "With a browser" else way.last
        prompt, rows = way.locator("figure.answer").all()
        expect(prompt).to_contain_text("List_my_requisitions answered Ada")
        expect(prompt.locator(".answer-text")).to_contain_text("connect your Coupa account")
        expect(rows.get_by_role("columnheader", name="requested-by.email")).to_be_visible()
        emails = rows.locator("tbody tr").filter(has_text="ada@acme.example")
        assert emails.count() == rows.locator("tbody tr").count() > 0
        expect(rows).to_contain_text("EUR")  # a code that is no secret
    without = reader.locator("section.scenario").last.locator(".page")
    labels = ("Allow", "Sign in", "Coupa", "Connected")
    for label in labels:
        expect(without.filter(has_text=label).first).to_be_visible()
    pictures = reader.locator("section.scenario").first.locator("img")
    files = [each.get_attribute("src") for each in pictures.all()]
    shown = " ".join(each.get_attribute("alt") or "" for each in pictures.all())
    assert len(files) == len(set(files)) >= 5, shown
    for path in ("/login", "/oauth/authorize", "/sessions/new", "/oauth2/authorizations/new"):
        assert path in shown, shown
    _is_readable(reader)
    _nothing_secret(eventful.path / "told")


def _texts(page: Page, selector: str) -> list[str]:
    return [" ".join(text.split()) for text in page.locator(selector).all_inner_texts()]


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
    assert len(texts) >= 3
    for secret in ("demo-Pass-1", "coupa-Pass-1", "eyJ"):
        assert not [text for text in texts if secret in text]


@pytest.mark.long
@pytest.mark.requirement("EVID-5")
def test_a_second_report_replaces_the_first_one_and_nothing_else(
    suite: pytest.Pytester, run_here: RunHere
) -> None:
    options = ("--simulator-report=told", "-k", "nothing")
    run_here(*options)
    (suite.path / "told/scenarios/old.json").write_text("{}", encoding="utf-8")
    again = run_here(*options)
    suite.mkdir("mine").joinpath("letter.txt").touch()
    refused = run_here("--simulator-report=mine")

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
    suite: pytest.Pytester, run_here: RunHere, text: str | None, sentence: str
) -> None:
    path = suite.path / "sky.yaml"
    path.unlink()
    if text:
        path.write_text(text, encoding="utf-8")

    refused = run_here("--simulator-report=told")

    assert refused.ret == pytest.ExitCode.USAGE_ERROR
    assert re.search(sentence, refused.stderr.str())
