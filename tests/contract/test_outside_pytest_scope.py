"""A simulator offers what the fixtures do, and people can be changed, whatever runs the test."""

from collections.abc import Callable

import pytest

from simulator import Simulator
from simulator.errors import FieldError, NotFound
from simulator.faults import Faults
from simulator.journal import Journal
from simulator.sandbox.end_users import People
from simulator.settings import Settings
from simulator.testing import Actor, AppCall, McpClient, TimeTravel, Workspace
from tests.contract.control_world import Control

pytestmark = pytest.mark.requirement("HARN-30")
SERVER, TOOL = "Procurement assistant", "List_my_requisitions"


def test_the_fixtures_are_those_of_the_simulator(
    workspace: Workspace,
    clock: TimeTravel,
    journal: Journal,
    faults: Faults,
    people: People,
    violations: Callable[[], list[AppCall]],
) -> None:
    simulator = workspace.simulator

    assert clock is simulator.clock
    assert journal is simulator.journal
    assert faults is simulator.faults
    assert people is simulator.people
    assert violations == simulator.violations
    assert violations() == []


def test_without_pytest_they_are_there_as_well() -> None:
    with Simulator(Settings(database="memory")) as simulator:
        before = simulator.clock.now()
        simulator.clock.travel(hours=1)
        (fault,) = simulator.faults.incident("app-down")

        assert (simulator.clock.now() - before).total_seconds() >= 3600
        assert list(simulator.faults) == [fault]
        assert list(simulator.journal) == []
        assert simulator.violations() == []
        simulator.check_isolation()


def test_people_are_looked_up(people: People, end_user: Callable[..., Actor]) -> None:
    ada = people["Ada"]

    assert (ada.name, ada.email, ada.status) == ("Ada Reyes", "ada@acme.example", "active")
    assert ada.groups == ("Procurement team",)
    for way in ("Ada Reyes", "ADA@acme.example", ada.id, ada, end_user("Ada")):
        assert people[way] == ada
    assert len(people) == len(list(people))
    assert ada in list(people)
    with pytest.raises(NotFound, match="Zoe"):
        people["Zoe"]


def test_whoever_is_disabled_is_out_at_once(
    people: People, mcp_client: Callable[..., McpClient]
) -> None:
    client = mcp_client("Ada", SERVER)

    assert people.change("Ada", status="disabled").status == "disabled"

    with pytest.raises(Exception, match="may not sign in"):
        client.list_tools()
    assert people.change("Ada", status="active") == people["Ada"]


def test_groups_open_and_close_the_door(
    people: People, mcp_client: Callable[..., McpClient]
) -> None:
    people.change("Eve", groups=["Procurement team", "Contractors"])
    assert len(mcp_client("Eve", SERVER).list_tools())

    assert people.change("Eve", groups=[]).groups == ()
    with pytest.raises(Exception, match=r"403|Forbidden|group"):
        mcp_client("Eve", SERVER)


def test_whoever_gets_another_address_signs_in_with_it(
    people: People, end_user: Callable[..., Actor], workspace: Workspace
) -> None:
    """And stays the same actor, with the account in the app that they had."""
    ada, before = end_user("ada@acme.example"), people["Ada"]

    now = people.change(ada, email="ada.larsen@acme.example")

    assert (now.id, now.email) == (before.id, "ada.larsen@acme.example")
    assert ada is end_user("Ada") is end_user("ada.larsen@acme.example")
    assert ada.person["email"] == now.email
    ada.connect(SERVER)
    ada.connect_account(ada.call(TOOL))
    rows = ada.call(TOOL).structured_content["requisitions"]
    assert {row["requested-by"]["login"] for row in rows} == {"ada"}
    assert workspace.simulator.violations() == []


def test_what_the_control_api_changes_actors_know(
    simulator: Simulator, workspace: Workspace
) -> None:
    ada = workspace.person("Ada")

    Control(simulator, {}).call("PATCH", "people/Ada", {"email": "ada.larsen@acme.example"})

    assert ada.person["email"] == "ada.larsen@acme.example"


@pytest.mark.parametrize(
    "change, field",
    [
        ({"status": "asleep"}, "status"),
        ({"email": "bob@acme.example"}, "email"),
        ({"email": "nothing"}, "email"),
        ({"groups": ["Nobody's"]}, "groups"),
        ({"groups": "Contractors"}, "groups"),
        ({"name": ""}, "name"),
    ],
)
def test_a_change_that_cannot_be_changes_nothing(
    people: People, change: dict[str, str], field: str
) -> None:
    before = list(people)

    with pytest.raises(FieldError) as refused:
        people.change("Ada", **{"name": "Ada Larsen", **change})

    assert refused.value.field == field
    assert list(people) == before
