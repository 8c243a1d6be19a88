"""What an admin set on a tool, as clients see it: hints, pages of tools, stopped recipes."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select

from simulator.crypto import Purpose
from simulator.db.tables import McpTool, Recipe
from simulator.systems.mcp.paging import PAGE_SIZE
from tests.contract.identity_world import RESEARCH
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures
HINTS = {"read_only": False, "destructive": True, "idempotent": False, "open_world": True}


def change(mcp: Mcp, tool: str, **values: Any) -> None:
    """Change columns of a tool of the Procurement assistant."""
    with mcp.world.db.unit() as session:
        selection = select(McpTool).where(McpTool.name == tool, McpTool.server_number == 2107)
        row = session.scalars(selection).one()
        for name, value in values.items():
            setattr(row, name, value)


def run_recipe(mcp: Mcp, name: str, *, running: bool) -> None:
    """Start or stop a recipe."""
    with mcp.world.db.unit() as session:
        session.scalars(select(Recipe).where(Recipe.name == name)).one().running = running


def publish(mcp: Mcp, tools: int, number: int = 2109) -> list[str]:
    """Make the recipe Greet the only `tools` tools of a server; returns their names in order."""
    names = [f"Greet_{position}" for position in range(tools)]
    with mcp.world.db.unit() as session:
        greet = session.scalars(select(Recipe).where(Recipe.name == "Greet")).one()
        for old in session.scalars(select(McpTool).where(McpTool.server_number == number)):
            session.delete(old)
        for position, name in enumerate(names):
            session.add(
                McpTool(
                    server_number=number,
                    recipe_id=greet.id,
                    name=name,
                    description="Needs nothing.",
                    position=position // 2,  # two tools at each place: the id decides
                )
            )
    return names


def give_each_a_recipe(mcp: Mcp, number: int = 2109) -> None:
    """Each tool of a server its own copy of the recipe Greet."""
    with mcp.world.db.unit() as session:
        greet = select(Recipe.__table__).where(Recipe.name == "Greet")
        copy = {**session.execute(greet).mappings().one(), "name": "Copy of Greet"}
        del copy["id"]
        for tool in session.scalars(select(McpTool).where(McpTool.server_number == number)):
            tool.recipe_id = session.scalars(insert(Recipe).returning(Recipe.id), [copy]).one()


@contextmanager
def statements() -> Iterator[list[str]]:
    """The SQL that is executed, as it comes."""
    executed: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        executed.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield executed
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def listed(mcp: Mcp, cursor: str | None = None, url: str = RESEARCH) -> dict[str, Any]:
    """The answer to tools/list, a result or an error."""
    params = {} if cursor is None else {"cursor": cursor}
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list", "params": params}
    return dict(mcp.send(message, mcp.token_of("ada", url), url).get_json())


def names_on(page: dict[str, Any]) -> list[str]:
    """The tools of an answer."""
    return [tool["name"] for tool in page["result"]["tools"]]


@pytest.mark.requirement("MCP-41")
def test_hints_are_the_annotations_of_a_tool(mcp: Mcp) -> None:
    """All four, or none at all; in both eras."""
    change(mcp, "Greet", hints=HINTS)

    for answer in (mcp.ask("tools/list"), mcp.ask_modern("tools/list").get_json()):
        tools = {tool["name"]: tool for tool in answer["result"]["tools"]}
        assert tools["Greet"]["annotations"] == {
            "readOnlyHint": False,
            "destructiveHint": True,
            "idempotentHint": False,
            "openWorldHint": True,
        }
        assert "annotations" not in tools["Repeat"]


@pytest.mark.requirement("MCP-42")
@pytest.mark.parametrize("tools", [0, 1, PAGE_SIZE])
def test_what_fits_on_a_page_has_no_cursor(mcp: Mcp, tools: int) -> None:
    names = publish(mcp, tools)

    page = listed(mcp)

    assert names_on(page) == names
    assert "nextCursor" not in page["result"]


@pytest.mark.requirement("MCP-42")
def test_a_long_list_is_read_page_by_page(mcp: Mcp) -> None:
    """In the same order each time; a tool that stops in between shifts nothing."""
    names = publish(mcp, 2 * PAGE_SIZE + 1)

    first = listed(mcp)
    with mcp.world.db.unit() as session:
        for gone in session.scalars(select(McpTool).where(McpTool.name.in_([names[3], names[49]]))):
            gone.enabled = False
    second = listed(mcp, first["result"]["nextCursor"])
    third = listed(mcp, second["result"]["nextCursor"])

    assert names_on(first) == names[:PAGE_SIZE]
    assert names_on(second) == names[PAGE_SIZE : 2 * PAGE_SIZE]
    assert names_on(third) == names[2 * PAGE_SIZE :]
    assert "nextCursor" not in third["result"]


@pytest.mark.requirement("MCP-42")
def test_a_modern_client_turns_pages_too(mcp: Mcp) -> None:
    names = publish(mcp, PAGE_SIZE + 1, number=2107)

    first = mcp.ask_modern("tools/list").get_json()
    cursor = first["result"]["nextCursor"]

    second = mcp.ask_modern("tools/list", {"cursor": cursor}).get_json()
    assert names_on(first) + names_on(second) == names
    assert second["result"]["cacheScope"] == "private"


@pytest.mark.requirement("MCP-42")
def test_a_long_list_asks_the_database_as_often_as_a_short_one(mcp: Mcp) -> None:
    queries = {}
    for tools in (2, 3 * PAGE_SIZE):
        publish(mcp, tools)
        give_each_a_recipe(mcp)
        with statements() as executed:
            page = listed(mcp)
        assert len(names_on(page)) == min(tools, PAGE_SIZE)
        queries[tools] = [
            sql for sql in executed if "FROM mcp_tools" in sql or "FROM recipes" in sql
        ]

    assert len(queries[2]) == len(queries[3 * PAGE_SIZE]) == 1


@pytest.mark.requirement("MCP-42")
def test_a_cursor_of_somewhere_else_is_refused(mcp: Mcp) -> None:
    """Made up, tampered with, of another server, or something else that was sealed here."""
    publish(mcp, PAGE_SIZE + 1)
    publish(mcp, PAGE_SIZE + 1, number=2107)
    real = listed(mcp)["result"]["nextCursor"]
    other = mcp.ask("tools/list")["result"]["nextCursor"]
    seal = partial(mcp.world.keys.seal, Purpose.TOOL_LIST_CURSOR)
    wrong = ["", "2", "ü", real[:-5] + "AAAAA", other, seal("50"), seal("secret"), seal("[1]")]

    state = mcp.world.keys.seal(Purpose.MCP_REQUEST_STATE, json.dumps({"tools_of": 2109}))
    for cursor in [*wrong, state, seal(json.dumps({"person": "eu-1", "tool": 1}))]:
        error = listed(mcp, cursor)["error"]
        assert error["code"] == -32602
        assert "send the nextCursor of the page before" in error["message"]


@pytest.mark.requirement("MCP-43")
def test_a_tool_is_there_while_its_recipe_runs(mcp: Mcp) -> None:
    """On every server that publishes it, although the tool itself is started."""
    run_recipe(mcp, "Greet", running=False)

    names = [tool["name"] for tool in mcp.ask("tools/list")["result"]["tools"]]
    refused = mcp.ask("tools/call", {"name": "Greet"})

    assert names == ["List_my_requisitions", "Repeat", "Turn_down"]
    assert names_on(listed(mcp)) == []
    assert refused["error"]["code"] == -32602
    assert refused["error"]["message"] == ("tool 'Greet' not found")
    run_recipe(mcp, "Greet", running=True)
    assert mcp.call("Greet")["structuredContent"] == {"greeting": "Good morning"}
    assert len(mcp.jobs()) == 1
