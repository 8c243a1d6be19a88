"""AI Hub > Enterprise MCP: the dashboards, and a server's authentication method beside them."""

from playwright.sync_api import Locator, Page, expect


class Dashboard:
    """The dashboard of all MCP servers, or of one."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.measures = page.get_by_role("navigation", name="What the charts show", exact=True)
        self.filters = page.get_by_role("search", name="Filter the dashboard", exact=True)
        self.range = self.filters.get_by_role("combobox", name="Time range", exact=True)
        self.main = page.get_by_role("main")

    def switch_to(self, measure: str) -> None:
        """Switch between tool calls and estimated token usage."""
        link = self.measures.get_by_role("link", name=measure, exact=True)
        link.click()
        expect(link).to_have_attribute("aria-current", "true")

    def filter_by(self, label: str, text: str) -> None:
        """Fill in a filter, and apply it."""
        self.field(label).fill(text)
        self.apply()

    def apply(self) -> None:
        """Apply the filters."""
        self.filters.get_by_role("button", name="Apply", exact=True).click()

    def field(self, label: str) -> Locator:
        """Return a field of the filters."""
        return self.filters.get_by_label(label, exact=True)

    def error(self, label: str) -> Locator:
        """Return what is said beside a field that is wrong."""
        field = self.field(label)
        expect(field).to_have_attribute("aria-invalid", "true")
        name = (field.get_attribute("aria-describedby") or "").split()[0]
        return self._page.locator(f"#{name}")

    def number(self, label: str) -> Locator:
        """Return the number that has this label."""
        term = self._page.get_by_role("term").filter(has_text=label)
        return self.main.locator("dl > div").filter(has=term).get_by_role("definition")

    def drawing(self, title: str) -> Locator:
        """Return the drawing of a chart."""
        return self._page.get_by_role("img", name=title, exact=False)

    def value(self, title: str, name: str) -> str:
        """Return the number of one bar, from the chart's table; it is opened for that."""
        chart = self._page.get_by_role("region", name=title, exact=True)
        details = chart.get_by_role("group")
        if details.get_attribute("open") is None:
            chart.get_by_text("Numbers as a table", exact=True).click()
        header = self._page.get_by_role("rowheader", name=name, exact=True)
        row = chart.get_by_role("row").filter(has=header)
        return row.get_by_role("cell").inner_text()


class AuthenticationMethod:
    """A server's authentication method, on its Overview tab."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self.section = page.get_by_role("region", name="Authentication method", exact=True)
        self.url = page.get_by_role("textbox", name="Remote MCP URL with the new token", exact=True)

    def open(self) -> None:
        """Open it from any tab of the server: Overview, then Edit."""
        self._page.get_by_role("tab", name="Overview", exact=True).click()
        self.section.get_by_role("link", name="Edit", exact=True).click()

    def create_token(self, *, revoke: bool = False) -> str:
        """Create a new token; the URL with it, which the page shows once.

        Args:
            revoke: whether there is one, which the page asks to revoke.
        """
        self._page.get_by_role("button", name="Create new token", exact=True).click()
        if revoke:
            dialog = self._page.get_by_role("dialog", name="Revoke previous token?", exact=True)
            dialog.get_by_role("button", name="Yes, revoke & generate", exact=True).click()
            expect(dialog).to_be_hidden()
        return self.url.input_value()
