"""One look in every system: where the focus is, what is asked first, that there is more aside."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

import simulator
from simulator.testing.pages.sign_in import AppPages, IdentityPages, WorkatoSignIn
from simulator.testing.workspace import Workspace

pytestmark = [pytest.mark.ui, pytest.mark.requirement("PAGE-4")]

_TEMPLATES = [
    path
    for path in Path(simulator.__file__).parent.rglob("templates/**/*.html")
    if 'class="btn btn-danger' in path.read_text()
]
_RING = """() => {
  const style = getComputedStyle(document.activeElement);
  const names = ["outlineStyle", "outlineWidth", "outlineColor", "outlineOffset", "boxShadow"];
  return [document.activeElement.tagName, names.map((name) => style[name]).join(" ")];
}"""
_WIDE = """() => [...document.querySelectorAll("table")].map((table) => {
  let place = table;
  const scrolls = (one) => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
  while (place && !scrolls(place)) place = place.parentElement;
  return place && [place.tabIndex, place.getAttribute("role"), place.getAttribute("aria-label"),
    getComputedStyle(place).backgroundImage.split("gradient").length - 1];
})"""


def test_the_focus_looks_the_same_everywhere(workspace: Workspace) -> None:
    """Links, buttons, fields, boxes and menus, signed in or not, in the three systems."""
    marc = workspace.person("Marc")
    page = marc.page
    page.emulate_media(reduced_motion="reduce")  # nothing is seen halfway
    aihub, identity = (workspace.description["systems"][name] for name in ("aihub", "identity"))
    app = workspace.stage.app["address"]
    rings: dict[str, set[str]] = {}
    for url in (f"{aihub}/users/sign_in", f"{identity}/login", f"{app}/sessions/new"):
        page.goto(url)
        _tab_through(page, rings)
    WorkatoSignIn(page, aihub).sign_in(marc.person["email"], marc.person["password"])
    ready = workspace.stage.server("Procurement assistant")["handle"]
    for path in (
        "/recipes/6/edit?step=1&connection=end_user&new=1",
        "/workspace_admin/groups",
        f"/ai_hub/mcp/{ready}/overview",
        f"/ai_hub/mcp/{ready}/end_user_access?dialog=add-groups",
    ):
        page.goto(aihub + path)
        _tab_through(page, rings)
    page.goto(app)
    AppPages(page, "coupa").sign_in(marc.app_account["login"], marc.app_account["password"])
    for path in ("/", "/oauth2/clients/new"):
        page.goto(app + path)
        _tab_through(page, rings)

    assert len(rings) == 1, rings
    assert "3px" in next(iter(rings))
    found = next(iter(rings.values()))
    assert found >= {"A", "BUTTON", "INPUT", "SELECT", "TEXTAREA", "DIV"}


def test_deny_stands_before_allow_in_every_system(workspace: Workspace) -> None:
    ada = workspace.person("Ada")
    orders: list[list[str]] = []

    def sign_in(url: str) -> None:
        ada.page.goto(url)
        IdentityPages(ada.page).sign_in(ada.person["email"], ada.person["password"])
        expect(IdentityPages(ada.page).allow).to_be_visible()
        orders.append(_decisions(ada.page))
        IdentityPages(ada.page).allow.click()
        ada.page.wait_for_url("**/callback?*")

    ada.sign_in = sign_in
    ada.connect("Procurement assistant")
    ada.page.goto(ada.call("List_my_requisitions").structured_content["auth_url"])
    AppPages(ada.page, "coupa").sign_in(ada.app_account["login"], ada.app_account["password"])
    expect(AppPages(ada.page, "coupa").allow).to_be_visible()
    orders.append(_decisions(ada.page))

    assert orders == [["Deny", "Allow"]] * 2


@pytest.mark.parametrize("dialog", ["Switch access method", "Remove Procurement team"])
def test_a_dialog_that_ends_something_has_its_focus_on_cancel(
    workspace: Workspace, dialog: str
) -> None:
    """Enter alone ends nothing."""
    marc = workspace.person("Marc")
    aihub = workspace.description["systems"]["aihub"]
    WorkatoSignIn(marc.page, aihub).sign_in(marc.person["email"], marc.person["password"])
    ready = workspace.stage.server("Procurement assistant")["handle"]
    marc.page.goto(f"{aihub}/ai_hub/mcp/{ready}/end_user_access")
    marc.page.get_by_role("button", name=dialog, exact=True).click()
    cancel = marc.page.get_by_role("dialog").get_by_role("button", name="Cancel", exact=True)
    expect(cancel).to_be_focused()
    marc.page.keyboard.press("Enter")

    expect(marc.page.get_by_role("dialog")).to_be_hidden()
    expect(marc.page.get_by_role("rowheader", name="Procurement team", exact=True)).to_be_visible()
    expect(marc.page.get_by_role("radio", name="Workato Identity", exact=True)).to_be_checked()


@pytest.mark.parametrize("template", _TEMPLATES, ids=lambda path: path.stem)
def test_whatever_ends_something_is_asked_with_the_focus_on_the_way_back(template: Path) -> None:
    """In every template with a red button: the safe one has the focus and stands first."""
    text = template.read_text()
    # A name that has to be typed is safe, too: Enter alone says that it is not there yet.
    safe = (
        r"(?:autofocus>[^<]+</(?:a|button)>|cancel\((?:\"[\w-]+\"|id), focus=true\) *\}\}"
        r"|text_field\(\"confirm\", [^}]+, focus=true[^}]*\}\})"
    )
    for red in re.finditer(r'class="btn btn-danger', text):
        before = list(re.finditer(safe, text[: red.start()]))
        assert before, f"{template}: nothing safe has the focus"
        assert text.count("<button", before[-1].end(), red.start()) == 1


def test_tables_that_are_wider_than_a_phone_show_it(workspace: Workspace) -> None:
    """And are reached by keyboard, under a name."""
    marc = workspace.person("Marc")
    page = marc.page
    aihub, app = workspace.description["systems"]["aihub"], workspace.stage.app["address"]
    WorkatoSignIn(page, aihub).sign_in(marc.person["email"], marc.person["password"])
    page.set_viewport_size({"width": 390, "height": 850})
    ready = workspace.stage.server("Procurement assistant")["handle"]
    found: list[Any] = []
    for path in (
        "/workspace_admin",
        "/workspace_admin/groups",
        "/workspace_admin/end_users",
        f"/ai_hub/mcp/{ready}/end_user_access",
        "/recipes/6/edit?step=0",
    ):
        page.goto(aihub + path)
        found += page.evaluate(_WIDE)
    page.goto(app)
    AppPages(page, "coupa").sign_in(marc.app_account["login"], marc.app_account["password"])
    for path in ("/", "/requisitions", "/oauth2/clients"):
        page.goto(app + path)
        found += page.evaluate(_WIDE)

    assert len(found) >= 8
    for place in found:
        assert place, "a table that cannot be scrolled"
        focusable, role, name, shadows = place
        assert (focusable, role, bool(name), shadows) == (0, "region", True, 4), place


def _tab_through(page: Page, rings: dict[str, set[str]]) -> None:
    page.wait_for_load_state("load")
    for _ in range(24):
        page.keyboard.press("Tab")
        name, ring = page.evaluate(_RING)
        if name != "BODY":
            rings.setdefault(ring, set()).add(name)


def _decisions(page: Page) -> list[str]:
    buttons = page.locator("button[name=decision]")
    return [text.strip() for text in buttons.all_inner_texts()]
