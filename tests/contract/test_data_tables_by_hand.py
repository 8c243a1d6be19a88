"""Data tables by hand: made and changed, their records filtered, typed, and changed by two."""

from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import TestResponse

from simulator.db.tables import DataRecord, DataTable, Recipe
from tests.contract.aihub_world import Hub, HubBrowser, field_error, hub, text_of
from tests.unit.engine.recipes import action, numbered, pill, recipe, return_result

__all__ = ["hub"]  # the fixture
pytestmark = pytest.mark.requirement("SRV-22")
LISTING, NEW = "/projects/1/data_tables", "/data_tables/new"
#: Name, type, default and further ticks of each column.
COLUMNS: tuple[tuple[str, ...], ...] = (
    ("Name", "string", "", "required"),
    ("Pieces", "integer", "5"),
    ("Open", "boolean", ""),
    ("Due", "date", ""),
    ("Seen", "date_time", ""),
    ("Notes", "long_text", ""),
    ("Tags", "string", "", "list"),
)


@pytest.fixture
def builder(hub: Hub) -> HubBrowser:
    """The browser of a collaborator who is no admin."""
    return hub.browser("builder")


def columns_form(columns: Any, ids: Any = ()) -> dict[str, str]:
    """The fields of a form for columns."""
    sent: dict[str, str] = {}
    for number, (name, kind, default, *ticks) in enumerate(columns):
        sent |= {f"name-{number}": name, f"type-{number}": kind, f"default-{number}": default}
        sent |= {f"{tick}-{number}": "yes" for tick in ticks}
    return sent | {f"id-{number}": each for number, each in enumerate(ids)}


def create(builder: HubBrowser, columns: Any = COLUMNS, **fields: Any) -> TestResponse:
    """Send the form of a new table."""
    right = {"name": "Things", "location": "1", **columns_form(columns)}
    return builder.post(NEW, f"{NEW}?location=1", **(right | fields))


def table_of(hub: Hub) -> DataTable:
    """The table as it is stored."""
    with hub.world.db.reading() as session:
        return session.scalars(select(DataTable).where(DataTable.name != "Owners")).one()


def ids_of(hub: Hub) -> list[str]:
    """The ids of its columns, in order."""
    return [each["id"] for each in table_of(hub).columns]


def add(hub: Hub, builder: HubBrowser, at: str, *texts: str, **fields: Any) -> TestResponse:
    """Send the form of a new record."""
    form = f"{at}/records/new"
    return builder.post(form, form, **values_form(hub, texts), **fields)


def values_form(hub: Hub, texts: Any) -> dict[str, str]:
    """The fields of a form for a record."""
    sent = {f"id-{number}": each for number, each in enumerate(ids_of(hub))}
    return sent | {f"value-{number}": text for number, text in enumerate(texts)}


def records(hub: Hub) -> list[list[Any]]:
    """What is stored, in the order of the columns."""
    with hub.world.db.reading() as session:
        rows = session.scalars(select(DataRecord).order_by(DataRecord.sequence)).all()
    return [[row.fields.get(each) for each in ids_of(hub)] for row in rows]


def record_at(hub: Hub, at: str, number: int = 0) -> str:
    """The address of a record."""
    with hub.world.db.reading() as session:
        found = session.scalars(select(DataRecord.id).order_by(DataRecord.sequence)).all()
    return f"{at}/records/{found[number]}"


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


@pytest.mark.long
def test_a_table_is_made_filled_emptied_and_deleted(hub: Hub, builder: HubBrowser) -> None:
    assert "No data tables here yet." in text_of(builder.get("/projects/1"))
    assert "No data tables in this project yet. Create one" in text_of(builder.get(LISTING))
    at = create(builder).headers["Location"]
    assert hub.browser("stranger").get(at).status_code == 404
    page = text_of(builder.get(at))
    assert "No records yet. Add the first one" in page
    assert "Name Short text, required Pieces Integer Open Boolean" in page
    assert "Notes Long text Tags Short text, multi-value" in page
    assert 'value="5"' in builder.get(f"{at}/records/new").text, "the default value"

    added = add(
        hub, builder, at, "Lamp", "3", "TRUE", "2026-09-01", "2026-09-01T12:00:00+02:00",
        "two\r\nlines", "a\r\n\r\nb",
    )  # fmt: skip
    assert added.status_code == 303, text_of(added)
    assert records(hub) == [
        ["Lamp", 3, True, "2026-09-01", "2026-09-01T10:00:00.000000Z", "two\nlines", ["a", "b"]]
    ]
    shown = text_of(builder.get(f"{at}?own=yes"))
    assert "Lamp 3 TRUE 2026-09-01 2026-09-01T10:00:00Z two lines a b" in shown
    assert "Record ID Created time Last modified time" in shown
    assert "Things 7 1" in text_of(builder.get(f"{LISTING}?q=thing"))
    assert f'href="{at}">Things</a>' in builder.get("/projects/1").text

    record = record_at(hub, at)
    assert "two\nlines</textarea>" in builder.get(record).text
    sent = ["Lamp", "3", "", "", "2026-09-01T10:00:00Z", "two\r\nlines", "a\r\nb"]
    assert builder.post(record, record, **values_form(hub, sent)).status_code == 303
    assert records(hub)[0][2:5] == [None, None, "2026-09-01T10:00:00.000000Z"]
    assert "Name Lamp Pieces 3" in text_of(builder.get(f"{record}/delete"))
    builder.post(f"{record}/delete", f"{record}/delete")
    assert records(hub) == []

    add(hub, builder, at, "Desk")
    assert "1 record is deleted. The table" in text_of(builder.get(f"{at}/truncate"))
    builder.post(f"{at}/truncate", f"{at}/truncate")
    assert records(hub) == []
    gone = builder.post(f"{at}/delete", f"{at}/delete").headers["Location"]
    assert "Deleted the data table 'Things'." in text_of(builder.get(gone))
    assert builder.get(at).status_code == 404


def test_what_is_typed_is_checked_by_the_type_of_its_column(hub: Hub, builder: HubBrowser) -> None:
    at = create(builder).headers["Location"]

    wrong = add(hub, builder, at, "", "3.5", "perhaps", "31/08/2026", "noon", "", "")

    assert field_error(wrong, "value-0") == "Name can't be blank."
    assert field_error(wrong, "value-1") == "Pieces must be a whole number."
    assert field_error(wrong, "value-2") == "Open must be true or false."
    assert field_error(wrong, "value-3") == "Due must be a date such as 2026-08-31."
    assert field_error(wrong, "value-4").startswith("Seen must be a moment such as")
    assert 'value="31/08/2026"' in wrong.text
    assert records(hub) == []


def test_mistakes_in_columns_stand_at_their_fields(builder: HubBrowser) -> None:
    wrong = create(
        builder,
        [("A", "integer", "x"), ("A", "string", ""), ("", "string", "y"), ("B", "relation", "")],
        name="",
    )

    assert field_error(wrong, "default-0") == "The default value must be a whole number."
    assert field_error(wrong, "name-1") == "Another column has this name."
    assert field_error(wrong, "name-2") == "Enter a name."
    assert "Select the column that it shows." in text_of(wrong)
    assert "The name must be 1 to 100 characters." in text_of(create(builder, name=" "))
    assert "The table must have one column or more." in text_of(create(builder, []))
    foreign = create(builder, location="2")
    assert "does not exist any more" in field_error(foreign, "location")
    more = create(builder, do="rows")
    assert (more.status_code, 'id="name-9"' in more.text) == (200, True)


@pytest.mark.requirement("SRV-23")
def test_columns_are_renamed_added_and_removed_and_a_loss_is_asked(
    hub: Hub, builder: HubBrowser
) -> None:
    at = create(builder).headers["Location"]
    add(hub, builder, at, "Lamp", "3")
    name, pieces, *_ = ids_of(hub)
    form = f"{at}/edit"
    seen = hidden(builder.get(form).text, "seen")
    sent = {
        "name": "Goods",
        "location": "1",
        "seen": seen,
        **columns_form(
            [
                ("Title", "string", ""),
                ("Pieces", "string", ""),
                ("State", "string", "new", "required"),
            ],
            [name, pieces],
        ),
    }

    asked = builder.post(form, form, **sent)

    page = text_of(asked)
    assert "The column 'Pieces' becomes Short text. What 1 record has in it" in page
    assert "The column 'Open' is removed, and what 0 records have in it." in page
    assert table_of(hub).name == "Things"
    done = builder.post(form, form, **sent, confirmed="yes")
    assert done.status_code == 303
    assert table_of(hub).name == "Goods"
    assert ids_of(hub)[:2] == [name, pieces]
    assert records(hub) == [["Lamp", 3, "new"]], "a required column fills what is there"
    late = builder.post(form, form, **sent)
    assert late.status_code == 409
    assert "Its columns are now: Title (Short text), Pieces (Short text), State" in text_of(late)


def test_a_link_shows_another_tables_column(hub: Hub, builder: HubBrowser) -> None:
    owners = create(builder, [("Full name", "string", "")], name="Owners").headers["Location"]
    with hub.world.db.reading() as session:
        (column,) = session.scalars(select(DataTable)).one().columns
    form = f"{owners}/records/new"
    builder.post(form, form, **{"id-0": column["id"], "value-0": "Ada"})
    link = f"{owners.rpartition('/')[2]}/{column['id']}"
    refused = create(builder, [("Owner", "relation", "", "required")], **{"link-0": link})
    assert "A Link to table cannot be required." in text_of(refused)
    odd = create(builder, [("Owner", "string", "")], **{"link-0": link})
    assert field_error(odd, "link-0").startswith("A Short text shows no other table")

    at = create(builder, [("Owner", "relation", "")], **{"link-0": link}).headers["Location"]
    with hub.world.db.reading() as session:
        ada = session.scalars(select(DataRecord.id)).one()
    assert f'<option value="{ada}">Ada</option>' in builder.get(f"{at}/records/new").text
    add(hub, builder, at, ada)

    assert "Ada" in text_of(builder.get(at))
    assert f'<option value="{ada}" selected>Ada</option>' in builder.get(record_at(hub, at, 1)).text


#: Place of a column, operand and value of a filter, and what it leaves.
FILTERS: tuple[tuple[int, str, str, list[str]], ...] = (
    (0, "starts_with", "L", ["Lamp"]),
    (0, "equals", "lamp", []),
    (1, "greater", "3", ["Desk"]),
    (2, "is_true", "", ["Lamp"]),
    (3, "on_or_after", "2026-09-01", ["Lamp"]),
    (3, "is_null", "", ["Desk"]),
)


@pytest.mark.long
def test_records_are_filtered_and_sorted(hub: Hub, builder: HubBrowser) -> None:
    at = create(builder).headers["Location"]
    add(hub, builder, at, "Lamp", "3", "TRUE", "2026-09-01")
    add(hub, builder, at, "Desk", "10", "FALSE", "")
    name, pieces, _, due, *_ = ids = ids_of(hub)

    empty_first = builder.get(f"{at}?sort={due}").text
    assert empty_first.index("Desk") < empty_first.index("Lamp")
    for by, how, value, left in FILTERS:
        page = text_of(builder.get(f"{at}?by={ids[by]}&how={how}&value={value}"))
        assert [each for each in ("Lamp", "Desk") if f"{each} " in page] == left, how
        assert ("No record matches this filter." in page) is not bool(left)
    twice = f"by={name}&how=equals&value=Lamp&by={pieces}&how=less&value=3"
    assert "No record matches these filters." in text_of(builder.get(f"{at}?{twice}"))

    down = builder.get(f"{at}?sort=-{pieces}").text
    assert down.index("Desk") < down.index("Lamp")
    assert 'aria-sort="descending"' in down
    assert f"sort={name}" in builder.get(f"{at}?sort=gone").text
    wrong = builder.get(f"{at}?by={pieces}&how=less&value=many")
    assert field_error(wrong, "value") == "The value must be a whole number."
    how = field_error(builder.get(f"{at}?by={name}&how=before&value=x"), "how")
    assert how.startswith("'Name' cannot be filtered like this. There are: Equals, Is not")
    assert field_error(builder.get(f"{at}?by=&how=equals&value=x"), "by") == "Select a column."


def test_two_at_once_do_not_overwrite_each_other_unseen(hub: Hub, builder: HubBrowser) -> None:
    at = create(builder).headers["Location"]
    add(hub, builder, at, "Lamp", "3")
    record, admin = record_at(hub, at), hub.browser("admin")
    seen = hidden(builder.get(record).text, "seen")
    admin.post(record, record, **values_form(hub, ["Lamp", "4"]))

    refused = builder.post(record, record, seen=seen, **values_form(hub, ["Lamp", "5"]))

    assert refused.status_code == 409
    assert "Somebody else changed this record in the meantime" in text_of(refused)
    assert "Now: 4." in text_of(refused)
    assert records(hub)[0][:2] == ["Lamp", 4]
    again = hidden(refused.text, "seen")
    builder.post(record, record, seen=again, **values_form(hub, ["Lamp", "5"]))
    assert records(hub)[0][:2] == ["Lamp", 5]


@pytest.mark.requirement("SRV-23")
def test_a_recipe_reads_and_writes_what_pages_show(hub: Hub, builder: HubBrowser) -> None:
    at = create(builder).headers["Location"]
    add(hub, builder, at, "Lamp", "3")
    name = ids_of(hub)[0].replace("-", "_")
    find = action(
        "workato_db_table", "search_records", "f", table_id="1", parameters={name: "Lamp"}
    )
    write = action(
        "workato_db_table", "create_record", "w", table_id="1", parameters={name: "Desk"}
    )
    first = pill(
        "workato_db_table", "f", "records", {"path_element_type": "current_item"}, "Pieces"
    )
    with hub.world.db.unit() as session:
        row = session.get_one(Recipe, 3)
        row.code, row.config = numbered(recipe(find, write, return_result(found=first))), []

    test = "/recipes/3/test"
    job = builder.post(test, test, event="{}", environment="1").headers["Location"]

    assert "Succeeded" in text_of(builder.get(job))
    assert records(hub)[1][:2] == ["Desk", 5], "with the default value"
    assert "Desk 5" in text_of(builder.get(at))
    assert "Recipes use this table, and have to be changed: Recipe 3 ." in text_of(
        builder.get(f"{at}/delete")
    )
