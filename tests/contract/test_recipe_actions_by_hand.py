"""Steps of apps that never ran: their inputs and data pills in the recipe editor."""

import re
from datetime import datetime
from typing import Any

import pytest

from simulator.connectors import CONNECTORS
from simulator.connectors.inputs import list_inputs
from simulator.connectors.outputs import list_outputs
from simulator.db.tables import Recipe
from simulator.domain.engine.compiling import compile_recipe
from simulator.domain.engine.tree import Action
from simulator.domain.formulas.scope import Scope
from tests.contract.aihub_world import Hub, HubBrowser, text_of
from tests.contract.recipe_editing import add, at, builder, code, error_beside, hub, pills_of, save

__all__ = ["builder", "hub"]  # the fixtures
OBJECT, NAME = 'pick:["input","sobject_name"]', 'value:["input","LastName"]'
#: Actions whose answer is empty, or nothing but the word that it worked.
_SILENT = {
    "google_calendar": {"delete_event"},
    "jira": {"update_issue", "assign_issue", "update_issue_status"},
    "slack": {"archive_conversation", "unarchive_conversation"},
}
#: Actions that take nothing.
_WITHOUT_INPUTS = {"jira": {"get_object_schema"}}


@pytest.mark.requirement("EDIT-11")
@pytest.mark.requirement("EDIT-12")
def test_the_object_of_salesforce_decides_inputs_and_pills(hub: Hub, builder: HubBrowser) -> None:
    search = add(hub, builder, "salesforce/search_sobjects", after="1")
    assert save(hub, builder, search, **{OBJECT: "Opportunity"}).status_code == 303
    page = builder.get(at(search)).text
    assert re.search(r"More inputs \(\d\d\)</summary>.*>Close Date<", page, re.S)
    create = add(hub, builder, "salesforce/create_custom_object", after=str(search))
    assert "Code errors (1) Step 4 : Object is required." in text_of(builder.get(at(create)))
    save(hub, builder, create, **{OBJECT: "Lead", 'value:["input","sobject_name"]': ""})
    pills = pills_of(builder.get(at(create)))
    assert {"Opportunity › Amount", "Opportunity › Record ID", "List size"} <= {*pills}
    refused = save(hub, builder, create, **{OBJECT: "Lead", NAME: " "})
    assert error_beside(refused, "Last Name") == "Last Name is required."
    deal = f"#{{_dp('{pills['Opportunity › Name']}')}}"
    company = {'value:["input","Company"]': "Acme"}
    assert save(hub, builder, create, **{OBJECT: "Lead", NAME: deal, **company}).status_code == 303
    made = {"sobject_name": "Lead", "LastName": deal, "Company": "Acme"}
    assert code(hub)["block"][2]["input"] == made


@pytest.mark.requirement("EDIT-11")
@pytest.mark.requirement("EDIT-12")
@pytest.mark.parametrize("provider", ["coupa", "gmail", "google_calendar", "google_drive", "jira",
                                      "rest", "salesforce", "slack"])  # fmt: skip
def test_every_action_has_inputs_and_outputs_that_are_known(provider: str) -> None:
    connector = CONNECTORS[provider]
    given = {"sobject_name": "Account"}
    without = {name for name in connector.actions if not list_inputs(connector, name, given)}
    assert without == _WITHOUT_INPUTS.get(provider, set())
    silent = {name for name in connector.actions if not list_outputs(connector, name, given)}
    assert silent == _SILENT.get(provider, set())
    inputs = [each for name in connector.actions for each in list_inputs(connector, name, given)]
    assert {each["name"] for each in inputs if not each.get("label")} <= {
        *("attachments", "attendees", "lines", "query_field", "request", "response")
    }, "people read a label"


@pytest.mark.requirement("EDIT-12")
@pytest.mark.parametrize(
    "provider, name, inputs, listed",
    [
        ("gmail", "send_mail", {"attachments": {"file_name": "a.txt"}}, {"file_name": "a.txt"}),
        ("gmail", "send_mail", {"attachments": {"file_name": ""}}, None),
        ("rest", "make_request_v2", {"request": {"headers": {"header": "X"}}}, {"header": "X"}),
        ("google_calendar", "create_event", {"attendees": {"email": "b@x"}}, {"email": "b@x"}),
    ],
)
def test_a_list_without_a_source_has_the_one_item_that_was_filled_in(
    provider: str, name: str, inputs: dict[str, Any], listed: Any
) -> None:
    step = {"keyword": "action", "provider": provider, "name": name, "input": inputs}
    code = {"keyword": "trigger", "provider": "workato_recipe_function", "block": [step]}
    (action,) = compile_recipe(code, []).body
    assert isinstance(action, Action)
    found = action.inputs.evaluate(Scope({}, now=datetime.now, octets=bytes))
    found = found.get("request", found)
    assert [*found.values()] == [[listed] if listed else []]


@pytest.mark.requirement("EDIT-22")
def test_a_call_of_a_stopped_recipe_is_told_and_keeps_nothing_from_starting(
    hub: Hub, builder: HubBrowser
) -> None:
    number = add(hub, builder, "workato_recipe_function/call_recipe", after="1")
    page = text_of(builder.get(at(number)))
    assert "Code errors (1) Step 3 : Recipe function is required." in page
    fields = {'pick:["input","flow_id"]': "1", 'toggle:["input","flow_id"]': "list"}
    assert save(hub, builder, number, **fields).status_code == 303
    with hub.world.db.unit() as session:
        called = session.get_one(Recipe, 1)
        called.running, name = False, called.name

    told = f"The recipe '{name}', which it calls, is stopped. Start it, too."
    assert f"Calls of stopped recipes (1) Step 3 : {told}" in text_of(builder.get(at(number)))
    started = builder.post("/recipes/3/state", "/projects/1", do="start")
    page = text_of(builder.get(started.headers["Location"]))
    assert f"Started the recipe 'Recipe 3'. Step 3: {told}" in page
    assert hub.read(Recipe, 3).running


@pytest.mark.requirement("EDIT-21")
def test_retries_are_whole_numbers(hub: Hub, builder: HubBrowser) -> None:
    handler = add(hub, builder, "try", after="1") + 1
    retries = 'value:["input","max_retry_count"]'
    refused = save(hub, builder, handler, **{retries: "9"})
    assert error_beside(refused, "Retries") == "Retries is a whole number from 0 to 5."
    assert save(hub, builder, handler, **{retries: "2"}).status_code == 303
