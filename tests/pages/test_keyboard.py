"""By keyboard alone: each stop is seen, tabs go by arrows, dialogs give the focus back."""

import pytest
from playwright.sync_api import Page, expect

from simulator.testing.pages.sign_in import WorkatoSignIn
from simulator.testing.workspace import Workspace
from tests.pages.keyboard import walk

pytestmark = [pytest.mark.ui, pytest.mark.requirement("PAGE-6")]


@pytest.fixture
def access(workspace: Workspace) -> Page:
    """The tab End user access of a server, as an admin."""
    marc = workspace.person("Marc")
    hub = workspace.description["systems"]["aihub"]
    WorkatoSignIn(marc.page, hub).sign_in(marc.person["email"], marc.person["password"])
    handle = workspace.stage.server("Procurement assistant")["handle"]
    marc.page.goto(f"{hub}/ai_hub/mcp/{handle}/end_user_access")
    return marc.page


def test_a_page_is_walked_through_by_tab_and_its_tabs_by_arrows(access: Page) -> None:
    names = walk(access)
    assert names[:2] == ["Skip to the content", "workato\nsimulator"]
    assert names.index("End user access") < names.index("Add user groups")

    access.get_by_role("tab", name="End user access").focus()
    for key, name in (
        ("ArrowRight", "Settings"),
        ("ArrowRight", "Overview"),
        ("End", "Settings"),
        ("ArrowLeft", "End user access"),
        ("Home", "Overview"),
    ):
        access.keyboard.press(key)
        expect(access.get_by_role("tab", name=name, exact=True)).to_be_focused()
    access.keyboard.press("Space")
    access.wait_for_url("**/overview")
    access.keyboard.press("Tab")
    access.keyboard.press("Enter")
    expect(access.get_by_role("main")).to_be_focused()


def test_a_dialog_holds_the_focus_and_gives_it_back(access: Page) -> None:
    opener = access.get_by_role("button", name="Remove Procurement team", exact=True)
    opener.focus()
    access.keyboard.press("Enter")
    dialog = access.get_by_role("dialog")
    expect(dialog).to_be_visible()

    assert set(walk(access)) <= {"Cancel", "Remove"}
    access.keyboard.press("Escape")

    expect(dialog).to_be_hidden()
    expect(opener).to_be_focused()

    access.get_by_role("tab", name="Overview").click()
    tool = access.get_by_role("checkbox", name="Choose Get requisition")
    tool.check()
    access.get_by_role("button", name="Remove tools").press("Enter")
    expect(dialog).to_be_visible()
    access.keyboard.press("Escape")

    expect(access.get_by_role("button", name="Remove tools")).to_be_focused()
    expect(tool).to_be_checked()
