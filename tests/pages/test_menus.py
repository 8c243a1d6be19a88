"""Drop-down menus with several choices: closed at first, by mouse, by keyboard, without script."""

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from simulator.testing.pages.ai_hub import ServerPage
from simulator.testing.pages.menus import MultipleDropDown
from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.workspace import Workspace

pytestmark = [pytest.mark.ui, pytest.mark.requirement("HUB-19")]


@pytest.fixture
def scopes(workspace: Workspace) -> MultipleDropDown:
    """The menu Scopes of the form of End user's connection."""
    page = _signed_in(workspace, workspace.person("Marc").page)
    page.goto(f"{_address(workspace)}/recipes/6/edit?step=1&connection=end_user&new=1")
    menu = MultipleDropDown(page.get_by_role("form"), "Scopes")
    menu.choose([])
    return menu


@pytest.fixture
def groups(workspace: Workspace) -> ServerPage:
    """The dialog Add user groups, open."""
    page = _signed_in(workspace, workspace.person("Marc").page)
    handle = workspace.stage.server("Procurement assistant")["handle"]
    page.goto(f"{_address(workspace)}/ai_hub/mcp/{handle}/end_user_access")
    server = ServerPage(page)
    server.click_add_user_groups()
    return server


@pytest.fixture
def without_script(browser: Browser) -> Iterator[Page]:
    """A page of a browser that runs no scripts."""
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def test_it_is_closed_until_it_is_opened(scopes: MultipleDropDown) -> None:
    expect(scopes.list).to_be_hidden()
    expect(scopes.control).to_have_attribute("aria-expanded", "false")
    scopes.control.click()
    expect(scopes.list).to_be_visible()
    expect(scopes.control).to_have_attribute("aria-expanded", "true")
    assert Axe().run(scopes.control.page).violations_count == 0
    scopes.control.page.get_by_role("heading", level=1).click()
    expect(scopes.list).to_be_hidden()


def test_several_are_ticked_and_shown_as_chips(scopes: MultipleDropDown) -> None:
    names = scopes.options.all_inner_texts()
    scopes.choose([names[2], names[0]])

    expect(scopes.control).to_have_text("2 selected")
    expect(scopes.chips.locator(".pill")).to_have_text([f"{names[0]}×", f"{names[2]}×"])
    scopes.chips.get_by_role("button", name=f"Remove {names[0]}", exact=True).press("Enter")
    scopes.expect_chosen([names[2]])
    expect(scopes.chips.get_by_role("button")).to_be_focused()
    scopes.chips.get_by_role("button").press("Space")
    scopes.expect_chosen([])
    expect(scopes.control).to_be_focused()


def test_every_key_of_the_keyboard_does_what_it_says(scopes: MultipleDropDown) -> None:
    names = scopes.options.all_inner_texts()
    control = scopes.control
    control.focus()
    for opens in ("Enter", "Space", "ArrowDown", "ArrowUp"):
        control.press(opens)
        expect(scopes.list).to_be_visible()
        control.press("Alt+ArrowUp")
        expect(scopes.list).to_be_hidden()
    control.press("End")
    control.press("Enter")
    control.press("Home")
    control.press("Space")
    control.press("ArrowDown")
    control.press("ArrowUp")
    control.press("ArrowUp")  # there is nothing above the first
    control.press("ArrowDown")
    control.press("Enter")
    scopes.expect_chosen([names[0], names[1], names[-1]])
    control.press("Tab")  # goes on in the form and keeps what was ticked
    expect(scopes.list).to_be_hidden()
    scopes.expect_chosen([names[0], names[1], names[-1]])


def test_letters_find_an_option(scopes: MultipleDropDown) -> None:
    scopes.control.focus()
    scopes.control.press_sequentially("offline")
    scopes.control.press("Enter")

    scopes.expect_chosen(["offline_access"])


def test_escape_forgets_what_was_ticked_since_it_was_opened(scopes: MultipleDropDown) -> None:
    names = scopes.options.all_inner_texts()
    scopes.choose([names[0]])
    scopes.open()
    scopes.list.get_by_role("option", name=names[0], exact=True).click()
    scopes.list.get_by_role("option", name=names[1], exact=True).click()
    scopes.control.press("Escape")

    expect(scopes.list).to_be_hidden()
    scopes.expect_chosen([names[0]])


def test_escape_closes_the_menu_first_and_then_the_dialog(groups: ServerPage) -> None:
    menu = groups.groups_menu
    expect(menu.control).to_be_focused()
    menu.open()
    menu.list.get_by_role("option").first.click()
    menu.control.press("Escape")
    expect(menu.list).to_be_hidden()
    expect(groups.add_dialog).to_be_visible()
    menu.expect_chosen([])
    menu.control.press("Escape")
    expect(groups.add_dialog).to_be_hidden()


@pytest.mark.parametrize("way", ["Cancel", "Escape"])
def test_leaving_the_dialog_forgets_the_choice(groups: ServerPage, way: str) -> None:
    menu = groups.groups_menu
    menu.choose(menu.options.all_inner_texts()[:1])
    if way == "Cancel":
        groups.add_dialog.get_by_role("button", name="Cancel", exact=True).click()
    else:
        menu.control.press("Escape")
    expect(groups.add_dialog).to_be_hidden()
    groups.click_add_user_groups()

    menu.expect_chosen([])
    expect(menu.control).to_have_text("Select user groups")
    expect(menu.chips).to_be_hidden()


def test_an_open_menu_does_not_move_the_button_below_away(groups: ServerPage) -> None:
    name = groups.groups_menu.options.all_inner_texts()[0]
    groups.groups_menu.open()
    groups.groups_menu.list.get_by_role("option", name=name, exact=True).click()
    groups.click_add()

    expect(groups.group_row(name)).to_be_visible()


def test_without_script_the_boxes_are_ticked_themselves(
    workspace: Workspace, without_script: Page
) -> None:
    page = _signed_in(workspace, without_script)
    handle = workspace.stage.server("Procurement assistant")["handle"]
    page.goto(f"{_address(workspace)}/ai_hub/mcp/{handle}/end_user_access?dialog=add-groups")
    boxes = page.get_by_role("dialog").get_by_role("checkbox")
    expect(boxes).to_have_count(0)  # closed
    page.get_by_role("dialog").locator("summary").click()
    names = [label.strip() for label in page.locator("label.tick").all_inner_texts()]
    assert names
    for name in names:
        page.get_by_role("checkbox", name=name, exact=True).check()
    page.get_by_role("button", name="Add", exact=True).click()

    for name in names:
        expect(page.get_by_role("rowheader", name=name, exact=True)).to_be_visible()


def _address(workspace: Workspace) -> str:
    return str(workspace.description["systems"]["aihub"])


def _signed_in(workspace: Workspace, page: Page) -> Page:
    marc = workspace.person("Marc").person
    WorkatoSignIn(page, _address(workspace)).sign_in(marc["email"], marc["password"])
    return page
