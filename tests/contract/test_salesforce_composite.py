"""Several requests of Salesforce's API in one: composite, batch, collections, trees."""

from typing import Any

import pytest

from tests.contract.salesforce_world import DATA, Salesforce, demo, reading, salesforce

__all__ = ["demo", "reading", "salesforce"]  # the fixtures


@pytest.mark.requirement("SALESFORCE-22")
def test_several_requests_go_in_one_and_use_each_other_s_answers(salesforce: Salesforce) -> None:
    def run(all_or_none: bool, last: str) -> list[dict[str, Any]]:
        account, query = f"{DATA}/sobjects/Account", f"{DATA}/query?q=SELECT+COUNT()+FROM+Account"
        parts = [
            {"method": "POST", "url": account, "referenceId": "one", "body": {"Name": "Made"}},
            {"method": "GET", "url": f"{account}/@{{one.id}}?fields=Name", "referenceId": "two"},
            {"method": "GET", "url": query, "referenceId": "three"},
            {
                "method": "POST",
                "url": f"{DATA}/sobjects/Contact",
                "referenceId": "four",
                "body": {last: "@{two.Name} person", "AccountId": "@{one.id}"},
            },
        ]
        sent = {"allOrNone": all_or_none, "compositeRequest": parts}
        answer = salesforce.api("POST", "/composite", json=sent)
        assert answer.status_code == 200, answer.text
        results: list[dict[str, Any]] = answer.get_json()["compositeResponse"]
        return results

    done = run(all_or_none=True, last="LastName")
    assert [each["httpStatusCode"] for each in done] == [201, 200, 200, 201]
    assert done[1]["body"]["Name"] == "Made"
    assert done[2]["body"]["totalSize"] == 3
    assert done[0]["httpHeaders"]["Location"] == f"{DATA}/sobjects/Account/{done[0]['body']['id']}"
    undone = run(all_or_none=True, last="FirstName")
    assert [each["httpStatusCode"] for each in undone] == [400, 400, 400, 400]
    assert undone[0]["body"][0]["errorCode"] == "PROCESSING_HALTED"
    assert undone[3]["body"][0]["errorCode"] == "REQUIRED_FIELD_MISSING"
    assert len(salesforce.names("SELECT Name FROM Account WHERE Name = 'Made'")) == 1
    half = run(all_or_none=False, last="FirstName")
    assert [each["httpStatusCode"] for each in half] == [201, 200, 200, 400]
    assert len(salesforce.names("SELECT Name FROM Account WHERE Name = 'Made'")) == 2
    assert salesforce.names("SELECT Name FROM Contact WHERE Name LIKE 'Made%'") == ["Made person"]


@pytest.mark.requirement("SALESFORCE-22")
def test_a_composite_that_cannot_be_is_refused(reading: Salesforce) -> None:
    def code(sent: Any, path: str = "/composite") -> str:
        return str(reading.api("POST", path, json=sent).get_json()[0]["errorCode"])

    part = {"method": "GET", "url": f"{DATA}/limits", "referenceId": "a"}
    assert code({"compositeRequest": []}) == "JSON_PARSER_ERROR"
    assert code({"compositeRequest": [part, part]}) == "INVALID_INPUT"
    assert code({"compositeRequest": [part] * 26}) == "LIMIT_EXCEEDED"
    many = {**part, "referenceId": "b", "url": "@{a.x}" * 51}
    answer = reading.api("POST", "/composite", json={"compositeRequest": [part, many]}).get_json()
    assert answer["compositeResponse"][1]["body"][0]["errorCode"] == "LIMIT_EXCEEDED"
    assert code({"records": [1]}, "/composite/sobjects") == "JSON_PARSER_ERROR"

    def inner(**changes: Any) -> str:
        sent = {"compositeRequest": [part | changes]}
        (found,) = reading.api("POST", "/composite", json=sent).get_json()["compositeResponse"]
        return str(found["body"][0]["errorCode"])

    assert inner(method="LOOK") == "INVALID_HTTP_METHOD"
    assert inner(url="/services/data/v62.0/nothing") == "NOT_FOUND"
    assert inner(url="https://elsewhere.example/") == "NOT_FOUND"
    assert inner(url=f"{DATA}/sobjects/Account/@{{b.id}}") == "PROCESSING_HALTED"


@pytest.mark.requirement("SALESFORCE-22")
def test_a_batch_has_a_status_for_each_request(reading: Salesforce) -> None:
    parts = [
        {"method": "GET", "url": "v62.0/limits"},
        {"method": "GET", "url": "v62.0/sobjects/Account/nothing"},
        {"method": "GET", "url": "v62.0/sobjects/User"},
    ]

    loose = reading.api("POST", "/composite/batch", json={"batchRequests": parts}).get_json()
    strict = {"batchRequests": parts, "haltOnError": True}
    halted = reading.api("POST", "/composite/batch", json=strict).get_json()

    assert (loose["hasErrors"], [each["statusCode"] for each in loose["results"]]) == (
        *(True, [200, 404, 200]),
    )
    assert [each["statusCode"] for each in halted["results"]] == [200, 404, 412]
    assert loose["results"][2]["result"]["objectDescribe"]["name"] == "User"


@pytest.mark.requirement("SALESFORCE-22")
def test_collections_of_records_succeed_one_by_one_or_all_together(salesforce: Salesforce) -> None:
    def send(method: str, path: str, all_or_none: bool, *records: dict[str, Any]) -> list[Any]:
        sent = {"allOrNone": all_or_none, "records": list(records)}
        answer = salesforce.api(method, f"/composite/sobjects{path}", json=sent)
        assert answer.status_code == 200, answer.text
        results: list[Any] = answer.get_json()
        return results

    lead = {"attributes": {"type": "Lead"}, "LastName": "One", "Company": "C"}
    bad = {"attributes": {"type": "Lead"}, "LastName": "Two"}
    first = send("POST", "", False, lead, bad)
    assert [each["success"] for each in first] == [True, False]
    assert first[1]["errors"] == [
        {
            "statusCode": "REQUIRED_FIELD_MISSING",
            "message": "Required fields are missing: [Company]",
            "fields": ["Company"],
        }
    ]
    together = send("POST", "", True, lead, bad)
    assert [each["errors"][0]["statusCode"] for each in together] == [
        *("ALL_OR_NONE_OPERATION_ROLLED_BACK", "REQUIRED_FIELD_MISSING")
    ]
    assert salesforce.names("SELECT Name FROM Lead WHERE Company = 'C'") == ["One"]
    number = first[0]["id"]
    (changed,) = send("PATCH", "", False, {**lead, "id": number, "LastName": "Three"})
    assert changed == {"id": number, "success": True, "errors": []}
    equipment = {"attributes": {"type": "Equipment__c"}, "Name": "Cart"}
    (put,) = send(
        "PATCH", "/Equipment__c/Serial_Number__c", True, {**equipment, "Serial_Number__c": "C-1"}
    )
    assert (put["created"], put["success"]) == (True, True)
    asked = f"/composite/sobjects/Lead?ids={number},00Q000000000000&fields=Name"
    shown = salesforce.api("GET", asked).get_json()
    assert (shown[0]["Name"], shown[1]) == ("Three", None)
    many = {"ids": [number], "fields": ["Company"]}
    assert salesforce.api("POST", "/composite/sobjects/Lead", json=many).get_json()[0][
        "Company"
    ] == ("C")
    (gone,) = salesforce.api("DELETE", f"/composite/sobjects?ids={number}").get_json()
    assert gone["success"]
    (odd,) = send("POST", "", False, {"attributes": {"type": "Nothing"}})
    assert odd["errors"][0]["statusCode"] == "INVALID_TYPE"


@pytest.mark.requirement("SALESFORCE-22")
def test_a_tree_of_records_is_created_whole_or_not(salesforce: Salesforce) -> None:
    def tree(last: str) -> dict[str, Any]:
        contact = {"attributes": {"type": "Contact", "referenceId": "c"}, last: "Below"}
        return {
            "records": [
                {
                    "attributes": {"type": "Account", "referenceId": "a"},
                    "Name": "Above",
                    "Contacts": {"records": [contact]},
                }
            ]
        }

    whole = salesforce.api("POST", "/composite/tree/Account", json=tree("LastName"))
    spoiled = salesforce.api("POST", "/composite/tree/Account", json=tree("FirstName"))

    assert (whole.status_code, spoiled.status_code) == (201, 400)
    assert [each["referenceId"] for each in whole.get_json()["results"]] == ["a", "c"]
    assert spoiled.get_json()["results"][0]["errors"][0]["statusCode"] == "REQUIRED_FIELD_MISSING"
    assert salesforce.names("SELECT Name FROM Account WHERE Name = 'Above'") == ["Above"]
    query = "SELECT Name FROM Contact WHERE Account.Name = 'Above'"
    assert salesforce.names(query) == ["Below"]
