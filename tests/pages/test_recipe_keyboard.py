"""A step of a recipe is edited by keyboard alone: modes, data pills, leaving with a question."""

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


@pytest.mark.ui
@pytest.mark.requirement("EDIT-2")
@pytest.mark.requirement("EDIT-8")
@pytest.mark.requirement("EDIT-10")
@pytest.mark.requirement("EDIT-13")
def test_a_step_is_edited_by_keyboard_alone(workspace: Workspace) -> None:
    marc = workspace.person("Marc")
    hub, page = workspace.description["systems"]["aihub"], marc.page
    WorkatoSignIn(page, hub).sign_in(marc.person["email"], marc.person["password"])
    building = RecipeBuilding(page, hub)
    building.create_project("Greetings")
    building.create_recipe("Greet", "Recipe function: New call")
    building.set_fields("Parameters", [{"name": "word", "type": "Text"}])
    building.add_step("Log message", "Workato")
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
    page.get_by_role("link", name="Exit editor", exact=True).click()  # nobody is asked
    expect(page.get_by_role("link", name="Edit", exact=True)).to_be_visible()
