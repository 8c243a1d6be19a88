"""Packages in and out of a database: the first time, again, changed here, and refused."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from sqlalchemy import func, select

from simulator.db.tables import (
    Connection,
    Folder,
    LookupEntry,
    McpServer,
    PackageAsset,
    Project,
    Property,
    Recipe,
)
from simulator.domain import recipes, servers
from simulator.domain.packages import exporting, importing, reading
from simulator.domain.packages.outcome import Action, Outcome, Progress, Stage
from simulator.domain.packages.refusals import PackageError
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.world import World
from tests.contract.racing import race
from tests.packages import connection, recipe, reference, to_zip

SECRET_KEY = "key-of-a-test-that-is-long-enough"
FIXTURES = Path("fixtures/packages")
OURS = sorted(each.name for each in FIXTURES.iterdir())


@pytest.fixture
def world(simulator: Simulator) -> World:
    """The demo's."""
    return simulator.world


@pytest.fixture
def stored_world(database_url: str) -> Iterator[World]:
    """The demo's, on SQLite and on PostgreSQL."""
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        yield simulator.world


def store(world: World, files: Any, **options: Any) -> Outcome:
    """Import files, or the folder that is named, in a unit of work."""
    if isinstance(files, str):
        package = reading.read_path(FIXTURES / files)
    else:
        package = reading.read_zip(to_zip(files), "P")
    with world.db.unit():
        return importing.import_package(world, 1, 1, package, **options)


def export(world: World, name: str) -> dict[str, Any]:
    """The documents of a project's export."""
    with world.db.unit() as session:
        project = session.scalars(select(Project).where(Project.name == name)).one()
        files = exporting.export_project(world, project)
    return {each: json.loads(content) for each, content in files.items()}


def written(name: str) -> dict[str, Any]:
    """The documents of one of our packages."""
    folder = FIXTURES / name
    return {
        path.relative_to(folder).as_posix(): json.loads(path.read_text())
        for path in folder.rglob("*.json")
    }


def actions(outcome: Outcome) -> dict[str, Action]:
    """File → what was done."""
    return {each.zip_name: each.action for each in outcome.changes}


@pytest.mark.requirement("PKG-3", "PKG-4")
def test_what_was_imported_is_exported_again_and_changes_nothing_the_second_time(
    stored_world: World,
) -> None:
    for name in OURS:
        first = store(stored_world, name)
        assert export(stored_world, name) == written(name)

        again = store(stored_world, name)
        assert set(actions(first).values()) == {Action.ADDED}
        assert set(actions(again).values()) == {Action.UNCHANGED}
        assert [each.row_id for each in again.changes] == [each.row_id for each in first.changes]
        assert export(stored_world, name) == written(name)


@pytest.mark.requirement("PKG-5")
def test_a_server_with_verified_access_has_a_tool_for_each_skill(world: World) -> None:
    store(world, "helpdesk")

    with world.db.reading() as session:
        server = session.scalars(select(McpServer).where(McpServer.name == "Helpdesk")).one()
        assert server.auth_type == "workato_idp"
        others = session.scalars(select(McpServer.number).where(McpServer.name != "Helpdesk"))
        assert server.number == max(others) + 1
        assert [(each.name, each.description[:22]) for each in server.tools] == [
            ("Find_my_issues", "Use this tool to list "),
            ("Get_an_issue", "Use this tool to read "),
            ("Report_a_problem", "Use this tool to creat"),
        ]
        assert all(recipes.needs_verified_access(each) for each in server.tools)
        (jira,) = {recipes.find_connection(world, each.recipe, "jira") for each in server.tools}
        assert jira is not None
        assert (jira.name, jira.status) == ("Jira of the helpdesk", "Not connected")
        folders = select(Folder.path).where(Folder.project_id == server.project_id)
        assert session.scalars(folders).all() == ["skills"]


@pytest.mark.requirement("PKG-5")
def test_a_server_of_an_api_collection_has_a_tool_for_each_endpoint(world: World) -> None:
    store(world, "procurement_api")

    with world.db.reading() as session:
        query = select(McpServer).where(McpServer.name == "Procurement by API")
        server = session.scalars(query).one()
        assert [(each.name, each.description) for each in server.tools] == [
            ("Get_a_requisition", "Read one of my requisitions"),
            ("List_requisitions", "List my requisitions by their status"),
        ]


@pytest.mark.requirement("PKG-5")
def test_a_server_with_a_token_runs_recipes(world: World) -> None:
    store(world, "unit_converter")

    with world.db.reading() as session:
        server = session.scalars(select(McpServer).where(McpServer.name == "Units")).one()
        assert (server.auth_type, server.token_hash) == ("hashed_token", None)
        assert [each.name for each in server.tools] == ["Convert_miles"]


@pytest.mark.requirement("PKG-5")
def test_two_tools_of_one_name_get_a_number(world: World) -> None:
    tools = [
        {"ref": {"id": reference(f"{each}.recipe.json", "Echo!")}, "name": "Echo!"} for each in "ab"
    ]
    files = {"a.recipe.json": recipe("A"), "b.recipe.json": recipe("B")}

    store(world, {**files, "s.mcp_server.json": {"name": "Two", "tools": tools}})

    with world.db.reading() as session:
        server = session.scalars(select(McpServer).where(McpServer.name == "Two")).one()
        assert [each.name for each in server.tools] == ["Echo_", "Echo__2"]


@pytest.mark.requirement("PKG-3")
def test_calls_and_tables_are_bound_by_id_and_unbound_again(world: World) -> None:
    store(world, "greetings")
    store(world, "cost_centres")
    store(world, "announcements")

    with world.db.reading() as session:
        greet = session.scalars(select(Recipe).where(Recipe.name == "Greet")).one()
        part = session.scalars(select(Recipe).where(Recipe.name == "Make greeting")).one()
        assert greet.code["block"][0]["input"]["flow_id"] == str(part.id)
        entries = session.scalars(select(LookupEntry.fields).order_by(LookupEntry.id)).all()
        assert entries == [
            {"code": "100", "owner": "Research"},
            {"code": "200", "owner": "Sales"},
        ]
        properties = select(Property.name, Property.value, Property.project_id.is_(None))
        assert sorted(map(tuple, session.execute(properties).all())) == [
            ("company", "Acme", True),
            ("tone", "kindly", False),
        ]


@pytest.mark.requirement("PKG-3")
def test_a_change_in_the_package_updates_what_is_there(world: World) -> None:
    files = written("helpdesk")
    before = store(world, files)
    changed = copy.deepcopy(files)
    changed["skills/get_an_issue.recipe.json"]["description"] = "Read it"
    changed["helpdesk.mcp_server.json"]["tools"][0]["description"] = "Lists."
    del changed["skills/report_a_problem.agentic_skill.json"]
    changed["helpdesk.mcp_server.json"]["tools"].pop()
    del changed["helpdesk.mcp_server.json"]["references"]["ref_2"]

    outcome = store(world, changed)

    done = actions(outcome)
    assert {name for name, action in done.items() if action is Action.CHANGED} == {
        "skills/get_an_issue.recipe.json",
        "helpdesk.mcp_server.json",
    }
    ids = {each.zip_name: each.row_id for each in before.changes}
    assert all(ids[each.zip_name] == each.row_id for each in outcome.changes)
    with world.db.reading() as session:
        server = session.scalars(select(McpServer).where(McpServer.name == "Helpdesk")).one()
        assert [each.description[:6] for each in server.tools] == ["Lists.", "Use th", "Use th"]
        read = session.get_one(Recipe, ids["skills/get_an_issue.recipe.json"])
        assert (read.description, read.version_no) == ("Read it", 2)


@pytest.mark.requirement("PKG-3")
def test_a_file_that_was_renamed_is_the_same_asset(world: World) -> None:
    first = store(world, {"echo.recipe.json": recipe()})
    again = store(world, {"deep/echo_2.recipe.json": recipe()})

    assert [(each.row_id, each.action) for each in again.changes] == [
        (first.changes[0].row_id, Action.CHANGED)
    ]
    assert list(export(world, "P")) == ["deep/echo_2.recipe.json"]


@pytest.mark.requirement("PKG-3")
def test_what_was_chosen_and_stopped_here_stays(world: World) -> None:
    entry = {"keyword": "application", "provider": "jira", "account_id": None}
    files = {"call.recipe.json": recipe("Call", [entry])}
    call = store(world, files).changes[0].row_id
    with world.db.unit() as session:
        found = session.get_one(Recipe, call)
        own = session.scalars(select(Connection).where(Connection.provider == "jira")).first()
        assert own is not None
        recipes.use_connection(world, found, own, end_users=True)
        found.running = False
        connection_id = own.id

    files["call.recipe.json"]["description"] = "New"
    store(world, files)

    with world.db.reading() as session:
        found = session.get_one(Recipe, call)
        assert found.config[0]["account_id"] == connection_id
        assert not found.running


@pytest.mark.requirement("PKG-3")
def test_new_recipes_are_stopped_where_the_caller_says_so(world: World) -> None:
    (change,) = store(world, {"echo.recipe.json": recipe()}, start=False).changes

    with world.db.reading() as session:
        assert not session.get_one(Recipe, change.row_id).running


@pytest.mark.requirement("PKG-3")
def test_progress_is_told_file_by_file(world: World) -> None:
    steps: list[Progress] = []
    store(world, "greetings", progress=steps.append)

    assert [each.percent for each in steps] == [12, 25, 37, 50, 62, 75, 87, 100]
    assert (steps[4].stage, steps[4].done, steps[4].total) == (Stage.BUILDING, 1, 4)
    assert steps[-1].place == "greetings.mcp_server.json"


@pytest.mark.requirement("PKG-3")
def test_of_several_who_import_at_once_one_adds(stored_world: World) -> None:
    outcomes = race(lambda _: store(stored_world, "greetings"), rivals=4)

    done = [set(actions(each).values()) for each in outcomes]
    assert sorted(done, key=str) == [{Action.ADDED}, *[{Action.UNCHANGED}] * 3]
    assert export(stored_world, "greetings") == written("greetings")


@pytest.mark.requirement("PKG-14")
def test_fifty_recipes_are_imported_in_under_two_seconds(world: World) -> None:
    files = {f"deep/{number}.recipe.json": recipe(f"R{number}") for number in range(50)}
    began = process_time()

    outcome = store(world, files)

    assert process_time() - began < 2
    assert outcome.count(Action.ADDED) == 50


def count(world: World) -> list[int]:
    """How many rows there are of what packages bring."""
    with world.db.reading() as session:
        return [
            session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Project, Folder, PackageAsset, Connection, Recipe, McpServer)
        ]


@pytest.mark.requirement("PKG-3")
def test_a_reference_to_nothing_leaves_nothing_behind(stored_world: World) -> None:
    before = count(stored_world)
    entry = {"provider": "jira", "account_id": reference("gone.connection.json", "Gone")}
    files = {"new/a.recipe.json": recipe("A"), "b.recipe.json": recipe("B", [entry])}

    with pytest.raises(PackageError, match=r"b\.recipe\.json: refers to gone\.connection\.json"):
        store(stored_world, files)

    assert count(stored_world) == before


@pytest.mark.requirement("PKG-3")
def test_a_tool_that_stands_for_no_recipe_leaves_nothing_behind(world: World) -> None:
    before = count(world)
    tools = [{"tool": "ref_0"}]
    references = {"ref_0": {"type": "connection", "id": reference("c.connection.json", "C")}}
    files = {
        "c.connection.json": connection("C"),
        "s.mcp_server.json": {"name": "S", "tools": tools, "references": references},
    }

    with pytest.raises(PackageError, match=r"s\.mcp_server\.json: the tool 'C'"):
        store(world, files)

    assert count(world) == before


@pytest.mark.requirement("PKG-3")
def test_a_connection_of_another_project_is_found_there_or_made_here(world: World) -> None:
    far = reference("Shared/x.connection.json", "X", "Shared")
    files = {"a.recipe.json": recipe("A", [{"provider": "jira", "account_id": far}])}

    outcome = store(world, files)

    assert outcome.remarks == [
        "'X' (Shared/x.connection.json) belongs to another project, which is not in the package: "
        "a connection of that name is made here, to be authorized."
    ]
    assert export(world, "P")["a.recipe.json"] == files["a.recipe.json"]
    shared = {
        "Shared/project.json": {"name": "Shared"},
        "Shared/x.connection.json": connection("X"),
    }
    store(world, shared)
    assert store(world, files).remarks == []


@pytest.mark.requirement("PKG-71")
def test_a_connection_of_a_later_project_is_made_once(world: World) -> None:
    far = reference("Shared/x.connection.json", "X", "Shared")
    files = {
        "A/project.json": {"name": "A"},
        "A/a.recipe.json": recipe("A", [{"provider": "jira", "account_id": far}]),
        "Shared/project.json": {"name": "Shared"},
        "Shared/x.connection.json": connection("X"),
    }

    outcome = store(world, files)

    with world.db.unit() as session:
        (row,) = session.scalars(select(Connection).where(Connection.name == "X"))
        (using,) = session.scalars(select(Recipe).where(Recipe.name == "A"))
        assert (row.project_id, using.config[0]["account_id"]) == (
            outcome.projects["Shared"],
            row.id,
        )


@pytest.mark.requirement("PKG-4")
def test_what_was_changed_here_is_in_the_export(stored_world: World) -> None:
    store(stored_world, "helpdesk")
    with stored_world.db.unit() as session:
        server = session.scalars(select(McpServer).where(McpServer.name == "Helpdesk")).one()
        servers.describe_tool(stored_world, server.tools[1], "Read one.")
        servers.switch_to_token_access(stored_world, server)
        session.execute(select(Recipe))
        report = server.tools[2].recipe
        report.description = "Changed here"
        report.version_no += 1

    expected = written("helpdesk")
    manifest = expected["helpdesk.mcp_server.json"]
    manifest["tools"][1]["description"] = "Read one."
    manifest["auth_type"] = "token"
    recipe_document = expected["skills/report_a_problem.recipe.json"]
    recipe_document |= {"description": "Changed here", "version": 2}
    assert export(stored_world, "helpdesk") == expected


@pytest.mark.requirement("PKG-4")
def test_what_was_made_here_comes_back_the_same(world: World) -> None:
    documents = export(world, "Procurement")
    assert "procurement_assistant.mcp_server.json" in documents

    store(world, {f"Copy/{name}": each for name, each in documents.items()} | {
        "Copy/project.json": {"name": "Copy"}
    })  # fmt: skip

    copied = export(world, "Copy")
    del copied["project.json"]
    assert copied == documents


@pytest.mark.requirement("PKG-4")
def test_files_that_are_no_json_come_back_byte_by_byte(world: World) -> None:
    page = bytes(range(256))
    store(world, {"t.topic.json": {"name": "T"}, "server_board.bin": page, "list.json": "[1]"})

    with world.db.unit() as session:
        project = session.scalars(select(Project).where(Project.name == "P")).one()
        files = exporting.export_project(world, project)
    assert (files["server_board.bin"], files["list.json"]) == (page, b"[1]")
    package = reading.read_zip(exporting.to_zip(files), "P")
    assert sorted(package.projects[0].by_zip_name) == sorted(files)
