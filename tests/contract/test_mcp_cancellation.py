"""A call that was cancelled stops before its next step, whatever its client sent."""

import json
import threading
from collections.abc import Callable, Iterator
from contextvars import Context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from simulator.domain import verified_access
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.systems.mcp.codes import Code
from tests.contract.mcp_endpoint import Endpoint, endpoint, token_for
from tests.contract.mcp_refusals import check_refusal
from tests.contract.mcp_world import Mcp, identity, mcp, office
from tests.contract.test_mcp_batches import session_of
from tests.contract.test_mcp_streams import BOTH, POLICY, jobs

__all__ = ["endpoint", "identity", "mcp", "office"]  # the fixtures

pytestmark = pytest.mark.requirement("MCP-38")
VERSIONS = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
CANCELLED = [("Get_procurement_policy", "cancelled")]
SUCCEEDED = [("Get_procurement_policy", "succeeded")]


@dataclass
class Steps:
    """Does something during each step of a recipe, as a client would while an app is slow.

    Attributes:
        action: what is done; no transaction is open meanwhile.
        taken: how many steps began.
    """

    simulator: Simulator
    action: Callable[[], object] = lambda: None
    taken: int = field(default=0, init=False)

    def __call__(self, _inputs: Any) -> None:
        """Stand in for the look at the size of its input, with which each step begins."""
        self.taken += 1
        self.simulator.world.db.commit()
        Context().run(self.action)  # a request of its own, not one within this one


@pytest.fixture
def steps(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Steps:
    """The steps of the recipes that run."""
    steps = Steps(endpoint.simulator)
    monkeypatch.setattr("simulator.domain.engine.interpreter.check_size", steps)
    return steps


def cancel(endpoint: Endpoint, session: str, request_id: Any = 1) -> None:
    """Send the notification in a session."""
    params = {"requestId": request_id, "reason": "no longer needed"}
    message = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
    assert endpoint.post(message, Mcp_Session_Id=session).status_code == 202


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("accept", [BOTH, "text/event-stream", "application/json", ""])
@pytest.mark.parametrize("extra", [{}, {"_meta": {}}, {"_meta": {"progressToken": 1}}])
def test_a_call_is_cancelled_whatever_its_client_sent(
    endpoint: Endpoint, steps: Steps, version: str, accept: str, extra: dict[str, Any]
) -> None:
    session = session_of(endpoint, version)
    steps.action = lambda: cancel(endpoint, session)

    answer = endpoint.ask("tools/call", POLICY | extra, Accept=accept, Mcp_Session_Id=session)

    assert '"result":' not in answer.text
    assert '"id"' not in answer.text or check_refusal(answer, Code.CANCELLED)
    assert (answer.mimetype or "") in accept or not accept
    assert steps.taken == 1
    assert jobs(endpoint.simulator) == CANCELLED


@pytest.mark.parametrize("request_id", [2, "1", 1.0, None, True, [1], "x" * 1000])
def test_an_id_that_is_not_under_way_cancels_nothing(
    endpoint: Endpoint, steps: Steps, request_id: Any
) -> None:
    session = session_of(endpoint)
    steps.action = lambda: cancel(endpoint, session, request_id)

    answer = endpoint.ask("tools/call", POLICY, Mcp_Session_Id=session)

    assert "result" in answer.get_json()
    assert jobs(endpoint.simulator) == SUCCEEDED


def test_an_id_that_comes_later_or_came_before_is_not_under_way(endpoint: Endpoint) -> None:
    session = session_of(endpoint)

    for _ in range(2):
        cancel(endpoint, session)
        answer = endpoint.ask("tools/call", POLICY, Mcp_Session_Id=session)
        assert "result" in answer.get_json()

    assert jobs(endpoint.simulator) == SUCCEEDED * 2


@pytest.mark.parametrize("whose", ["another session", "another person", "no session"])
def test_nobody_else_can_cancel_it(endpoint: Endpoint, steps: Steps, whose: str) -> None:
    session = session_of(endpoint)
    bob = Endpoint(endpoint.simulator, token_for(endpoint.simulator, "bob@acme.example"))
    other = session_of(endpoint)
    params = {"requestId": 1}
    message = {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": params}
    statuses = []

    def intrude() -> None:
        asker, header = {
            "another session": (endpoint, {"Mcp_Session_Id": other}),
            "another person": (bob, {"Mcp_Session_Id": session}),
            "no session": (endpoint, {}),
        }[whose]
        statuses.append(asker.post(message, **header).status_code)

    steps.action = intrude
    answer = endpoint.ask("tools/call", POLICY, Mcp_Session_Id=session)

    assert set(statuses) == {404 if whose == "another person" else 202}
    assert "result" in answer.get_json()
    assert jobs(endpoint.simulator) == SUCCEEDED


def test_a_call_that_fails_after_it_was_cancelled_is_not_answered(
    endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor is one that would have been answered with a prompt."""
    session = session_of(endpoint)

    def missing(*_: Any) -> list[Any]:
        endpoint.simulator.world.db.commit()
        Context().run(cancel, endpoint, session)
        raise verified_access.ConnectionRequired([])

    monkeypatch.setattr("simulator.domain.recipe_engine.Run.require_connections", missing)
    answer = endpoint.ask("tools/call", POLICY, Accept=BOTH, Mcp_Session_Id=session)

    assert (answer.mimetype, answer.data) == ("text/event-stream", b"")
    assert jobs(endpoint.simulator) == CANCELLED


@pytest.mark.parametrize("system", ["mcp", "app:office.coupacloud.com"])
def test_a_call_that_a_fault_holds_up_can_be_cancelled(mcp: Mcp, system: str) -> None:
    """At the door, before the MCP server has read it; and at the app, in the middle of a step."""
    mcp.connect("ada")
    before = len(mcp.jobs())
    client = Endpoint(mcp.simulator, mcp.token_of("ada"))
    session = session_of(client)
    held, go = threading.Event(), threading.Event()
    params = {"name": "List_my_requisitions"}
    call = {"jsonrpc": "2.0", "id": 5, "method": "tools/call", "params": params}
    answers: list[TestResponse] = []

    class Held:
        """Stands in for the condition on which a delay waits."""

        def __enter__(self) -> None: ...

        def __exit__(self, *_: object) -> None: ...

        def notify_all(self) -> None: ...

        def wait_for(self, _: object, timeout: float) -> bool:
            held.set()
            assert go.wait(30)
            return True  # the delay ends here

    def send() -> None:
        answers.append(client.post(call, Mcp_Session_Id=session, Accept=BOTH))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(mcp.simulator.faults, "_cleared", Held())
        mcp.simulator.faults.add(system=system, delay=9, times=1)
        thread = threading.Thread(target=send)
        thread.start()
        try:
            assert held.wait(30)
            cancel(client, session, 5)
        finally:
            go.set()
            thread.join(30)

    assert answers[0].data == b""
    assert [job.status for job in mcp.jobs()[before:]] == ["cancelled"]


@pytest.mark.long
def test_another_process_hears_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two simulators on one database: the call runs in one, the other is told."""
    settings = Settings(database=f"sqlite:///{tmp_path / 'shared.db'}", secret_key="s" * 32)
    with Simulator(settings) as one, Simulator(settings) as two:
        first = Endpoint(one, token_for(one, "ada@acme.example"))
        second = Endpoint(two, first.token)
        session = session_of(first)
        steps = Steps(one, lambda: cancel(second, session))
        monkeypatch.setattr("simulator.domain.engine.interpreter.check_size", steps)

        answer = first.ask("tools/call", POLICY, Accept=BOTH, Mcp_Session_Id=session)

        assert answer.data == b""
        assert jobs(two) == CANCELLED


@pytest.mark.parametrize("modern", [False, True])
def test_a_client_that_closes_its_connection_cancels(
    endpoint: Endpoint, steps: Steps, modern: bool
) -> None:
    """The one way of 2026-07-28, which has no sessions; as waitress tells of it."""
    meta: dict[str, Any] = {}
    headers: dict[str, str] = {}
    if modern:
        key = "io.modelcontextprotocol"
        meta = {f"{key}/protocolVersion": "2026-07-28", f"{key}/clientCapabilities": {}}
        headers = {"MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call"}
        headers |= {"Mcp-Name": str(POLICY["name"])}
    gone: list[bool] = []
    steps.action = lambda: gone.append(True)

    answer = endpoint.client.post(
        "/",
        base_url="https://2107.apim.mcp.workato.com",
        data=json.dumps(
            {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": POLICY | {"_meta": meta}}
        ),
        headers={
            "Authorization": f"Bearer {endpoint.token}",
            "Content-Type": "application/json",
            "Accept": BOTH,
            **headers,
        },
        environ_overrides={"waitress.client_disconnected": lambda: bool(gone)},
    )

    assert answer.data == b""
    assert jobs(endpoint.simulator) == CANCELLED


@pytest.fixture
def listening() -> Iterator[Simulator]:
    """A simulator with listeners of its own."""
    from simulator.serving.server import running

    with running(Settings(database="memory")) as simulator:
        yield simulator


@pytest.mark.wire
def test_a_socket_that_is_closed_cancels_a_call_that_waits_for_its_app(
    listening: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    import http.client

    stepped, go = threading.Event(), threading.Event()

    def wait() -> None:
        stepped.set()
        go.wait(30)

    steps = Steps(listening, wait)
    monkeypatch.setattr("simulator.domain.engine.interpreter.check_size", steps)
    url = listening.world.addresses.mcp_url(2107)
    token = token_for(listening, "ada@acme.example", url)
    host = url.removeprefix("http://").partition("/")[0]
    connection = http.client.HTTPConnection(host, timeout=30)
    body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": POLICY}
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    connection.request("POST", "/2107", json.dumps(body), headers)
    assert stepped.wait(30)

    connection.close()
    go.set()

    ended = threading.Event()
    while not ended.wait(0.05):
        if found := jobs(listening):
            assert found == CANCELLED
            ended.set()
    assert steps.taken == 1
