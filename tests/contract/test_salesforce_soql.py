"""SOQL: what queries find, and what is told of those that cannot be read."""

import pytest

from simulator.sandbox.simulator import Simulator
from simulator.settings import Settings
from tests.contract.salesforce_world import Salesforce, demo, reading, salesforce
from tests.postgres.plugin import SECRET_KEY

__all__ = ["demo", "reading", "salesforce"]  # the fixtures

DESKS, CHAIRS = "Standing desks for the Harbor Clinic", "Chairs for two waiting rooms"
SHELVES, LAMPS = "Shelves for the archive", "Lamps for the reading room"
BENCHES = "Benches for forty stops"


@pytest.mark.requirement("SALESFORCE-10")
@pytest.mark.parametrize(
    "where, found",
    [
        ("Amount > 10000", [DESKS, SHELVES, BENCHES]),
        ("Amount <= 7200.0", [LAMPS, CHAIRS]),
        ("StageName = 'closed won'", [LAMPS]),
        ("StageName != 'Closed Won' AND Amount < 20000", [SHELVES, CHAIRS]),
        ("StageName IN ('Prospecting', 'Qualification')", [CHAIRS, BENCHES]),
        ("StageName NOT IN ('Prospecting', 'Qualification', 'Closed Won')", [DESKS, SHELVES]),
        ("Name LIKE '%room%'", [LAMPS, CHAIRS]),
        ("Name LIKE 'S%' AND (NOT Name LIKE 'st%')", [SHELVES]),
        ("Name LIKE '%10\\\\%%'", []),
        ("(Amount > 50000 OR Amount < 5000) AND IsClosed = false", [BENCHES]),
        ("IsWon = TRUE", [LAMPS]),
        ("IsWon != true AND Probability >= 75", [DESKS, SHELVES]),
        ("ContactId = null", [LAMPS, SHELVES, CHAIRS, BENCHES]),
        ("ContactId != null", [DESKS]),
        ("NextStep = '' AND NextStep = NULL AND Amount = 15600", [SHELVES]),
        ("Account.Name = 'Nordlicht Verlag'", [LAMPS, SHELVES]),
        ("Account.Owner.Name LIKE 'Ada%' AND Owner.Email = 'ada@acme.example'", [DESKS, CHAIRS]),
        ("Opportunity.Account.Industry = 'transportation'", [BENCHES]),
        ("CloseDate = 2026-10-02", [SHELVES]),
        ("CloseDate < TODAY", [LAMPS]),
        ("CloseDate = NEXT_N_DAYS:30", [DESKS]),
        ("CloseDate = THIS_QUARTER", [DESKS]),
        ("CloseDate > THIS_MONTH AND CloseDate <= NEXT_MONTH", [DESKS]),
        ("CloseDate = LAST_QUARTER", [LAMPS]),
        ("CloseDate = NEXT_QUARTER", [SHELVES, CHAIRS, BENCHES]),
        ("CloseDate != THIS_YEAR", []),
        ("CreatedDate >= 2026-06-15T09:00:00Z", [DESKS, CHAIRS]),
        ("CreatedDate > 2026-06-15T11:00:00.000+02:00", [CHAIRS]),
        ("CreatedDate = LAST_N_MONTHS:2", [DESKS, CHAIRS, BENCHES]),
        ("CreatedDate = N_MONTHS_AGO:1", [CHAIRS]),
        ("CreatedDate = LAST_N_DAYS:90 AND CreatedDate < N_WEEKS_AGO:10", [BENCHES]),
        ("Id IN (SELECT WhatId FROM Task)", [DESKS]),
        ("AccountId NOT IN (SELECT AccountId FROM Contact)", [BENCHES]),
        (
            "AccountId IN (SELECT Account__c FROM Equipment__c WHERE Status__c = 'In repair')",
            [LAMPS, SHELVES],
        ),
    ],
)
def test_a_query_finds_what_its_conditions_say(
    reading: Salesforce, where: str, found: list[str]
) -> None:
    """As an admin, who sees everything, on 26 August 2026."""
    reading.at("2026-08-26 12:00")
    order = "ORDER BY CloseDate"

    assert reading.names(f"SELECT Name FROM Opportunity WHERE {where} {order}", "marc") == found


@pytest.mark.requirement("SALESFORCE-10")
@pytest.mark.parametrize(
    "rest, found",
    [
        ("ORDER BY Amount DESC LIMIT 2", [BENCHES, DESKS]),
        ("ORDER BY StageName, Name LIMIT 1 OFFSET 1", [DESKS]),
        ("ORDER BY Contact.Name LIMIT 1", [CHAIRS]),
        ("ORDER BY Contact.Name NULLS LAST LIMIT 1", [DESKS]),
        ("ORDER BY Contact.Name DESC NULLS LAST, CloseDate DESC LIMIT 2", [DESKS, BENCHES]),
        ("LIMIT 0", []),
        ("ORDER BY Account.Name ASC NULLS FIRST, Amount ASC LIMIT 2 FOR VIEW", [CHAIRS, DESKS]),
        ("WITH SECURITY_ENFORCED ORDER BY Amount LIMIT 1", [LAMPS]),
    ],
)
def test_what_is_found_is_ordered_and_cut(reading: Salesforce, rest: str, found: list[str]) -> None:
    assert reading.names(f"SELECT Name FROM Opportunity {rest}", "marc") == found


@pytest.mark.requirement("SALESFORCE-11")
def test_a_record_has_its_address_and_what_was_selected_of_it(reading: Salesforce) -> None:
    """Relationships within, null where nothing is referred to, names as the org writes them."""
    query = "select id, name, account.NAME, CONTACT.Email, Owner.Name, Amount from opportunity o"
    query += " where o.closedate = 2026-11-30"

    answer = reading.query(query)

    own = reading.id_of("Opportunity", CHAIRS)
    (record,) = answer["records"]
    assert (answer["totalSize"], answer["done"]) == (1, True)
    assert list(record) == ["attributes", "Id", "Name", "Account", "Contact", "Owner", "Amount"]
    assert record["attributes"] == {
        "type": "Opportunity",
        "url": f"/services/data/v62.0/sobjects/Opportunity/{own}",
    }
    assert (record["Id"], record["Account"]["Name"]) == (own, "Harbor Clinic")
    assert record["Account"]["attributes"]["type"] == "Account"
    assert (record["Contact"], record["Owner"]["Name"]) == (None, "Ada Reyes")
    assert record["Amount"] == 7200.0


@pytest.mark.requirement("SALESFORCE-11")
def test_records_that_refer_to_a_record_are_found_with_it(reading: Salesforce) -> None:
    query = (
        "SELECT Name, (SELECT LastName FROM Contacts ORDER BY LastName LIMIT 1), "
        "(SELECT Serial_Number__c FROM Equipment__r) FROM Account ORDER BY Name"
    )

    records = reading.query(query, "marc")["records"]

    assert [each["Name"] for each in records] == [
        *("Harbor Clinic", "Nordlicht Verlag", "Quayside Tramways")
    ]
    assert [each["LastName"] for each in records[0]["Contacts"]["records"]] == ["Costa"]
    assert records[0]["Contacts"]["totalSize"] == 1
    assert records[1]["Equipment__r"]["records"][0]["Serial_Number__c"] == "BP-0031"
    assert records[2]["Contacts"] is None


@pytest.mark.requirement("SALESFORCE-11")
def test_a_reference_to_several_objects_has_their_common_fields(reading: Salesforce) -> None:
    query = "SELECT Subject, Who.Name, Who.Email, What.Name FROM Task"

    (record,) = reading.query(query)["records"]

    assert (record["Who"]["Name"], record["What"]["Name"]) == ("Inês Duarte", DESKS)
    assert record["Who"]["attributes"]["type"] == "Contact"


@pytest.mark.requirement("SALESFORCE-12")
def test_records_are_counted_and_put_together(reading: Salesforce) -> None:
    counted = reading.query("SELECT COUNT() FROM Opportunity WHERE IsClosed = false", "marc")
    assert counted == {"totalSize": 4, "done": True, "records": []}
    assert reading.query("SELECT COUNT() FROM Opportunity LIMIT 3", "marc")["totalSize"] == 3
    grouped = reading.query(
        "SELECT Account.Name, COUNT(Id), SUM(Amount) worth, MAX(CloseDate) FROM Opportunity "
        "GROUP BY Account.Name ORDER BY SUM(Amount) DESC LIMIT 2",
        "marc",
    )
    assert grouped["records"] == [
        {
            "attributes": {"type": "AggregateResult"},
            "Name": "Quayside Tramways",
            "expr0": 1,
            "worth": 91000.0,
            "expr1": "2026-12-15",
        },
        {
            "attributes": {"type": "AggregateResult"},
            "Name": "Harbor Clinic",
            "expr0": 2,
            "worth": 56100.0,
            "expr1": "2026-11-30",
        },
    ]
    (numbers,) = reading.query(
        "SELECT COUNT_DISTINCT(AccountId), AVG(Amount), MIN(Amount) FROM Opportunity", "ada"
    )["records"]
    assert (numbers["expr0"], numbers["expr1"], numbers["expr2"]) == (1, 28050.0, 7200.0)


@pytest.mark.requirement("SALESFORCE-12")
def test_all_fields_are_found_of_a_few_records(reading: Salesforce) -> None:
    (record,) = reading.query("SELECT FIELDS(ALL) FROM Equipment__c LIMIT 200")["records"]
    (custom,) = reading.query("SELECT Id, FIELDS(CUSTOM) FROM Equipment__c LIMIT 1")["records"]

    assert (record["Serial_Number__c"], record["Units__c"], record["IsDeleted"]) == (
        *("PL-0007", 2.0),
        False,
    )
    assert set(custom) == {
        *("attributes", "Id", "Account__c", "Serial_Number__c", "Status__c"),
        *("Installed_On__c", "Units__c"),
    }
    code, sentence = reading.refusal("SELECT FIELDS(ALL) FROM Account")
    assert (code, "LIMIT of at most 200" in sentence) == ("MALFORMED_QUERY", True)


@pytest.mark.requirement("SALESFORCE-13")
def test_two_people_find_different_records_with_one_query(salesforce: Salesforce) -> None:
    """Their own, and those that are shared with them; what they may not see is null beside."""
    query = "SELECT Name, Account.Name FROM Opportunity ORDER BY CloseDate"
    assert salesforce.names(query, "ada") == [DESKS, CHAIRS]
    assert salesforce.names(query, "bob") == [LAMPS, SHELVES]
    assert salesforce.names(query, "carla") == [BENCHES]
    accounts = "SELECT Name FROM Account ORDER BY Name"
    assert salesforce.names(accounts, "ada") == ["Harbor Clinic", "Quayside Tramways"]
    assert salesforce.names("SELECT Name FROM User WHERE IsActive = true ORDER BY Name", "bob") == [
        *("Ada Reyes", "Bob Tanaka", "Carla Mendes", "Marc Adler", "Priya Nair")
    ]
    bobs = salesforce.id_of("Opportunity", SHELVES)
    assert salesforce.names(f"SELECT Name FROM Opportunity WHERE Id = '{bobs}'", "ada") == []
    own = salesforce.id_of("Opportunity", CHAIRS)
    other = salesforce.id_of("User", "Bob Tanaka")
    given = salesforce.api("PATCH", f"/sobjects/Opportunity/{own}", json={"OwnerId": other})
    assert given.status_code == 204
    assert salesforce.names(query, "ada") == [DESKS]
    (chairs,) = [
        each for each in salesforce.query(query, "bob")["records"] if each["Name"] == CHAIRS
    ]
    assert chairs["Account"] is None


@pytest.mark.requirement("SALESFORCE-10")
def test_ids_of_15_and_18_characters_are_equal(reading: Salesforce) -> None:
    own = reading.id_of("Opportunity", DESKS)
    query = f"SELECT Name FROM Opportunity WHERE Id IN ('{own[:15]}')"

    assert reading.names(query) == [DESKS]
    assert reading.names(query.replace(own[:15], own)) == [DESKS]


@pytest.mark.requirement("SALESFORCE-14")
@pytest.mark.parametrize(
    "query, code, sentence",
    [
        ("", "MALFORMED_QUERY", "SOQL statements cannot be empty or null"),
        ("SELECT", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        ("SELECT FROM Account", "MALFORMED_QUERY", "unexpected token: 'FROM'"),
        ("FIND {x}", "MALFORMED_QUERY", "unexpected token: '{'"),
        ("SELECT * FROM Account", "MALFORMED_QUERY", "unexpected token: '*'"),
        ("SELECT Id FORM Account", "MALFORMED_QUERY", "unexpected token: 'FORM'"),
        ("SELECT Id FROM Account WHERE", "MALFORMED_QUERY", "unexpected token: '<EOF>'"),
        (
            "SELECT Id FROM Account WHERE Name = 'a' AND Phone = 'b' OR Fax = 'c'",
            "MALFORMED_QUERY",
            "unexpected token: 'OR'",
        ),
        ("SELECT Id FROM Account WHERE Name IS NULL", "MALFORMED_QUERY", "unexpected token: 'IS'"),
        ("SELECT Id FROM Account WHERE Name = :x", "MALFORMED_QUERY", "unexpected token: ':'"),
        ("SELECT Id FROM Account LIMIT 50.0", "MALFORMED_QUERY", "unexpected token: '50.0'"),
        ("SELECT Id FROM Account WHERE Name = 'a\\z'", "MALFORMED_QUERY", "Illegal character"),
        ("SELECT Id FROM Account WHERE Name = 'a", "MALFORMED_QUERY", "mismatched character"),
        ("SELECT Id FROM Acount", "INVALID_TYPE", "sObject type 'Acount' is not supported."),
        (
            "SELECT Id, Nme FROM Account",
            "INVALID_FIELD",
            "No such column 'Nme' on entity 'Account'.",
        ),
        (
            "SELECT Id FROM Contact WHERE Room__r.Name = 'x'",
            "INVALID_FIELD",
            "Didn't understand relationship 'Room__r' in field path.",
        ),
        (
            "SELECT Name, (SELECT Id FROM Rooms__r) FROM Account",
            "INVALID_FIELD",
            "Didn't understand relationship 'Rooms__r'",
        ),
        (
            "SELECT Id FROM Opportunity WHERE Amount = '12'",
            "INVALID_FIELD",
            "value of filter criterion for field 'Amount' must be of type double and should not be "
            "enclosed in quotes",
        ),
        (
            "SELECT Id FROM Account WHERE Name = 12",
            "INVALID_FIELD",
            "must be of type string and should be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Opportunity WHERE CloseDate = '2026-08-01'",
            "INVALID_FIELD",
            "must be of type date and should not be enclosed in quotes",
        ),
        (
            "SELECT Id FROM Opportunity WHERE CreatedDate > 2026-08-01",
            "INVALID_FIELD",
            "must be of type dateTime",
        ),
        ("SELECT Id FROM Case WHERE Id = 'x'", "INVALID_QUERY_FILTER_OPERATOR", "invalid ID field"),
        (
            "SELECT Id FROM Case WHERE Id LIKE '500%'",
            "INVALID_QUERY_FILTER_OPERATOR",
            "invalid operator on id field",
        ),
        (
            "SELECT Id FROM Case WHERE Description = 'x'",
            "INVALID_FIELD",
            "field 'Description' can not be filtered in a query call",
        ),
        (
            "SELECT Name, COUNT(Id) FROM Account",
            "MALFORMED_QUERY",
            "Field must be grouped or aggregated: Name",
        ),
        (
            "SELECT SUM(Name) FROM Account",
            "INVALID_FIELD",
            "field Name does not support aggregate operator SUM",
        ),
        (
            "SELECT Id FROM Account OFFSET 2001",
            "NUMBER_OUTSIDE_VALID_RANGE",
            "Maximum SOQL offset allowed is 2000",
        ),
        (
            "SELECT Id FROM Opportunity WHERE CloseDate = SOMEDAY",
            "MALFORMED_QUERY",
            "unexpected token: 'SOMEDAY'",
        ),
        (
            "SELECT Id FROM Case WHERE AccountId IN (SELECT Name FROM Account)",
            "MALFORMED_QUERY",
            "should point to the same object type",
        ),
        (
            f"SELECT Id FROM Case WHERE {'(' * 60}IsClosed = true{')' * 60}",
            "QUERY_TOO_COMPLICATED",
            "nests too deeply",
        ),
    ],
)
def test_what_is_wrong_with_a_query_is_said(
    reading: Salesforce, query: str, code: str, sentence: str
) -> None:
    found = reading.refusal(query)

    assert found[0] == code
    assert sentence in found[1]


@pytest.mark.requirement("SALESFORCE-14")
def test_the_place_of_a_wrong_field_is_shown(reading: Salesforce) -> None:
    answer = reading.api("GET", "/query?q=SELECT+Id,Invalid__x+FROM+Contact+LIMIT+1")

    (error,) = answer.get_json()
    assert error["message"].startswith(
        "\nSELECT Id,Invalid__x FROM Cont\n          ^\nERROR at Row:1:Column:11\nNo such column"
    )


@pytest.mark.requirement("SALESFORCE-31")
@pytest.mark.parametrize(
    "having, found",
    [
        ("COUNT(Id) > 1", [("Harbor Clinic", 2), ("Nordlicht Verlag", 2)]),
        ("SUM(Amount) >= 56100 AND MAX(CloseDate) > 2026-12-01", [("Quayside Tramways", 1)]),
        ("NOT COUNT(Id) IN (1, 3)", [("Harbor Clinic", 2), ("Nordlicht Verlag", 2)]),
        ("MIN(Name) = 'benches for forty stops'", [("Quayside Tramways", 1)]),
        ("COUNT() = 7", []),
    ],
)
def test_groups_are_chosen_by_what_is_in_them(
    reading: Salesforce, having: str, found: list[tuple[str, int]]
) -> None:
    text = "SELECT Account.Name, COUNT(Id) n FROM Opportunity GROUP BY Account.Name"
    records = reading.query(f"{text} HAVING {having} ORDER BY Account.Name", "marc")["records"]

    assert [(each["Name"], each["n"]) for each in records] == found


@pytest.mark.requirement("SALESFORCE-31")
@pytest.mark.parametrize(
    "rest, sentence",
    [
        ("GROUP BY Name HAVING Name = 'a'", "HAVING takes aggregate functions alone here"),
        ("GROUP BY Name HAVING SUM(Name) > 1", "does not support aggregate operator SUM"),
        ("GROUP BY Name HAVING COUNT(Id) LIKE 'a'", "invalid operator on double field"),
        ("WHERE COUNT(Id) > 1 GROUP BY Name", "unexpected token: 'COUNT'"),
        ("HAVING COUNT(Id) > 1", "unexpected token: 'HAVING'"),
    ],
)
def test_a_group_that_cannot_be_chosen_is_refused(
    reading: Salesforce, rest: str, sentence: str
) -> None:
    assert sentence in reading.refusal(f"SELECT Name FROM Opportunity {rest}")[1]


@pytest.mark.requirement("SALESFORCE-31")
def test_groups_are_the_same_on_either_database(database_url: str) -> None:
    with Simulator(Settings(database=database_url, secret_key=SECRET_KEY)) as simulator:
        text = "SELECT Account.Name, SUM(Amount) s FROM Opportunity GROUP BY Account.Name"
        found = Salesforce(simulator).query(f"{text} HAVING SUM(Amount) > 20000", "marc")

    assert [each["Name"] for each in found["records"]] == ["Harbor Clinic", "Quayside Tramways"]
