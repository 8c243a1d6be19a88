"""A form from before a reset says why it is refused and how to go on, in every system."""

import pytest
from playwright.sync_api import Page, expect

from simulator.testing.pages.sign_in import AppPages, IdentityPages, WorkatoSignIn
from simulator.testing.workspace import Workspace

pytestmark = [pytest.mark.ui, pytest.mark.requirement("PAGE-3")]

_SIGN_IN = {
    "aihub": ("/users/sign_in", "Sign in to Workato"),
    "identity": ("/login", "Sign in"),
    "app": ("/sessions/new", "Sign in to "),
}
#: The same in the other systems, whose sign-in forms prove it quickly.
_LONG = [pytest.param(each, marks=pytest.mark.long) for each in ("identity", "app")]


def _address(workspace: Workspace, system: str) -> str:
    if system == "app":
        return str(workspace.stage.app["address"])
    return str(workspace.description["systems"][system])


def _sign_in(workspace: Workspace, page: Page, system: str) -> None:
    marc, ada = workspace.person("Marc"), workspace.person("Ada").person
    if system == "aihub":
        sign_in = WorkatoSignIn(page, _address(workspace, system))
        sign_in.sign_in(marc.person["email"], marc.person["password"])
        return
    page.goto(_address(workspace, system) + _SIGN_IN[system][0])
    if system == "app":
        AppPages(page, "coupa").sign_in(marc.app_account["login"], marc.app_account["password"])
    else:
        IdentityPages(page).sign_in(ada["email"], ada["password"])
    page.wait_for_url(lambda url: _SIGN_IN[system][0] not in url)


@pytest.mark.parametrize("system", _SIGN_IN)
def test_a_sign_in_form_from_before_the_reset(workspace: Workspace, system: str) -> None:
    page = workspace.person("Marc").page
    path, heading = _SIGN_IN[system]
    page.goto(_address(workspace, system) + path)
    workspace.simulator.reset()
    page.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.locator("main")).to_contain_text("The sandbox was reset since this page was opened")
    expect(page.locator("main")).to_contain_text("sign in again")
    page.locator("main").get_by_role("link").first.click()  # the way on
    expect(page.get_by_role("heading", level=1)).to_contain_text(heading)


@pytest.mark.parametrize(
    "system,path,button",
    [
        ("aihub", "/workspace_admin/groups/new", "Create"),
        pytest.param("identity", "/", "Not you? Sign out", marks=pytest.mark.long),
        pytest.param("app", "/oauth2/clients/new", "Save", marks=pytest.mark.long),
    ],
)
def test_a_form_of_who_was_signed_in_before_the_reset(
    workspace: Workspace, system: str, path: str, button: str
) -> None:
    page = workspace.person("Marc").page
    _sign_in(workspace, page, system)
    page.goto(_address(workspace, system) + path)
    workspace.simulator.reset()
    page.get_by_role("button", name=button, exact=True).click()

    expect(page.locator("main")).to_contain_text("The sandbox was reset since")
    expect(page.locator("main")).to_contain_text("everybody is signed out")
    _sign_in(workspace, page, system)
    page.goto(_address(workspace, system) + path)
    expect(page.locator("main")).not_to_contain_text("The sandbox was reset")
    expect(page.get_by_role("button", name=button, exact=True)).to_be_visible()


@pytest.mark.parametrize("system", ["aihub", *_LONG])
def test_a_page_opened_after_the_reset_says_why_one_signs_in_again(
    workspace: Workspace, system: str
) -> None:
    page = workspace.person("Marc").page
    _sign_in(workspace, page, system)
    workspace.simulator.reset()
    page.goto(_address(workspace, system))

    expect(page.locator("main")).to_contain_text("The sandbox was reset since you were here")
    page.reload()
    expect(page.locator("main")).not_to_contain_text("The sandbox was reset")


def test_a_form_sent_after_a_sign_out_elsewhere_says_so(workspace: Workspace) -> None:
    page = workspace.person("Marc").page
    _sign_in(workspace, page, "aihub")
    page.goto(_address(workspace, "aihub") + "/workspace_admin/groups/new")
    other = page.context.new_page()
    other.goto(_address(workspace, "aihub"))
    other.get_by_role("button", name="Sign out", exact=True).click()
    other.get_by_role("heading", name="Sign in to Workato").wait_for()
    page.get_by_role("button", name="Create", exact=True).click()

    expect(page.locator("main")).to_contain_text("nothing was saved. Sign in again.")
