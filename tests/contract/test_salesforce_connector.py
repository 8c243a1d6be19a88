"""Salesforce's connector: what each action asks the API for, and recipes with its rows."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from simulator.connectors.base import AppRequest
from simulator.domain.engine.compiling import compile_recipe
from simulator.domain.engine.tree import Action
from simulator.domain.packages.lint import execution
from simulator.systems.apps.salesforce.connector import CONNECTOR, write_literal
from simulator.testing import acting
from tests.contract.known_outputs import find_missing
from tests.contract.salesforce_world import Salesforce, demo, salesforce

__all__ = ["demo", "salesforce"]  # the fixtures


def run(salesforce: Salesforce, name: str, **inputs: Any) -> Any:
    """The output of an action, run as Ada."""
    action = CONNECTOR.actions[name]
    request = action.request_typed(inputs, {})
    answer = _send(salesforce, request)
    assert answer.status_code < 300, answer.text
    given = action.shape_output(inputs, answer.get_json() if answer.text else {})
    assert list(find_missing(CONNECTOR, name, inputs, given)) == [], name
    return given


def _send(salesforce: Salesforce, request: AppRequest) -> Any:
    query = f"?{urlencode(request.params)}" if request.params else ""
    return salesforce.api(request.method, f"{request.path}{query}", json=request.json)


@pytest.mark.requirement("EDIT-11")
@pytest.mark.requirement("SALESFORCE-24")
def test_each_action_does_at_the_api_what_its_name_says(salesforce: Salesforce) -> None:
    thing = {"sobject_name": "Equipment__c", "Serial_Number__c": "X-1"}
    key = {"query_field": {"primary_key": "Serial_Number__c"}}
    made = run(salesforce, "upsert_sobject", **thing, **key, Units__c="2", Name=None)
    again = run(salesforce, "upsert_sobject", **thing, **key, Status__c="Retired")
    assert (made["created"], again["created"], made["id"]) == (True, False, made["Id"])
    account = salesforce.id_of("Account", "Harbor Clinic")
    same = {"sobject_name": "Equipment__c", "id": made["id"]}

    changed = run(salesforce, "update_sobject", **same, Account__c=account, Name="Scale")
    got = run(salesforce, "get_custom_object", **same)

    assert changed["id"] == got["Id"] == made["id"]
    assert (got["Name"], got["Units__c"], got["Status__c"]) == ("Scale", 2.0, "Retired")
    assert "attributes" not in got
    found = run(salesforce, "search_sobjects", **thing, limit="1")
    assert (found["list_size"], found["Equipment__c"][0]["Name"]) == (1, "Scale")
    where = "Account__r.Name = 'Harbor Clinic' AND Status__c NOT IN ('Installed')"
    by_query = {"sobject_name": "Equipment__c", "query": where, "limit": 50}
    assert run(salesforce, "search_sobjects_soql", **by_query)["list_size"] == 1
    whole = "SELECT Name, Account__r.Name FROM Equipment__c ORDER BY Name DESC"
    rows = run(salesforce, "search_sobjects_soql_v2", sobject_name="Equipment__c", query=whole)
    assert rows["Equipment__c"][0] == {"Name": "Scale", "Account__r": {"Name": "Harbor Clinic"}}
    run(salesforce, "delete_sobject", **same)
    assert run(salesforce, "search_sobjects", **thing) == {"Equipment__c": [], "list_size": 0}
    lead = run(
        *(salesforce, "create_custom_object"),
        sobject_name="Lead",
        LastName="Roe",
        Company="C",
    )
    assert lead["id"].startswith("00Q")
    assert run(salesforce, "get_sobject_schema", sobject_name="Lead")["keyPrefix"] == "00Q"


@pytest.mark.requirement("SALESFORCE-24")
def test_every_action_is_one_of_those() -> None:
    """A new one needs its line above."""
    assert set(CONNECTOR.actions) == {
        *("search_sobjects", "search_sobjects_soql", "search_sobjects_soql_v2"),
        *("get_custom_object", "create_custom_object", "update_sobject", "upsert_sobject"),
        *("delete_sobject", "get_sobject_schema"),
    }


@pytest.mark.requirement("SALESFORCE-24")
@pytest.mark.parametrize(
    "query, found",
    [
        ("", "SELECT FIELDS(ALL) FROM Case LIMIT 150"),
        ("WHERE IsClosed = false", "SELECT FIELDS(ALL) FROM Case WHERE IsClosed = false LIMIT 150"),
        ("ORDER BY Subject", "SELECT FIELDS(ALL) FROM Case ORDER BY Subject LIMIT 150"),
        ("LIMIT 3", "SELECT FIELDS(ALL) FROM Case LIMIT 3"),
        (
            "Priority = 'High' ORDER BY Subject LIMIT 5",
            "SELECT FIELDS(ALL) FROM Case WHERE Priority = 'High' ORDER BY Subject LIMIT 5",
        ),
    ],
)
def test_a_part_of_a_query_becomes_a_whole_one(query: str, found: str) -> None:
    request = CONNECTOR.actions["search_sobjects_soql"].request_typed(
        {"sobject_name": "Case", "query": query}, {}
    )

    assert request.params == {"q": found}


@pytest.mark.requirement("SALESFORCE-24")
@pytest.mark.parametrize(
    "value, kind, literal",
    [
        ("O'Hara", "", "'O\\'Hara'"),
        ("2026-08-01", "", "2026-08-01"),
        ("2026-08-01", "string", "'2026-08-01'"),
        ("2026-08-01T10:00:00Z", "date_time", "2026-08-01T10:00:00Z"),
        ("5", "number", "5"),
        ("5", "", "'5'"),
        (5, "", "5"),
        ("True", "boolean", "true"),
        (False, "", "false"),
    ],
)
def test_a_value_stands_in_a_query_as_its_type_wants_it(
    value: Any, kind: str, literal: str
) -> None:
    assert write_literal(value, kind) == literal


@pytest.mark.requirement("SALESFORCE-25")
@pytest.mark.requirement("SALESFORCE-24")
def test_a_tool_goes_on_to_what_a_field_refers_to(salesforce: Salesforce) -> None:
    """The record is fetched when a pill is read, once; other people's rows are not there."""
    with acting(salesforce.simulator) as actor:
        ada = actor("Ada")
        ada.connect("Sales assistant")
        ada.connect_account(ada.call("List_my_opportunities"))
        listed = ada.call("List_my_opportunities").structured_content["opportunities"]
        got = ada.call("Get_opportunity", {"id": listed[0]["id"]}).structured_content
        arguments = {"contact_email": "ines@harbor.example", "subject": "It squeaks"}
        opened = ada.call("Log_a_case", arguments).structured_content["case_id"]
        refused = ada.call("Get_opportunity", {"id": "006000000000000"})

    assert [each["account"] for each in listed] == ["Harbor Clinic"] * 2
    assert (got["opportunity"]["account"], got["opportunity"]["Owner"]) == (
        *("Harbor Clinic", {"Email": "ada@acme.example"}),
    )
    case = salesforce.api("GET", f"/sobjects/Case/{opened}").get_json()
    assert (case["Subject"], case["Priority"]) == ("It squeaks", "Medium")
    assert "Salesforce answered 404: Provided external ID field" in refused.content[0].text
    assert salesforce.simulator.violations() == []


@pytest.mark.requirement("SALESFORCE-26")
def test_the_form_says_where_people_sign_in() -> None:
    assert CONNECTOR.host("") == CONNECTOR.chosen_host("No") == "https://login.salesforce.com"
    assert CONNECTOR.chosen_host("Yes") == "https://test.salesforce.com"
    assert CONNECTOR.host("acme.my.salesforce.com") == "https://acme.my.salesforce.com"
    assert CONNECTOR.host("https://Acme.my.salesforce.com/") == "https://acme.my.salesforce.com"
    with pytest.raises(Exception, match="your-domain"):
        CONNECTOR.host("https://acme.example")
    assert CONNECTOR.requested_scopes(["web"]) == ["web", "id", "api", "refresh_token"]
    assert CONNECTOR.requested_scopes([])[0] == "full"
    assert CONNECTOR.api_url_of({"instance_url": "https://a.my.salesforce.com/"}) == (
        "https://a.my.salesforce.com"
    )
    assert CONNECTOR.api_url_of({"instance_url": "nowhere"}) is None


@pytest.mark.requirement("SALESFORCE-27")
def test_a_trigger_of_salesforce_is_refused_by_its_name() -> None:
    code = {"keyword": "trigger", "provider": "salesforce", "name": "new_updated_object"}
    config = [{"keyword": "application", "provider": "salesforce"}]

    (report,) = execution.check({**code, "as": "t", "block": []}, config, (), lambda _: None)

    assert "nothing here fires the trigger salesforce.new_updated_object: run" in report.reason


@pytest.mark.requirement("SALESFORCE-24")
def test_a_step_of_the_connector_runs_without_a_stub() -> None:
    steps = [
        {"keyword": "action", "provider": "salesforce", "name": name, "as": name, "input": {}}
        for name in CONNECTOR.actions
    ]
    code = {"keyword": "trigger", "provider": "workato_recipe_function", "name": "execute"}
    config = [{"keyword": "application", "provider": each["provider"]} for each in (code, steps[0])]

    reports = execution.check(
        json.loads(json.dumps({**code, "as": "t", "block": steps})), config, (), lambda _: None
    )

    assert {str(each.verdict) for each in reports} == {"runs"}


@pytest.mark.requirement("EDIT-12")
def test_a_step_that_declares_no_fields_asks_by_the_types_of_its_object() -> None:
    found = {"sobject_name": "Opportunity", "Amount": "5000", "IsClosed": "false", "Name": "7"}
    step = {"keyword": "action", "provider": "salesforce", "name": "search_sobjects", "as": "s"}
    code = {"keyword": "trigger", "provider": "workato_recipe_function", "name": "execute"}
    config = [{"keyword": "application", "provider": each["provider"]} for each in (code, step)]

    program = compile_recipe({**code, "as": "t", "block": [step | {"input": found}]}, config)

    (action,) = program.body
    assert isinstance(action, Action)
    sent = CONNECTOR.actions["search_sobjects"].request_typed(
        action.details.cast(found), action.details.types
    )
    assert "WHERE Amount = 5000 AND IsClosed = false AND Name = '7'" in sent.params["q"]
