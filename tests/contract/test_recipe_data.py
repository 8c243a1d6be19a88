"""Properties and tables that recipes read and write, on both databases."""

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import (
    DataTable,
    LookupEntry,
    LookupTable,
    Project,
    Property,
    Workspace,
)
from simulator.domain.engine.compiling import compile_recipe
from simulator.domain.engine.errors import StepFailed
from simulator.domain.engine.interpreter import Job
from simulator.domain.engine.platform.tables import DATA, LOOKUP, RECORD_ID
from simulator.domain.recipe_data import StoredTables, read_properties
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.world import World
from tests.unit.engine.recipes import (
    Block,
    FakeHost,
    action,
    finish,
    pill,
    recipe,
    return_result,
)

pytestmark = pytest.mark.requirement("REC-120")
EMAIL = "5d420ed4-eafd-44d7-89ae-77ed9c46dba5"
EMAIL_IN_RECIPES = EMAIL.replace("-", "_")


@pytest.fixture
def world(database_url: str) -> Iterator[World]:
    """The minimal world, with a lookup table, a data table and properties."""
    settings = Settings(database=database_url, scenario="minimal", secret_key="s" * 32)
    with Simulator(settings) as simulator:
        world = simulator.world
        with world.db.unit() as session:
            workspace = session.scalars(select(Workspace)).one()
            project = session.scalars(select(Project)).first()
            assert project is not None
            session.add_all(
                [
                    LookupTable(id=1, workspace_id=workspace.id, name="Rates", columns=COLUMNS),
                    DataTable(
                        id=1,
                        workspace_id=workspace.id,
                        project_id=project.id,
                        handle="people",
                        name="People",
                        columns=[{"id": EMAIL, "title": "Email"}, {"id": "n", "title": "N"}],
                    ),
                    Property(workspace_id=workspace.id, name="region", value="EU"),
                    Property(workspace_id=workspace.id, name="stage", value="all"),
                    Property(
                        workspace_id=workspace.id, project_id=project.id, name="stage", value="own"
                    ),
                ]
            )
            session.flush()
            for code, rate in (("EUR", "1"), ("USD", "1.1")):
                session.add(LookupEntry(table_id=1, fields={"code": code, "rate": rate}))
        yield world


COLUMNS = [{"name": "code", "label": "Code"}, {"name": "rate", "label": "Rate"}]


def run(world: World, *blocks: Block) -> Any:
    """Run a recipe in a unit of work; return its result."""
    with world.db.unit() as session:
        project = session.scalars(select(Project)).first()
        assert project is not None
        host = FakeHost(
            tables=StoredTables(world, project.workspace_id),
            properties=read_properties(world, project.workspace_id, project.id),
        )
        job = Job(compile_recipe(recipe(*blocks), []), host, {})
        result = finish(job)
    return result.value if result else None


def test_an_entry_is_looked_up(world: World) -> None:
    step = action(LOOKUP, "get_entry", "e", lookup_table_id="1", parameters={"code": "USD"})
    formula = "=lookup('Rates', Code: 'USD')['Rate']"

    value = run(
        world,
        step,
        return_result(found=pill(LOOKUP, "e", "entry", "rate"), formula=formula),
    )

    assert value == {"found": "1.1", "formula": "1.1"}


def test_entries_are_added_changed_and_deleted(world: World) -> None:
    def rows() -> Any:
        return run(
            world,
            action(LOOKUP, "get_entries", "all", lookup_table_id="Rates"),
            return_result(rows=pill(LOOKUP, "all", "entries")),
        )["rows"]

    table = {"lookup_table_id": "1"}
    run(world, action(LOOKUP, "add_entry", **table, entry={"code": "GBP", "rate": "0.9"}))
    added = rows()[-1]
    run(world, action(LOOKUP, "update_entry", **table, id=added["id"], entry={"rate": "0.8"}))
    assert [(row["code"], row["rate"]) for row in rows()][-1] == ("GBP", "0.8")
    run(world, action(LOOKUP, "delete_entry", **table, entry_id=added["id"]))
    assert [row["code"] for row in rows()] == ["EUR", "USD"]
    run(world, action(LOOKUP, "truncate", **table))
    assert rows() == []


def test_records_are_found_by_their_columns(world: World) -> None:
    table = {"table_id": {"zip_name": "people.workato_db_table.json", "name": "People"}}
    records = [{EMAIL_IN_RECIPES: f"{name}@x", "n": number} for number, name in enumerate("ab")]

    value = run(
        world,
        action(DATA, "create_records_batch", **table, records=records),
        action(DATA, "upsert_record", "up", **table, **{EMAIL_IN_RECIPES: "a@x", "n": 5}),
        action(
            DATA,
            "get_records",
            "found",
            **table,
            filters=[{"column": EMAIL, "operand": "starts_with", "value": "a"}],
        ),
        return_result(
            created=pill(DATA, "up", "record_created"),
            n=pill(DATA, "found", "records", {"path_element_type": "current_item"}, "n"),
            size=pill(DATA, "found", "list_size"),
            id=pill(DATA, "found", "records", {"path_element_type": "current_item"}, RECORD_ID),
        ),
    )

    assert (value["created"], value["n"], value["size"]) == (False, 5, 1)
    run(world, action(DATA, "delete_record", **table, **{RECORD_ID: value["id"]}))
    left = run(
        world,
        action(DATA, "search_records", "all", **table, sort_by=EMAIL, limit="1"),
        return_result(rows=pill(DATA, "all", "records")),
    )
    assert [row[EMAIL] for row in left["rows"]] == ["b@x"]


def test_properties_of_the_project_go_before_those_of_the_account(world: World) -> None:
    names = ("stage", "region", "missing")
    texts = {
        name: f'#{{_dp(\'{{"pill_type":"project_property","property_name":"{name}"}}\')}}'
        for name in names
    }

    assert run(world, return_result(**texts)) == {"stage": "own", "region": "EU", "missing": None}


@pytest.mark.parametrize(
    "step, sentence",
    [
        (action(LOOKUP, "get_entries", lookup_table_id="9"), "no lookup table '9'"),
        (action(DATA, "add_record", table_id="Nobody"), "no data table 'Nobody'"),
        (action(DATA, "add_record"), "No table is selected"),
        (
            action(LOOKUP, "add_entry", lookup_table_id="1", entry={"colour": "x"}),
            "has no column 'colour'. There are: code, rate",
        ),
        (
            action(LOOKUP, "update_entry", lookup_table_id="1", id="999", entry={"rate": "1"}),
            "no row with the id '999'",
        ),
        (action(LOOKUP, "delete_entry", lookup_table_id="1"), "No row is named"),
        (action(DATA, "upsert_record", table_id="1"), "has no column"),
        (
            action(DATA, "get_records", table_id="1", filters=[{"column": "n", "operand": "like"}]),
            "cannot be filtered by 'like'",
        ),
    ],
    ids=range(8),
)
def test_what_a_table_cannot_do_fails_the_step(world: World, step: Block, sentence: str) -> None:
    with pytest.raises(StepFailed, match=sentence):
        run(world, action(DATA, "add_record", "one", table_id="1", n=1), step)
