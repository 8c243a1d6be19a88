"""Workspace admin: end-user groups, and how end users sign in."""

from playwright.sync_api import Locator, Page

from simulator.testing.pages.end_users import EndUserChoice


class WorkspaceAdmin:
    """The Authentication & Groups page."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.create_link = page.get_by_role("link", name="+ Create end-user group", exact=True)
        self.name = page.get_by_role("textbox", name="Group name", exact=True)
        self.groups = page.get_by_role("region", name="End-user groups", exact=True)

    def open(self) -> None:
        """Open Workspace admin, then Authentication & Groups, by the sidebar."""
        main = self._page.get_by_role("navigation", name="Main", exact=True)
        main.get_by_role("link", name="Workspace admin", exact=True).click()
        self._page.get_by_role("link", name="Authentication & Groups", exact=True).click()

    def create_group(self, name: str, emails: list[str]) -> None:
        """Create a group of the environment that is shown, with these people."""
        self.create_link.click()
        self.name.fill(name)
        EndUserChoice(self._page).tick(emails)
        self._page.get_by_role("button", name="Create", exact=True).click()

    def group(self, name: str) -> Locator:
        """Return a group's row in the list."""
        header = self._page.get_by_role("rowheader", name=name, exact=True)
        return self.groups.get_by_role("row").filter(has=header)

    def member_count(self, name: str) -> Locator:
        """Return how many members the list says that a group has, such as `1 member`."""
        return self.group(name).get_by_role("cell").first.get_by_role("link")


class AuthenticationPages:
    """The Authentication tab, and the page of an identity provider."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.name = page.get_by_role("textbox", name="Identity provider (IdP) name", exact=True)
        self.acs_url = page.get_by_role("textbox", name="Single Sign-On URL", exact=True)
        self.entity_id = page.get_by_role(
            "textbox", name="Service provider (SP) entity ID", exact=True
        )
        self.metadata_url = page.get_by_role("textbox", name="Metadata URL", exact=True)
        self.provider = page.get_by_role(
            "combobox", name="Select an identity provider (IdP)", exact=True
        )
        self.enforced_for = page.get_by_role(
            "combobox", name="Enforce SAML authentication for", exact=True
        )
        self.domains = page.get_by_role("textbox", name="Specify domains", exact=True)

    def open(self) -> None:
        """Open the tab from Authentication & Groups."""
        self._page.get_by_role("tab", name="Authentication", exact=True).click()

    def set_up_new_provider(self, name: str) -> None:
        """Press + Set up new provider, and name it."""
        self._page.get_by_role("link", name="+ Set up new provider", exact=True).click()
        self.name.fill(name)

    def switch(self, label: str) -> None:
        """Switch something on by its label."""
        self._page.get_by_role("switch", name=label, exact=True).check()

    def save(self) -> None:
        """Press Save."""
        self._page.get_by_role("button", name="Save", exact=True).click()
