"""What an MCP server says: initialize, ping, tools/list, tools/call, and its transport."""

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from sqlalchemy import select

from simulator.db.tables import McpTool
from tests.contract.identity_world import PROCUREMENT
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures


def hello(version: str) -> dict[str, Any]:
    """The parameters of `initialize`."""
    info = {"name": "test", "version": "1"}
    return {"protocolVersion": version, "capabilities": {}, "clientInfo": info}


@pytest.mark.requirement("MCP-25")
@pytest.mark.parametrize(
    "requested, agreed",
    [
        ("2024-11-05", "2024-11-05"),
        ("2025-03-26", "2025-03-26"),
        ("2025-06-18", "2025-06-18"),
        ("2025-11-25", "2025-11-25"),
        ("2026-07-28", "2025-11-25"),
        ("1999-01-01", "2025-11-25"),
    ],
)
def test_initialize_agrees_on_a_version_of_the_handshake_era(
    mcp: Mcp, requested: str, agreed: str
) -> None:
    """The client's own if it is one, else the newest."""
    result = mcp.ask("initialize", hello(requested))["result"]

    assert result["protocolVersion"] == agreed
    assert result["serverInfo"]["name"] == "Procurement assistant"
    assert result["capabilities"] == {"tools": {"listChanged": False}}
    assert result["instructions"] == "Looks up requisitions for the person who asks."


@pytest.mark.requirement("MCP-25")
def test_calls_work_without_a_handshake_and_with_its_session(mcp: Mcp) -> None:
    """Stateless, as Workato's own scripts call."""
    begun = mcp.send(
        {"jsonrpc": "2.0", "id": "a", "method": "initialize", "params": hello("2025-06-18")},
        mcp.token_of("ada"),
    )
    session = begun.headers["Mcp-Session-Id"]

    initialized = mcp.send(
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        mcp.token_of("bob"),
    )
    assert (initialized.status_code, initialized.data) == (202, b"")
    assert begun.get_json()["id"] == "a"
    assert session.isascii()
    assert mcp.ask("ping", Mcp_Session_Id=session)["result"] == {}
    assert mcp.ask("ping", {})["result"] == {}


@pytest.mark.requirement("MCP-25")
def test_the_modern_era_discovers_instead(mcp: Mcp) -> None:
    """No handshake; results say that they are complete, and lists that they are private."""
    found = mcp.ask_modern("server/discover").get_json()["result"]
    tools = mcp.ask_modern("tools/list").get_json()["result"]
    called = mcp.ask_modern("tools/call", {"name": "Greet"}).get_json()["result"]

    assert found["supportedVersions"] == ["2026-07-28"]
    assert [one["resultType"] for one in (found, tools, called)] == ["complete"] * 3
    assert tools["cacheScope"] == "private"
    assert mcp.ask_modern("initialize", hello("2026-07-28")).status_code == 404


@pytest.mark.requirement("MCP-26")
def test_tools_list_shows_the_started_tools_with_their_schemas(mcp: Mcp) -> None:
    """In their order; a stopped one is not listed (Workato docs, MCP servers)."""
    tools = {tool["name"]: tool for tool in mcp.ask("tools/list")["result"]["tools"]}

    assert list(tools) == ["List_my_requisitions", "Repeat", "Greet", "Turn_down"]
    assert tools["Repeat"] == {
        "name": "Repeat",
        "title": "Repeat",
        "description": "Says everything twice.",
        "inputSchema": {
            "type": "object",
            "properties": {
                "text": {"type": "string", "title": "What to say", "description": "Any text"},
                "count": {"type": "integer", "title": "Count"},
                "tone": {"type": "string", "title": "Tone", "enum": ["loud", "soft"]},
                "parts": {
                    "type": "array",
                    "title": "Parts",
                    "items": {
                        "type": "object",
                        "properties": {"size": {"type": "number", "title": "Size"}},
                        "required": ["size"],
                        "additionalProperties": False,
                    },
                },
            },
            "required": ["text"],
            "additionalProperties": False,
        },
    }
    assert tools["Greet"]["outputSchema"]["anyOf"][0]["required"] == ["greeting"]


@pytest.mark.requirement("MCP-130")
def test_results_and_failures_alike_fit_the_output_schema_of_the_tool(mcp: Mcp) -> None:
    """Clients check structured content even where `isError` is set."""
    (tool,) = [t for t in mcp.ask("tools/list")["result"]["tools"] if t["name"] == "Greet"]
    schema = Draft202012Validator(tool["outputSchema"])

    assert schema.is_valid(mcp.call("Greet")["structuredContent"])
    assert schema.is_valid(mcp.call("Greet", {"wrong": 1})["structuredContent"])
    assert not schema.is_valid({"said": "Something else"})


@pytest.mark.requirement("MCP-26")
def test_a_tool_that_is_started_appears_and_a_stopped_one_cannot_be_called(mcp: Mcp) -> None:
    before = mcp.ask("tools/call", {"name": "Asleep"})
    with mcp.world.db.unit() as session:
        session.scalars(select(McpTool).where(McpTool.name == "Asleep")).one().enabled = True

    assert before["error"]["code"] == -32602
    assert "tool 'Asleep' not found" in before["error"]["message"]
    assert "Asleep" in [tool["name"] for tool in mcp.ask("tools/list")["result"]["tools"]]
    assert mcp.call("Asleep")["structuredContent"] == {"greeting": "Never"}


@pytest.mark.requirement("MCP-27")
@pytest.mark.parametrize("arguments", [None, {}])
def test_a_result_is_text_and_structure(mcp: Mcp, arguments: dict[str, Any] | None) -> None:
    """A call without arguments is one with none."""
    result = mcp.call("Greet", arguments)

    assert result["structuredContent"] == {"greeting": "Good morning"}
    assert json.loads(result["content"][0]["text"]) == result["structuredContent"]
    assert result["isError"] is False
    (job,) = mcp.jobs()
    assert (job.tool, job.status, job.server_number) == ("Greet", "succeeded", 2107)


@pytest.mark.requirement("MCP-8")
@pytest.mark.parametrize(
    "arguments, complaint",
    [
        ({"text": 5}, "text: 5 is not of type 'string'"),
        ({"text": "a", "count": "5"}, "count: '5' is not of type 'integer'"),
        ({"text": "a", "count": True}, "count: True is not of type 'integer'"),
        ({"text": "a", "tone": "shrill"}, "tone: 'shrill' is not one of ['loud', 'soft']"),
        ({"text": "a", "parts": [{"size": 1}, {"size": "x"}]}, "parts.1.size: 'x' is not of type"),
        ({"text": "a", "parts": [{}]}, "parts.0: 'size' is a required property"),
        ({"text": "a", "volume": 11}, "('volume' was unexpected)"),
        ({}, "'text' is a required property"),
    ],
)
def test_a_wrong_argument_is_named_with_its_path(
    mcp: Mcp, arguments: dict[str, Any], complaint: str
) -> None:
    result = mcp.call("Repeat", arguments)

    assert result["isError"] is True
    assert result["structuredContent"]["error"] == "invalid_arguments"
    assert complaint in result["content"][0]["text"]
    assert mcp.jobs()[0].status == "failed"


@pytest.mark.requirement("MCP-27")
def test_an_api_recipe_that_answers_with_an_error_status_is_an_error(mcp: Mcp) -> None:
    """Its body is kept: the model can read the reason."""
    result = mcp.call("Turn_down")

    assert result["isError"] is True
    assert json.loads(result["content"][0]["text"])["response"] == {"reason": "The month is closed"}


@pytest.mark.requirement("MCP-28")
@pytest.mark.parametrize("size, fits", [(125, True), (126, False)])
def test_a_result_has_at_most_250_kilobytes(mcp: Mcp, size: int, fits: bool) -> None:
    """Counted in bytes of the text; the tool says everything twice."""
    result = mcp.call("Repeat", {"text": "ü" * (size * 512 - 6)})

    assert result["isError"] is not fits
    if not fits:
        assert result["structuredContent"]["error"] == "result_too_large"
        assert "at most 250 KB" in result["content"][0]["text"]


def call(arguments: str) -> bytes:
    """A tools/call of Repeat with arguments as they are written."""
    params = f'{{"name": "Repeat", "arguments": {arguments}}}'
    return f'{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}'.encode()


@pytest.mark.requirement("MCP-5")
@pytest.mark.parametrize(
    "body",
    [
        call('{"text": NaN}'),
        call('{"text": "a", "parts": [{"size": -Infinity}]}'),
        call('{"text": "\\ud800"}'),
        call('{"text": "\\uDC00\\uD800"}'),
        call('{"text": "a", "count": ' + "9" * 5000 + "}"),
        call('{"text": ' + "[" * 200 + "]" * 200 + "}"),
        call('{"text": ' + '{"a":' * 920 + "1" + "}" * 920 + "}"),
        call('{"text": "a", "text": "b"}'),
        b"\xef\xbb\xbf" + call('{"text": "a"}'),
        call('{"text": "a"}').decode().encode("utf-16"),
        b"{" * 100_000,
    ],
)
def test_what_is_no_json_for_everybody_is_refused(mcp: Mcp, body: bytes) -> None:
    """Numbers, halves of characters and depths that one reader takes and the next does not."""
    answer = mcp.send(body, mcp.token_of("ada"))

    assert answer.status_code == 400
    assert answer.get_json()["error"]["code"] == -32700
    assert mcp.jobs() == []


@pytest.mark.requirement("MCP-5")
@pytest.mark.parametrize("text", ["\\ud83d\\ude00", "\\u0000", "\\\\ud800", "😀", "\\u00fc"])
def test_whole_characters_pass_however_they_are_written(mcp: Mcp, text: str) -> None:
    answer = mcp.send(call(f'{{"text": "{text}"}}'), mcp.token_of("ada"))

    echoed = answer.get_json()["result"]["structuredContent"]["said"]
    assert echoed == json.loads(f'"{text}"') * 2


@pytest.mark.requirement("MCP-5")
@pytest.mark.parametrize(
    "method, params",
    [
        ("tools/fly", None),
        ("resources/list", None),
        ("tools/call", None),
        ("tools/call", {"name": 5}),
        ("tools/call", {"name": "Repeat", "arguments": []}),
        ("tools/call", {"name": "Greet", "requestState": "made up"}),
        ("tools/call", {"name": "Greet", "inputResponses": 5}),
        ("initialize", {"protocolVersion": 5}),
        ("ping", {"_meta": 5}),
    ],
)
def test_a_message_that_cannot_be_served_gets_a_json_rpc_error(
    mcp: Mcp, method: str, params: dict[str, Any] | None
) -> None:
    answer = mcp.ask(method, params)

    assert answer["id"] == 1
    assert answer["error"]["code"] in (-32601, -32602)
    assert answer["error"]["message"]


@pytest.mark.requirement("MCP-29")
@pytest.mark.parametrize(
    "accept, kind",
    [
        ("application/json, text/event-stream", "application/json"),
        ("text/event-stream, application/json", "application/json"),
        ("text/event-stream", "text/event-stream"),
        ("*/*", "application/json"),
        ("", "application/json"),
    ],
)
def test_the_answer_is_json_or_one_event_for_who_takes_nothing_else(
    mcp: Mcp, accept: str, kind: str
) -> None:
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}
    answer = mcp.send(ping, mcp.token_of("ada"), Accept=accept)

    assert answer.mimetype == kind
    text = answer.text.removeprefix("event: message\ndata: ")
    assert json.loads(text) == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.requirement("MCP-29")
@pytest.mark.parametrize("body", [{"result": {}}, {"error": {"code": 1, "message": "x"}}])
def test_a_response_of_the_client_is_taken_without_an_answer(
    mcp: Mcp, body: dict[str, Any]
) -> None:
    answer = mcp.send({"jsonrpc": "2.0", "id": 1} | body, mcp.token_of("ada"), url=PROCUREMENT)

    assert (answer.status_code, answer.data) == (202, b"")
