"""The recipe editor and its connection form."""

from collections.abc import Mapping

from playwright.sync_api import Locator, Page


class RecipeEditor:
    """The recipe editor of a tool."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.edit = page.get_by_role("link", name="Edit", exact=True).or_(
            page.get_by_role("button", name="Edit", exact=True)
        )
        self.end_users_connection = page.get_by_role("radio", name="End user's connection").or_(
            page.get_by_role("link", name="End user's connection")
        )
        self.connect = page.get_by_role("button", name="Connect", exact=True)

    def click_edit(self) -> None:
        """Click Edit."""
        self.edit.click()

    def select_step(self, title: str) -> None:
        """Select an action step."""
        self._page.get_by_role("main").get_by_role("link", name=title).click()

    def select_end_users_connection(self) -> None:
        """Select End user's connection."""
        option = self.end_users_connection.first
        option.check() if option.get_attribute("type") == "radio" else option.click()

    def field(self, label: str) -> Locator:
        """A field of the connection form."""
        return self._page.get_by_role("main").get_by_label(label, exact=True)

    def fill(self, values: Mapping[str, str]) -> None:
        """Fill in the form: label → value; several scopes are separated by commas."""
        for label, value in values.items():
            field = self.field(label)
            if label in ("Location", "Authentication type"):
                field.select_option(label=value)
            elif label == "Scopes":
                field.select_option(label=[name.strip() for name in value.split(",")])
            else:
                field.fill(value)

    def error_of(self, label: str) -> Locator:
        """The sentence that stands next to a field."""
        described_by = self.field(label).get_attribute("aria-describedby") or ""
        ids = [f"#{name}" for name in described_by.split() if name.endswith("-error")]
        return self._page.locator(ids[0] if ids else "#no-error-is-shown")
