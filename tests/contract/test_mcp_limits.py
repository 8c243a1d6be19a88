"""Limits at the door of an MCP server: 429 with a time to come back, 403 for foreign addresses."""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from simulator.db.tables import CallLimit, Job
from simulator.db.tables.limits import RATE_LIMIT, USAGE_QUOTA
from simulator.domain import limits, servers
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.identity_world import FINANCE, PROCUREMENT, RESEARCH
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures
GREET = {"jsonrpc": "2.0", "id": 7, "method": "tools/call", "params": {"name": "Greet"}}


def limit(mcp: Mcp, kind: str, tool_calls: int, interval: str, number: int = 2107) -> None:
    """Set a limit, as an admin would."""
    with mcp.world.db.unit():
        server = servers.find_server_by_number(mcp.world, number)
        assert server is not None
        limits.set_limit(mcp.world, server, kind, tool_calls, interval)


def restrict(mcp: Mcp, allow: Iterable[str] = (), deny: Iterable[str] = ()) -> None:
    """Set the IP restrictions of the Procurement assistant."""
    with mcp.world.db.unit():
        server = servers.find_server_by_number(mcp.world, 2107)
        assert server is not None
        limits.restrict_addresses(mcp.world, server, allow=allow, deny=deny)


def counted(mcp: Mcp, kind: str = RATE_LIMIT) -> int:
    """What stands in the window of the Procurement assistant."""
    with mcp.world.db.unit() as session:
        return session.get_one(CallLimit, (2107, kind)).counted


def greet(mcp: Mcp, who: str = "ada", **options: str) -> TestResponse:
    """Call the tool that needs nothing."""
    return mcp.send(GREET, mcp.token_of(who), **options)


@pytest.mark.requirement("LIM-5", "LIM-1")
def test_the_call_over_the_rate_limit_is_told_when_to_come_back(mcp: Mcp) -> None:
    """All users share it; after `Retry-After` the next call passes; no tool ran in between."""
    limit(mcp, RATE_LIMIT, 2, "minute")

    passed = [greet(mcp, who).status_code for who in ("ada", "bob")]
    refused = greet(mcp)

    seconds = int(refused.headers["Retry-After"])
    error = refused.get_json()["error"]
    assert (passed, refused.status_code) == ([200, 200], 429)
    assert 1 <= seconds <= 60
    assert (refused.get_json()["id"], error["code"]) == (7, -32005)
    assert error["data"] == {"error": "rate_limited", "retry_after": seconds}
    assert "2 tool calls per minute for all users together" in error["message"]
    assert len(mcp.jobs()) == 2
    mcp.world.clock.travel(timedelta(seconds=seconds))
    assert greet(mcp).status_code == 200


@pytest.mark.requirement("LIM-5", "LIM-2")
def test_the_modern_era_gets_the_same_refusal(mcp: Mcp) -> None:
    limit(mcp, USAGE_QUOTA, 1, "30 days")
    mcp.ask_modern("tools/call", {"name": "Greet"})

    refused = mcp.ask_modern("tools/call", {"name": "Greet"})

    data = refused.get_json()["error"]["data"]
    assert refused.status_code == 429
    assert data == {"error": "quota_exceeded", "retry_after": int(refused.headers["Retry-After"])}
    assert 29 * 86400 < data["retry_after"] <= 30 * 86400


@pytest.mark.requirement("LIM-2")
def test_a_used_up_quota_blocks_every_request_and_a_rate_limit_calls_alone(mcp: Mcp) -> None:
    """Lists, pings and initialize, too, until it resets; nothing of it is counted."""
    limit(mcp, USAGE_QUOTA, 1, "30 days")
    assert mcp.ask("tools/list")["result"]["tools"]
    greet(mcp)

    others = [{"jsonrpc": "2.0", "id": 8, "method": each} for each in ("tools/list", "ping")]
    refused = [mcp.send(each, mcp.token_of("ada")) for each in others]

    assert [each.status_code for each in refused] == [429, 429]
    assert refused[0].get_json()["error"]["data"]["error"] == "quota_exceeded"
    assert counted(mcp, USAGE_QUOTA) == 1
    mcp.world.clock.travel(timedelta(days=30))
    assert mcp.ask("tools/list")["result"]["tools"]


@pytest.mark.requirement("LIM-7")
@pytest.mark.parametrize(
    "params",
    [
        {"name": "Greet"},
        {"name": "Greet", "arguments": {"what": 1}},
        {"name": "Turn_down"},
        {"name": "Asleep"},
        {"name": "No such tool"},
        {"name": "List_my_requisitions"},
        {"arguments": {}},
        {},
    ],
)
def test_every_tool_call_counts_whatever_comes_of_it(mcp: Mcp, params: dict[str, Any]) -> None:
    """Success, wrong arguments, failure, stopped, unknown, a prompt, no tool at all."""
    limit(mcp, RATE_LIMIT, 5, "hour")

    mcp.ask("tools/call", params)

    assert counted(mcp) == 1


@pytest.mark.requirement("LIM-7")
def test_nothing_else_counts_and_other_servers_do_not(mcp: Mcp) -> None:
    """Not lists, not pings, not notifications, nor what is refused at the door."""
    limit(mcp, RATE_LIMIT, 1, "hour")

    for method in ("tools/list", "ping", "no/such/method"):
        mcp.ask(method)
    notification = {key: value for key, value in GREET.items() if key != "id"}
    statuses = [
        mcp.send(notification, mcp.token_of("ada")).status_code,
        mcp.send(GREET, None).status_code,
        mcp.send(GREET, mcp.token_of("eve")).status_code,
        mcp.send(GREET, mcp.token_of("ada", RESEARCH), RESEARCH).status_code,
    ]

    assert statuses == [202, 401, 403, 200]
    assert counted(mcp) == 0
    greet(mcp)
    assert greet(mcp).status_code == 429
    assert mcp.ask("tools/list")["result"]["tools"]


@pytest.mark.requirement("LIM-1")
def test_a_server_on_token_access_has_limits_too(mcp: Mcp) -> None:
    token = mcp.mcp_token(2108)
    limit(mcp, RATE_LIMIT, 1, "day", number=2108)

    assert [mcp.send(GREET, token, FINANCE).status_code for _ in range(2)] == [200, 429]


@pytest.mark.requirement("LIM-1")
@pytest.mark.parametrize("database", ["memory", "file"])
def test_calls_at_the_same_time_are_counted_one_by_one(
    database: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Forty calls of eight threads against a limit of 25."""
    folder = tmp_path_factory.mktemp("counted")
    url = "memory" if database == "memory" else f"sqlite:///{folder / 'sandbox.db'}"
    with Simulator(Settings(database=url)) as simulator:
        mcp = Mcp(simulator)
        limit(mcp, RATE_LIMIT, 25, "day", number=2108)
        token = mcp.mcp_token(2108)
        call = GREET | {"params": {"name": "No such tool"}}

        with ThreadPoolExecutor(8) as threads:
            answers = threads.map(lambda _: mcp.send(call, token, FINANCE).status_code, range(40))
            statuses = sorted(answers)

    assert statuses == [200] * 25 + [429] * 15


@pytest.mark.requirement("LIM-6")
@pytest.mark.parametrize(
    "address, status", [("203.0.113.9", 403), ("203.0.113.10", 200), ("198.51.100.7", 403)]
)
def test_an_address_that_is_not_allowed_is_kept_out(mcp: Mcp, address: str, status: int) -> None:
    """Deny wins; the same address counts for everybody."""
    restrict(mcp, allow=["203.0.113.0/24"], deny=["203.0.113.9"])

    answer = greet(mcp, address=address)

    assert answer.status_code == status
    if status == 403:
        error = answer.get_json()["error"]
        assert (error["code"], error["data"]) == (-32004, {"error": "ip_denied"})
        assert address in error["message"]
        assert "203.0.113.0/24" not in error["message"]


@pytest.mark.requirement("LIM-6")
@pytest.mark.parametrize("token", [None, "made-up", "ada", "eve"])
def test_a_kept_out_caller_does_not_learn_what_its_token_is_worth(
    mcp: Mcp, token: str | None
) -> None:
    """One answer for none, a made-up one, a member's and a stranger's."""
    restrict(mcp, deny=["127.0.0.1"])
    sent = mcp.token_of(token) if token in ("ada", "eve") else token

    answer = mcp.send(GREET, sent)

    assert answer.status_code == 403
    assert answer.get_json()["error"]["data"] == {"error": "ip_denied"}
    assert "WWW-Authenticate" not in answer.headers


@pytest.mark.requirement("LIM-6")
def test_a_foreign_page_is_refused_before_its_address_is_looked_at(mcp: Mcp) -> None:
    restrict(mcp, deny=["127.0.0.1"])

    answer = greet(mcp, Origin="https://evil.example")

    assert answer.status_code == 403
    assert "https://evil.example" in answer.get_json()["error"]["message"]


@pytest.mark.requirement("LIM-6")
@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_a_kept_out_address_gets_no_session_and_no_stream(mcp: Mcp, method: str) -> None:
    restrict(mcp, allow=["203.0.113.0/24"])

    answer = mcp.browser().request(method, PROCUREMENT)

    assert answer.status_code == 403
    assert answer.get_json()["error"]["data"] == {"error": "ip_denied"}


@pytest.mark.requirement("LIM-7")
def test_a_kept_out_address_uses_up_no_limit(mcp: Mcp) -> None:
    restrict(mcp, deny=["203.0.113.9"])
    limit(mcp, RATE_LIMIT, 1, "day")

    greet(mcp, address="203.0.113.9")

    assert counted(mcp) == 0
    with mcp.world.db.unit() as session:
        assert session.scalar(select(func.count()).select_from(Job)) == 0
