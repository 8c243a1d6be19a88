"""Page objects fail where a person would: at an option or a control that is not there."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from simulator.systems import aihub
from simulator.testing.pages.menus import DropDown, MultipleDropDown

pytestmark = [pytest.mark.ui, pytest.mark.requirement("SUITE-8")]

FORM = """
<label for="one">Location</label>
<select id="one"><option value="">Select</option><option>Home</option><option>House</option>
</select>
<div data-menu>
<label class="form-label" for="many">User groups</label>
<details data-label="User groups" data-prompt="Select">
<summary id="many">Select</summary>
<label><input type="checkbox" value="A"> A</label>
<label><input type="checkbox" value="B" checked> B</label>
<label><input type="checkbox" value="C"> C</label>
</details>
<div class="chosen" hidden></div>
</div>
"""
SCRIPT = (Path(aihub.__file__).parent / "static" / "menus.js").read_text()
MENUS = f'{FORM}<script type="module">{SCRIPT}</script>'
CHOSEN = "[...document.querySelectorAll(':checked[type=checkbox]')].map((each) => each.value)"


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page that is quick to give up."""
    context = browser.new_context()
    context.set_default_timeout(3_000)  # three hundred are too few on a busy machine
    yield context.new_page()
    context.close()


@pytest.fixture
def briefly(page: Page) -> Iterator[None]:
    """What never comes is waited for no longer than this; it fails sooner on a busy machine."""
    page.set_default_timeout(300)
    expect.set_options(timeout=300)
    yield
    expect.set_options(timeout=None)


@pytest.mark.parametrize("option", ["Home", "House"])
def test_one_option_is_chosen(page: Page, option: str) -> None:
    page.set_content(FORM)

    DropDown(page, "Location").choose(option)

    assert page.locator("#one").input_value() == option


@pytest.mark.usefixtures("briefly")
def test_an_option_that_is_not_there_cannot_be_chosen(page: Page) -> None:
    page.set_content(MENUS)

    with pytest.raises((AssertionError, Error)):
        DropDown(page, "Location").choose("home")
    with pytest.raises(AssertionError):
        MultipleDropDown(page, "User groups").choose(["a"])


@pytest.mark.parametrize("way", ["choose", "choose_by_keyboard"])
@pytest.mark.parametrize("options", [["A"], ["A", "C"], ["B"], ["A", "B", "C"], []])
def test_exactly_these_options_are_chosen(page: Page, way: str, options: list[str]) -> None:
    page.set_content(MENUS)

    getattr(MultipleDropDown(page, "User groups"), way)(options)

    assert page.evaluate(CHOSEN) == options


@pytest.mark.parametrize(
    "line",
    [
        "    go(place);\n    tick(place);\n",
        "    boxes[place].checked = !boxes[place].checked;\n",
        '  control.addEventListener("click", () => (isOpen() ? close() : open()));\n',
    ],
)
def test_a_click_that_does_nothing_is_noticed(page: Page, line: str) -> None:
    """`select_option` would have chosen it all the same."""
    assert SCRIPT.count(line) == 1
    page.set_content(MENUS.replace(line, ""))
    expect.set_options(timeout=300)
    try:
        with pytest.raises(AssertionError):
            MultipleDropDown(page, "User groups").choose(["A", "B"])
    finally:
        expect.set_options(timeout=None)


@pytest.mark.usefixtures("briefly")
@pytest.mark.parametrize("label", ["user groups", "User group", "User groups "])
def test_a_label_with_another_case_or_letter_is_another_label(page: Page, label: str) -> None:
    page.set_content(MENUS.replace(">User groups<", f">{label}<").replace("groups <", "groups s<"))

    with pytest.raises((AssertionError, Error)):
        MultipleDropDown(page, "User groups").choose(["A", "B"])


@pytest.mark.usefixtures("briefly")
def test_a_menu_that_is_something_else_is_not_found(page: Page) -> None:
    page.set_content('<label for="x">Location</label><input id="x">')

    with pytest.raises(Error):
        DropDown(page, "Location").choose("Home")
