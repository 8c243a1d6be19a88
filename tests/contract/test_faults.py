"""Faults: what goes wrong on purpose, and what the person, the client and the model hear of it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import requests

from simulator.faults import Fault
from simulator.faults.ledger import Ledger
from simulator.sandbox.simulator import Simulator
from simulator.serving.server import running
from simulator.settings import Settings
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures

TOOL = "List_my_requisitions"
COUPA = "app:*"
IDENTITY = "https://id.workato.com"


@pytest.fixture
def connected(mcp: Mcp) -> Mcp:
    """Ada is connected, and nothing is wrong yet."""
    mcp.connect()
    assert "requisitions" in mcp.call(TOOL)["structuredContent"]
    return mcp


@pytest.mark.requirement("HARN-6")
@pytest.mark.parametrize(
    "fault, sentence",
    [
        ({"status": 503}, "Coupa answered 503."),
        ({"status": 429, "headers": {"Retry-After": "7"}}, "Coupa answered 429."),
        ({"drop_connection": True}, "the connection was reset"),
        ({"truncated": True}, "the answer was cut off"),
        ({"body": b"<html>maintenance</html>"}, "Coupa answered something else than JSON."),
        ({"advance_clock_by": 61.0}, "The call took longer than 60 seconds"),
    ],
)
def test_an_app_that_misbehaves_is_a_failure_with_a_name(
    connected: Mcp, fault: dict[str, object], sentence: str
) -> None:
    """And once it is over, all is well: nothing was lost."""
    with connected.simulator.faults.during("GET /api/*", system=COUPA, **fault) as struck:
        failed = connected.call(TOOL)

    assert failed["isError"]
    assert sentence in failed["content"][0]["text"]
    assert struck.hits == 1
    assert "requisitions" in connected.call(TOOL)["structuredContent"]


@pytest.mark.requirement("HARN-6")
def test_a_refused_refresh_asks_for_the_connection_again(connected: Mcp) -> None:
    connected.world.clock.travel(_days(2))
    body = b'{"error": "invalid_grant"}'
    json = {"Content-Type": "application/json"}
    connected.simulator.faults.add(
        "POST /oauth2/token", system=COUPA, status=400, body=body, headers=json, times=1
    )

    prompt = connected.call(TOOL)

    assert prompt["structuredContent"]["error"] == "authentication_required"


@pytest.mark.requirement("HARN-6")
def test_it_happens_so_many_times_and_then_no_more(connected: Mcp) -> None:
    connected.simulator.faults.add("/api/*", system=COUPA, status=500, times=2)

    outcomes = [connected.call(TOOL).get("isError", False) for _ in range(3)]

    assert outcomes == [True, True, False]


@pytest.mark.requirement("HARN-6")
def test_chance_repeats_with_its_seed() -> None:
    def struck(seed: int) -> list[bool]:
        fault = Fault(probability=0.5, seed=seed)
        return [bool(Ledger().strike(fault, fault)) for _ in range(40)]

    assert struck(1) == struck(1)
    assert struck(1) != struck(2)
    assert 5 < sum(struck(1)) < 35


@pytest.mark.requirement("HARN-6")
@pytest.mark.parametrize(
    "what, sentence",
    [
        ({"status": 99}, "status must be an HTTP status, not 99"),
        ({"probability": 2.0}, "probability must be 0 to 1, not 2.0"),
        ({"times": 0}, "times must be 1 or more, not 0"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused(
    mcp: Mcp, what: dict[str, object], sentence: str
) -> None:
    with pytest.raises(ValueError, match=sentence):
        mcp.simulator.faults.add(**what)  # type: ignore[arg-type]


@pytest.mark.requirement("HARN-6")
def test_the_journal_tells_of_it_and_a_reset_ends_it(connected: Mcp) -> None:
    connected.simulator.faults.add("/api/*", system=COUPA, drop_connection=True)
    connected.call(TOOL)
    hung_up = connected.simulator.journal.find("/api/*", system=COUPA)[-1]

    connected.simulator.reset()
    connected.connect()

    assert hung_up.status == 0
    assert "requisitions" in connected.call(TOOL)["structuredContent"]


@pytest.fixture(scope="module")
def listening() -> Iterator[Simulator]:
    """One that real sockets lead to."""
    with running(Settings(database="memory", port_base=0)) as simulator:
        yield simulator


@pytest.mark.requirement("HARN-6")
@pytest.mark.parametrize("over", ["sockets", "interception"])
def test_a_client_sees_the_connection_end(listening: Simulator, over: str) -> None:
    identity = listening.world.addresses.origins["identity"]
    with listening.faults.during("/healthz", system="identity", drop_connection=True):
        if over == "sockets":
            with pytest.raises(requests.ConnectionError):
                requests.get(f"{identity}/healthz")
        else:
            with listening.intercept(), pytest.raises(requests.ConnectionError):
                requests.get(f"{IDENTITY}/healthz")

    assert requests.get(f"{identity}/healthz").status_code == 200


@pytest.mark.requirement("HARN-6")
def test_a_client_sees_the_answer_cut_off_and_waits_for_a_late_one(listening: Simulator) -> None:
    address = f"{listening.world.addresses.origins['identity']}/healthz"
    faults = listening.faults

    faults.add("/healthz", system="identity", truncated=True, times=1)
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(address)
    faults.add("/healthz", system="identity", delay=0.3, times=1)
    with pytest.raises(requests.exceptions.ReadTimeout):
        requests.get(address, timeout=0.1)


def _days(number: int) -> timedelta:
    return timedelta(days=number)
