"""`person=` is a name, an e-mail address or an actor, wherever somebody is named."""

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

import pytest

from simulator.call_record import AppCall
from simulator.faults import Faults
from simulator.testing import Actor, McpClient, Workspace
from simulator.testing.stage import Stage
from simulator.validation.persons import NobodyError
from tests.contract.control_world import Control, control, steered

__all__ = ["control", "steered"]  # the fixtures
SERVER, TOOL = "Procurement assistant", "List_my_requisitions"
ADA, BOB = "ada@acme.example", "bob@acme.example"

pytestmark = pytest.mark.requirement("HARN-20")
WAYS = ["Ada", "Ada Reyes", "Ada@Acme.example", "actor", "entry"]


def in_this_way(workspace: Workspace, way: str) -> Any:
    """Ada, as a test may name her."""
    ada = workspace.person("Ada")
    return {"actor": ada, "entry": ada.person}.get(way, way)


@pytest.mark.parametrize("way", WAYS)
def test_a_fault_strikes_whoever_is_named(control: Control, way: str) -> None:
    """Planted alone, in a simulator whose faults nobody waits for."""
    simulator = control.simulator
    ada = Stage(simulator.describe(), None, None, ExitStack(), simulator).actor("Ada")
    who: Any = {"actor": ada, "entry": ada.person}.get(way, way)
    faults = simulator.faults

    fault = faults.add(person=who, system="app:*", status=503)
    (incident,) = faults.incident("app-down", person=who)
    with faults.during(person=who, system="app:*", status=503) as during:
        assert (fault.person, incident.person, during.person) == (ADA, ADA, ADA)


@pytest.mark.parametrize("way", WAYS)
def test_clients_and_people_are_theirs(
    workspace: Workspace, end_user: Callable[..., Actor], way: str
) -> None:
    who = in_this_way(workspace, way)

    assert workspace.person(who) is end_user(who) is workspace.person("Ada")
    assert workspace.simulator.email_of(who) == ADA


def test_violations_are_those_of_whoever_is_named(
    workspace: Workspace,
    mcp_client: Callable[..., McpClient],
    faults: Faults,
    violations: Callable[..., list[AppCall]],
) -> None:
    ada, bob = workspace.person("Ada"), workspace.person("Bob")
    client = mcp_client(ada, SERVER)
    ada.connect_account(client.call_tool(TOOL))
    faults.incident("mix-up", person=ada, times=1)
    client.call_tool(TOOL)

    (call,) = violations()
    assert violations(ada) == violations("Ada") == violations(person=ADA) == [call]
    assert violations(bob) == []
    workspace.isolation.accept(ada, call.account)
    with pytest.raises(NobodyError, match="Nobody in the scenario is called 'Adda'"):
        workspace.isolation.accept("Adda", bob)


def test_who_has_another_address_in_the_app_is_one_person(workspace: Workspace) -> None:
    """By name as well as by either address, in faults and in the journal."""
    ada, bob = workspace.person("Ada"), workspace.person("Bob")
    for person in (ada, bob):
        person.connect(SERVER)
        person.connect_account(person.call(TOOL))
    workspace.simulator.people.change("Ada", email="reyes@acme.example")

    for who in ("Ada", "Ada Reyes", ADA, "reyes@acme.example", ada):
        workspace.journal.verify("POST /oauth2/token", person=who, system="app:*", times=1)
        (down,) = workspace.faults.incident("app-down", person=who, times=1)
        assert ada.call(TOOL).is_error
        assert (down.person, down.hits) == ("reyes@acme.example", 1)
    assert workspace.simulator.email_of(ADA) == ADA
    workspace.isolation.accept("Bob", "Ada")
    workspace.faults.incident("mix-up", person="Bob", times=1)
    assert not bob.call(TOOL).is_error
    assert workspace.simulator.violations() == []


def test_the_control_api_takes_names_as_well(control: Control) -> None:
    found = [control.call("GET", f"people/{who}") for who in ("Ada", "Ada Reyes", ADA)]
    by_id = control.call("GET", f"people/{found[0]['id']}")

    assert found == [by_id] * 3
    changed = control.call("PATCH", "people/Bob", {"status": "disabled"})
    assert (changed["email"], changed["status"]) == (BOB, "disabled")
    fault = control.call("POST", "faults", {"person": "Ada", "system": "app:*", "status": 503})
    assert fault["person"] == ADA
    incident = control.call("POST", "incidents", {"name": "app-down", "person": "Ada Reyes"})
    assert incident["faults"][0]["person"] == ADA
    control.call("POST", "violations/accepted", {"person": "Ada", "account": "Bob"})
    refused = control.refused("POST", "violations/accepted", {"person": "Adda", "account": "Bob"})
    assert "Nobody in the scenario is called 'Adda'" in refused["detail"]
