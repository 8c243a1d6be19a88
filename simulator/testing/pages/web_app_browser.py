"""The Workato web app by what people read on it, in a real browser."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from simulator.testing.pages.menus import MultipleDropDown
from simulator.testing.pages.sign_in import WorkatoSignIn


class BrowserWebApp:
    """The web app in a browser; see `simulator.testing.pages.web_app.WebApp`.

    Args:
        page: somebody's.
        address: the address of the web app.
    """

    def __init__(self, page: Page, address: str) -> None:
        self._page, self._address = page, address

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a collaborator."""
        sign_in = WorkatoSignIn(self._page, self._address)
        sign_in.send(email, password)
        expect(self._button("Sign in")).to_have_count(0)

    def click(self, label: str) -> None:
        """Click the link or button that is called so."""
        link = self._page.get_by_role("link", name=label, exact=True)
        tab = self._page.get_by_role("tab", name=label, exact=True)
        in_dialog = self._page.locator("dialog[open]").get_by_role("button", name=label, exact=True)
        everywhere = self._button(label).or_(link).or_(tab)
        (in_dialog if in_dialog.count() else everywhere).first.click()
        self._page.wait_for_load_state()

    def fill_in(self, button: str, typed: Mapping[str, str], group: str = "") -> None:
        """Fill in the form that has this button by its labels, and click it."""
        form = self._page.locator("form").filter(has=self._button(button))
        in_dialog = self._page.locator("dialog[open] form").filter(has=self._button(button))
        form = (in_dialog if in_dialog.count() else form).first
        scope = form.get_by_role("group", name=group, exact=True).first if group else form
        for label, value in typed.items():
            _fill(scope, label, value)
        form.get_by_role("button", name=button, exact=True).click()
        self._page.wait_for_load_state()

    def read(self, label: str) -> str:
        """Return what stands in the field that is labelled so."""
        return self._page.get_by_label(label, exact=True).input_value()

    def expect_text(self, text: str, *, there: bool = True) -> None:
        """Check that the page shows a text, or does not."""
        body = self._page.locator("body")
        if there:
            expect(body).to_contain_text(text, use_inner_text=True)
        else:
            expect(body).not_to_contain_text(text, use_inner_text=True)

    def expect_row(self, cells: Mapping[str, str]) -> None:
        """Check that a table has a row with these texts, by the names of its columns."""
        rows = self._table(list(cells)).locator("tbody tr")
        for text in cells.values():
            rows = rows.filter(has_text=text)
        expect(rows.first).to_be_visible()

    def expect_row_count(self, columns: list[str], number: int) -> None:
        """Check how many rows the table with these columns has."""
        expect(self._table(columns).locator("tbody tr")).to_have_count(number)

    def _table(self, columns: list[str]) -> Locator:
        tables = self._page.locator("table")
        for name in columns:
            head = self._page.locator("th").filter(has_text=re.compile(rf"^\s*{re.escape(name)}"))
            tables = tables.filter(has=head)
        return tables.first

    def expect_error(self, label: str, sentence: str) -> None:
        """Check that a sentence stands beside a field that is marked as wrong."""
        field = self._page.get_by_label(label, exact=True)
        expect(field.first).to_have_attribute("aria-invalid", "true")
        described_by = field.first.get_attribute("aria-describedby") or ""
        ids = [f"#{name}" for name in described_by.split() if name.endswith("-error")]
        expect(self._page.locator(ids[0] if ids else "#no-error-is-shown")).to_contain_text(
            sentence
        )

    def _button(self, name: str) -> Locator:
        return self._page.get_by_role("button", name=name, exact=True)


def _fill(scope: Locator, label: str, value: str) -> None:
    group = scope.get_by_role("group", name=label, exact=True)
    radio = group.get_by_role("radio", name=value, exact=True)
    field = scope.get_by_label(label, exact=True).and_(scope.locator("input, select, textarea"))
    if radio.count():
        radio.check()
        return
    if not field.count():
        names = [each.strip() for each in value.split(",")]
        boxes = group.get_by_role("checkbox")
        if not boxes.count():
            MultipleDropDown(scope, label).choose(names)
            return
        for box in boxes.all():
            box.uncheck()
        for name in names:
            group.get_by_role("checkbox", name=name, exact=True).check()
        return
    control = field.first
    kind = control.evaluate("control => control.type")
    if kind in ("checkbox", "radio"):
        control.set_checked(value == "yes" or kind == "radio")
    elif kind == "select-one":
        control.select_option(label=value)
    else:
        control.fill(value)
