"""Drop-down menus as a person works them: with the mouse on an option, or by keyboard."""

from collections.abc import Collection

from playwright.sync_api import Locator, Page, expect


class DropDown:
    """A menu of which one option is chosen.

    Args:
        scope: the page, or the part of it that has the menu.
        label: its label, with its case.
    """

    def __init__(self, scope: Page | Locator, label: str) -> None:
        self.control = scope.get_by_role("combobox", name=label, exact=True)
        self.chosen = self.control.locator("option:checked")

    def options(self) -> list[str]:
        """Return what can be chosen, in order; the first entry, which asks to choose, left out."""
        return self.control.get_by_role("option").all_inner_texts()[1:]

    def choose(self, option: str) -> None:
        """Open the menu, go to an option by its first letters, and take it.

        The open list of a native menu is drawn by the browser, outside of the page: the keyboard
        is the only way to its options that a script has.

        Raises:
            AssertionError: the menu has no such option.
        """
        self.control.click()
        self.control.press_sequentially(option)
        self.control.press("Enter")
        expect(self.chosen).to_have_text(option)


class MultipleDropDown:
    """A menu of which several options can be chosen; closed until it is opened.

    Args:
        scope: the page, or the part of it that has the menu.
        label: its label, with its case.
    """

    def __init__(self, scope: Page | Locator, label: str) -> None:
        self.control = scope.get_by_role("combobox", name=label, exact=True)
        self.list = scope.get_by_role("listbox", name=label, exact=True)
        # What is in the list and what is chosen does not depend on whether it is open.
        closed_or_open = scope.get_by_role("listbox", name=label, exact=True, include_hidden=True)
        self.options = closed_or_open.get_by_role("option", include_hidden=True)
        self.chosen = closed_or_open.get_by_role("option", selected=True, include_hidden=True)
        self.chips = scope.get_by_role("group", name=f"Selected: {label}", exact=True)

    def open(self) -> None:
        """Click the menu, unless it is open."""
        if self.control.get_attribute("aria-expanded") != "true":
            self.control.click()
        expect(self.list).to_be_visible()

    def close(self) -> None:
        """Click the menu once more, if it is open; what is chosen stays so."""
        if self.control.get_attribute("aria-expanded") == "true":
            self.control.click()
        expect(self.list).to_be_hidden()

    def choose(self, options: Collection[str]) -> None:
        """Open the menu, click options until these are chosen and no others, and close it.

        Raises:
            AssertionError: the menu lacks one of them, or a click has not done what it should.
        """
        self.open()
        for name in self._to_change(options):
            self.list.get_by_role("option", name=name, exact=True).click()
        self.expect_chosen(options)
        self.close()

    def choose_by_keyboard(self, options: Collection[str]) -> None:
        """Do the same with the keyboard alone.

        Raises:
            AssertionError: as for `choose`.
        """
        texts = self.options.all_inner_texts()
        places = sorted(texts.index(name) for name in self._to_change(options))
        self.control.focus()
        self.control.press("Home")
        expect(self.list).to_be_visible()
        current = 0
        for place in places:
            for _ in range(place - current):
                self.control.press("ArrowDown")
            self.control.press("Space")
            current = place
        self.expect_chosen(options)
        self.control.press("Alt+ArrowUp")
        expect(self.list).to_be_hidden()

    def expect_chosen(self, options: Collection[str]) -> None:
        """Check that exactly these options are chosen."""
        names = self.options.all_inner_texts()
        expect(self.chosen).to_have_text([name for name in names if name in set(options)])
        expect(self.chosen).to_have_count(len(set(options)))

    def _to_change(self, options: Collection[str]) -> list[str]:
        names = self.options.all_inner_texts()
        for option in options:
            assert names.count(option) == 1, f"The menu has no '{option}'. It has: {names}."
        chosen = set(self.chosen.all_inner_texts())
        return [name for name in names if (name in chosen) != (name in options)]
