"""The recipe editor and its connection form."""

from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from simulator.testing.pages.menus import DropDown, MultipleDropDown

#: Fields of which one option is chosen, and of which several are.
_MENUS = ("Location", "Authentication type")
_MULTIPLE_MENUS = ("Scopes",)


class RecipeEditor:
    """The recipe editor of a tool."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._main = page.get_by_role("main")
        self.edit = page.get_by_role("link", name="Edit", exact=True)
        self.end_users_connection = page.get_by_role(
            "link", name="End user's connection", exact=True
        )
        self.form = page.get_by_role("form", name="End user's connection", exact=True)
        self.another = page.get_by_role("link", name="Set up a new connection instead", exact=True)
        self.connect = self.form.get_by_role("button", name="Connect", exact=True)

    def click_edit(self) -> None:
        """Click Edit."""
        self.edit.click()
        expect(self._page.get_by_role("link", name="Exit editor", exact=True)).to_be_visible()

    def select_step(self, title: str) -> None:
        """Select an action step by its title."""
        self._select(self._steps().filter(has=self._page.get_by_text(title, exact=True)))

    def select_app_step(self) -> None:
        """Select the first action step."""
        self._select(self._steps().first)

    def select_end_users_connection(self) -> None:
        """Select End user's connection; the form for a new one opens."""
        self.end_users_connection.click()
        expect(self.end_users_connection).to_have_attribute("aria-current", "true")
        if self.another.is_visible():  # the step has one already
            self.another.click()
        expect(self.form).to_be_visible()

    def field(self, label: str) -> Locator:
        """Return a field of the connection form."""
        if label in _MENUS:
            return self.menu(label).control
        if label in _MULTIPLE_MENUS:
            return self.multiple_menu(label).control
        return self.form.get_by_label(label, exact=True)

    def menu(self, label: str) -> DropDown:
        """Return a drop-down menu of the form."""
        return DropDown(self.form, label)

    def multiple_menu(self, label: str) -> MultipleDropDown:
        """Return a drop-down menu of the form, of which several options can be chosen."""
        return MultipleDropDown(self.form, label)

    def fill(self, values: Mapping[str, str]) -> None:
        """Fill in the form: label → value; several scopes are separated by commas."""
        for label, value in values.items():
            if label in _MENUS:
                self.menu(label).choose(value)
            elif label in _MULTIPLE_MENUS:
                self.multiple_menu(label).choose(several(value))
            else:
                self.field(label).fill(value)

    def expect_value(self, label: str, value: str) -> None:
        """Check that a field has this value, as `fill` takes it."""
        if label in _MENUS:
            expect(self.menu(label).chosen).to_have_text(value)
        elif label in _MULTIPLE_MENUS:
            self.multiple_menu(label).expect_chosen(several(value))
        else:
            expect(self.field(label)).to_have_value(value)

    def expect_connected(self, name: str) -> None:
        """Check that the step shows a connection of this name as connected."""
        stored = self._main.get_by_text(name, exact=True).first
        expect(stored).to_be_visible()
        expect(self._main.get_by_text("Connected", exact=True)).to_be_visible()

    def error_of(self, label: str) -> Locator:
        """Return the sentence that stands next to a field."""
        described_by = self.field(label).get_attribute("aria-describedby") or ""
        ids = [f"#{name}" for name in described_by.split() if name.endswith("-error")]
        return self._page.locator(ids[0] if ids else "#no-error-is-shown")

    def _steps(self) -> Locator:
        steps = self._page.get_by_role("region", name="Select a step", exact=True)
        return steps.get_by_role("link").filter(has_text="Action")

    def _select(self, step: Locator) -> None:
        step.click()
        expect(self._main.locator("[aria-current=step]")).to_have_count(1)
        # The address leads to the step's setup: what is clicked while the page moves there is lost.
        self._page.wait_for_load_state()


def several(value: str) -> list[str]:
    """Split a list with commas into its names."""
    return [name.strip() for name in value.split(",")]
