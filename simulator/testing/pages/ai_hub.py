"""AI Hub in the Workato web app: the server list and a server's page."""

from playwright.sync_api import Locator, Page


class AiHub:
    """The AI Hub page with its MCP servers tab."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._address = address
        self.sidebar_link = page.get_by_role("navigation").get_by_role("link", name="AI Hub")
        self.mcp_servers_tab = page.get_by_role("tab", name="MCP servers")

    def open(self) -> None:
        """Go to AI Hub by the sidebar; from elsewhere, open the web app first."""
        if not self._page.url.startswith(self._address):
            self._page.goto(self._address)
        self.sidebar_link.click()

    def select_mcp_servers_tab(self) -> None:
        """Select the MCP servers tab."""
        self.mcp_servers_tab.click()

    def click_server(self, name: str) -> None:
        """Click a server's card."""
        self._page.get_by_role("main").get_by_role("link", name=name, exact=True).click()


class ServerPage:
    """One MCP server's page: Overview and End user access."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.tab = page.get_by_role("tab", name="End user access")
        self.access_method = page.get_by_role("region", name="Access Method")
        self.workato_identity = self.access_method.get_by_role("radio", name="Workato Identity")
        self.switch_button = page.get_by_role("button", name="Switch access method").or_(
            page.get_by_role("link", name="Switch access method")
        )
        self.switch_dialog = page.get_by_role("dialog", name="Switch User Access Method")
        self.add_button = page.get_by_role("button", name="Add user groups").or_(
            page.get_by_role("link", name="Add user groups")
        )
        self.add_dialog = page.get_by_role("dialog", name="Add user groups")
        self.groups_menu = self.add_dialog.get_by_label("User groups")
        self.status = page.get_by_role("status")

    def click_end_user_access_tab(self) -> None:
        """Click the End user access tab."""
        self.tab.click()

    def ensure_workato_identity(self) -> None:
        """Make sure Workato Identity is selected, switching to it by the dialog if it is not."""
        if not self.workato_identity.is_checked():
            self.switch_to("Workato Identity")

    def switch_to(self, method: str) -> None:
        """Switch the access method: dialog, option, Confirm."""
        self.switch_button.click()
        self.switch_dialog.get_by_role("radio", name=method).check()
        self.switch_dialog.get_by_role("button", name="Confirm").click()

    def click_add_user_groups(self) -> None:
        """Click Add user groups."""
        self.add_button.click()

    def select_groups(self, names: list[str]) -> None:
        """Select groups in the User groups drop-down menu."""
        self.groups_menu.select_option(label=names)

    def click_add(self) -> None:
        """Click Add."""
        self.add_dialog.get_by_role("button", name="Add", exact=True).click()

    def group_row(self, name: str) -> Locator:
        """The row of an assigned group."""
        return self._page.get_by_role("row").filter(
            has=self._page.get_by_role("cell", name=name, exact=True).or_(
                self._page.get_by_role("rowheader", name=name, exact=True)
            )
        )

    def remove_group(self, name: str) -> None:
        """Remove an assigned group, confirming it."""
        row = self.group_row(name)
        row.get_by_role("button", name="Remove").or_(row.get_by_role("link", name="Remove")).click()
        self._page.get_by_role("dialog").get_by_role("button", name="Remove").click()

    def click_tool(self, name: str) -> None:
        """Select a tool; the recipe editor opens."""
        self._page.get_by_role("main").get_by_role("link", name=name).click()

    def generate_token(self) -> str:
        """Generate the MCP token and read it from the page, which shows it once."""
        self._page.get_by_role("button", name="Generate token").click()
        return self._page.get_by_label("MCP token").input_value()
