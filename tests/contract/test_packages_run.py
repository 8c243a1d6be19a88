"""Packages that were imported run: each of ours, called as its server's clients call it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from sqlalchemy import select

from simulator.db.tables import Environment, Job, McpServer, Recipe
from simulator.domain import people, recipe_tests, servers
from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from simulator.testing import acting

pytestmark = pytest.mark.requirement("PKG-11")

FIXTURES = Path("fixtures/packages").resolve()


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Simulator]:
    """The shipped world with all our packages."""
    with Simulator(Settings(database="memory", scenario="projects", allow_code=True)) as simulator:
        yield simulator


def call_with_token(sandbox: Simulator, server: str, tool: str, **arguments: Any) -> Any:
    """Call a tool of a server with token-based access; return what the recipe returned."""
    with sandbox.world.db.unit() as session:
        row = session.scalars(select(McpServer).where(McpServer.name == server)).one()
        token, number = servers.generate_token(sandbox.world, row), row.number
    call = {"name": tool, "arguments": arguments}
    with sandbox.intercept():
        answer = requests.post(
            f"https://{number}.apim.mcp.workato.com",
            json={"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": call},
            headers={
                "Authorization": f"Bearer {token}",
                "Accept": "application/json, text/event-stream",
            },
        )
    text = answer.text.partition("data: ")[2] or answer.text
    result = json.loads(text)["result"]
    assert not result.get("isError"), result
    return json.loads(result["content"][0]["text"])


@pytest.mark.parametrize(
    "server, tool, arguments, returned",
    [
        ("Units", "Convert_miles", {"miles": 10}, {"kilometres": 16.09344}),
        (
            "Cost centres",
            "Find_the_owner_of_a_cost_centre",
            {"code": "200"},
            {"owner": "Sales"},
        ),
        (
            "Division",
            "Divide",
            {"dividend": 7, "divisor": 2},
            {"quotient": 3, "problem": None},
        ),
        (
            "Words",
            "Measure_words",
            {"text": "so it goes"},
            {
                "words": [
                    {"word": "so", "length": 2},
                    {"word": "it", "length": 2},
                    {"word": "goes", "length": 4},
                ]
            },
        ),
        ("Greetings", "Greet", {"name": "Ada"}, {"greeting": "Hello Ada!"}),
        (
            "Announcements",
            "Announce",
            {"text": "cake"},
            {"announcement": "Acme kindly announces: cake"},
        ),
    ],
)
def test_a_server_with_a_token(
    sandbox: Simulator, server: str, tool: str, arguments: Any, returned: Any
) -> None:
    assert call_with_token(sandbox, server, tool, **arguments) == returned


def test_what_goes_wrong_is_caught_and_a_stop_is_not(sandbox: Simulator) -> None:
    caught = call_with_token(sandbox, "Division", "Divide", dividend=7, divisor=0)
    assert caught["quotient"] is None
    assert "divide" in caught["problem"].lower()

    with pytest.raises(AssertionError, match="Only what is there can be divided"):
        call_with_token(sandbox, "Division", "Divide", dividend=-1, divisor=1)


@pytest.mark.requirement("CODE-5")
def test_steps_with_code_run_where_that_is_allowed(sandbox: Simulator) -> None:
    """Where the system cannot isolate Python, the job says so."""
    try:
        outcome = call_with_token(sandbox, "Scores", "Score_an_order", amount=3000, supplier="Acme")
    except AssertionError as refusal:
        outcome = str(refusal)

    is_refused = "runs only where the system isolates it" in str(outcome)
    assert is_refused or outcome == {"score": 70, "risk": "medium risk"}


def read(answer: Any) -> Any:
    """What a skill or an API recipe returned, as text in JSON."""
    return json.loads(answer.content[0].text)


def test_two_people_have_each_their_own_issues(sandbox: Simulator) -> None:
    keys = {}
    with acting(sandbox) as actor:
        for name in ("Ada", "Bob"):
            person = actor(name)
            person.connect("Helpdesk")
            prompt = person.call("Find_my_issues", {"project": "BUY"})
            assert "Jira" in prompt.content[0].text
            person.connect_account(prompt)
            answer = person.call("Find_my_issues", {"project": "BUY"})
            keys[name] = {each["key"] for each in read(answer)["result"]["issues"]}
        made = actor("Ada").call("Report_a_problem", {"project": "BUY", "summary": "Broken"})
        key = read(made)["result"]["key"]
        one = read(actor("Ada").call("Get_an_issue", {"issue": key}))["result"]

    assert keys["Ada"]
    assert keys["Bob"]
    assert keys["Ada"] != keys["Bob"]
    assert one == {"key": key, "summary": "Broken", "status": "To Do"}


@pytest.mark.requirement("REC-135")
@pytest.mark.parametrize(
    "name, event, status",
    [
        ("Find my issues", {"project": "BUY"}, "connection_required"),
        ("Greet", {"name": "Carla"}, "succeeded"),
    ],
)
def test_a_recipe_is_tested_as_a_person(
    sandbox: Simulator, name: str, event: dict[str, str], status: str
) -> None:
    """Who has not connected yet is told so by the job."""
    world = sandbox.world
    with sandbox.intercept(), world.db.unit() as session:
        recipe = session.scalars(select(Recipe).where(Recipe.name == name)).one()
        carla = people.find_active_end_user_by_email(world, "carla@acme.example")
        environment = session.scalars(select(Environment)).one()
        job_id = recipe_tests.run(world, recipe, event, carla, environment)
        job = session.scalars(select(Job).where(Job.id == job_id)).one()

    assert carla is not None
    assert (job.status, job.server_number, job.end_user_id) == (status, None, carla.id)
    assert ("'Jira of the helpdesk'" in (job.error or "")) is (status == "connection_required")


def test_an_api_collection_answers_with_its_status(sandbox: Simulator) -> None:
    with acting(sandbox) as actor:
        ada = actor("Ada")
        ada.connect("Procurement by API")
        ada.connect_account(ada.call("List_requisitions"))
        listed = read(ada.call("List_requisitions"))
        first = listed["response"]["requisitions"][0]
        one = read(ada.call("Get_a_requisition", {"id": first["id"]}))
        refused = read(ada.call("Get_a_requisition"))

    assert listed["http_status_code"] == "200"
    assert one["response"]["status"] == first["status"]
    assert refused == {
        "http_status_code": "400",
        "response": {"message": "Say which requisition."},
    }


def test_a_genies_skill_needs_no_connection(sandbox: Simulator) -> None:
    with acting(sandbox) as actor:
        ada = actor("Ada")
        ada.connect("Office")
        answer = read(ada.call("Book_a_desk", {"desk": 12}))

    assert answer == {"result": {"final_message": "Desk 12 is booked."}}


def test_a_stub_answers_for_an_app_that_has_no_stand_in(sandbox: Simulator) -> None:
    with acting(sandbox) as actor:
        ada = actor("Ada")
        ada.connect("Contacts")
        answer = read(ada.call("Find_contact", {"email": "lea@roth.example"}))

    assert answer == {"name": "Lea Roth"}


@pytest.mark.requirement("SALESFORCE-24", "SALESFORCE-25", "SALESFORCE-29")
def test_recipes_of_salesforce_go_on_to_what_fields_refer_to(sandbox: Simulator) -> None:
    """Search, upsert, get, a custom action, joins over two references; each sees their own."""
    with acting(sandbox) as actor:
        ada, bob = actor("Ada"), actor("Bob")
        for person in (ada, bob):
            person.connect("Field team")
            person.connect_account(person.call("Units_by_status", {"status": "Installed"}))
        lists = {"account": "Harbor Clinic", "least_units": 2}
        found = [read(each.call("Find_equipment", lists)) for each in (ada, bob)]
        new = {"serial_number": "FT-1", "name": "Lift", "units": 5}
        made = read(ada.call("Register_equipment", new))
        again = read(ada.call("Register_equipment", {"serial_number": "FT-1", "status": "Retired"}))
        refused = read(bob.call("Register_equipment", {"serial_number": "FT-1"}))
        units = [read(each.call("Units_by_status", {"status": "Retired"})) for each in (ada, bob)]

    row = {"serial_number": "PL-0007", "status": "Installed", "industry": "Other"}
    assert found[0] == {"found": True, "equipment": [row | {"owner": "Ada Reyes"}]}
    assert found[1] == {"found": False, "equipment": None}
    assert (made["created"], again["created"], again["id"]) == (True, False, made["id"])
    assert (made["status"], again["status"]) == ("Installed", "Retired")
    assert "duplicate value found: Serial_Number__c duplicates value" in refused["problem"]
    assert units == [{"units": 5}, {"units": None}]


@pytest.mark.requirement("PKG-80")
def test_a_shipped_world_has_imported_them(sandbox: Simulator) -> None:
    """All of them are there; the tests above call their tools."""
    assert len(sandbox.describe()["servers"]) == len(list(FIXTURES.iterdir())) == 13
