"""JSON-RPC batches: where 2025-03-26 was agreed on, and nowhere else."""

import json
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.domain import limits, servers
from simulator.systems.mcp.codes import Code
from tests.contract.mcp_endpoint import Endpoint, endpoint, token_for
from tests.contract.mcp_refusals import check_refusal
from tests.contract.test_mcp_streams import POLICY, jobs

__all__ = ["endpoint"]  # the fixture

pytestmark = pytest.mark.requirement("MCP-132")
BATCHES = "2025-03-26"
OTHERS = ["2024-11-05", "2025-06-18", "2025-11-25"]
CANCEL = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 9}}


def ping(number: Any) -> dict[str, Any]:
    """A request."""
    return {"jsonrpc": "2.0", "id": number, "method": "ping"}


def call(number: Any, **params: Any) -> dict[str, Any]:
    """A call of the one tool that needs no connection."""
    return ping(number) | {"method": "tools/call", "params": POLICY | params}


def session_of(endpoint: Endpoint, version: str = BATCHES) -> str:
    """The id of a session that agreed on a version."""
    info = {"name": "test", "version": "1"}
    hello = {"protocolVersion": version, "capabilities": {}, "clientInfo": info}
    return str(endpoint.ask("initialize", hello).headers["Mcp-Session-Id"])


def send(endpoint: Endpoint, batch: list[Any], **headers: str) -> TestResponse:
    """A batch in a session of 2025-03-26, unless another is named."""
    session = headers.pop("Mcp_Session_Id", None) or session_of(endpoint)
    return endpoint.post(batch, Mcp_Session_Id=session, **headers)


def test_each_request_of_a_batch_is_answered_in_order(endpoint: Endpoint) -> None:
    """Requests and notifications mixed; only the former get an answer (JSON-RPC 2.0 §6)."""
    notification = {"jsonrpc": "2.0", "method": "notifications/initialized"}

    answer = send(
        endpoint, [ping(1), notification, call("two"), {**ping(3), "method": "tools/list"}]
    )

    assert answer.status_code == 200
    first, second, third = answer.get_json()
    assert first == {"jsonrpc": "2.0", "id": 1, "result": {}}
    assert (second["id"], second["result"].get("isError", False)) == ("two", False)
    assert (third["id"], third["result"]["tools"] != []) == (3, True)
    assert jobs(endpoint.simulator) == [("Get_procurement_policy", "succeeded")]


@pytest.mark.parametrize(
    "member, code, known",
    [
        (1, Code.INVALID_REQUEST, None),
        ([], Code.INVALID_REQUEST, None),
        ({"jsonrpc": "2.0", "method": 5, "id": 2}, Code.INVALID_REQUEST, 2),
        (ping(None), Code.INVALID_REQUEST, None),
        (ping(2) | {"method": "tools/fly"}, Code.UNKNOWN_METHOD, 2),
        (ping(2) | {"method": "tools/call", "params": {}}, Code.INVALID_PARAMS, 2),
        (call(2, name="no such tool"), Code.UNKNOWN_TOOL, 2),
        (ping(2) | {"method": "initialize", "params": {}}, Code.INVALID_REQUEST, 2),
    ],
)
def test_each_member_has_its_own_error(
    endpoint: Endpoint, member: Any, code: Code, known: Any
) -> None:
    """And undoes nothing that stands before or after it."""
    answers = send(endpoint, [call(1), member, call(3)]).get_json()

    assert [each["id"] for each in answers] == [1, known, 3]
    assert answers[1]["error"]["data"]["error"] == code
    assert "result" in answers[0]
    assert "result" in answers[2]
    assert len(jobs(endpoint.simulator)) == 2


def test_a_batch_without_requests_is_202(endpoint: Endpoint) -> None:
    """Notifications, and responses to questions (MCP 2025-03-26, Streamable HTTP)."""
    response = {"jsonrpc": "2.0", "id": "a-question", "result": {}}

    answer = send(endpoint, [response, CANCEL], Accept="text/html")

    assert (answer.status_code, answer.data) == (202, b"")


@pytest.mark.parametrize("batch", [[], [ping(1)] * 51])
def test_an_empty_batch_and_one_too_large_are_refused_whole(
    endpoint: Endpoint, batch: list[Any]
) -> None:
    answer = send(endpoint, batch)

    check_refusal(answer, Code.INVALID_REQUEST)
    assert (answer.status_code, answer.get_json()["id"]) == (400, None)


@pytest.mark.parametrize("version", OTHERS)
@pytest.mark.parametrize("batch", [[], [ping(1)], [CANCEL], [ping(1), call(2)]])
def test_another_version_knows_no_batches(
    endpoint: Endpoint, version: str, batch: list[Any]
) -> None:
    answer = send(endpoint, batch, Mcp_Session_Id=session_of(endpoint, version))

    check_refusal(answer, Code.BATCH_UNSUPPORTED)
    assert jobs(endpoint.simulator) == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"MCP_Protocol_Version": BATCHES},
        {"MCP_Protocol_Version": "2025-11-25"},
        {"MCP_Protocol_Version": "2026-07-28"},
    ],
)
def test_without_a_session_there_is_no_batch(endpoint: Endpoint, headers: dict[str, str]) -> None:
    check_refusal(endpoint.post([ping(1)], **headers), Code.BATCH_UNSUPPORTED)


@pytest.mark.parametrize("version, code", [(BATCHES, None), ("2025-06-18", Code.BATCH_UNSUPPORTED)])
def test_a_header_may_repeat_the_version_but_not_change_it(
    endpoint: Endpoint, version: str, code: Code | None
) -> None:
    answer = send(endpoint, [ping(1)], MCP_Protocol_Version=version)

    assert (answer.status_code == 200) is (code is None)
    assert code is None or check_refusal(answer, code)


def test_a_batch_needs_its_own_token_and_session(endpoint: Endpoint) -> None:
    session = session_of(endpoint)
    bob = Endpoint(endpoint.simulator, token_for(endpoint.simulator, "bob@acme.example"))
    batch = [ping(1)]

    nobody = endpoint.post(batch, Mcp_Session_Id=session, Authorization="")
    another = bob.post(batch, Mcp_Session_Id=session)

    check_refusal(nobody, Code.UNAUTHORIZED)
    check_refusal(another, Code.UNKNOWN_SESSION)


def test_each_call_in_a_batch_counts(endpoint: Endpoint) -> None:
    """The limit is reached in the middle; what needs no call is answered still."""
    world = endpoint.simulator.world
    with world.db.unit():
        server = servers.find_server_by_number(world, 2107)
        assert server is not None
        limits.set_limit(world, server, "rate_limit", 2, "hour")

    answers = send(endpoint, [call(1), call(2), call(3), ping(4)]).get_json()

    assert ["result" in each for each in answers] == [True, True, False, True]
    assert answers[2]["error"]["data"]["error"] == Code.RATE_LIMITED
    assert answers[2]["error"]["data"]["retry_after"] > 0


def test_a_client_that_takes_streams_alone_gets_one_event_each(endpoint: Endpoint) -> None:
    answer = send(endpoint, [ping(1), ping(2)], Accept="text/event-stream")

    lines = [line for line in answer.text.splitlines() if line.startswith("data: ")]
    assert [json.loads(line[6:])["id"] for line in lines] == [1, 2]


@pytest.mark.requirement("MCP-38")
def test_a_batch_may_cancel_what_stands_in_it(endpoint: Endpoint) -> None:
    """It is read in order: the notification came after the request was sent, but before it ran."""
    answers = send(endpoint, [CANCEL, call(9), call(10)]).get_json()

    assert [each["id"] for each in answers] == [10]
    assert jobs(endpoint.simulator) == [
        ("Get_procurement_policy", "cancelled"),
        ("Get_procurement_policy", "succeeded"),
    ]


def test_a_failure_of_ours_in_a_batch_is_that_members_alone(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.systems.mcp.tools.list_tools", lambda *_: 1 / 0)

    answers = send(endpoint, [ping(1), ping(2) | {"method": "tools/list"}, call(3)]).get_json()

    assert [each.get("error", {}).get("code") for each in answers] == [None, -32603, None]
