"""Plans: a fault that does one thing after the other, counted, and then nothing more."""

from typing import Any

import pytest

from simulator.faults import Fault
from simulator.faults.ledger import Ledger
from tests.contract.browser import Browser
from tests.contract.control_world import Control, control, steered
from tests.contract.identity_world import Identity
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["control", "identity", "mcp", "office", "steered"]  # the fixtures

pytestmark = pytest.mark.requirement("FLT-11")

PLAN: list[dict[str, Any]] = [
    {"status": 503, "times": 2},
    {"status": 429, "headers": {"Retry-After": "7"}, "body": "busy"},
]


def statuses(identity: Identity, count: int) -> list[int]:
    """What so many requests are answered."""
    return [identity.http("GET", "/login").status_code for _ in range(count)]


def test_steps_happen_in_order_and_are_counted(identity: Identity) -> None:
    fault = identity.simulator.faults.add("/login", system="identity", plan=PLAN)

    assert statuses(identity, 1) == [503]
    assert (fault.hits, fault.step_hits) == (1, [1, 0])
    assert statuses(identity, 1) == [503]
    busy = identity.http("GET", "/login")
    assert (busy.status_code, busy.text, busy.headers["Retry-After"]) == (429, "busy", "7")
    assert statuses(identity, 2) == [200, 200]
    assert (fault.hits, fault.step_hits) == (3, [2, 1])


@pytest.mark.requirement("APP-2")
def test_an_error_may_be_in_the_system_s_own_words(mcp: Mcp) -> None:
    """Whatever it is asked, and whoever asks."""
    faults = mcp.simulator.faults
    for system in ("identity", "mcp", "app:*"):
        faults.add(system=system, status=429, own_error=True, headers={"Retry-After": "7"})

    app = Browser(mcp.simulator).request(
        "GET",
        "https://office.coupacloud.com/api/invoices",
        headers={"Accept": "application/json"},
    )
    page = mcp.http("GET", "/login")
    call = mcp.post({}, None)

    assert app.get_json() == {"errors": {"error": ["Too many requests."]}}
    assert "<html" in page.text
    assert call.get_json()["error"]["message"]
    for answer in (app, page, call):
        assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    for odd in ({"status": 302}, {}, {"status": 503, "body": b"x"}):
        with pytest.raises(ValueError, match="own_error needs a status from 400 on"):
            faults.add(own_error=True, **odd)


def test_a_step_may_last_and_another_let_a_request_pass(identity: Identity) -> None:
    """Two equal steps are two."""
    plan = [
        {"status": 500},
        {},
        {"status": 500},
        {"drop_connection": True},
        {"status": 502, "times": None},
    ]
    fault = identity.simulator.faults.add("/login", system="identity", plan=plan)

    assert statuses(identity, 3) == [500, 200, 500]
    with pytest.raises(ConnectionResetError):
        identity.http("GET", "/login")
    assert statuses(identity, 5) == [502] * 5
    assert fault.step_hits == [1, 1, 1, 1, 5]


def test_a_step_waits_for_a_request_that_it_is_about(mcp: Mcp) -> None:
    """Nothing else uses it up, and what had nothing to change does not count."""
    plan: list[dict[str, Any]] = [{"redirect": {"state": "other"}}, {"status": 503}]
    fault = mcp.simulator.faults.add("* *authori*", system="identity", plan=plan)

    assert mcp.authorize(mcp.register())["state"] == "other"

    assert fault.step_hits == [1, 0]
    assert mcp.http("GET", "/oauth/authorize").status_code == 503


def test_a_plan_is_for_one_person_alone(mcp: Mcp) -> None:
    message = {"jsonrpc": "2.0", "id": 1, "method": "tools/list"}
    ada, bob = mcp.token_of("ada"), mcp.token_of("bob")
    mcp.simulator.faults.add("POST *", system="mcp", person="Ada", plan=PLAN)

    answers = [mcp.post(message, token) for token in (ada, bob, ada, bob, ada, ada)]

    assert [each.status_code for each in answers] == [503, 200, 503, 200, 429, 200]


def test_a_plan_is_planted_and_counted_over_http(control: Control) -> None:
    planted = {"request": "/login", "system": "identity", "plan": PLAN}
    made = control.call("POST", "faults", planted)
    assert (made["plan"], made["step_hits"]) == (PLAN, [0, 0])

    for _ in range(3):
        identity_of(control).http("GET", "/login")

    document = control.call("GET", "faults/1")
    assert (document["hits"], document["step_hits"]) == (3, [2, 1])
    in_process = control.simulator.faults.add(plan=[{"body": b"\xff"}])
    assert control.call("GET", f"faults/{in_process.number}")["plan"] == [{"body": "\ufffd"}]


def identity_of(control: Control) -> Identity:
    """Workato Identity of the same simulator."""
    return Identity(control.simulator)


@pytest.mark.parametrize(
    "what, sentence",
    [
        ({"plan": [503]}, "Step 1 of the plan must map attributes to values, not be 503."),
        ({"plan": {"status": 503}}, "plan must be a list of steps, not {'status': 503}."),
        ({"plan": [{"stat": 503}]}, "Step 1 of the plan has 'stat'. A step can have: status, body"),
        (
            {"plan": [{}, {"status": 99}]},
            "Step 2 of the plan: status must be an HTTP status, not 99",
        ),
        ({"plan": [{"times": 0}]}, "Step 1 of the plan: times must be 1 or more, not 0."),
        ({"plan": [{"times": None}, {}]}, "Step 1 of the plan never ends, so step 2 would never"),
        (
            {"plan": [{"person": "Ada"}]},
            "Step 1 of the plan: say 'person' beside the plan, for all",
        ),
        ({"plan": [{"plan": []}]}, "Step 1 of the plan has 'plan'. A step can have:"),
        ({"plan": [{}], "status": 503}, "With a plan, say 'status' in its steps, not beside it."),
        ({"plan": [{}], "times": 2}, "With a plan, say 'times' in its steps, not beside it."),
        ({"plan": [{"token": "swapped"}]}, "Step 1 of the plan: Only tokens of apps are swapped"),
        ({"plan": [{"effect": "fire"}]}, "effect must be session-ended, client-deleted, tool-stop"),
        ({"effect": "session-ended"}, "is one of other systems: say system='mcp'."),
        ({"effect": "client-deleted"}, "say system='identity' or 'app:*'."),
        ({"scopes": "a"}, "Only MCP servers ask for scopes: say system='mcp' with it."),
        ({"scopes": 'a"b', "system": "mcp"}, "scopes cannot have 'a\"b' (RFC 6749 §3.3)."),
        ({"claims": {"aud": "x"}}, "Only Workato Identity issues ID tokens: say system='identity'"),
        ({"foreign_key": True}, "Only Workato Identity issues ID tokens: say system='identity'"),
        ({"left_open": "yes"}, "left_open must be true or false, not 'yes'."),
        ({"members": ["issuer"]}, "members must map names to values, not be ['issuer']."),
    ],
)
def test_what_could_never_happen_is_refused(
    control: Control, what: dict[str, Any], sentence: str
) -> None:
    """In Python and over HTTP."""
    with pytest.raises(ValueError) as refused:  # noqa: PT011  # its text is looked at
        control.simulator.faults.add(**what)
    assert sentence in str(refused.value)

    problem = control.refused("POST", "faults", what)
    assert problem["status"] in (400, 422)
    assert list(control.simulator.faults) == []


def test_an_incident_that_is_a_plan_takes_no_other_times(mcp: Mcp) -> None:
    with pytest.raises(ValueError, match="The incident 'mcp-recovers' is a plan, and says itself"):
        mcp.simulator.faults.incident("mcp-recovers", times=2)


def test_chance_belongs_to_the_whole_plan() -> None:
    fault = Fault(plan=[{"status": 503, "times": 9}], probability=0.5, seed=3)

    def strikes() -> bool:
        outcome = fault.outcome()
        return outcome is not None and bool(Ledger().strike(fault, outcome))

    struck = [strikes() for _ in range(40)]

    assert struck.count(True) == 9
    assert struck[:9].count(False) > 0
