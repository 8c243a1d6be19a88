"""A call that speaks before it answers: progress, cancellation, questions, and who hears them."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from simulator.db.tables import Job, McpSession
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.mcp_endpoint import SERVER, Endpoint, endpoint

__all__ = ["endpoint"]  # the fixture

BOTH = "application/json, text/event-stream"
POLICY = {"name": "Get_procurement_policy", "arguments": {"category": "travel"}}
CONFORMANCE = "/conformance"


def with_progress(token: Any = "p-1") -> dict[str, Any]:
    """A call whose client wants to hear how far it is."""
    return POLICY | {"_meta": {"progressToken": token}}


def message_of(chunk: bytes | str) -> dict[str, Any]:
    """The message in one event."""
    text = chunk.decode() if isinstance(chunk, bytes) else chunk
    message: dict[str, Any] = json.loads(text.partition("data: ")[2])
    return message


def session_of(endpoint: Endpoint, path: str = "/", **capabilities: Any) -> str:
    """The id of an initialized session."""
    hello = {
        "protocolVersion": "2025-11-25",
        "capabilities": capabilities,
        "clientInfo": {"name": "test", "version": "1"},
    }
    message = {"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello}
    return str(endpoint.post(message, path=path, **at(endpoint)).headers["Mcp-Session-Id"])


def at(endpoint: Endpoint) -> dict[str, str]:
    """Where the conformance server of a sandbox that listens nowhere is."""
    return {"base_url": SERVER} if endpoint.token else {"base_url": "http://127.0.0.1:8703"}


def jobs(simulator: Simulator) -> list[tuple[str, str]]:
    """(tool, status) of what was called."""
    with simulator.world.db.unit() as session:
        return [
            (job.tool, job.status) for job in session.scalars(select(Job).order_by(Job.sequence))
        ]


@pytest.mark.requirement("MCP-37")
def test_a_client_with_a_progress_token_hears_of_each_step(endpoint: Endpoint) -> None:
    answer = endpoint.ask("tools/call", with_progress(), Accept=BOTH)

    *notices, last = [message_of(chunk) for chunk in answer.iter_encoded()]
    assert answer.mimetype == "text/event-stream"
    assert [notice["method"] for notice in notices] == ["notifications/progress"] * len(notices)
    progress = [notice["params"] for notice in notices]
    assert [each["progress"] for each in progress] == list(range(len(progress)))
    assert {(each["progressToken"], each["total"]) for each in progress} == {("p-1", len(progress))}
    assert progress[0]["message"].startswith("Recipe function")
    assert last["id"] == 1
    assert "isError" not in last["result"] or last["result"]["isError"] is False
    assert jobs(endpoint.simulator) == [("Get_procurement_policy", "succeeded")]


@pytest.mark.requirement("MCP-37")
@pytest.mark.parametrize(
    "params, accept", [(POLICY, BOTH), (with_progress(), "application/json"), (with_progress(), "")]
)
def test_without_a_token_or_a_stream_there_is_one_json_answer(
    endpoint: Endpoint, params: dict[str, Any], accept: str
) -> None:
    answer = endpoint.ask("tools/call", params, Accept=accept)

    assert answer.mimetype == "application/json"
    assert answer.get_json()["result"]["structuredContent"]


@pytest.mark.requirement("MCP-47")
def test_a_failure_of_ours_in_the_middle_still_answers_the_call(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any) -> None:
        raise ZeroDivisionError("a secret of the machine")

    monkeypatch.setattr("simulator.domain.engine.interpreter.Job._perform", broken)
    answer = endpoint.ask("tools/call", with_progress(), Accept=BOTH)

    *_, last = [message_of(chunk) for chunk in answer.iter_encoded()]
    assert (last["id"], last["error"]["code"]) == (1, -32603)
    assert "secret of the machine" not in json.dumps(last)
    assert "secret of the machine" in caplog.text


@pytest.mark.requirement("MCP-38")
def test_a_call_that_is_cancelled_stops_and_gets_no_answer(endpoint: Endpoint) -> None:
    session = session_of(endpoint)
    answer = endpoint.ask("tools/call", with_progress(), Accept=BOTH, Mcp_Session_Id=session)
    events = answer.iter_encoded()
    assert message_of(next(events))["method"] == "notifications/progress"

    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}}
    assert endpoint.post(cancel, Mcp_Session_Id=session).status_code == 202

    rest = [message_of(chunk) for chunk in events]
    assert not [message for message in rest if "id" in message]
    assert jobs(endpoint.simulator) == [("Get_procurement_policy", "cancelled")]


@pytest.mark.requirement("MCP-38")
def test_a_client_that_hangs_up_cancels(endpoint: Endpoint) -> None:
    answer = endpoint.ask("tools/call", with_progress(), Accept=BOTH)
    next(answer.iter_encoded())

    answer.close()

    assert jobs(endpoint.simulator) == [("Get_procurement_policy", "cancelled")]


@pytest.mark.requirement("MCP-38")
@pytest.mark.parametrize("request_id", [2, "1", None])
def test_a_cancellation_of_something_else_changes_nothing(
    endpoint: Endpoint, request_id: Any
) -> None:
    session = session_of(endpoint)
    answer = endpoint.ask("tools/call", with_progress(), Accept=BOTH, Mcp_Session_Id=session)
    events = answer.iter_encoded()
    next(events)

    params = {"requestId": request_id}
    cancel = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
    endpoint.post(cancel, Mcp_Session_Id=session)
    endpoint.post(cancel | {"params": {"requestId": 1}})  # without the session

    assert message_of(list(events)[-1])["id"] == 1


@pytest.mark.requirement("MCP-38")
def test_no_lock_is_held_while_a_client_reads_slowly(endpoint: Endpoint) -> None:
    """Between two events of one call, another is served."""
    first = endpoint.ask("tools/call", with_progress(), Accept=BOTH)
    events = first.iter_encoded()
    next(events)

    other = endpoint.ask("tools/call", POLICY)

    assert other.get_json()["result"]["structuredContent"]
    assert message_of(list(events)[-1])["result"]["structuredContent"]


@pytest.fixture
def fixtures() -> Iterator[Endpoint]:
    """The conformance server."""
    settings = Settings(database="memory", conformance_server=True)
    with Simulator(settings) as simulator:
        simulator.set_addresses({"mcp": "http://127.0.0.1:8703"})
        yield Endpoint(simulator, "")


@pytest.mark.requirement("MCP-39")
def test_a_call_asks_its_client_and_waits_for_the_answer(fixtures: Endpoint) -> None:
    session = session_of(fixtures, CONFORMANCE, elicitation={})
    message = {
        "jsonrpc": "2.0",
        "id": 7,
        "method": "tools/call",
        "params": {"name": "test_elicitation", "arguments": {"message": "Who?"}},
    }
    answer = fixtures.post(
        message, path=CONFORMANCE, Accept=BOTH, Mcp_Session_Id=session, **at(fixtures)
    )
    events = answer.iter_encoded()
    question = message_of(next(events))
    assert (question["method"], question["params"]["message"]) == ("elicitation/create", "Who?")

    result = {"action": "accept", "content": {"response": "Ada"}}
    reply = {"jsonrpc": "2.0", "id": question["id"], "result": result}
    taken = fixtures.post(reply, path=CONFORMANCE, Mcp_Session_Id=session, **at(fixtures))

    assert taken.status_code == 202
    text = message_of(next(events))["result"]["content"][0]["text"]
    assert text == 'User response: action=accept, content={"response": "Ada"}'


@pytest.mark.requirement("MCP-39")
@pytest.mark.parametrize("accept, code", [(BOTH, -1), ("application/json", None)])
def test_a_client_that_cannot_be_asked_hears_so_in_the_result(
    fixtures: Endpoint, accept: str, code: int | None
) -> None:
    message = {
        "jsonrpc": "2.0",
        "id": 7,
        "method": "tools/call",
        "params": {"name": "test_sampling", "arguments": {"prompt": "?"}},
    }
    answer = fixtures.post(message, path=CONFORMANCE, Accept=accept, **at(fixtures))
    if code is None:
        result = answer.get_json()["result"]
    else:
        events = answer.iter_encoded()
        question = message_of(next(events))
        error = {"code": code, "message": "no model here"}
        reply = {"jsonrpc": "2.0", "id": question["id"], "error": error}
        fixtures.post(reply, path=CONFORMANCE, **at(fixtures))
        result = message_of(next(events))["result"]

    assert result["content"][0]["text"].startswith("Sampling not supported or error: ")


@pytest.mark.requirement("MCP-39")
def test_a_session_of_the_conformance_server_opens_no_other(fixtures: Endpoint) -> None:
    session = session_of(fixtures, CONFORMANCE)
    ping = {"jsonrpc": "2.0", "id": 1, "method": "ping"}

    ended = fixtures.client.delete(CONFORMANCE, headers={"Mcp-Session-Id": session}, **at(fixtures))
    again = fixtures.post(ping, path=CONFORMANCE, Mcp_Session_Id=session, **at(fixtures))

    assert (ended.status_code, again.status_code) == (204, 404)
    with fixtures.simulator.world.db.unit() as rows:
        assert [row.place for row in rows.scalars(select(McpSession))] == ["conformance"]
