"""The isolation oracle: who was served with whose account, and with whose rows."""

import logging
from collections import Counter

import pytest
from sqlalchemy import String, cast, select, update

from simulator.call_record import AppCall, CallContext
from simulator.db.tables import AppUser, OAuthToken, Recipe
from simulator.domain import recipes
from simulator.oracle import IsolationOracle
from tests.contract.control_world import Control
from tests.contract.identity_world import Identity, email_of
from tests.contract.mcp_world import Mcp, identity, mcp, office

__all__ = ["identity", "mcp", "office"]  # the fixtures

TOOL = "List_my_requisitions"
ADA, BOB, MARC = email_of("ada"), email_of("bob"), email_of("marc")


def oracle(mcp: Mcp) -> IsolationOracle:
    """What it saw."""
    return mcp.simulator.isolation


@pytest.fixture
def mixed_up(mcp: Mcp) -> AppCall:
    """Ada was served with Bob's account."""
    mcp.connect("ada")
    mcp.connect("bob")
    mcp.simulator.faults.incident("mix-up", person=ADA)
    mcp.call(TOOL)
    (violation,) = mcp.simulator.violations()
    return violation


@pytest.mark.requirement("ISO-1")
def test_each_call_is_noted_with_its_three_names(mcp: Mcp) -> None:
    mcp.connect("ada")
    mcp.connect("bob")
    mcp.simulator.isolation.clear()

    mcp.call(TOOL)
    mcp.call(TOOL, who="bob")

    ada, bob = oracle(mcp).calls
    assert ada.context == CallContext(
        person=ADA, server="Procurement assistant", tool=TOOL, as_person=True
    )
    assert (ada.account, ada.rows) == (ADA, Counter({ADA: 1}))
    assert (bob.context.person, bob.account, bob.rows) == (BOB, BOB, Counter({BOB: 1}))
    assert ada.app == "office.coupacloud.com"
    (exchange,) = [each for each in mcp.simulator.journal if each.number == ada.exchange]
    assert exchange.path == "/api/requisitions"
    assert oracle(mcp).violations == []


@pytest.mark.requirement("ISO-1")
def test_a_mix_up_is_found_and_told(
    caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest
) -> None:
    with caplog.at_level(logging.WARNING, "simulator.isolation"):
        violation: AppCall = request.getfixturevalue("mixed_up")

    assert (violation.context.person, violation.account) == (ADA, BOB)
    assert violation.rows == Counter({BOB: 1})
    assert f"{ADA} called {TOOL} of 'Procurement assistant', and office.coupacloud.com was " in str(
        violation
    )
    assert f"access token of {BOB}" in caplog.text


@pytest.mark.requirement("ISO-1")
def test_the_builders_token_is_a_mix_up_too(mcp: Mcp) -> None:
    """Where nobody else is connected, the gateway falls back to the builder, who sees all."""
    mcp.connect("ada")
    mcp.simulator.faults.incident("mix-up")

    mcp.call(TOOL)

    (violation,) = mcp.simulator.violations()
    assert (violation.account, violation.sees_all) == (MARC, True)
    assert set(violation.rows) == {ADA, BOB}


@pytest.mark.requirement("ISO-1")
def test_a_mix_up_strikes_whose_token_has_expired(mcp: Mcp) -> None:
    mcp.connect("ada")
    mcp.connect("bob")
    mcp.simulator.clock.travel(days=2)
    (fault,) = mcp.simulator.faults.incident("mix-up", person=ADA, times=1)

    mcp.call(TOOL)

    (violation,) = mcp.simulator.violations()
    assert (violation.account, violation.rows, fault.hits) == (BOB, Counter({BOB: 1}), 1)


@pytest.mark.requirement("ISO-1")
def test_a_grant_that_was_revoked_is_mixed_up_with_nobodys(mcp: Mcp) -> None:
    mcp.connect("ada")
    mcp.connect("bob")
    with mcp.world.db.unit() as session:
        bob = select(AppUser.id).where(AppUser.email == BOB).scalar_subquery()
        revoked = update(OAuthToken).values(revoked_at=mcp.world.clock.now())
        session.execute(revoked.where(OAuthToken.subject == cast(bob, String)))
    mcp.simulator.faults.incident("mix-up", person=ADA, times=1)

    mcp.call(TOOL)

    (violation,) = mcp.simulator.violations()
    assert violation.account == MARC


@pytest.mark.requirement("ISO-2")
def test_a_recipe_with_the_builders_connection_serves_everybody(mcp: Mcp) -> None:
    with mcp.world.db.unit() as session:
        recipe = session.scalars(select(Recipe).where(Recipe.name == "List my requisitions")).one()
        connection = recipes.find_connection(mcp.world, recipe, "coupa")
        assert connection
        recipes.use_connection(mcp.world, recipe, connection, end_users=False)

    assert not mcp.call(TOOL)["isError"]

    (call,) = oracle(mcp).calls
    assert (call.context.person, call.context.as_person, call.account) == (ADA, False, MARC)
    assert oracle(mcp).violations == []


@pytest.mark.requirement("ISO-2")
@pytest.mark.usefixtures("mixed_up")
def test_an_account_under_another_address_can_be_accepted(mcp: Mcp) -> None:
    oracle(mcp).accept(ADA.upper(), BOB)
    assert oracle(mcp).violations == []

    mcp.call(TOOL)
    assert oracle(mcp).violations == []


@pytest.mark.requirement("ISO-2")
def test_who_gets_another_address_keeps_her_account(mcp: Mcp) -> None:
    """And with it everything that was accepted for her, but nothing of anybody else."""
    mcp.connect("ada")
    mcp.connect("bob")
    token = mcp.token_of("ada")
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": TOOL}}
    control = Control(mcp.simulator, {})
    people = control.call("GET", "people")["people"]
    (number,) = [each["id"] for each in people if each["email"] == ADA]

    for address in ("ada.reyes@office.example", "ada.larsen@office.example"):
        control.call("PATCH", f"people/{number}", {"email": address})
        assert "requisitions" in mcp.send(call, token).get_json()["result"]["structuredContent"]
        assert oracle(mcp).calls[-1].context.person == address
    assert oracle(mcp).violations == []

    mcp.simulator.faults.incident("mix-up", person="ada.larsen@office.example")
    mcp.send(call, token)
    (violation,) = mcp.simulator.violations()
    assert (violation.context.person, violation.account) == ("ada.larsen@office.example", BOB)


@pytest.mark.requirement("ISO-2")
def test_rows_of_others_are_a_violation_unless_the_app_shows_them(mcp: Mcp) -> None:
    """An app that leaks is found out, too, though the token was the right one."""
    context = CallContext(person=ADA, server="A server", tool="A tool", as_person=True)
    with mcp.world.calls.on_behalf(context):
        mcp.world.calls.record_token_use("an.app", ADA, sees_all=True)
        mcp.world.calls.record_rows([ADA, BOB])
        assert oracle(mcp).violations == []

        mcp.world.calls.record_token_use("an.app", ADA, sees_all=False)
        mcp.world.calls.record_rows([ADA])
        assert oracle(mcp).violations == []
        mcp.world.calls.record_rows([BOB])

    (violation,) = mcp.simulator.violations()
    assert violation.foreign_rows == 1
    oracle(mcp).accept(ADA, ADA)
    assert mcp.simulator.violations() == [violation]


@pytest.mark.requirement("ISO-2")
def test_calls_on_nobodys_behalf_are_not_judged(mcp: Mcp) -> None:
    mcp.world.calls.record_token_use("an.app", BOB, sees_all=False)
    mcp.world.calls.record_rows([ADA])

    assert oracle(mcp).calls == []
    assert oracle(mcp).violations == []


@pytest.mark.requirement("ISO-3")
@pytest.mark.usefixtures("mixed_up")
def test_a_reset_forgets_it(mcp: Mcp) -> None:
    mcp.simulator.reset()

    assert oracle(mcp).calls == oracle(mcp).violations == []
    assert mcp.simulator.violations() == []  # the fixture judged it


@pytest.mark.requirement("ISO-3")
@pytest.mark.usefixtures("mixed_up")
def test_the_control_api_tells_of_it(mcp: Mcp) -> None:
    control = Control(mcp.simulator, {})

    answer = control.call("GET", "violations")

    (violation,) = answer["violations"]
    assert (violation["person"], violation["account"], violation["rows"]) == (ADA, BOB, {BOB: 1})
    assert (violation["tool"], violation["app"]) == (TOOL, "office.coupacloud.com")
    assert answer["calls"] == 1
    control.call("POST", "violations/accepted", {"person": ADA, "account": BOB})
    assert control.call("GET", "violations")["violations"] == []
    assert "account" in str(control.refused("POST", "violations/accepted", {"person": ADA}))


@pytest.mark.requirement("FLT-5")
def test_the_control_api_plants_incidents(identity: Identity) -> None:
    control = Control(identity.simulator, {})
    names = [each["name"] for each in control.call("GET", "incidents")["incidents"]]
    assert "mix-up" in names

    planted = control.call("POST", "incidents", {"name": "app-refresh-refused", "person": ADA})

    assert [(each["token"], each["person"]) for each in planted["faults"]] == [
        ("expired", ADA),
        ("revoked", ADA),
    ]
    assert len(control.call("GET", "faults")["faults"]) == 2
    refused = control.refused("POST", "incidents", {"name": "flood"})
    assert "There is no incident 'flood'." in refused["detail"]
    refused = control.refused("POST", "incidents", {"name": "identity-down", "tool": "A_tool"})
    assert "cannot be limited to a tool" in refused["detail"]
