"""Steps about the rows of lookup tables and data tables."""

from pytest_bdd import parsers, when

from simulator.testing.pages.web_app import web_app_of
from simulator.testing.steps.web_app import Somebody

#: What rows are called → the button that opens the form of a new one.
_ADD = {"entries": "Add new entry", "records": "Add record"}


@when(
    parsers.re(
        r'(?P<who>[^"]+?) adds? these (?P<rows>entries|records) to the (?:lookup|data) table:'
    )
)
def adds_rows(who: str, rows: str, somebody: Somebody, datatable: list[list[str]]) -> None:
    """To the table that is open; the heads are its columns, some of them at least."""
    page = web_app_of(somebody(who))
    heads, *written = datatable
    for row in written:
        page.click(_ADD[rows])
        page.fill_in("Save", dict(zip(heads, row, strict=True)))
        page.expect_row(dict(zip(heads, row, strict=True)))
