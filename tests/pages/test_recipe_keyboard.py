"""A recipe is built by keyboard alone: fields, a step, modes, data pills, a question at leaving."""

import re

import pytest
from playwright.sync_api import Dialog, Locator, Page, expect

from simulator.testing.pages.recipe_building import RecipeBuilding
from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.workspace import Workspace

#: More stops than there are on the page of a step.
_MOST = 60
_NAMES = """() => {
  const { id, value, innerText } = document.activeElement;
  return [id, value, innerText?.trim()];
}"""


def _tab_to(page: Page, name: str, key: str = "Tab") -> None:
    """Press Tab until what has this id, value or text has the focus."""
    for _ in range(_MOST):
        page.keyboard.press(key)
        if name in page.evaluate(_NAMES):
            return
    raise AssertionError(f"no stop is called {name}")


def _enter(page: Page, address: str) -> None:
    """Press Enter, and wait for the page that it leads to."""
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(address))


def _begin_recipe(page: Page) -> None:
    """From its project's page to a recipe with one parameter and a step that logs something."""
    _tab_to(page, "New recipe")
    _enter(page, "/recipes/new")
    page.keyboard.type("Greet")
    _enter(page, "/edit")
    _tab_to(page, "Edit fields\nof Parameters")
    _enter(page, "/fields/parameters")
    page.keyboard.type("word")
    _enter(page, "/edit")
    _tab_to(page, "+ Add a step below")
    _enter(page, "/steps/new")
    page.keyboard.type("log message")
    _enter(page, "q=log")
    _tab_to(page, "logger/log_message")
    _enter(page, "step=1")


def _pass_and_delete(page: Page, field: Locator, text: str) -> None:
    """Delete the pill at the end of a field, undo that, and pass it in both directions."""
    page.keyboard.press("Backspace")
    expect(field).to_have_value("Hello #1 ")
    page.keyboard.press("Control+z")
    expect(field).to_have_value(text)
    page.keyboard.press("Home")
    assert field.evaluate("field => field.selectionStart") == 0
    for key in ("End", "ArrowLeft", "a", "Backspace"):
        page.keyboard.press(key)
    expect(field).to_have_value(text)
    page.keyboard.press("ArrowRight")
    assert field.evaluate("field => field.selectionStart") == len(text), "past the pill"


def _take_out(page: Page, field: Locator, text: str) -> None:
    """Take the pill out by its ×, and undo that."""
    page.get_by_role("button", name="Remove Step 1 · parameters.word").click()
    expect(field).to_have_value("Hello #1 ")
    field.press("Control+z")
    expect(field).to_have_value(text)


@pytest.mark.ui
@pytest.mark.requirement("EDIT-2")
@pytest.mark.requirement("EDIT-8")
@pytest.mark.requirement("EDIT-10")
@pytest.mark.requirement("EDIT-13")
@pytest.mark.requirement("EDIT-27")
def test_a_recipe_is_built_by_keyboard_alone(workspace: Workspace) -> None:
    marc = workspace.person("Marc")
    hub, page = workspace.description["systems"]["aihub"], marc.page
    WorkatoSignIn(page, hub).sign_in(marc.person["email"], marc.person["password"])
    building = RecipeBuilding(page, hub)
    building.create_project("Greetings")
    _begin_recipe(page)
    message = building.input("Message").first

    _tab_to(page, "input-0")
    page.keyboard.type("Hello #1 ")
    _tab_to(page, "Data pills")  # past the other input of the step
    page.keyboard.press("Enter")
    _tab_to(page, "pills")
    page.keyboard.type("word")
    _tab_to(page, "Word string")
    page.keyboard.press("Enter")
    expect(message).to_be_focused()
    expect(message).to_have_value(re.compile(r"^Hello #1 #\{_dp\('.*\"word\"\]\}'\)\}$"))
    expect(building.setup.get_by_text("Inserted Word into Message.", exact=True)).to_be_visible()

    text = message.input_value()
    _pass_and_delete(page, message, text)
    _tab_to(page, "text", "Shift+Tab")
    reads = building.setup.locator("#input-0-reading")
    expect(reads).to_have_text("Reads as: Hello #1 Step 1 · parameters.word")
    page.keyboard.press("ArrowRight")
    expect(message).to_have_value(re.compile(r"^\"Hello #1 \" \+ _dp\('.*'\)$"))
    expect(reads).to_have_text('Formula: "Hello #1 " + Step 1 · parameters.word')
    page.keyboard.press("ArrowLeft")
    expect(message).to_have_value(text)

    _take_out(page, message, text)
    address = page.url
    asked: list[str] = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.once("dialog", stay)
    _tab_to(page, "Exit editor", "Shift+Tab")
    with page.expect_event("dialog"):
        page.keyboard.press("Enter")
    assert (asked, page.url) == (["beforeunload"], address)

    _tab_to(page, "input-0")
    _tab_to(page, "Save step")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Saved step 2.")
    expect(message).to_have_value(text)
    _tab_to(page, "Exit editor", "Shift+Tab")
    _enter(page, r"/recipes/\d+$")  # nobody is asked
    _tab_to(page, "start")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("Started the recipe 'Greet'.")
