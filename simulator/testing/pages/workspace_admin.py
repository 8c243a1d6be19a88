"""Workspace admin: end-user groups."""

from playwright.sync_api import Locator, Page


class WorkspaceAdmin:
    """The Authentication & Groups page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.create_button = page.get_by_role("link", name="Create end-user group").or_(
            page.get_by_role("button", name="Create end-user group")
        )
        self.environment = page.get_by_label("Environment")
        self.name = page.get_by_label("Group name")

    def open(self) -> None:
        """Sidebar: Workspace admin, then Authentication & Groups."""
        self._page.get_by_role("navigation").get_by_role("link", name="Workspace admin").click()
        self._page.get_by_role("link", name="Authentication & Groups").click()

    def create_group(self, name: str, people: list[str]) -> None:
        """Create a group of the environment that is shown."""
        self.create_button.first.click()
        self.name.fill(name)
        for person in people:
            self._page.get_by_role("checkbox", name=person).check()
        self._page.get_by_role("button", name="Create", exact=True).click()

    def group(self, name: str) -> Locator:
        """A group in the list."""
        return self._page.get_by_role("main").get_by_role("row").filter(has_text=name)
