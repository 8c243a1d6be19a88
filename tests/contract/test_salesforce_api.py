"""Salesforce's REST API beside queries: records, upserts, descriptions, limits."""

from typing import Any

import pytest

from tests.contract.salesforce_world import DATA, ORG, Salesforce, demo, reading, salesforce

__all__ = ["demo", "reading", "salesforce"]  # the fixtures


def refused(answer: Any) -> tuple[int, str, str]:
    """Status, code and message of a refusal."""
    (error,) = answer.get_json()
    return answer.status_code, error["errorCode"], error["message"]


@pytest.mark.requirement("SALESFORCE-8")
def test_versions_are_told_to_everybody_and_the_rest_to_tokens(reading: Salesforce) -> None:
    versions = reading.request("GET", f"{ORG}/services/data").get_json()
    assert {"label": "Winter '25", "url": DATA, "version": "62.0"} in versions
    bare = reading.request("GET", f"{ORG}{DATA}/sobjects")
    assert refused(bare) == (401, "INVALID_SESSION_ID", "Session expired or invalid")
    without = reading.api("GET", "/sobjects", scope="id")
    assert refused(without)[2] == "This session is not valid for use with the REST API"
    assert reading.api("GET", "/sobjects", scope="full").status_code == 200
    missing = (404, "NOT_FOUND", "The requested resource does not exist")
    for path in ("/services/data/v99.0/limits", "/services/data/v9.0/limits", "/nothing"):
        assert refused(reading.api("GET", path)) == missing, path
    wrong = refused(reading.api("PUT", "/limits"))
    assert wrong == (405, "METHOD_NOT_ALLOWED", "HTTP Method 'PUT' not allowed. Allowed are GET")
    root = reading.api("GET", "/")
    assert root.get_json()["query"] == f"{DATA}/query"
    assert reading.api("GET", "").status_code == 200


@pytest.mark.requirement("SALESFORCE-8")
def test_every_answer_says_how_many_requests_there_were(reading: Salesforce) -> None:
    def used(answer: Any) -> int:
        name, _, value = answer.headers["Sforce-Limit-Info"].partition("=")
        assert (name, value.split("/")[1]) == ("api-usage", "15000")
        return int(value.split("/")[0])

    first, second = reading.api("GET", "/limits"), reading.api("GET", "/nothing")

    assert used(second) == used(first) + 1
    limits = first.get_json()["DailyApiRequests"]
    assert limits == {"Max": 15000, "Remaining": 15000 - used(first)}


@pytest.mark.requirement("SALESFORCE-17")
def test_objects_are_described_with_what_the_org_added(reading: Salesforce) -> None:
    listed = {each["name"]: each for each in reading.api("GET", "/sobjects").get_json()["sobjects"]}
    assert {"Account", "Contact", "Lead", "Opportunity", "Case", "Task", "User"} < listed.keys()
    own = listed["Equipment__c"]
    assert (own["custom"], own["labelPlural"], own["keyPrefix"]) == (True, "Equipment", "a02")
    assert own["urls"]["describe"] == f"{DATA}/sobjects/Equipment__c/describe"

    described = reading.api("GET", "/sobjects/equipment__C/describe").get_json()
    fields = {each["name"]: each for each in described["fields"]}

    serial, status = fields["Serial_Number__c"], fields["Status__c"]
    assert (serial["externalId"], serial["unique"], serial["nillable"]) == (True, True, False)
    assert [each["value"] for each in status["picklistValues"]] == [
        *("Installed", "In repair", "Retired")
    ]
    reference = fields["Account__c"]
    assert (reference["referenceTo"], reference["relationshipName"]) == (["Account"], "Account__r")
    contact = reading.api("GET", "/sobjects/Contact/describe").get_json()
    names = {each["name"]: each for each in contact["fields"]}
    assert names["Customer_Number__c"]["custom"]
    assert (names["Name"]["nameField"], names["Name"]["createable"]) == (True, False)
    relations = {each["relationshipName"] for each in contact["childRelationships"]}
    assert "Cases" in relations
    assert reading.api("GET", "/sobjects/Nothing/describe").status_code == 404


@pytest.mark.requirement("SALESFORCE-18")
def test_a_record_is_created_read_changed_and_deleted(salesforce: Salesforce) -> None:
    salesforce.at("2026-08-26 12:00")
    made = salesforce.api("POST", "/sobjects/Contact", json={"LastName": "Lima", "Email": "l@x.io"})
    assert made.status_code == 201
    number = made.get_json()["id"]
    assert made.get_json() == {"id": number, "success": True, "errors": []}
    path = f"/sobjects/Contact/{number}"

    whole = salesforce.api("GET", path).get_json()
    assert (whole["Name"], whole["OwnerId"]) == ("Lima", salesforce.id_of("User", "Ada Reyes"))
    assert whole["CreatedDate"] == "2026-08-26T12:00:00.000+0000"
    assert whole["attributes"] == {"type": "Contact", "url": f"{DATA}{path}"}
    salesforce.at("2026-08-26 13:00")
    changed = salesforce.api("PATCH", path, json={"FirstName": "Lua", "Email": None})
    assert (changed.status_code, changed.text) == (204, "")
    some = salesforce.api("GET", f"/sobjects/Contact/{number[:15]}?fields=name,Email").get_json()
    assert some == {"attributes": whole["attributes"], "Name": "Lua Lima", "Email": None}
    (found,) = salesforce.query(f"SELECT LastModifiedDate FROM Contact WHERE Id = '{number}'")[
        "records"
    ]
    assert found["LastModifiedDate"] == "2026-08-26T13:00:00.000+0000"
    assert salesforce.api("DELETE", path).status_code == 204
    assert refused(salesforce.api("GET", path))[:2] == (404, "ENTITY_IS_DELETED")


@pytest.mark.requirement("SALESFORCE-19")
@pytest.mark.parametrize(
    "kind, body, code, sentence",
    [
        ("Contact", {}, "REQUIRED_FIELD_MISSING", "Required fields are missing: [LastName]"),
        (
            "Opportunity",
            {"Name": "x"},
            "REQUIRED_FIELD_MISSING",
            "Required fields are missing: [StageName, CloseDate]",
        ),
        (
            "Account",
            {"Nme": "x"},
            "INVALID_FIELD",
            "No such column 'Nme' on sobject of type Account",
        ),
        (
            "Account",
            {"Name": "x", "CreatedDate": "2026-01-01"},
            "INVALID_FIELD_FOR_INSERT_UPDATE",
            "Unable to create/update fields: CreatedDate.",
        ),
        ("Account", {"Name": "x" * 256}, "STRING_TOO_LONG", "(max length=255)"),
        (
            "Account",
            {"Name": "x", "AnnualRevenue": "much"},
            "JSON_PARSER_ERROR",
            "Cannot deserialize instance of double from VALUE_STRING value much",
        ),
        ("Account", {"Name": {"a": 1}}, "JSON_PARSER_ERROR", "from START_OBJECT"),
        (
            "Account",
            {"Name": "x", "NumberOfEmployees": 1.5},
            "JSON_PARSER_ERROR",
            "instance of int",
        ),
        ("Task", {"ActivityDate": "soon"}, "JSON_PARSER_ERROR", "instance of date"),
        ("Case", {"IsEscalated": "perhaps"}, "JSON_PARSER_ERROR", "instance of boolean"),
        (
            "Contact",
            {"LastName": "x", "Email": "nobody"},
            "INVALID_EMAIL_ADDRESS",
            "Email: invalid email address: nobody",
        ),
        (
            "Contact",
            {"LastName": "x", "AccountId": "12"},
            "MALFORMED_ID",
            "Account ID: id value of incorrect type: 12",
        ),
        (
            "Contact",
            {"LastName": "x", "AccountId": "003000000000000"},
            "FIELD_INTEGRITY_EXCEPTION",
            "Account ID: id value of incorrect type",
        ),
        (
            "Contact",
            {"LastName": "x", "AccountId": "001000000000000"},
            "INVALID_CROSS_REFERENCE_KEY",
            "invalid cross reference id",
        ),
        (
            "Equipment__c",
            {"Serial_Number__c": "x", "Status__c": "Lost"},
            "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST",
            "Status: bad value for restricted picklist field: Lost",
        ),
        (
            "Equipment__c",
            {"Serial_Number__c": "bp-0031"},
            "DUPLICATE_VALUE",
            "duplicate value found: Serial_Number__c duplicates value on record with id: a02",
        ),
        ("Contact", "nothing", "JSON_PARSER_ERROR", "must be a JSON object"),
    ],
)
def test_a_record_that_cannot_be_is_refused_by_its_fields(
    reading: Salesforce, kind: str, body: Any, code: str, sentence: str
) -> None:
    answer = reading.api("POST", f"/sobjects/{kind}", json=body)

    assert refused(answer)[:2] == (400, code)
    assert sentence in refused(answer)[2]


@pytest.mark.requirement("SALESFORCE-19")
def test_nobody_changes_what_is_not_theirs(reading: Salesforce) -> None:
    """What one does not see is not there; what is shared can be read."""
    bobs = reading.id_of("Opportunity", "Shelves for the archive")
    hidden = refused(reading.api("PATCH", f"/sobjects/Opportunity/{bobs}", json={"Amount": 1}))
    assert hidden == (
        *(404, "NOT_FOUND"),
        f"Provided external ID field does not exist or is not accessible: {bobs}",
    )
    shared = reading.id_of("Account", "Quayside Tramways")
    assert reading.api("GET", f"/sobjects/Account/{shared}").status_code == 200
    for method in ("PATCH", "DELETE"):
        answer = reading.api(method, f"/sobjects/Account/{shared}", json={"Phone": "1"})
        assert refused(answer)[:2] == (403, "INSUFFICIENT_ACCESS_OR_READONLY")
    someone = reading.id_of("User", "Bob Tanaka")
    answer = reading.api("PATCH", f"/sobjects/User/{someone}", "marc", json={"Email": "b@x.io"})
    assert refused(answer)[0] == 403
    assert refused(reading.api("POST", "/sobjects/User", "marc", json={}))[0] == 403
    assert reading.api("GET", "/sobjects/Account/nothing").status_code == 404
    spoiled = reading.api("POST", "/sobjects/Account", data="{", content_type="application/json")
    assert refused(spoiled)[:2] == (400, "JSON_PARSER_ERROR")


@pytest.mark.requirement("SALESFORCE-20")
def test_a_record_is_upserted_by_a_value_that_it_has_elsewhere(salesforce: Salesforce) -> None:
    path = "/sobjects/Equipment__c/Serial_Number__c/X/1"
    made = salesforce.api("PATCH", path, json={"Name": "Scale", "Units__c": "3"})
    again = salesforce.api("PATCH", path, json={"Status__c": "Retired"})

    number = made.get_json()["id"]
    result = {"id": number, "success": True, "errors": [], "created": True}
    assert (made.status_code, made.get_json()) == (201, result)
    assert (again.status_code, again.get_json()) == (200, result | {"created": False})
    whole = salesforce.api("GET", path).get_json()
    assert (whole["Id"], whole["Serial_Number__c"], whole["Units__c"]) == (number, "X/1", 3.0)
    assert whole["Status__c"] == "Retired"
    both = salesforce.api("PATCH", path, json={"Serial_Number__c": "X/1"})
    assert refused(both) == (
        *(400, "INVALID_FIELD"),
        "The Serial_Number__c field should not be specified in the sobject data.",
    )
    unknown = salesforce.api("PATCH", "/sobjects/Equipment__c/Status__c/Retired", json={})
    assert refused(unknown)[:2] == (404, "NOT_FOUND")
    by_email = salesforce.api("GET", "/sobjects/Contact/Email/INES@harbor.example")
    assert by_email.get_json()["LastName"] == "Duarte"
    account = salesforce.api("GET", f"/sobjects/Contact/{by_email.get_json()['Id']}/Account")
    assert account.get_json()["Name"] == "Harbor Clinic"
    for _ in range(2):
        new = {"LastName": "Twin", "Email": "twin@x.io"}
        salesforce.api("POST", "/sobjects/Contact", json=new)
    several = salesforce.api("PATCH", "/sobjects/Contact/Email/twin@x.io", json={"Title": "Dr."})
    assert (several.status_code, len(several.get_json())) == (300, 2)
    assert several.get_json()[0].startswith(f"{DATA}/sobjects/Contact/003")
    assert salesforce.api("DELETE", path).status_code == 204
    assert salesforce.api("GET", path).status_code == 404
    by_id = salesforce.api("PATCH", f"/sobjects/Equipment__c/Id/{number}", json={"Units__c": 4})
    assert by_id.status_code == 404


@pytest.mark.requirement("SALESFORCE-21")
def test_what_follows_from_fields_follows(salesforce: Salesforce) -> None:
    number = salesforce.id_of("Opportunity", "Chairs for two waiting rooms")
    path = f"/sobjects/Opportunity/{number}"
    salesforce.api("PATCH", path, json={"StageName": "Closed Won"})
    won = salesforce.api("GET", path).get_json()
    assert (won["Probability"], won["IsClosed"], won["IsWon"]) == (100.0, True, True)
    ines = salesforce.id_of("Contact", "Inês Duarte")
    made = salesforce.api("POST", "/sobjects/Case", json={"ContactId": ines}).get_json()["id"]
    case = salesforce.api("GET", f"/sobjects/Case/{made}").get_json()
    assert (case["ContactEmail"], case["Status"], case["Priority"]) == (
        *("ines@harbor.example", "New"),
        "Medium",
    )
    assert case["AccountId"] == salesforce.id_of("Account", "Harbor Clinic")
    assert case["CaseNumber"].isdigit()
    salesforce.api("PATCH", f"/sobjects/Case/{made}", json={"Status": "Closed"})
    closed = salesforce.api("GET", f"/sobjects/Case/{made}").get_json()
    assert (closed["IsClosed"], closed["ClosedDate"] is None) == (True, False)


@pytest.mark.requirement("SALESFORCE-23")
def test_what_was_changed_is_told(salesforce: Salesforce) -> None:
    salesforce.at("2026-08-26 12:00")
    made = salesforce.api("POST", "/sobjects/Lead", json={"LastName": "New", "Company": "C"})
    lead = made.get_json()["id"]
    times = "start=2026-08-26T00:00:00Z&end=2026-08-27T00:00:00Z"

    updated = salesforce.api("GET", f"/sobjects/Lead/updated?{times}").get_json()
    recent = salesforce.api("GET", "/recent?limit=1").get_json()
    salesforce.api("DELETE", f"/sobjects/Lead/{lead}")
    deleted = salesforce.api("GET", f"/sobjects/Lead/deleted?{times}").get_json()

    assert updated["ids"] == [lead]
    assert [(each["Id"], each["Name"]) for each in recent] == [(lead, "New")]
    assert [each["id"] for each in deleted["deletedRecords"]] == [lead]
    assert salesforce.api("GET", "/sobjects/Lead/updated?start=x&end=y").status_code == 400
    listed = salesforce.api("GET", "/sobjects/Lead").get_json()
    assert [each["Name"] for each in listed["recentItems"]] == ["Noor Haddad"]
