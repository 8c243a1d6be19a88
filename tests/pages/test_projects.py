"""Projects: a package is dropped, looked over and taken out again, in a browser."""

import json
import random
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.workspace import Workspace
from tests.packages import recipe, to_zip
from tests.pages.test_every_page import inspect, listen

pytestmark = [pytest.mark.ui, pytest.mark.requirement("PKG-12")]

FIXTURES = Path("fixtures/packages")


def pack(name: str, target: Path) -> Path:
    """Write one of our packages as a zip."""
    folder = FIXTURES / name
    files = {
        path.relative_to(folder).as_posix(): json.loads(path.read_text())
        for path in folder.rglob("*.json")
    }
    file = target / f"{name}.zip"
    file.write_bytes(to_zip(files))
    return file


@pytest.fixture
def page(workspace: Workspace) -> Page:
    """The page Projects, opened from the menu by somebody who builds and is no admin."""
    priya = workspace.person("Priya")
    address = workspace.description["systems"]["aihub"]
    WorkatoSignIn(priya.page, address).sign_in(priya.person["email"], priya.person["password"])
    priya.page.get_by_role("navigation", name="Main").get_by_role("link", name="Projects").click()
    return priya.page


def test_a_package_is_imported_and_exported(page: Page, tmp_path: Path) -> None:
    seen = listen(page)
    page.get_by_label("Package").set_input_files(pack("contacts", tmp_path))
    page.get_by_role("button", name="Import").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Imported contacts")
    expect(page.get_by_role("status")).to_contain_text("4 added, 0 changed, 0 unchanged.")
    row = page.get_by_role("row").filter(has_text="Find contact")
    expect(row).to_contain_text("runs with a stub")
    expect(row).to_contain_text("Step 2 runs with a stub: zendesk.search_user has no")
    inspect(page, seen)

    row.get_by_role("link", name="Find contact").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Find contact")

    page.get_by_role("link", name="Projects").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Export contacts").click()
    assert download.value.suggested_filename == "contacts.zip"
    again = tmp_path / "again.zip"
    download.value.save_as(again)
    page.get_by_label("Package").set_input_files(again)
    page.get_by_label("Project name").fill("contacts")
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_role("status")).to_contain_text("0 added, 0 changed, 4 unchanged.")


def test_what_is_wrong_stands_at_the_field(page: Page, tmp_path: Path) -> None:
    seen = listen(page)
    page.get_by_role("button", name="Import").click()
    expect(page.get_by_label("Package")).to_have_accessible_description(
        "Choose the zip of a package. Drop a zip here, or choose one; at most 50 MB."
    )

    broken = tmp_path / "broken.zip"
    broken.write_bytes(to_zip({"a.recipe.json": {"code": []}}))
    page.get_by_label("Project name").fill("Kept")
    page.get_by_label("Package").set_input_files(broken)
    page.get_by_role("button", name="Import").click()
    expect(page.locator("#package-error")).to_contain_text(
        "Nothing was imported. a.recipe.json: 'code' is a list"
    )
    expect(page.get_by_label("Project name")).to_have_value("Kept")
    inspect(page, seen)


def test_a_package_may_be_longer_than_other_forms(page: Page, tmp_path: Path) -> None:
    large = tmp_path / "large.zip"
    noise = bytes(range(256)) * 1024

    pages = {f"p{number}.bin": random.Random(number).randbytes(2**19) for number in range(6)}
    large.write_bytes(to_zip({"t.topic.json": {"name": "T"}, "n.bin": noise, **pages}))
    assert large.stat().st_size > 3_000_000

    page.get_by_label("Package").set_input_files(large)
    page.get_by_role("button", name="Import").click()

    expect(page.get_by_role("status")).to_contain_text("8 added")
    expect(page.get_by_text("The package has no recipe.")).to_be_visible()


@pytest.mark.requirement("PKG-92")
def test_a_long_import_is_watched_and_found_again(page: Page, tmp_path: Path) -> None:
    seen = listen(page)
    large = tmp_path / "large.zip"
    large.write_bytes(to_zip({f"{n}.recipe.json": recipe(f"R {n}") for n in range(60)}))
    page.route("**/projects?posted=*", lambda route: route.fulfill(status=204))
    page.get_by_label("Package").set_input_files(large)
    page.get_by_role("button", name="Import").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Importing large")
    # Before its style sheet is there, a page that is sent step by step shows every step.
    expect(page.get_by_role("link", name="Show the result")).to_be_visible()
    bar = page.get_by_role("progressbar", name="Import")
    expect(bar).to_have_count(1)
    expect(bar).to_have_attribute("value", "100")
    expect(page.get_by_text("Storing files: 12 of 60")).to_be_hidden()
    inspect(page, seen)

    page.unroute_all()
    page.get_by_role("link", name="Show the result").click()
    expect(page.get_by_role("status")).to_contain_text("60 added")
    page.get_by_role("link", name="R 7", exact=True).click()
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Imported large")


@pytest.mark.requirement("PAGE-7")
def test_what_was_typed_is_there_again_after_a_sign_out(page: Page, workspace: Workspace) -> None:
    page.get_by_role("link", name="New project").click()
    page.get_by_label("Project name").fill("Sales")
    page.get_by_label("Description").fill("All of it")
    page.context.clear_cookies()
    page.get_by_role("button", name="Create project").click()

    expect(page.get_by_role("status")).to_contain_text("nothing was saved")
    priya = workspace.person("Priya").person
    page.get_by_label("E-mail").fill(priya["email"])
    page.get_by_label("Password").fill(priya["password"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("status")).to_contain_text("What you typed is here again")
    expect(page.get_by_label("Description")).to_have_value("All of it")
    page.get_by_role("button", name="Create project").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sales")

    page.goto(page.url.rpartition("/")[0] + "/new")
    expect(page.get_by_label("Project name")).to_have_value("")


@pytest.mark.requirement("HUB-40")
def test_a_server_is_begun_from_the_projects(page: Page) -> None:
    """By the menu, and by C and M; not while somebody types."""
    seen = listen(page)
    page.get_by_text("Create", exact=True).click()
    inspect(page, seen)
    page.keyboard.press("Escape")
    expect(page.get_by_role("link", name="MCP server")).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="MCP server")).to_be_visible()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("link", name="MCP server")).to_be_hidden()
    page.get_by_text("Create", exact=True).click()
    page.get_by_role("link", name="MCP server").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Create an MCP server")

    page.get_by_role("link", name="Projects").click()
    page.get_by_label("Filter by name").press_sequentially("cm")
    expect(page.get_by_role("heading", level=1)).to_have_text("Projects")
    page.get_by_role("heading", level=1).click()
    page.keyboard.press("c")
    page.keyboard.press("m")
    expect(page.get_by_role("heading", level=1)).to_have_text("Create an MCP server")
