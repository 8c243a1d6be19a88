"""End users as admins see them: chosen by name, added to a server, shut out of an environment."""

from collections.abc import Iterable

from playwright.sync_api import Locator, Page, expect


class EndUserChoice:
    """People to be ticked, with the field that filters them."""

    def __init__(self, page: Page) -> None:
        self.filter = page.get_by_role("searchbox", name="Filter end users", exact=True)
        self.boxes = page.get_by_role("checkbox")

    def tick(self, emails: Iterable[str]) -> None:
        """Filter by each e-mail address, and tick the one person who has it."""
        for email in emails:
            self.filter.fill(email)
            expect(self.boxes).to_have_count(1)
            self.boxes.check()


class ServerEndUsers:
    """The End user access tab of a server, as far as it is about single people."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.panel = page.get_by_role("region", name="End users", exact=True)
        self.add_link = page.get_by_role("link", name="Add end users", exact=True)
        self.singles = page.get_by_role(
            "region", name="End users with access of their own", exact=True
        )

    def row(self, email: str) -> Locator:
        """Return the row of somebody with access of their own."""
        return self.singles.get_by_role("row").filter(has_text=email)

    def remove(self, name: str) -> None:
        """Remove somebody, confirming it."""
        self.singles.get_by_role("button", name=f"Remove {name}", exact=True).click()
        dialog = self._page.get_by_role("dialog", name=f"Remove {name}?", exact=True)
        dialog.get_by_role("button", name="Remove", exact=True).click()
        expect(dialog).to_be_hidden()


class EndUserPage:
    """Workspace admin > Authentication & Groups > End users > one of them."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.environments = page.get_by_role("region", name="Environments", exact=True)

    def open(self, email: str) -> None:
        """Open it from Authentication & Groups."""
        self._page.get_by_role("tab", name="End users", exact=True).click()
        row = self._page.get_by_role("row").filter(has_text=email)
        row.get_by_role("link").click()

    def revoke(self, environment: str) -> None:
        """Revoke the access to an environment, confirming it."""
        self._button(f"Revoke access to {environment}").click()
        self._page.get_by_role("button", name="Yes, revoke", exact=True).click()
        expect(self._button(f"Restore access to {environment}")).to_be_visible()

    def restore(self, environment: str) -> None:
        """Give the access to an environment back."""
        self._button(f"Restore access to {environment}").click()
        expect(self._button(f"Revoke access to {environment}")).to_be_visible()

    def _button(self, name: str) -> Locator:
        return self.environments.get_by_role("button", name=name, exact=True)
