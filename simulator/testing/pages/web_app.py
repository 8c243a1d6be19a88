"""The Workato web app by what people read on it: links, buttons, labels, rows; without JavaScript.

`simulator.testing.pages.web_app_browser` does the same in a real browser.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol

from simulator.errors import list_choices
from simulator.visits.forms import FormBrowser

if TYPE_CHECKING:  # pragma: no cover
    from simulator.testing.actors import Actor


class WebApp(Protocol):
    """Any page of the web app, in somebody's browser."""

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a collaborator."""

    def click(self, label: str) -> None:
        """Click the link or button that is called so."""

    def fill_in(self, button: str, typed: Mapping[str, str], group: str = "") -> None:
        """Fill in the form that has this button by its labels, and click it.

        Args:
            button: the button as it is called.
            typed: label → text; `yes` or `no` for a box, and several choices with commas.
            group: the name of the group in which the labels stand, if several have them.
        """

    def read(self, label: str) -> str:
        """Return what stands in the field that is labelled so."""

    def expect_text(self, text: str, *, there: bool = True) -> None:
        """Check that the page shows a text, or does not."""

    def expect_row(self, cells: Mapping[str, str]) -> None:
        """Check that a table has a row with these texts, by the names of its columns."""

    def expect_row_count(self, columns: list[str], number: int) -> None:
        """Check how many rows the table with these columns has."""

    def expect_error(self, label: str, sentence: str) -> None:
        """Check that a sentence stands beside a field that is marked as wrong."""


class FormWebApp:
    """The web app in a browser without JavaScript.

    Args:
        browser: somebody's.
        address: the address of the web app.
    """

    def __init__(self, browser: FormBrowser, address: str) -> None:
        self._browser, self._address = browser, address

    def sign_in(self, email: str, password: str) -> None:
        """Sign in as a collaborator, and be on the page that comes then."""
        self._browser.get(f"{self._address}/users/sign_in")
        self._browser.fill_in("Sign in", {"E-mail": email, "Password": password})
        assert not self._browser.has_button("Sign in"), self._browser.text

    def click(self, label: str) -> None:
        """Click the link or button that is called so."""
        if self._browser.has_button(label):
            self._browser.submit(label)
        else:
            self._browser.follow(label)

    def fill_in(self, button: str, typed: Mapping[str, str], group: str = "") -> None:
        """Fill in the form that has this button by its labels, and click it."""
        self._browser.fill_in(button, typed, group)

    def read(self, label: str) -> str:
        """Return what stands in the field that is labelled so."""
        return self._browser.control(label).value

    def expect_text(self, text: str, *, there: bool = True) -> None:
        """Check that the page shows a text, or does not."""
        found = " ".join(text.split()) in self._browser.text
        assert found is there, f"at {self._browser.url}: {self._browser.text}"

    def expect_row(self, cells: Mapping[str, str]) -> None:
        """Check that a table has a row with these texts, by the names of its columns."""
        rows = self._rows(list(cells))
        if not any(all(cells[name] in row[name] for name in cells) for row in rows):
            raise AssertionError(
                f"No such row at {self._browser.url}. {list_choices(map(str, rows))}"
            )

    def expect_row_count(self, columns: list[str], number: int) -> None:
        """Check how many rows the table with these columns has."""
        rows = self._rows(columns)
        assert len(rows) == number, rows

    def _rows(self, columns: list[str]) -> list[dict[str, str]]:
        for heads, *rows in filter(None, self._browser.tables):
            if set(columns) <= set(heads):
                return [dict(zip(heads, row, strict=False)) for row in rows]
        raise AssertionError(
            f"No table with the columns {', '.join(columns)} at {self._browser.url}: "
            f"{self._browser.text}"
        )

    def expect_error(self, label: str, sentence: str) -> None:
        """Check that a sentence stands beside a field that is marked as wrong."""
        error = self._browser.control(label).error
        assert sentence in error, f"'{label}' says: {error or 'nothing is wrong'}"


def web_app_of(actor: "Actor") -> WebApp:
    """Return the web app in somebody's browser: the real one, where the test has it.

    Args:
        actor: the actor whose browser it is.
    """
    address = actor.stage.description["systems"]["aihub"]
    if actor.has_browser:
        from simulator.testing.pages.web_app_browser import BrowserWebApp

        return BrowserWebApp(actor.page, address)
    return FormWebApp(actor.forms, address)
