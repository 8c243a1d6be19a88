"""Tools > Lookup tables: made, filled, found, changed by two at once, and deleted by hand."""

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from simulator.db.tables import LookupEntry, LookupTable
from simulator.domain import lookup_files
from tests.contract.aihub_world import Hub, HubBrowser, field_error, hub, text_of

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("SRV-21")
AT = "/tools/lookup_tables"
NEW = f"{AT}/new"


#: Files, and what is told of each.
WRONG_FILES = (
    ("ä;ö\n1;2".encode("latin-1"), "This file is not in UTF-8"),
    (b"\n", "This file is empty"),
    (b"a,b\n1,2,3\n", "Line 2 has 3 values, and the first line names 2 columns."),
    (b'a,b\n"1,2\n', "is not valid CSV: unexpected end of data."),
    (b"a,a\n1,2\n", "Each column needs a label, which no other column has."),
    (b"a\n1\n2\n3\n", "A lookup table has at most 2 entries."),
)


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """The browser of a collaborator who is no admin."""
    return hub.browser("builder")


def create(builder: HubBrowser, **fields: Any) -> TestResponse:
    """Send the form of a new table."""
    right = {"name": "Rates", "columns": "Code\r\nRate\r\n", "project": "1"}
    return builder.post(NEW, NEW, **(right | fields))


def add(builder: HubBrowser, at: str, *values: str) -> TestResponse:
    """Send the form of a new entry."""
    sent = {f"value-{number}": text for number, text in enumerate(values)}
    return builder.post(f"{at}/entries/new", f"{at}/entries/new", label=["Code", "Rate"], **sent)


def entries(hub: Hub) -> list[dict[str, Any]]:
    """What is stored."""
    with hub.world.db.reading() as session:
        return [row.fields for row in session.scalars(select(LookupEntry).order_by(LookupEntry.id))]


@pytest.mark.long
def test_a_table_is_made_filled_searched_and_deleted(hub: Hub, builder: HubBrowser) -> None:
    assert f'href="{AT}"' in builder.get("/projects").text, "in the sidebar"
    assert "No lookup tables yet. Create one" in text_of(builder.get(AT))
    at = create(builder).headers["Location"]
    assert "Its columns are Code, Rate. Add the first one" in text_of(builder.get(at))
    for values in (("EUR", "1"), ("USD", "1.1"), ("eur-old", "0.9")):
        assert add(builder, at, *values).headers["Location"] == at

    assert hub.browser("stranger").get(at).status_code == 404
    found = text_of(builder.get(f"{at}?q=EUR"))
    assert ("EUR 1" in found, "eur-old" in found, "USD" in found) == (True, True, False)
    assert "No entry has “x”" in text_of(builder.get(f"{at}?q=x"))
    row = f"{at}/entries/2"
    assert 'value="USD"' in builder.get(row).text
    builder.post(row, row, label=["Code", "Rate"], **{"value-0": "USD", "value-1": "1.2"})
    assert entries(hub)[1] == {"col1": "USD", "col2": "1.2"}
    assert "Code USD Rate 1.2 This cannot be undone." in text_of(builder.get(f"{row}/delete"))
    builder.post(f"{row}/delete", f"{row}/delete")
    assert len(entries(hub)) == 2
    assert "Rates Finance 2" in text_of(builder.get(f"{AT}?q=rat"))
    assert "No lookup table fits" in text_of(builder.get(f"{AT}?q=zzz"))

    assert "is deleted with its 2 entries." in text_of(builder.get(f"{at}/delete"))
    gone = builder.post(f"{at}/delete", f"{at}/delete").headers["Location"]
    assert "Deleted the lookup table 'Rates'." in text_of(builder.get(gone))
    assert entries(hub) == []
    assert builder.get(at).status_code == 404


def test_mistakes_stand_at_their_fields(builder: HubBrowser) -> None:
    many = "\n".join(f"c{number}" for number in range(11))

    nothing = create(builder, name=" ", columns="")
    assert field_error(nothing, "name").startswith("The name must be 1 to 100")
    assert field_error(nothing, "columns").startswith("Enter a column"), "both at once"
    assert field_error(create(builder, columns=many), "columns") == (
        "The table has more than 10 columns."
    )
    twice = create(builder, columns="a\nb\na")
    assert "which no other column has." in field_error(twice, "columns")
    assert "a\nb\na</textarea>" in twice.text, "what was typed stays"
    assert create(builder, project="2").status_code == 404, "of another workspace"


def test_a_wrong_file_makes_no_table(builder: HubBrowser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lookup_files, "MOST_ENTRIES", 2)

    for content, sentence in WRONG_FILES:
        sent = create(builder, file=(BytesIO(content), "rates.csv"))
        assert sentence in field_error(sent, "file")
    assert "No lookup tables yet." in text_of(builder.get(AT))


def test_a_file_brings_columns_and_entries(hub: Hub, builder: HubBrowser) -> None:
    content = '\ufeffCode;"Full; name"\r\nEUR;"Euro\nof many"\r\n\r\nUSD\r\n'.encode()

    at = create(builder, project="", file=(BytesIO(content), "r.csv")).headers["Location"]

    page = text_of(builder.get(at))
    assert "Created the lookup table 'Rates' with 2 entries." in page
    assert "Full; name" in page
    assert entries(hub) == [{"col1": "EUR", "col2": "Euro\nof many"}, {"col1": "USD"}]
    assert hub.read(LookupTable, 1).project_id is None
    assert "Rates All projects 2" in text_of(builder.get(AT))
    assert "Euro\nof many</textarea>" in builder.get(f"{at}/entries/1").text


def test_two_at_once_do_not_overwrite_each_other_unseen(hub: Hub, builder: HubBrowser) -> None:
    at = create(builder).headers["Location"]
    add(builder, at, "EUR", "1")
    row, admin = f"{at}/entries/1", hub.browser("admin")
    seen = _hidden(builder.get(row).text, "seen")
    admin.post(row, row, label=["Code", "Rate"], **{"value-0": "EUR", "value-1": "2"})

    typed = {"label": ["Code", "Rate"], "value-0": "EUR", "value-1": "3"}
    refused = builder.post(row, row, seen=seen, **typed)

    assert refused.status_code == 409
    assert "Somebody else changed this entry in the meantime" in text_of(refused)
    assert "Now: 2" in text_of(refused)
    assert 'value="3"' in refused.text
    assert entries(hub) == [{"col1": "EUR", "col2": "2"}]
    again = builder.post(row, row, seen=_hidden(refused.text, "seen"), **typed)
    assert (again.status_code, entries(hub)[0]["col2"]) == (303, "3")


def _hidden(page: str, name: str) -> str:
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]
