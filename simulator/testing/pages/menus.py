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
    """A menu of which several options can be chosen.

    Args:
        scope: the page, or the part of it that has the menu.
        label: its label, with its case.
    """

    def __init__(self, scope: Page | Locator, label: str) -> None:
        self.control = scope.get_by_role("listbox", name=label, exact=True)
        self.options = self.control.get_by_role("option")
        self.chosen = self.control.get_by_role("option", selected=True)

    def choose(self, options: Collection[str]) -> None:
        """Click options until these are chosen, and no others.

        Raises:
            AssertionError: the menu lacks one of them, or a click has not done what it should.
        """
        for option in self._to_change(options):
            option.click()
        self.expect_chosen(options)

    def choose_by_keyboard(self, options: Collection[str]) -> None:
        """Do the same with the keyboard alone.

        Raises:
            AssertionError: as for `choose`.
        """
        texts = self.options.all_inner_texts()
        places = sorted(texts.index(each.inner_text()) for each in self._to_change(options))
        self.control.focus()
        self.control.press("Control+Home")
        current = 0
        for place in places:
            for _ in range(place - current):
                self.control.press("Control+ArrowDown")
            self.control.press("Control+Space")
            current = place
        self.expect_chosen(options)

    def expect_chosen(self, options: Collection[str]) -> None:
        """Be sure that exactly these options are chosen."""
        names = self.options.all_inner_texts()
        expect(self.chosen).to_have_text([name for name in names if name in set(options)])
        expect(self.chosen).to_have_count(len(set(options)))

    def _to_change(self, options: Collection[str]) -> list[Locator]:
        for option in options:
            expect(self.control.get_by_role("option", name=option, exact=True)).to_have_count(1)
        chosen = set(self.chosen.all_inner_texts())
        return [
            self.control.get_by_role("option", name=name, exact=True)
            for name in self.options.all_inner_texts()
            if (name in chosen) != (name in options)
        ]
