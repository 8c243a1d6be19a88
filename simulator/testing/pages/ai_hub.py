"""AI Hub in the Workato web app: the server list and a server's page.

Each control is found by the one role that it has and its whole label, with its case.
"""

import re
from collections.abc import Collection

from playwright.sync_api import Locator, Page, expect

from simulator.testing.pages.dashboard import AuthenticationMethod
from simulator.testing.pages.menus import MultipleDropDown


class AiHub:
    """The AI Hub page with its MCP servers tab."""

    def __init__(self, page: Page, address: str) -> None:
        self._page = page
        self._address = address
        navigation = page.get_by_role("navigation", name="Main", exact=True)
        self.sidebar_link = navigation.get_by_role("link", name="AI Hub", exact=True)
        self.mcp_servers_tab = page.get_by_role("tab", name="MCP servers", exact=True)

    def open(self) -> None:
        """Go to AI Hub by the sidebar; from elsewhere, open the web app first."""
        if not self._page.url.startswith(self._address):
            self._page.goto(self._address)
        self.sidebar_link.click()
        expect(self._page.get_by_role("heading", name="AI Hub", exact=True)).to_be_visible()

    def select_mcp_servers_tab(self) -> None:
        """Select the MCP servers tab."""
        self.mcp_servers_tab.click()
        expect(self.mcp_servers_tab).to_have_attribute("aria-selected", "true")

    def card(self, name: str) -> Locator:
        """Return a server's card."""
        link = self._page.get_by_role("link", name=name, exact=True)
        return self._page.get_by_role("main").get_by_role("listitem").filter(has=link)

    def click_server(self, name: str) -> None:
        """Click a server's card."""
        self._page.get_by_role("main").get_by_role("link", name=name, exact=True).click()
        expect(ServerPage(self._page).heading).to_have_text(name)


class ServerPage:
    """One MCP server's page: Overview and End user access."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.heading = page.get_by_role("heading", level=1)
        #: Named so in the documented steps; "User access" with the labels of 2025.
        self.tab = page.get_by_role("tab", name=re.compile("^(End user|User) access$"))
        self.access_method = page.get_by_role("region", name="Access Method", exact=True)
        self.switch_button = self._button("Switch access method")
        self.switch_dialog = self._dialog("Switch User Access Method")
        self.add_button = self._button("Add user groups")
        self.add_dialog = self._dialog("Add user groups")
        self.groups_menu = MultipleDropDown(self.add_dialog, "User groups")
        self.groups_error = self.add_dialog.locator("#groups-error")
        self.groups = page.get_by_role("region", name="Groups with access", exact=True)

    def click_end_user_access_tab(self) -> None:
        """Click the End user access tab."""
        self.tab.click()
        expect(self.tab).to_have_attribute("aria-selected", "true")

    def method(self, name: str) -> Locator:
        """Return the option of an access method."""
        return self.access_method.get_by_role("radio", name=_spelled(name))

    def ensure_method(self, name: str) -> None:
        """Make sure that a method is selected: click it if it is not, and confirm the switch."""
        if not self.method(name).is_checked():
            # Not check(): the page asks first, and the radio shows what is until it is confirmed.
            self.method(name).click()
            self._confirm_switch(name)

    def switch_to(self, method: str) -> None:
        """Switch the access method by its button: dialog, option, Confirm."""
        self.switch_button.click()
        self._confirm_switch(method)

    def _confirm_switch(self, method: str) -> None:
        expect(self.switch_dialog).to_be_visible()
        self.switch_dialog.get_by_role("radio", name=_spelled(method)).check()
        self.switch_dialog.get_by_role("button", name="Confirm", exact=True).click()
        expect(self.method(method)).to_be_checked()
        expect(self.switch_dialog).to_be_hidden()

    def click_add_user_groups(self) -> None:
        """Click Add user groups; the dialog opens."""
        self.add_button.click()
        expect(self.add_dialog).to_be_visible()

    def select_groups(self, names: Collection[str], *, by_keyboard: bool = False) -> None:
        """Select groups in the User groups drop-down menu."""
        if by_keyboard:
            self.groups_menu.choose_by_keyboard(names)
        else:
            self.groups_menu.choose(names)

    def click_add(self) -> None:
        """Click Add, in the dialog or on the page that is open."""
        self._button("Add").click()

    def group_row(self, name: str) -> Locator:
        """Return the row of an assigned group."""
        header = self._page.get_by_role("rowheader", name=name, exact=True)
        return self.groups.get_by_role("row").filter(has=header)

    def member_count(self, name: str) -> Locator:
        """Return the cell of an assigned group in the column Members."""
        # The first column is the rows' headers; the other columns are cells.
        columns = self.groups.get_by_role("columnheader").all_inner_texts()
        return self.group_row(name).get_by_role("cell").nth(columns.index("Members") - 1)

    def remove_group(self, name: str) -> None:
        """Remove an assigned group, confirming it."""
        row = self.group_row(name)
        row.get_by_role("button", name=f"Remove {name}", exact=True).click()
        dialog = self._dialog(f"Remove {name}?")
        dialog.get_by_role("button", name="Remove", exact=True).click()
        expect(dialog).to_be_hidden()

    def tool(self, name: str) -> Locator:
        """Return a tool's entry in the Overview."""
        link = self._page.get_by_role("link", name=name, exact=True)
        return self._page.get_by_role("main").get_by_role("listitem").filter(has=link)

    def click_tool(self, name: str) -> None:
        """Select a tool; the recipe editor opens."""
        self.tool(name).get_by_role("link", name=name, exact=True).click()
        expect(self.heading).to_have_text(name)

    def generate_token(self) -> str:
        """Generate the first MCP token and read it from the page, which shows it once.

        Where today's navigation has tokens elsewhere, come back to the End user access tab.
        """
        if not self._button("Generate token").count():
            method = AuthenticationMethod(self._page)
            method.open()
            url = method.create_token()
            self.click_end_user_access_tab()
            return url.partition("wkt_token=")[2]
        self._button("Generate token").click()
        return self._page.get_by_role(
            "textbox", name="Your new MCP token", exact=True
        ).input_value()

    def _button(self, name: str) -> Locator:
        return self._page.get_by_role("button", name=name, exact=True)

    def _dialog(self, name: str) -> Locator:
        return self._page.get_by_role("dialog", name=name, exact=True)


def _spelled(method: str) -> re.Pattern[str]:
    """Return how an access method may be spelled: token-based, or token based as today."""
    words = (re.escape(word) for word in re.split("[- ]", method))
    return re.compile(f"^{'[- ]'.join(words)}$")
